import { Interface, type BaseContract, type JsonFragment } from "ethers";
import hre from "hardhat";
import { describe, expect, it } from "vitest";
import { singletonKeys, type SingletonKey } from "../support/world.ts";
import type { Row, Rows } from "./access/row.ts";
import { approvals } from "./access/rows/approvals.ts";
import { deals, noteFactory } from "./access/rows/deals.ts";
import { distributor } from "./access/rows/distributor.ts";
import { filings } from "./access/rows/filings.ts";
import { holders } from "./access/rows/holders.ts";
import { note } from "./access/rows/note.ts";
import { classRules, orders, statements } from "./access/rows/orders.ts";
import { parties } from "./access/rows/parties.ts";
import { payments } from "./access/rows/payments.ts";
import { assets, disclosures, scrutiny } from "./access/rows/scrutiny.ts";
import { situations, type Situation } from "./access/scenes.ts";
import { differences, joined, outcomesOf, sceneOf } from "./access/trial.ts";

// The access matrix: every function that changes something, by every caller, in every situation. Nobody may do anything
// unless a row says so, and a function without a row fails.

/** The rows of each contract, by its place in the deployment. */
const matrix: Readonly<Record<SingletonKey | "note", Rows>> = {
  parties,
  approvals,
  filings,
  holders,
  noteFactory,
  deals,
  distributor,
  payments,
  scrutiny,
  assets,
  disclosures,
  statements,
  classRules,
  orders,
  note,
};

const artifacts = await Promise.all(
  [...(await hre.artifacts.getAllFullyQualifiedNames())].map((n) => hre.artifacts.readArtifact(n)),
);
/** Every error of every contract, since a refusal may come from anywhere below. */
const errors = new Interface(
  artifacts.flatMap(({ abi }) => (abi as readonly JsonFragment[]).filter(({ type }) => type === "error")),
);

const changing = (contract: BaseContract): string[] => {
  const names: string[] = [];
  contract.interface.forEachFunction((f) => void (f.constant || names.push(f.name)));
  return names.sort();
};

describe.each([...singletonKeys, "note"] as const)("the functions of %s", (key) => {
  const rows = matrix[key];

  it("each have one row, and no row is of another", async () => {
    const scene = await sceneOf({ args: () => [], may: [] }, "ordinary");
    expect(Object.keys(rows).sort()).toEqual(changing(scene[key]));
  });

  /** What a call of the function by everybody comes to in a scene. */
  async function tried(name: string, row: Row, situation: Situation, isOpened = false): Promise<string[]> {
    const scene = await sceneOf(row, situation);
    const contract: BaseContract = scene[key];
    const to = await contract.getAddress();
    const data = contract.interface.encodeFunctionData(name, await row.args(scene));
    if (isOpened) await scene.actors.registrar.key.sendTransaction({ to, data });
    return differences(isOpened ? joined(row) : row, situation, await outcomesOf(scene, to, data, errors));
  }

  it.each(Object.entries(rows))("%s is refused to whom no row names, in every situation (R-G1)", async (name, row) => {
    const found: string[] = [];
    for (const situation of Object.keys(situations) as Situation[]) found.push(...(await tried(name, row, situation)));
    expect(found).toEqual([]);
  });

  const decided = Object.entries(rows).filter(([, { isDecided }]) => isDecided);
  it.runIf(decided.length > 0).each(decided)("%s is then joined by approvers alone (R-G1)", async (name, row) => {
    expect(await tried(name, row, "ordinary", true)).toEqual([]);
  });
});
