import type { TokenisedDeposit } from "../../types/contracts/index.ts";
import { admitDeposit, cashAccountOf, declaration, declare, fixRate, fund, instruct, issuedDeal } from "./cycles.ts";
import { post, report, reportOf, type Posting } from "./cycles.ts";
import { register, registerSelfKept } from "./steps.ts";
import { classes, dealTerms, pricing } from "./terms.ts";
import { deployed, type Ledger, type World } from "./world.ts";

export type PayingWorld = World & {
  readonly deal: string;
  readonly filing: string;
  /** Holders of the first class with their units: two of custodian A, one of custodian B, one self-kept. */
  readonly alpha: string;
  readonly beta: string;
  readonly gamma: string;
  readonly selfKept: string;
};

export const units = { alpha: 333n, beta: 333n, gamma: 283n, selfKept: 1n } as const;

/** The index fixed for the floating class: two per cent. */
export const FIXING_E10 = 200_000_000n;

/** The small deal priced and issued in full; nothing declared. */
export async function issuedInFull(ledger: Ledger): Promise<PayingWorld> {
  const world = await deployed(ledger);
  const { custodianA, custodianB, holder } = world.actors;
  const alpha = await register(world, custodianA, "alpha");
  const beta = await register(world, custodianA, "beta");
  const gamma = await register(world, custodianB, "gamma");
  const selfKept = await registerSelfKept(world, custodianA, holder);
  const accounts = { alpha, beta, gamma, selfKept };
  const holdings = {
    [classes.open]: Object.entries(accounts).map(([name, account]) => ({
      account,
      units: units[name as keyof typeof units],
    })),
    [classes.exact]: [{ account: alpha, units: 500n }],
  };
  const { deal, filing } = await issuedDeal(world, dealTerms(world.actors), holdings, pricing());
  return { ...world, deal, filing, ...accounts };
}

/**
 * The first period of the small deal, worked out by hand. A-1: 95,000,000 × 5.125 % × 33/360 = 446,302.08, half up.
 * 50,000,000 × (2 % + 1.5 %) × 32/360 = 155,555.55, down. Lines: fee, interest, sequential principal, residual.
 */
export const firstReport = reportOf({
  availableMinor: 3_000_000n,
  principalMinor: 2_000_000n,
  feesDueMinor: [100_000n],
});

export const firstPosting: Posting = {
  period: 1,
  version: 1,
  report: firstReport,
  dayCounts: [33n, 32n, 32n],
  paidMinor: [100_000n, 446_302n, 155_555n, 2_000_000n, 0n, 298_143n],
};

/** What the holders of the first class share in the first period. */
export const FIRST_SHARED_MINOR = 2_446_302n;

/** The first cycle declared. */
export async function declared(ledger: Ledger): Promise<PayingWorld> {
  const world = await issuedInFull(ledger);
  await declare(world, world.deal, declaration());
  return world;
}

/** The first cycle with its report and its fixing. */
export async function reported(ledger: Ledger): Promise<PayingWorld> {
  const world = await declared(ledger);
  await report(world, world.deal, 1, firstReport);
  await fixRate(world, world.deal, 1, classes.exact, FIXING_E10);
  return world;
}

/** The first period posted; no cash anywhere. */
export async function posted(ledger: Ledger): Promise<PayingWorld> {
  const world = await reported(ledger);
  await post(world, world.deal, firstPosting);
  return world;
}

export type FundedWorld = PayingWorld & {
  readonly deposit: TokenisedDeposit;
  readonly cashA: string;
  readonly cashB: string;
};

/** The first period funded, with the custodians' standing instructions. */
export async function funded(ledger: Ledger): Promise<FundedWorld> {
  const world = await posted(ledger);
  const deposit = await admitDeposit(world);
  const cashA = await instruct(world, world.actors.custodianA, cashAccountOf("A"));
  const cashB = await instruct(world, world.actors.custodianB, cashAccountOf("B"));
  await fund(world, deposit, world.deal, 1);
  return { ...world, deposit, cashA: cashA, cashB: cashB };
}
