import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** A test, or a row of a table of tests, that says which requirement it proves. */
export interface Proof {
  readonly id: string;
  /** Path below the root of the repository. */
  readonly file: string;
  readonly title: string;
}

/** An id wherever it stands, and where several share their brackets. */
const ID = /\bR-[A-Z]\d+\b/g;
const BRACKETS = /\((R-[A-Z]\d+(?:, R-[A-Z]\d+)*)\)/g;

/**
 * The requirement ids that the strings of a test file claim. Titles of tests and rows that become part of titles are all
 * strings, and nothing else in a test writes an id in brackets; comments do not count.
 */
export function proofsIn(file: string, source: string): Proof[] {
  const texts: string[] = [];
  new Visitor({
    Literal: ({ value }) => void (typeof value === "string" && texts.push(value)),
    TemplateLiteral: ({ quasis }) => void texts.push(quasis.map(({ value }) => value.cooked).join("…")),
  }).visit(parseSync(file, source).program);
  return texts.flatMap((text) => {
    const ids = [...text.matchAll(BRACKETS)].flatMap(([, inside]) => inside!.split(", "));
    const title = text.replaceAll(BRACKETS, "").replaceAll(/\s+/g, " ").trim();
    return [...new Set(ids)].map((id) => ({ id, file, title }));
  });
}

/** All proofs below `test`, in order of their files. */
export function allProofs(root: string): Proof[] {
  const files = globSync("test/**/*.ts", { cwd: root }).toSorted();
  return files.flatMap((file) => proofsIn(file, readFileSync(join(root, file), "utf8")));
}

/** Every id that contracts, server and pages speak of, with the first file that does. */
export function mentionedIds(root: string): ReadonlyMap<string, string> {
  const mentioned = new Map<string, string>();
  const patterns = ["contracts/**/*.sol", "server/**/*.ts", "docs/**/*.md"];
  for (const file of globSync(patterns, { cwd: root }).toSorted()) {
    for (const [id] of readFileSync(join(root, file), "utf8").matchAll(ID)) {
      if (!mentioned.has(id)) mentioned.set(id, file);
    }
  }
  return mentioned;
}
