import { accruedFraction, type AccrualPeriod } from "./accrual.ts";
import type { DayCountFraction } from "./dayCountFraction.ts";
import { rateKinds, roundings, type ClassTerms } from "./dealTerms.ts";
import { divideRounded } from "./rounding.ts";

const RATE_ONE_E10 = 10n ** 10n;

/** Thrown for a class whose rate cannot be told. */
export class RateError extends Error {
  override readonly name = "RateError";
  readonly code: "missing-fixing" | "unexpected-fixing" | "negative-rate";

  constructor(code: RateError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** What a class is owed for one accrual period, with the figures it follows from. */
export interface InterestDue {
  readonly outstandingMinor: bigint;
  readonly rateE10: bigint;
  readonly fraction: DayCountFraction;
  /** Interest of this period alone. */
  readonly accruedMinor: bigint;
  /** Interest that earlier payment dates left unpaid. */
  readonly carriedMinor: bigint;
  /** The two together. No interest is earned on unpaid interest. */
  readonly dueMinor: bigint;
}

/**
 * The yearly rate of a class for one accrual period.
 * @param pricedRateE10 The rate of a fixed class or the spread of a floating one, as priced.
 * @param fixingE10 The fixing of the period; null for a class that does not float.
 * @throws RateError when a fixing is missing, stands where none belongs, or something is negative.
 */
export function yearlyRateE10(terms: ClassTerms, pricedRateE10: bigint, fixingE10: bigint | null): bigint {
  const kind = rateKinds[terms.rateKind];
  if (kind === "floating" && fixingE10 === null) {
    throw new RateError("missing-fixing", `Class ${terms.label} floats and has no fixing for this payment date.`);
  }
  if (kind !== "floating" && fixingE10 !== null) {
    throw new RateError("unexpected-fixing", `Class ${terms.label} does not float and takes no fixing.`);
  }
  if (pricedRateE10 < 0n || (fixingE10 ?? 0n) < 0n) {
    throw new RateError(
      "negative-rate",
      `Class ${terms.label} has a negative rate, which its terms do not provide for.`,
    );
  }
  return kind === "zero" ? 0n : pricedRateE10 + (fixingE10 ?? 0n);
}

/**
 * Computes what a class is owed: outstanding × rate × days ÷ days of the year in whole minor units, rounded once as the
 * terms of the class say, and what was left unpaid before.
 * @param outstandingMinor Balance at the beginning of the period.
 * @param rateE10 As `yearlyRateE10` returned it.
 * @param carriedMinor Interest left unpaid by earlier payment dates.
 * @throws RangeError when the period ends before it begins or an amount is negative.
 */
export function interestDue(
  terms: ClassTerms,
  period: AccrualPeriod,
  outstandingMinor: bigint,
  rateE10: bigint,
  carriedMinor: bigint,
): InterestDue {
  const rounding = roundings[terms.rounding];
  if (rounding === undefined) throw new RangeError(`There is no rounding number ${terms.rounding}.`);
  const fraction = accruedFraction(terms, period);
  const accruedMinor = divideRounded(
    outstandingMinor * rateE10 * BigInt(fraction.days),
    BigInt(fraction.daysOfYear) * RATE_ONE_E10,
    rounding,
  );
  return { outstandingMinor, rateE10, fraction, accruedMinor, carriedMinor, dueMinor: accruedMinor + carriedMinor };
}
