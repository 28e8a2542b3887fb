import type { dayCounts } from "./dealTerms.ts";

/** Names of the day counts that a class may accrue by. */
export type DayCount = (typeof dayCounts)[number];

/** A part of a year: days as the day count counts them, over the days of its year. */
export interface DayCountFraction {
  readonly days: number;
  readonly daysOfYear: number;
}

/**
 * Measures the time from one civil date to another; the first day counts, the last does not.
 * @param dayCount `ACT/360` counts days of the calendar. `30/360` is the bond basis: every month has 30 days, the 31st is
 * the 30th at the start, and at the end only when the start is the 30th; the end of February is not changed.
 * @throws RangeError when the last date lies before the first.
 */
export function dayCountFraction(
  dayCount: DayCount,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): DayCountFraction {
  if (Temporal.PlainDate.compare(from, to) > 0)
    throw new RangeError(`${to.toString()} lies before ${from.toString()}.`);
  const days = dayCount === "ACT/360" ? from.until(to, { largestUnit: "days" }).days : daysByBondBasis(from, to);
  return { days, daysOfYear: 360 };
}

function daysByBondBasis(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  const fromDay = Math.min(from.day, 30);
  const toDay = fromDay === 30 ? Math.min(to.day, 30) : to.day;
  return 360 * (to.year - from.year) + 30 * (to.month - from.month) + (toDay - fromDay);
}
