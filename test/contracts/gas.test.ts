import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openLedger } from "../support/world.ts";
import { measureTransfers } from "./transferMeasures.ts";
import { gasBars, measureGas } from "./gasMeasures.ts";

const snapshot = JSON.parse(readFileSync(new URL("gas.snapshot.json", import.meta.url), "utf8"));
const transfers = await measureTransfers(await openLedger());
const figures = await measureGas(await openLedger());

it("costs exactly what the snapshot says; `npm run bench:gas` writes a new one", () => {
  expect({ transfers, ...figures }).toEqual(snapshot);
});

it.each(Object.entries(gasBars))("keeps the bar: %s, at most %i", (what, bar) => {
  expect(figures[what]).toBeLessThanOrEqual(bar);
});

it.each(Object.entries(transfers))("keeps the bar: %s", (_, { gas, plain, most }) => {
  if (plain?.most) expect(gas / plain.gas).toBeLessThanOrEqual(plain.most);
  if (most) expect(gas).toBeLessThanOrEqual(most);
  expect(gas).toBeGreaterThan(0);
});

it("posts at a cost that does not depend on the number of holders", () => {
  const [few, many] = ["1 holder", "200 holders"].map(
    (who) => figures[`post 8 lines, 2 classes: second party, ${who}`],
  );
  expect(few).toBe(many);
});
