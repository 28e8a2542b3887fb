import type { roundings } from "./dealTerms.ts";

/** How an amount becomes whole steps; a term of each class. */
export type Rounding = (typeof roundings)[number];

/**
 * Divides to a whole number of steps.
 * @param numerator Zero or more.
 * @param denominator Above zero.
 * @param rounding `HALF_UP` takes an exact half up to the next step, `FLOOR` drops every part of a step.
 * @throws RangeError when the numerator is negative, where the two modes would need a further rule, or the denominator is
 * not above zero.
 */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (numerator < 0n || denominator <= 0n) {
    throw new RangeError(`Expected zero or more over more than zero, not ${numerator}/${denominator}.`);
  }
  if (rounding === "FLOOR") return numerator / denominator;
  return (2n * numerator + denominator) / (2n * denominator);
}
