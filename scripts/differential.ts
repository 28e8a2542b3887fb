// Compares the page of rules with what movements do, over 20 printed seeds of 8,000 steps each, and shows that two planted
// defects are found: npm run test:differential [-- SEED ...] plays the given seeds instead.
import { randomInt } from "node:crypto";
import fc from "fast-check";
import { DifferenceError, fuzzSteps, playSteps, type FuzzCounts } from "../test/support/fuzzRules.ts";
import { fuzzWorld } from "../test/support/fuzzWorld.ts";
import { memoryDefects, withDefect } from "../test/support/planted.ts";
import { openLedger, type Ledger } from "../test/support/world.ts";

const SEEDS = 20;
const RUNS = 40;
/** Steps in one world; then all begins anew, so that what cannot be undone does not pile up. */
const STEPS = 200;

/** Plays a seed on a ledger. @returns the counts, and the first difference where one was found */
async function play(ledger: Ledger, seed: number): Promise<{ counts: FuzzCounts; difference: unknown }> {
  const counts = { refused: 0, judged: 0, remembered: 0 };
  const begin = () => fuzzWorld(ledger);
  const property = fc.asyncProperty(fuzzSteps(STEPS), async (steps) => {
    await playSteps(await ledger.networkHelpers.loadFixture(begin), steps, counts);
  });
  const { failed, errorInstance } = await fc.check(property, { numRuns: RUNS, seed, endOnFailure: true });
  return { counts, difference: failed ? errorInstance : null };
}

const given = process.argv.slice(2).map(Number);
const seeds = given.length > 0 ? given : Array.from({ length: SEEDS }, () => randomInt(2 ** 31));
for (const seed of seeds) {
  const { counts, difference } = await play(await openLedger(), seed);
  const { refused, judged, remembered } = counts;
  console.log(
    `seed ${seed}: ${refused} refused, ${judged} moved by the page, ${remembered} moved by what is remembered`,
  );
  if (difference) throw difference;
}
for (const [what, defect] of Object.entries(memoryDefects)) {
  const { counts, difference } = await play(withDefect(await openLedger(), defect), seeds[0]!);
  if (!(difference instanceof DifferenceError)) throw new Error(`${what} was not found.`, { cause: difference });
  console.log(`planted: ${what}, found after ${counts.refused + counts.judged + counts.remembered} steps`);
}
