import { formatDecimal } from "./decimals.ts";
import { divideRounded } from "./rounding.ts";

/** Decimals that payment statements print factors and amounts per thousand with. */
const DECIMALS = 7;
const ONE_E7 = 10n ** BigInt(DECIMALS);

/**
 * Writes how much of a class is still outstanding, for printing; balances are what is kept.
 * @param outstandingMinor Minor units.
 * @param originalMinor Minor units, above zero.
 * @returns The principal factor with seven decimals, half up: `0.7819519`.
 */
export function formatPrincipalFactor(outstandingMinor: bigint, originalMinor: bigint): string {
  return formatDecimal(divideRounded(outstandingMinor * ONE_E7, originalMinor, "HALF_UP"), DECIMALS);
}

/**
 * Writes what was paid on each thousand of the original balance, for printing.
 * @param paidMinor Minor units as they were paid, already rounded.
 * @param originalMinor Original balance of the class in minor units, above zero.
 * @returns Seven decimals, half up: `218.0481137`.
 */
export function formatPerThousand(paidMinor: bigint, originalMinor: bigint): string {
  return formatDecimal(divideRounded(paidMinor * 1_000n * ONE_E7, originalMinor, "HALF_UP"), DECIMALS);
}
