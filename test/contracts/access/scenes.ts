import { id, ZeroAddress } from "ethers";
import type { Note } from "../../../types/contracts/Note.ts";
import { declared, funded, issuedInFull, posted, reported, type PayingWorld } from "../../support/payingWorld.ts";
import { fileOrder, kind } from "../../support/orders.ts";
import { redeemable, repay, UNITS } from "../../support/redeemable.ts";
import * as steps from "../../support/steps.ts";
import { classes } from "../../support/terms.ts";
import { issued, recorded, submitted, type DealWorld, type Ledger, type World } from "../../support/world.ts";

/** A world in which functions are tried: a deal with its notes, and four accounts that hold or may hold them. */
export type Scene = World & {
  readonly filing: string;
  readonly deal: string;
  readonly note: Note;
  readonly exactNote: Note;
  readonly alpha: string;
  readonly beta: string;
  readonly gamma: string;
  readonly selfKept: string;
};

const HOUR_SECONDS = 3_600;

async function withNotes(world: PayingWorld): Promise<Scene> {
  const note = await steps.noteOf(world, world.deal, classes.open);
  const exactNote = await steps.noteOf(world, world.deal, classes.exact);
  return { ...world, note, exactNote };
}

/** Registers the accounts of a deal whose notes nobody holds yet. */
async function withAccounts(world: World & Pick<DealWorld, "filing" | "deal" | "note" | "exactNote">): Promise<Scene> {
  const { custodianA, custodianB, holder } = world.actors;
  return {
    ...world,
    alpha: await steps.register(world, custodianA, "alpha"),
    beta: await steps.register(world, custodianA, "beta"),
    gamma: await steps.register(world, custodianB, "gamma"),
    selfKept: await steps.registerSelfKept(world, custodianA, holder),
  };
}

/** How far the deal has come before a function is tried. */
export const stages = {
  /** The deal created under its recorded filing; not priced. */
  async recorded(ledger: Ledger): Promise<Scene> {
    return withAccounts(await recorded(ledger));
  },
  /** Some units issued. */
  async issued(ledger: Ledger): Promise<Scene> {
    return issued(ledger);
  },
  /** Everything issued. */
  async complete(ledger: Ledger): Promise<Scene> {
    return withNotes(await issuedInFull(ledger));
  },
  async declared(ledger: Ledger): Promise<Scene> {
    return withNotes(await declared(ledger));
  },
  async reported(ledger: Ledger): Promise<Scene> {
    return withNotes(await reported(ledger));
  },
  async posted(ledger: Ledger): Promise<Scene> {
    return withNotes(await posted(ledger));
  },
  async funded(ledger: Ledger): Promise<Scene> {
    return withNotes(await funded(ledger));
  },
  /** The first class repaid, its units not cancelled. */
  async redeemed(ledger: Ledger): Promise<Scene> {
    const world = await redeemable(ledger);
    const { custodianB, custodianA, holder } = world.actors;
    await repay(world, 1, UNITS);
    const gamma = await steps.register(world, custodianB, "gamma");
    const selfKept = await steps.registerSelfKept(world, custodianA, holder);
    return { ...world, note: world.notes[0]!, exactNote: world.notes[1]!, gamma, selfKept };
  },
  /** The filing submitted and its deal created; nobody attested, nothing is priced or issued. */
  async unfiled(ledger: Ledger): Promise<Scene> {
    const world = await submitted(ledger);
    const deal = await steps.createDeal(world, world.filing, world.terms);
    const note = await steps.noteOf(world, deal, classes.open);
    return withAccounts({ ...world, deal, note, exactNote: await steps.noteOf(world, deal, classes.exact) });
  },
};

export type Stage = keyof typeof stages;

/** Has the custodian of each account state something else of its holder. */
async function restate(scene: Scene, overrides: Partial<steps.Statement>): Promise<void> {
  const { custodianA, custodianB } = scene.actors;
  for (const account of [scene.alpha, scene.beta, scene.gamma, scene.selfKept]) {
    const { holderRef, custodian: number } = await steps.accountOf(scene, account);
    const custodian = BigInt(number) === custodianB.id ? custodianB : custodianA;
    const given = steps.facts({ holderRef, ...overrides });
    const word = steps.factsWord(given);
    await scene.holders.connect(custodian.key).updateAccount(account, word, given.evidenceCommitment);
  }
}

/** An order to pause the class of a note. @returns its id */
export const filePause = (scene: Scene): Promise<string> =>
  fileOrder(scene, { kind: kind.pause, account: ZeroAddress, units: 0n });

/** What has befallen the accounts, the filing or the note when a function is tried. */
export const situations = {
  ordinary: async () => {},
  /** Every holder turned out to have a mainland owner; `CN` itself can never be stated. */
  onshore: (scene: Scene) => restate(scene, { lookThrough: steps.lookThrough.mainlandOwner }),
  /** The eligibility of every holder ran out. */
  lapsed: (scene: Scene) => restate(scene, { eligibleUntil: 1 }),
  /** Every account is stopped. */
  frozen: async (scene: Scene) => {
    const until = (await steps.now(scene)) + HOUR_SECONDS;
    const holders = scene.holders.connect(scene.actors.registrar.key);
    for (const account of [scene.alpha, scene.beta, scene.gamma, scene.selfKept]) {
      await holders.stopAccount(account, id("freeze everybody"), until);
    }
  },
  /** Nothing is recorded: see the stage of that name. */
  unfiled: async () => {},
  suspended: async (scene: Scene) => {
    const until = (await steps.now(scene)) + HOUR_SECONDS;
    const { filings, filing, actors } = scene;
    await filings.connect(actors.regulator.key).suspend(filing, id("suspend everything"), until, id("basis"));
  },
  /** Both classes are paused. */
  paused: async (scene: Scene) => {
    const { actors, orders } = scene;
    const until = (await steps.now(scene)) + HOUR_SECONDS;
    for (const note of [scene.note, scene.exactNote]) {
      const order = await filePause({ ...scene, note });
      await orders.connect(actors.regulator.key).pause(order, until);
    }
  },
} satisfies Record<string, (scene: Scene) => Promise<void>>;

export type Situation = keyof typeof situations;
