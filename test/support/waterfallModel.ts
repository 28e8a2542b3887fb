import type { StepTermsStruct } from "../../types/contracts/DealRegistry.ts";
import { stepKind } from "./terms.ts";

/** A class as the model sees it, in minor units. */
export type ModelClass = {
  readonly rateE10: bigint;
  readonly dayCount: bigint;
  readonly isHalfUp: boolean;
  readonly outstanding: bigint;
  readonly shortfall: bigint;
};

export type ModelResult = {
  readonly lines: bigint[];
  readonly outstanding: bigint[];
  readonly shortfall: bigint[];
};

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

/**
 * Interest by counting: the largest amount whose multiple of the denominator does not pass the exact figure, and one more
 * when the rest is a half or above.
 */
function interestOf({ outstanding, rateE10, dayCount, isHalfUp }: ModelClass): bigint {
  const exact = outstanding * rateE10 * dayCount;
  const one = 3_600_000_000_000n;
  const whole = exact / one;
  return isHalfUp && 2n * (exact - whole * one) >= one ? whole + 1n : whole;
}

/** Splits an amount by weights: whole shares first, then one each to the largest remainders, earlier ones first. */
function split(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= amount) return [...weights];
  const shares = weights.map((weight) => (amount * weight) / total);
  const missing = Number(amount - shares.reduce((sum, share) => sum + share, 0n));
  const order = weights
    .map((weight, i) => ({ i, rest: (amount * weight) % total }))
    .sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1));
  for (const { i } of order.slice(0, missing)) shares[i]! += 1n;
  return shares;
}

/** What a payment date must be: a second opinion on the ledger's checker that shares nothing with it. */
export function distribute(
  steps: readonly StepTermsStruct[],
  classes: readonly ModelClass[],
  funds: { available: bigint; principal: bigint; feesDue: readonly bigint[] },
): ModelResult {
  let cash = funds.available;
  let principal = funds.principal;
  const feesDue = [...funds.feesDue];
  const due = classes.map((one) => interestOf(one) + one.shortfall);
  const outstanding = classes.map((one) => one.outstanding);
  const lines: bigint[] = [];
  for (const step of steps) {
    const chosen = classes.map((_, i) => i).filter((i) => (BigInt(step.classes) >> BigInt(i)) % 2n === 1n);
    const amounts: bigint[] = [];
    if (step.kind === stepKind.fee) amounts.push(smaller(cash, smaller(feesDue.shift()!, BigInt(step.capMinor))));
    if (step.kind === stepKind.residual) amounts.push(cash);
    if (step.kind === stepKind.classInterest)
      amounts.push(
        ...split(
          cash,
          chosen.map((i) => due[i]!),
        ),
      );
    if (step.kind === stepKind.principalProRata) {
      amounts.push(
        ...split(
          smaller(cash, principal),
          chosen.map((i) => outstanding[i]!),
        ),
      );
    }
    if (step.kind === stepKind.principalSequential) {
      let left = smaller(cash, principal);
      for (const i of chosen) {
        amounts.push(smaller(left, outstanding[i]!));
        left -= amounts.at(-1)!;
      }
    }
    for (const [k, i] of chosen.entries()) {
      if (step.kind === stepKind.classInterest) due[i]! -= amounts[k]!;
      const isPrincipal = step.kind === stepKind.principalProRata || step.kind === stepKind.principalSequential;
      if (isPrincipal) [outstanding[i], principal] = [outstanding[i]! - amounts[k]!, principal - amounts[k]!];
    }
    for (const amount of amounts) cash -= amount;
    lines.push(...amounts);
  }
  return { lines, outstanding, shortfall: due };
}
