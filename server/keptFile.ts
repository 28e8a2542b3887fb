import { readFile } from "node:fs/promises";
import { writeFileDurably } from "./chain/durableFile.ts";
import { StartError } from "./startError.ts";

/**
 * The text of a private file, which is made when it is missing.
 * @throws StartError when it cannot be read.
 */
export async function kept(file: string, make: () => string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new StartError(`The file ${file} cannot be read: ${message}.`, { cause: error });
  }
  const text = make();
  await writeFileDurably(file, text, 0o600);
  return text;
}
