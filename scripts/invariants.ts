// Runs the campaign of test/solidity against the contracts: npm run test:invariants
//   --seed N       base seed, from which the seeds of the runs follow (20260206)
//   --runs N       so many seeds (20)
//   --depth N      so many steps a seed (10,000)
//   --only 0x…     one seed alone, as a run printed it
//   --planted      plants one defect after the other instead, and shows which were found
//   --plant NAME   only planted defects whose rule has this in its name
// docs/invariants.md lists the invariants by number.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildCampaign, runCampaign, seedsOf, type Outcome } from "./invariants/campaign.ts";
import { readLaws } from "./invariants/laws.ts";
import { tryPlants } from "./invariants/planted.ts";

const root = join(import.meta.dirname, "..");

/** Least share of steps that change the ledger. A campaign that is refused all the time proves little. */
const LEAST_CHANGED_PERCENT = 30;

const { values: given } = parseArgs({
  options: {
    seed: { type: "string", default: "20260206" },
    runs: { type: "string", default: "20" },
    depth: { type: "string", default: "10000" },
    only: { type: "string" },
    planted: { type: "boolean", default: false },
    plant: { type: "string", default: "" },
  },
});

const count = (figure: number): string => figure.toLocaleString("en-GB");

/** Runs every seed, some at a time. @returns whether every invariant held and enough steps changed the ledger */
async function runSeeds(seeds: readonly string[], depth: number): Promise<boolean> {
  console.log(
    `Base seed ${given.seed}: ${seeds.length} seeds of ${count(depth)} steps, every invariant after each step.`,
  );
  await buildCampaign(root);
  const waiting = seeds.map((seed, i) => ({ seed, number: i + 1 }));
  let hold = true;
  const totals = { steps: 0, changes: 0 };
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const outcome = await runCampaign({ root, seed: next.seed, depth });
      totals.steps += outcome.steps;
      totals.changes += outcome.changes;
      console.log(`${String(next.number).padStart(3)}  ${next.seed}  ${resultOf(outcome)}`);
      hold = hold && outcome.broken === undefined && isLively(outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), seeds.length) }, work));
  if (hold) console.log(`All ${readLaws(root).length} invariants held. Together: ${countsOf(totals)}.`);
  return hold;
}

const percentOf = ({ steps, changes }: Outcome): number => (100 * changes) / steps;

const isLively = (outcome: Outcome): boolean => percentOf(outcome) >= LEAST_CHANGED_PERCENT;

const countsOf = (outcome: Outcome): string =>
  `${count(outcome.steps)} steps, ${count(outcome.changes)} changed the ledger (${percentOf(outcome).toFixed(1)} %)`;

function resultOf(outcome: Outcome): string {
  const { broken, steps } = outcome;
  if (broken === undefined) {
    return countsOf(outcome) + (isLively(outcome) ? "" : `; fewer than ${LEAST_CHANGED_PERCENT} %`);
  }
  const law = readLaws(root).find(({ number }) => number === broken.law);
  return `BROKEN at step ${count(steps)}: ${broken.what}\n     ${broken.law}. ${law?.text ?? "The campaign failed."}`;
}

const depth = Number(given.depth);
const seeds = given.only === undefined ? seedsOf(given.seed, Number(given.runs)) : [given.only];
const isGood =
  given.planted || given.plant !== "" ? await tryPlants(root, seeds, given.plant) : await runSeeds(seeds, depth);
process.exitCode = isGood ? 0 : 1;
