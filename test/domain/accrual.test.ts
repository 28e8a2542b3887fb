import { describe, expect, it } from "vitest";
import { accrualPeriodOf, accruedFraction } from "../../server/domain/accrual.ts";
import { smallDeal } from "./smallDeal.ts";
import { noteClass } from "./smallPeriod.ts";

const document = smallDeal();
const date = (text: string) => Temporal.PlainDate.from(text);
const closing = date("2026-02-14");
const actual = noteClass({ label: "A", dayCount: 0 });
const thirty = noteClass({ label: "B", dayCount: 1 });

describe("accrualPeriodOf", () => {
  it("refuses a payment date that the deal does not have", () => {
    expect(() => accrualPeriodOf(document, closing, 0)).toThrow("The deal has no payment date number 0");
    expect(() => accrualPeriodOf(document, closing, 62)).toThrow("The deal has no payment date number 62");
  });

  it("begins on the closing date, even when that is no business day", () => {
    const sunday = date("2026-02-15");
    const { from, to } = accrualPeriodOf(document, sunday, 1);
    expect([from.nominal, from.rolled]).toEqual([sunday, sunday]);
    expect([to.nominal, to.rolled].map(String)).toEqual(["2026-03-15", "2026-03-16"]);
  });

  it("begins where the payment date before ended", () => {
    expect(accrualPeriodOf(document, closing, 2).from).toEqual(accrualPeriodOf(document, closing, 1).to);
  });
});

describe("accruedFraction", () => {
  const [first, second] = [accrualPeriodOf(document, closing, 1), accrualPeriodOf(document, closing, 2)];

  it("refuses a day count that there is none of", () => {
    expect(() => accruedFraction({ ...actual, dayCount: 2 }, first)).toThrow("There is no day count number 2.");
  });

  it("refuses a closing after the first payment date", () => {
    const late = accrualPeriodOf(document, date("2026-03-17"), 1);
    expect(() => accruedFraction(actual, late)).toThrow("2026-03-15 lies before 2026-03-17.");
  });

  it("counts to the rolled date where accrual is adjusted, and from it the next time", () => {
    expect(accruedFraction({ ...actual, adjustedAccrual: true }, first).days).toBe(30);
    expect(accruedFraction({ ...actual, adjustedAccrual: true }, second).days).toBe(30);
    expect(accruedFraction({ ...thirty, adjustedAccrual: true }, first).days).toBe(32);
    expect(accruedFraction({ ...thirty, adjustedAccrual: true }, second).days).toBe(29);
  });

  it("counts to the nominal date where it is not", () => {
    expect(accruedFraction(actual, first).days).toBe(29);
    expect(accruedFraction(actual, second).days).toBe(31);
    expect(accruedFraction(thirty, first).days).toBe(31);
    expect(accruedFraction(thirty, second).days).toBe(30);
  });
});
