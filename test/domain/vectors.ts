import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";

const folder = process.env["NARROWGATE_VECTORS"];

/**
 * Declares tests against figures of another project. Where the figures are not at hand none of them is declared, and one
 * that is skipped says why.
 * @param file Name of the file in the folder that NARROWGATE_VECTORS names.
 */
export function withVectors(file: string, declare: (vectors: any) => void): void {
  const path = join(folder ?? "", file);
  if (folder !== undefined && existsSync(path)) {
    declare(JSON.parse(readFileSync(path, "utf8")));
    return;
  }
  it("compares with figures that are not at hand", ({ skip }) =>
    skip(`NARROWGATE_VECTORS names no folder with ${file}`));
}
