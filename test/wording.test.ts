import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** Everything that a user, an operator or an integrator reads, and the sources from which answers come. */
const product = ["*.md", "docs/**/*.md", "deals/**/*", "contracts/**/*.sol", "server/**/*.ts", "scripts/**/*.ts"];

/** What the product does not say: an authority's approval it cannot know of, and words of another trade. */
const unsaid = [
  /\bapproved by (the )?(CSRC|China Securities|an? authorit|the authorit|the regulator)/i,
  /\bCSRC[- ](approved|approval|endorsed)/i,
  /\bRWAs?\b/,
  /\bvirtual currenc/i,
  /(?<!node:)\bcrypto\b/i,
];

const said = (text: string) => unsaid.filter((words) => words.test(text)).map(String);

describe("the words of the product", () => {
  it.each([
    ["notes approved by the CSRC", 1],
    ["a CSRC-approved RWA", 2],
    ["crypto and virtual currencies", 2],
    ['import { createHash } from "node:crypto";', 0],
    ["recorded filing evidence", 0],
  ])("would be found in %j", (text, count) => {
    expect(said(text)).toHaveLength(count);
  });

  it("never say that an authority approved anything, nor use those of another trade (R-F11)", () => {
    const files = globSync(product, { cwd: ROOT, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => resolve(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(300);
    const found = files.flatMap((file) => said(readFileSync(file, "utf8")).map((words) => `${file}: ${words}`));
    expect(found).toEqual([]);
  });
});
