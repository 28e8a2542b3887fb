import type { CalendarTable } from "./calendarTable.ts";
import type { DealDocument } from "./dealDocumentShape.ts";

/** What becomes of a date that is no business day; a term of the deal. */
export type Roll = DealDocument["paymentDates"]["roll"];

/** Thrown for a date that a calendar of the deal does not speak of. */
export class OutsideCalendarError extends Error {
  override readonly name = "OutsideCalendarError";

  constructor(date: Temporal.PlainDate, { name, from, to }: CalendarTable) {
    super(`The calendar "${name}" speaks of ${from} to ${to} and not of ${date.toString()}.`);
  }
}

/**
 * Tells whether all calendars of a deal are open on a day.
 * @throws OutsideCalendarError when one of them does not speak of the day.
 */
export function isBusinessDay(date: Temporal.PlainDate, calendars: readonly CalendarTable[]): boolean {
  const day = date.toString();
  return calendars.every((calendar) => {
    if (day < calendar.from || day > calendar.to) throw new OutsideCalendarError(date, calendar);
    if (date.dayOfWeek >= 6) return calendar.workingWeekends.includes(day);
    return !calendar.holidays.includes(day);
  });
}

/**
 * Moves a date to a business day, unless it is one.
 * @param roll `following` and `preceding` take the next one in their direction; `modified-following` takes the next one,
 * or the one before where the next one falls into another month.
 * @throws OutsideCalendarError when the calendars end before a business day is found.
 */
export function rollDate(
  date: Temporal.PlainDate,
  roll: Roll,
  calendars: readonly CalendarTable[],
): Temporal.PlainDate {
  if (roll === "preceding") return nearestBusinessDay(date, -1, calendars);
  const following = nearestBusinessDay(date, 1, calendars);
  return roll === "following" || following.month === date.month ? following : nearestBusinessDay(date, -1, calendars);
}

/**
 * Counts business days back from a date.
 * @param count 0 leaves the date as it is, even when it is no business day.
 * @throws OutsideCalendarError when the calendars begin after the day.
 */
export function businessDaysBefore(
  date: Temporal.PlainDate,
  count: number,
  calendars: readonly CalendarTable[],
): Temporal.PlainDate {
  let day = date;
  for (let counted = 0; counted < count; counted += 1) {
    day = nearestBusinessDay(day.subtract({ days: 1 }), -1, calendars);
  }
  return day;
}

function nearestBusinessDay(
  date: Temporal.PlainDate,
  stepDays: 1 | -1,
  calendars: readonly CalendarTable[],
): Temporal.PlainDate {
  let day = date;
  while (!isBusinessDay(day, calendars)) day = day.add({ days: stepDays });
  return day;
}
