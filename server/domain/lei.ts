import { z } from "zod";

/** Schema of a Legal Entity Identifier (ISO 17442), check digits included. */
export const leiSchema = z
  .string()
  .regex(/^[A-Z0-9]{18}[0-9]{2}$/, {
    error: "Expected eighteen capital letters or digits and two check digits.",
    abort: true,
  })
  .refine((lei) => leiCheckDigits(lei.slice(0, 18)) === lei.slice(18), {
    params: { code: "check-digit" },
    message: "The check digits of the LEI are wrong.",
  });

/**
 * Computes the check digits of a LEI (ISO 7064, MOD 97-10): letters become two-digit numbers from A = 10, and the number
 * with its check digits leaves 1 when it is divided by 97.
 * @param body The first eighteen characters, capital letters and digits.
 * @returns Two digits, from `02` to `98`.
 */
export function leiCheckDigits(body: string): string {
  const number = Array.from(body, (character) => parseInt(character, 36)).join("");
  return String(98n - (BigInt(`${number}00`) % 97n)).padStart(2, "0");
}
