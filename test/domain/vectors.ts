import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";

const folder = process.env["NARROWGATE_VECTORS"];

/**
 * Declares tests against figures of another project. Where the figures are not at hand the tests are not declared, and
 * one that is skipped says so.
 * @param file Name of the file in the folder that NARROWGATE_VECTORS names.
 */
export function describeVectors<Vectors>(title: string, file: string, declare: (vectors: Vectors) => void): void {
  describe(title, () => {
    const path = join(folder ?? "", file);
    if (folder !== undefined && existsSync(path)) declare(JSON.parse(readFileSync(path, "utf8")) as Vectors);
    else it(`needs ${file}`, ({ skip }) => skip(`NARROWGATE_VECTORS names no folder with ${file}`));
  });
}
