import { businessDaysBefore, rollDate } from "./businessDays.ts";
import type { DealDocument } from "./dealDocumentShape.ts";

/** One payment date: the day of the month that the deal names, and the business day on which it is paid. */
export interface PaymentDate {
  readonly nominal: Temporal.PlainDate;
  readonly rolled: Temporal.PlainDate;
}

/** Thrown for a payment date that the deal does not have. */
export class NoPaymentDateError extends Error {
  override readonly name = "NoPaymentDateError";

  constructor(number: number) {
    super(`The deal has no payment date number ${number} from the first to its legal final maturity.`);
  }
}

/**
 * Finds a payment date of a deal. The first is the one its document names; each later one lies the stated months on, on
 * the stated day, or on the last day of a month that is too short. All of them roll.
 * @param number 1 for the first payment date.
 * @throws NoPaymentDateError for a number below 1 or a date after the legal final maturity.
 * @throws OutsideCalendarError when the calendars of the deal do not reach the date.
 */
export function paymentDateOf({ dates, paymentDates }: DealDocument, number: number): PaymentDate {
  if (!Number.isSafeInteger(number) || number < 1) throw new NoPaymentDateError(number);
  const first = Temporal.PlainDate.from(dates.firstPayment);
  const nominal =
    number === 1
      ? first
      : first
          .toPlainYearMonth()
          .add({ months: paymentDates.everyMonths * (number - 1) })
          .toPlainDate({ day: paymentDates.dayOfMonth });
  if (nominal.toString() > dates.legalFinalMaturity) throw new NoPaymentDateError(number);
  return { nominal, rolled: rollDate(nominal, paymentDates.roll, paymentDates.calendars) };
}

/**
 * The record date that belongs to a payment date: so many business days before the day on which it is paid.
 * @throws OutsideCalendarError when the calendars of the deal do not reach the date.
 */
export function recordDateOf({ paymentDates }: DealDocument, { rolled }: PaymentDate): Temporal.PlainDate {
  return businessDaysBefore(rolled, paymentDates.recordDateBusinessDaysBefore, paymentDates.calendars);
}
