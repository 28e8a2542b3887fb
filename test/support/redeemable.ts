import type { Note } from "../../types/contracts/index.ts";
import { declaration, declare, issuedDeal, post, report, reportOf } from "./cycles.ts";
import { noteOf, register } from "./steps.ts";
import { classTerms, dealTerms, rateKind, residualStep, stepKind, stepTerms, UNIT_FACE_MINOR } from "./terms.ts";
import { deployed, type Ledger, type World } from "./world.ts";

export type RedeemableWorld = World & {
  readonly deal: string;
  readonly filing: string;
  readonly alpha: string;
  readonly beta: string;
  readonly notes: readonly Note[];
};

/** Units of each class. */
export const UNITS = 10n;
const bullet = { rateKind: rateKind.zero, rateLowestE10: 0n, rateHighestE10: 0n };
const exact = {
  originalBalanceLowestMinor: UNITS * UNIT_FACE_MINOR,
  originalBalanceHighestMinor: UNITS * UNIT_FACE_MINOR,
};

/** A deal of two tokenised classes without interest, repaid one after the other; the second takes what is left. */
export async function redeemable(of: Ledger): Promise<RedeemableWorld> {
  const world = await deployed(of);
  const alpha = await register(world, world.actors.custodianA, "alpha");
  const beta = await register(world, world.actors.custodianB, "beta");
  const terms = dealTerms(world.actors, {
    closingDateLatest: 20260210,
    classes: [classTerms({ ...bullet, ...exact, label: "A-1" }), classTerms({ ...bullet, ...exact, label: "B" })],
    steps: [stepTerms({ kind: stepKind.principalSequential, classes: 0b11 }), residualStep(1)],
  });
  const held = [
    { account: alpha, units: 4n },
    { account: beta, units: 6n },
  ];
  const { deal, filing } = await issuedDeal(world, terms, { 0: held, 1: held });
  return { ...world, deal, filing, alpha, beta, notes: [await noteOf(world, deal, 0), await noteOf(world, deal, 1)] };
}

/** Repays so many units' worth of principal, first class first, and pays the rest out. */
export async function repay(world: RedeemableWorld, period: number, units: bigint, residualMinor = 0n): Promise<void> {
  const dates = declaration({
    period,
    recordDate: 20260203 + period,
    nominalDate: period === 1 ? 20260315 : 20260415,
    paymentDate: period === 1 ? 20260316 : 20260415,
  });
  await declare(world, world.deal, dates);
  const principalMinor = units * UNIT_FACE_MINOR;
  const given = reportOf({ availableMinor: principalMinor + residualMinor, principalMinor });
  await report(world, world.deal, period, given);
  const before = await Promise.all([0, 1].map((i) => outstanding(world, i, period)));
  const first = principalMinor < before[0]! ? principalMinor : before[0]!;
  const paidMinor = [first, principalMinor - first, residualMinor];
  const { actualAdjusted } = await world.distributor.cycleOf(world.deal, period);
  await post(world, world.deal, {
    period,
    version: 1,
    report: given,
    dayCounts: [actualAdjusted, actualAdjusted],
    paidMinor,
  });
}

const outstanding = async (world: RedeemableWorld, classIndex: number, period: number) =>
  period === 1 ? UNITS * UNIT_FACE_MINOR : (await world.distributor.balanceOf(world.deal, classIndex)).outstandingMinor;
