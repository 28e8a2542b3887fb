import { z } from "zod";
import { formatDecimal, parseDecimal } from "./decimals.ts";

/** Currencies an amount may be in, by ISO 4217 code, each with the number of its decimals. */
const exponents = { AUD: 2, CHF: 2, CNY: 2, EUR: 2, GBP: 2, HKD: 2, JPY: 0, SGD: 2, USD: 2 } as const;

/** ISO 4217 code of a currency that the registry knows. */
export type Currency = keyof typeof exponents;

export const currencySchema = z.enum(Object.keys(exponents) as [Currency, ...Currency[]]);

/** Schema of an amount in major units, `1000.50`. Whether the currency has so many decimals is for `parseMinor`. */
export const moneySchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,38})(\.\d{1,4})?$/, 'Expected an amount in major units such as "1000.50".');

/**
 * Reads an amount in major units.
 * @param text For example `1000.50`.
 * @returns The amount in minor units, 100050n in US dollars.
 * @throws DecimalError when the text is no decimal number, or has more decimals than the currency.
 */
export function parseMinor(text: string, currency: Currency): bigint {
  return parseDecimal(text, exponents[currency]);
}

/**
 * Writes an amount in major units with all decimals of its currency.
 * @param amountMinor Amount in minor units.
 */
export function formatMinor(amountMinor: bigint, currency: Currency): string {
  return formatDecimal(amountMinor, exponents[currency]);
}
