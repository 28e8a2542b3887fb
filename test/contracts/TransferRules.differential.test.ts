import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DifferenceError, fuzzSteps, playSteps, type FuzzCounts } from "../support/fuzzRules.ts";
import { fuzzWorld } from "../support/fuzzWorld.ts";
import { memoryDefects, withDefect } from "../support/planted.ts";
import { openLedger } from "../support/world.ts";

// The page and the movement never differ; `npm run test:differential` tries far more steps of the same kinds.

const ledger = await openLedger();
const { networkHelpers } = ledger;
const SEED = 20260206;

const none = (): FuzzCounts => ({ refused: 0, judged: 0, remembered: 0 });

it("a movement goes ahead exactly where the page finds nothing, and is refused with what it finds (R-T1)", async () => {
  const counts = none();
  await fc.assert(
    fc.asyncProperty(fuzzSteps(100), async (steps) => {
      await playSteps(await networkHelpers.loadFixture(fuzzWorld), steps, counts);
    }),
    { numRuns: 8, seed: SEED },
  );
  // No side of the comparison may be empty: neither refusals, nor the page, nor what is remembered.
  expect(counts.refused).toBeGreaterThan(200);
  expect(counts.judged).toBeGreaterThan(100);
  expect(counts.remembered).toBeGreaterThan(40);
  expect(counts.refused + counts.judged + counts.remembered).toBe(800);
}, 240_000);

describe("the comparison", () => {
  it.each(Object.entries(memoryDefects))(
    "finds %s",
    async (_, defect) => {
      const defective = withDefect(await openLedger(), defect);
      const planted = () => fuzzWorld(defective);
      const found = await fc.check(
        fc.asyncProperty(fuzzSteps(200), async (steps) => {
          await playSteps(await defective.networkHelpers.loadFixture(planted), steps, none());
        }),
        { numRuns: 20, seed: SEED, endOnFailure: true },
      );
      expect(found.failed).toBe(true);
      expect(found.errorInstance).toBeInstanceOf(DifferenceError);
    },
    240_000,
  );
});
