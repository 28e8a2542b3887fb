import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { staleFiles } from "../../scripts/generate.ts";

const repository = join(import.meta.dirname, "../..");
const copied = ["package.json", ".prettierrc.json", "scripts", "server", "contracts", "docs", "deals", "test"];

describe("node scripts/generate.ts", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "narrowgate-generate-"));
    for (const path of copied) {
      cpSync(join(repository, path), join(root, path), { recursive: true });
    }
    symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const generate = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/generate.ts"), ...args], { encoding: "utf8" });

  it("refuses an argument it does not know", () => {
    const { status, stderr } = generate("--chek");
    expect({ status, stderr }).toEqual({ status: 2, stderr: "Usage: node scripts/generate.ts [--check]\n" });
  });

  it("names a stale and a missing file, exits 1 and writes nothing", () => {
    writeFileSync(join(root, "contracts/libraries/Restrictions.sol"), "library Restrictions {}\n");
    rmSync(join(root, "docs/restrictions.md"));
    const first = generate("--check");
    expect(first.status).toBe(1);
    expect(first.stderr).toContain("contracts/libraries/Restrictions.sol is stale");
    expect(first.stderr).toContain("docs/restrictions.md is stale");
    expect(generate("--check").stderr).toBe(first.stderr);
  });

  it("names a requirement of which a test speaks and that has no row, and exits 1", () => {
    const id = "R-X1";
    writeFileSync(join(root, "test/unknown.test.ts"), `it("proves nothing (${id})", () => {});\n`);
    generate();
    const { status, stderr } = generate("--check");
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `test/unknown.test.ts speaks of ${id}, which has no row.\n`,
    });
  });

  it("writes what is stale and is then fresh", () => {
    writeFileSync(join(root, "docs/restrictions.md"), "");
    expect(generate().stdout).toBe("Wrote docs/restrictions.md.\n");
    expect(generate("--check").status).toBe(0);
    expect(readFileSync(join(root, "docs/restrictions.md"), "utf8")).toContain("FILING_NOT_RECORDED");
  });
});

describe("staleFiles", () => {
  it("finds nothing in this repository", async () => {
    expect(await staleFiles(repository)).toEqual([]);
  });
});
