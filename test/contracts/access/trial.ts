import type { Interface } from "ethers";
import { revertData } from "../../support/revertData.ts";
import { openLedger, type Ledger } from "../../support/world.ts";
import type { PartyName } from "../../support/actors.ts";
import { addressOf, everybody, holding, isParty, makers, type Caller } from "./callers.ts";
import type { Row } from "./row.ts";
import { situations, stages, type Scene, type Situation, type Stage } from "./scenes.ts";

/** What every caller of a function came to in one situation. */
export type Outcomes = Readonly<Record<string, string>>;

const ledgers = new Map<Stage, Ledger>();

/** Each stage keeps a ledger of its own, so that going back to it never undoes another. */
async function sceneAt(stage: Stage): Promise<Scene> {
  const ledger = ledgers.get(stage) ?? (await openLedger());
  ledgers.set(stage, ledger);
  return ledger.networkHelpers.loadFixture(stages[stage]);
}

/** Sets the scene for a row: its stage, its own steps, then what has befallen everybody. */
export async function sceneOf(row: Row, situation: Situation): Promise<Scene> {
  const isUnfiled = situation === "unfiled";
  const scene = await sceneAt(isUnfiled ? "unfiled" : (row.stage ?? "issued"));
  if (!isUnfiled) await row.arrange?.(scene);
  await situations[situation](scene);
  return scene;
}

/** Asks the ledger what a call by each caller would come to; nothing is sent. @returns "ok" or the name of the error */
export async function outcomesOf(scene: Scene, to: string, data: string, errors: Interface): Promise<Outcomes> {
  const outcomes: Record<string, string> = {};
  for (const caller of everybody) outcomes[caller] = await outcomeOf(scene, addressOf(scene, caller), to, data, errors);
  return outcomes;
}

async function outcomeOf(scene: Scene, from: string, to: string, data: string, errors: Interface): Promise<string> {
  try {
    await scene.ledger.provider.request({ method: "eth_call", params: [{ from, to, data }, "latest"] });
    return "ok";
  } catch (error) {
    const returned = revertData(error);
    if (returned === undefined) throw error;
    return errors.parseError(returned)?.name ?? `unknown error ${returned.slice(0, 10)}`;
  }
}

/** What every caller should come to: who may succeeds unless the row says otherwise, the others are refused. */
export function expectedOf(row: Row, situation: Situation): Outcomes {
  const entitled = row.in?.[situation] ?? "ok";
  return Object.fromEntries(
    everybody.map((caller) => [caller, row.may.includes(caller) ? entitled : refusalOf(row, caller)]),
  );
}

function refusalOf(row: Row, caller: Caller): string {
  return row.but?.[caller] ?? row.others ?? (isParty(caller) ? "Parties_RoleMissing" : "Parties_UnknownKey");
}

/** The row of a matter that the registrar has opened: approvers of other parties join it, and nobody opens it twice. */
export const joined = (row: Row): Row => ({
  ...row,
  may: [...row.may.filter((caller) => !makers.includes(caller as PartyName)), ...joiners],
  but: { ...row.but, registrar: "Approvals_SameParty" },
});

const joiners = holding("APPROVER").filter((name) => name !== "registrar");

/**
 * Where outcomes are not as they should be. Someone who is refused may get the error of the situation instead of his own,
 * since either may be judged first; he never succeeds.
 */
export function differences(row: Row, situation: Situation, outcomes: Outcomes): string[] {
  const expected = expectedOf(row, situation);
  return everybody
    .filter((caller) => {
      const isSituation = outcomes[caller] === row.in?.[situation];
      return outcomes[caller] !== expected[caller] && !isSituation;
    })
    .map((caller) => `${situation}: ${caller} came to ${outcomes[caller]} instead of ${expected[caller]}`);
}
