import {
  dayCounts,
  rateKinds,
  roundings,
  stepKinds,
  type ClassTerms,
  type StepTerms,
} from "../../server/domain/dealTerms.ts";
import { termsOf } from "../../server/domain/dealDocument.ts";
import type { Period } from "../../server/domain/waterfallPeriod.ts";
import type { StepKind } from "../../server/domain/allocation.ts";
import { smallDeal, smallDealPartyIds } from "./smallDeal.ts";

const smallTerms = termsOf(smallDeal(), smallDealPartyIds);

/** A class that earns 3.6 percent by 30/360, so that a month earns 0.3 percent. */
export function noteClass(changes: Partial<ClassTerms> & { label: string }): ClassTerms {
  return {
    ...smallTerms.classes[0]!,
    rateKind: rateKinds.indexOf("fixed"),
    dayCount: dayCounts.indexOf("30/360"),
    rounding: roundings.indexOf("HALF_UP"),
    adjustedAccrual: false,
    ...changes,
  };
}

/** A step for some classes, by their indexes. */
export function classStep(kind: Exclude<StepKind, "fee">, ...classes: number[]): StepTerms {
  const bits = classes.reduce((set, index) => set | (1 << index), 0);
  return { kind: stepKinds.indexOf(kind), classes: bits, payee: 0, capMinor: 0n };
}

/** A fee of party 5. */
export function feeStep(capMinor: bigint): StepTerms {
  return { kind: stepKinds.indexOf("fee"), classes: 0, payee: 5, capMinor };
}

const date = (text: string) => Temporal.PlainDate.from(text);
const paymentDate = (text: string) => ({ nominal: date(text), rolled: date(text) });

/**
 * A period of one month of a deal in US dollars with classes of 1,000.00 each at 3.6 percent, with nothing to pay it from.
 * @param steps Its waterfall.
 * @param changes Fields that differ.
 */
export function smallPeriod(
  labels: readonly string[],
  steps: readonly StepTerms[],
  changes: Partial<Period> = {},
): Period {
  return {
    terms: { ...smallTerms, classes: labels.map((label) => noteClass({ label })), steps },
    pricing: labels.map(() => ({ originalBalanceMinor: 100_000n, rateE10: 360_000_000n })),
    accrual: { from: paymentDate("2026-03-15"), to: paymentDate("2026-04-15") },
    opening: labels.map(() => ({ outstandingMinor: 100_000n, interestShortfallMinor: 0n })),
    fixingsE10: labels.map(() => null),
    availableFundsMinor: 0n,
    principalDistributableMinor: 0n,
    feesDueMinor: [],
    ...changes,
  };
}
