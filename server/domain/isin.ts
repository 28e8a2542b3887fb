import { z } from "zod";

/** Schema of an ISIN (ISO 6166), check digit included. */
export const isinSchema = z
  .string()
  .regex(/^[A-Z]{2}[A-Z0-9]{9}[0-9]$/, {
    error: "Expected two capital letters, nine capital letters or digits, and a check digit.",
    abort: true,
  })
  .refine((isin) => isinCheckDigit(isin.slice(0, 11)) === isin[11], {
    params: { code: "check-digit" },
    message: "The check digit of the ISIN is wrong.",
  });

/**
 * Computes the check digit of an ISIN: letters become two-digit numbers from A = 10, then Luhn's sum over all digits.
 * @param body The first eleven characters, capital letters and digits.
 * @returns One digit.
 */
export function isinCheckDigit(body: string): string {
  const digits = Array.from(body, (character) => parseInt(character, 36)).join("");
  const sum = Array.from(digits, Number)
    .reverse()
    .reduce((total, digit, index) => {
      const weighted = index % 2 === 0 ? digit * 2 : digit;
      return total + (weighted > 9 ? weighted - 9 : weighted);
    }, 0);
  return String((10 - (sum % 10)) % 10);
}
