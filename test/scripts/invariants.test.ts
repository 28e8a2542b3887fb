import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { seedsOf } from "../../scripts/invariants/campaign.ts";
import { readLaws } from "../../scripts/invariants/laws.ts";
import { plants } from "../../scripts/invariants/plants.ts";
import { restrictions } from "../../server/domain/restrictions.ts";

const root = join(import.meta.dirname, "../..");
const laws = readLaws(root);
const names = laws.map(({ name }) => name);

const read = (file: string): string => readFileSync(join(root, file), "utf8");

it("states every invariant once, with a number of its own", () => {
  const stated = read("test/solidity/Laws.sol").match(/internal constant/g);
  expect(laws).toHaveLength(stated!.length);
  expect(new Set(laws.map(({ number }) => number)).size).toBe(laws.length);
  expect(laws.filter(({ text }) => text.length < 30 || /\/\/|@/.test(text))).toEqual([]);
});

it("holds every invariant somewhere in the campaign", () => {
  const files = globSync("test/solidity/*.sol", { cwd: root }).filter((file) => !file.endsWith("Laws.sol"));
  const campaign = files.map(read).join("\n");
  expect(names.filter((name) => !new RegExp(`\\bLaws\\.${name}\\b`).test(campaign))).toEqual([]);
});

it("plants a defect for every invariant and for every restriction, and for nothing else", () => {
  const rules = [...names, ...restrictions.map(({ code }) => code)];
  expect(new Set(plants.map(({ rule }) => rule))).toEqual(new Set(rules));
});

it.each(plants)("has one place for the defect of $rule in $file", ({ file, from, to }) => {
  expect(read(file).split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
});

it("draws the same seeds from the same base, each once", () => {
  const seeds = seedsOf("20260206", 20);
  expect(seeds).toEqual(seedsOf("20260206", 20));
  expect(new Set([...seeds, ...seedsOf("20260207", 20)]).size).toBe(40);
  expect(seeds.every((seed) => /^0x[0-9a-f]{64}$/.test(seed))).toBe(true);
});
