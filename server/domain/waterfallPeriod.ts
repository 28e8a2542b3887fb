import type { AccrualPeriod } from "./accrual.ts";
import { stepKinds, type DealTerms } from "./dealTerms.ts";

/** Balances of a class between two payment dates, in minor units. */
export interface ClassState {
  readonly outstandingMinor: bigint;
  /** Interest that fell due and was not paid. */
  readonly interestShortfallMinor: bigint;
}

/** The fields that were open at pricing, by class; equal to the terms where those are exact. */
export interface PricedClass {
  readonly originalBalanceMinor: bigint;
  /** The rate of a fixed class or the spread of a floating one, in units of 1e-10 a year. */
  readonly rateE10: bigint;
}

/** Everything that the allocation of one payment date follows from. Arrays named "by class" have one entry a class. */
export interface Period {
  readonly terms: DealTerms;
  /** By class. */
  readonly pricing: readonly PricedClass[];
  readonly accrual: AccrualPeriod;
  /** By class. */
  readonly opening: readonly ClassState[];
  /** By class, in units of 1e-10; null for a class that does not float. */
  readonly fixingsE10: readonly (bigint | null)[];
  readonly availableFundsMinor: bigint;
  /** Principal that the report of the servicer assigns to this date, in all. */
  readonly principalDistributableMinor: bigint;
  /**
   * What the payee of each fee step claims, in the order of the fee steps. The terms carry no fee forward: what an earlier
   * date left unpaid is paid when it is claimed again.
   */
  readonly feesDueMinor: readonly bigint[];
}

/** Thrown for a period that does not fit the deal or itself. */
export class PeriodError extends Error {
  override readonly name = "PeriodError";
  readonly code: "wrong-count" | "negative-amount" | "balance-too-high";

  constructor(code: PeriodError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Refuses figures that no payment date can have. Rates and dates are refused where they are used.
 * @throws PeriodError naming the first figure that is wrong.
 */
export function requirePeriod(period: Period): void {
  const { classes, steps } = period.terms;
  requireCount("priced classes", period.pricing, classes.length);
  requireCount("opening balances", period.opening, classes.length);
  requireCount("fixings", period.fixingsE10, classes.length);
  requireCount("fees", period.feesDueMinor, steps.filter(({ kind }) => stepKinds[kind] === "fee").length);

  requireAmount("The available funds", period.availableFundsMinor);
  requireAmount("The distributable principal", period.principalDistributableMinor);
  for (const feeMinor of period.feesDueMinor) requireAmount("A fee", feeMinor);
  for (const [index, { label }] of classes.entries()) {
    const { outstandingMinor = 0n, interestShortfallMinor = 0n } = period.opening[index] ?? {};
    const { originalBalanceMinor = 0n } = period.pricing[index] ?? {};
    requireAmount(`The balance of class ${label}`, outstandingMinor);
    requireAmount(`The interest shortfall of class ${label}`, interestShortfallMinor);
    if (outstandingMinor > originalBalanceMinor) {
      throw new PeriodError("balance-too-high", `The balance of class ${label} is above its original balance.`);
    }
  }
}

function requireCount(what: string, entries: readonly unknown[], expected: number): void {
  if (entries.length === expected) return;
  throw new PeriodError("wrong-count", `The deal has ${expected} ${what} and ${entries.length} were given.`);
}

function requireAmount(what: string, amountMinor: bigint): void {
  if (amountMinor < 0n) throw new PeriodError("negative-amount", `${what} cannot be negative.`);
}
