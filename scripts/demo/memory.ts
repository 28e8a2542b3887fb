import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What the story asked for, step by step. A step's body may hold a time that was "now" when it was first told, so a run
 * that resumes must send the very bytes of the first one: an idempotency key with another body is refused.
 */
export type Memory = {
  /** The body of a step as it was first told; `make` is called for a step that was never told. */
  bodyOf<T>(step: string, make: () => T): T;
};

/** Opens the memory of the story in a folder, one file a step. */
export function openMemory(folder: string): Memory {
  mkdirSync(folder, { recursive: true });
  return {
    bodyOf<T>(step: string, make: () => T): T {
      const file = join(folder, `${step}.json`);
      try {
        return JSON.parse(readFileSync(file, "utf8")) as T;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
      const body = make();
      writeFileSync(`${file}.new`, JSON.stringify(body), { flush: true });
      renameSync(`${file}.new`, file);
      return body;
    },
  };
}
