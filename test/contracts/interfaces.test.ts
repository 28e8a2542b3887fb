import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import hre from "hardhat";
import { describe, expect, it } from "vitest";

// What the interfaces promise is tested: each custom error is provoked with its values somewhere in this folder, and
// each event is expected. The matchers take values as a duty and refuse names that no contract has.

type Item = { readonly type: string; readonly name: string };

const here = import.meta.dirname;
const own = (await readdir(here)).filter((file) => file.endsWith(".test.ts") && file !== "interfaces.test.ts");
const files = [...own.map((file) => join(here, file)), join(here, "../support/ineligible.ts")];
const tests = (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");

const interfaces = [...(await hre.artifacts.getAllFullyQualifiedNames())].filter((name) =>
  name.startsWith("contracts/interfaces/"),
);
const items = new Map<string, Item>();
for (const name of interfaces) {
  const { abi } = await hre.artifacts.readArtifact(name);
  for (const item of abi as Item[]) items.set(`${item.type} ${item.name}`, item);
}
const namesOf = (type: string) => [...items.values()].filter((item) => item.type === type).map(({ name }) => name);

describe("every error of an interface", () => {
  it.each(namesOf("error").sort())("%s is provoked with its values", (name) => {
    expect(new RegExp(`"${name}",\\s*(args:\\s*|\\(\\{ \\w+ \\}\\) => )?\\[`).test(tests)).toBe(true);
  });

  it("is found: there are interfaces and errors to look for", () => {
    expect(interfaces.length).toBeGreaterThanOrEqual(7);
    expect(namesOf("error").length).toBeGreaterThan(50);
  });
});

describe("every event of an interface", () => {
  it.each(namesOf("event").sort())("%s is expected with its values", (name) => {
    expect(tests.includes(`"${name}"`)).toBe(true);
  });
});
