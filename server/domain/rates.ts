import { z } from "zod";
import { formatDecimal, parseDecimal } from "./decimals.ts";

/** A percentage with eight decimals has steps of 1e-10, the unit of every rate on the ledger. */
const PERCENT_DECIMALS = 8;

/** Schema of a yearly rate in percent, `2.10563`, from 0 to 100. */
export const percentSchema = z
  .string()
  .regex(
    /^(100(\.0{1,8})?|(0|[1-9]\d?)(\.\d{1,8})?)$/,
    'Expected a percentage from 0 to 100 with at most 8 decimals such as "2.10563".',
  );

/**
 * Reads a yearly rate in percent.
 * @param percent For example `2.10563`.
 * @returns The rate in units of 1e-10, 210563000n in the example.
 * @throws DecimalError when the text is no decimal number, or is finer than 1e-10.
 */
export function parseRateE10(percent: string): bigint {
  return parseDecimal(percent, PERCENT_DECIMALS);
}

/**
 * Writes a yearly rate in percent without trailing zeros.
 * @param rateE10 Rate in units of 1e-10.
 */
export function formatPercent(rateE10: bigint): string {
  return formatDecimal(rateE10, PERCENT_DECIMALS).replace(/\.?0+$/, "");
}
