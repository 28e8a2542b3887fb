import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COPIED = [
  "package.json",
  "hardhat.config.ts",
  "vitest.config.ts",
  "contracts",
  "deals",
  "docs",
  "scripts",
  "server",
  "test",
  "types",
];

/**
 * Copies the project to the folder for temporary files, without what was built, so that contracts can be changed there.
 * @returns path of the copy, which the caller removes
 */
export function copyProject(root: string): string {
  const path = mkdtempSync(join(tmpdir(), "narrowgate-copy-"));
  for (const name of COPIED) cpSync(join(root, name), join(path, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(path, "node_modules"));
  return path;
}
