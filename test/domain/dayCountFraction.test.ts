import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayCountFraction } from "../../server/domain/dayCountFraction.ts";
import { withVectors } from "./vectors.ts";

const date = (text: string) => Temporal.PlainDate.from(text);
const anyDate = fc.integer({ min: 0, max: 40_000 }).map((days) => date("1970-01-01").add({ days }));

describe("dayCountFraction", () => {
  it.each(["ACT/360", "30/360"] as const)("refuses a period that ends before it begins, %s", (dayCount) => {
    expect(() => dayCountFraction(dayCount, date("2005-02-01"), date("2005-01-31"))).toThrow(
      "2005-01-31 lies before 2005-02-01.",
    );
  });

  it("counts nothing from a day to itself", () => {
    expect(dayCountFraction("ACT/360", date("2004-02-29"), date("2004-02-29")).days).toBe(0);
    expect(dayCountFraction("30/360", date("2004-01-31"), date("2004-01-31")).days).toBe(0);
  });

  it.each([
    ["2004-10-28", "2004-11-15", 18, 17],
    ["2004-12-15", "2005-01-18", 34, 33],
    ["2004-02-28", "2004-03-01", 2, 3],
    ["2005-02-28", "2005-03-01", 1, 3],
    ["2005-01-31", "2005-03-31", 59, 60],
    ["2005-01-29", "2005-01-31", 2, 2],
  ])("from %s to %s counts %d days of the calendar and %d of 30/360", (from, to, actual, thirty) => {
    expect(dayCountFraction("ACT/360", date(from), date(to))).toEqual({ days: actual, daysOfYear: 360 });
    expect(dayCountFraction("30/360", date(from), date(to))).toEqual({ days: thirty, daysOfYear: 360 });
  });

  it("counts days of the calendar the same in one go and in two, across any year", () => {
    fc.assert(
      fc.property(fc.tuple(anyDate, anyDate, anyDate), (dates) => {
        const [first, middle, last] = dates.toSorted(Temporal.PlainDate.compare) as typeof dates;
        const days = (from: Temporal.PlainDate, to: Temporal.PlainDate) => dayCountFraction("ACT/360", from, to).days;
        expect(days(first, middle) + days(middle, last)).toBe(days(first, last));
      }),
    );
  });
});

interface DayCountVectors {
  thirty360: Record<"30/360-BondBasis", { start: string; end: string; days: number }[]>;
}

describe("dayCountFraction and QuantLib", () => {
  withVectors("quantlib-daycount.json", ({ thirty360 }: DayCountVectors) => {
    const cases = thirty360["30/360-BondBasis"];

    it("has all 27 cases of the bond basis", () => expect(cases).toHaveLength(27));

    it.each(cases)("30/360 from $start to $end counts $days days", ({ start, end, days }) => {
      expect(dayCountFraction("30/360", date(start), date(end))).toEqual({ days, daysOfYear: 360 });
    });
  });
});
