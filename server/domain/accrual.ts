import { dayCountFraction, type DayCountFraction } from "./dayCountFraction.ts";
import { dayCounts, type ClassTerms } from "./dealTerms.ts";
import type { DealDocument } from "./dealDocumentShape.ts";
import { paymentDateOf, type PaymentDate } from "./paymentDates.ts";

/** What interest of one payment date accrues over: from the payment date before, or the closing, to this one. */
export interface AccrualPeriod {
  readonly from: PaymentDate;
  readonly to: PaymentDate;
}

/**
 * The accrual period that ends on a payment date.
 * @param closing The day the deal closed on. It never rolls: interest runs from it whatever day it is.
 * @param number 1 for the first payment date.
 * @throws NoPaymentDateError when the deal has no such payment date.
 * @throws OutsideCalendarError when the calendars of the deal do not reach the date.
 */
export function accrualPeriodOf(document: DealDocument, closing: Temporal.PlainDate, number: number): AccrualPeriod {
  const to = paymentDateOf(document, number);
  return { from: number === 1 ? { nominal: closing, rolled: closing } : paymentDateOf(document, number - 1), to };
}

/**
 * Counts the days that a class accrues over. Two classes of one deal may count differently: adjusted accrual runs between
 * the dates on which payments are made, unadjusted accrual between the nominal ones.
 * @throws RangeError when the period ends before it begins.
 */
export function accruedFraction(terms: ClassTerms, { from, to }: AccrualPeriod): DayCountFraction {
  const dayCount = dayCounts[terms.dayCount];
  if (dayCount === undefined) throw new RangeError(`There is no day count number ${terms.dayCount}.`);
  return terms.adjustedAccrual
    ? dayCountFraction(dayCount, from.rolled, to.rolled)
    : dayCountFraction(dayCount, from.nominal, to.nominal);
}
