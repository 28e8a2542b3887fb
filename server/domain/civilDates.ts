import { z } from "zod";

const FIRST_YEAR = 1970;

/** Thrown for a text or a number that is no civil date. */
export class CivilDateError extends Error {
  override readonly name = "CivilDateError";

  constructor(given: string | number) {
    super(`"${given}" is not a date of the calendar from ${FIRST_YEAR} on, written YYYY-MM-DD.`);
  }
}

/** Schema of a civil date, `2004-10-28`. The ledger knows no date before 1970. */
export const civilDateSchema = z.iso
  .date({ error: "Expected a date of the calendar written YYYY-MM-DD.", abort: true })
  .refine((text) => Number(text.slice(0, 4)) >= FIRST_YEAR, {
    params: { code: "out-of-range" },
    message: `Expected a date from ${FIRST_YEAR} on.`,
  });

/**
 * Reads a civil date.
 * @param text `YYYY-MM-DD`.
 * @returns The date as the ledger writes it, the number yyyymmdd.
 * @throws CivilDateError when the calendar has no such day, or it is before 1970.
 */
export function parseCivilDate(text: string): number {
  if (!civilDateSchema.safeParse(text).success) throw new CivilDateError(text);
  return Number(text.replaceAll("-", ""));
}

/**
 * Writes a civil date of the ledger.
 * @param date The number yyyymmdd.
 * @returns `YYYY-MM-DD`.
 * @throws CivilDateError when the number is no civil date.
 */
export function formatCivilDate(date: number): string {
  const text = String(date).replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
  if (!civilDateSchema.safeParse(text).success) throw new CivilDateError(date);
  return text;
}
