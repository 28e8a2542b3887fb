import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCampaign, runCampaign } from "./campaign.ts";
import { plants, type Plant } from "./plants.ts";

/** Copies of the project in which defects are planted at the same time. */
const JOBS = 2;

/** Seeds that are tried before a defect counts as not found. */
const TRIED_SEEDS = 3;

const DEPTH = 10_000;

type Found = { readonly seed: string; readonly step: number; readonly law: number; readonly what: string };

/**
 * Plants each defect in a copy of the project and runs the campaign until it breaks.
 * @param filter text in the names of the rules concerned; empty for all
 * @returns whether every defect was found
 */
export async function tryPlants(root: string, seeds: readonly string[], filter: string): Promise<boolean> {
  const waiting = plants.filter(({ rule }) => rule.includes(filter));
  for (const plant of waiting) planted(root, plant);
  console.log(`${waiting.length} planted defects, up to ${TRIED_SEEDS} seeds of ${DEPTH} steps each`);
  await buildCampaign(root);
  const missed: Plant[] = [];
  const work = async () => {
    const copy = copyOf(root);
    try {
      for (let plant = waiting.shift(); plant !== undefined; plant = waiting.shift()) {
        const found = await tryPlant(copy, plant, seeds.slice(0, TRIED_SEEDS));
        if (found === undefined) missed.push(plant);
        console.log(`${plant.rule.padEnd(32)} ${plant.file.replace("contracts/", "").padEnd(32)} ${rowOf(found)}`);
      }
    } finally {
      rmSync(copy, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: Math.min(JOBS, waiting.length) }, work));
  console.log(missed.length === 0 ? "Every planted defect was found." : `${missed.length} were not found.`);
  return missed.length === 0;
}

/** A copy of what a campaign is built from, with what is built already. The junction is for Windows. */
function copyOf(root: string): string {
  const path = mkdtempSync(join(tmpdir(), "narrowgate-planted-"));
  for (const name of ["package.json", "contracts", "test/solidity", "cache/invariants"]) {
    cpSync(join(root, name), join(path, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(path, "node_modules"), "junction");
  return path;
}

function rowOf(found: Found | undefined): string {
  if (found === undefined) return "NOT FOUND";
  return `found by ${found.law} at step ${found.step} of ${found.seed.slice(0, 10)}…: ${found.what.slice(0, 60)}`;
}

/** Plants one defect, runs, and takes it away again. */
async function tryPlant(copy: string, plant: Plant, seeds: readonly string[]): Promise<Found | undefined> {
  const path = join(copy, plant.file);
  const sound = readFileSync(path, "utf8");
  writeFileSync(path, planted(copy, plant));
  try {
    await buildCampaign(copy);
    for (const seed of seeds) {
      const { steps, broken } = await runCampaign({ root: copy, seed, depth: DEPTH });
      if (broken !== undefined) return { seed, step: steps, ...broken };
    }
    return undefined;
  } finally {
    writeFileSync(path, sound);
  }
}

/**
 * The file of a plant with the defect in it.
 * @throws when the text to be replaced does not stand in the file exactly once
 */
function planted(root: string, { rule, file, from, to }: Plant): string {
  const parts = readFileSync(join(root, file), "utf8").split(from);
  if (parts.length !== 2) throw new Error(`The defect for ${rule} fits ${file} ${parts.length - 1} times, not once.`);
  return parts.join(to);
}
