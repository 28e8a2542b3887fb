import { describe, expect, it } from "vitest";
import { businessDaysBefore, isBusinessDay, rollDate, type Roll } from "../../server/domain/businessDays.ts";
import type { CalendarTable } from "../../server/domain/calendarTable.ts";
import { withVectors } from "./vectors.ts";

const date = (text: string) => Temporal.PlainDate.from(text);

/** January 2005 with a holiday on a Monday and a Saturday that is worked. */
const here: CalendarTable = {
  name: "Here",
  from: "2005-01-01",
  to: "2005-01-31",
  holidays: ["2005-01-17", "2005-01-31"],
  workingWeekends: ["2005-01-22"],
};
const there: CalendarTable = { ...here, name: "There", holidays: ["2005-01-18"], workingWeekends: [] };

describe("isBusinessDay", () => {
  it.each(["2004-12-31", "2005-02-01"])("refuses %s, of which the calendar does not speak", (day) => {
    expect(() => isBusinessDay(date(day), [here])).toThrow(
      `The calendar "Here" speaks of 2005-01-01 to 2005-01-31 and not of ${day}.`,
    );
  });

  it("is closed on weekends and holidays, and open on weekends that are worked", () => {
    expect(isBusinessDay(date("2005-01-14"), [here])).toBe(true);
    expect(isBusinessDay(date("2005-01-15"), [here])).toBe(false);
    expect(isBusinessDay(date("2005-01-17"), [here])).toBe(false);
    expect(isBusinessDay(date("2005-01-22"), [here])).toBe(true);
  });

  it("is open only where all calendars are", () => {
    expect(isBusinessDay(date("2005-01-18"), [here, there])).toBe(false);
    expect(isBusinessDay(date("2005-01-22"), [here, there])).toBe(false);
    expect(isBusinessDay(date("2005-01-19"), [here, there])).toBe(true);
  });
});

describe("rollDate", () => {
  it("refuses to leave the calendar in search of a business day", () => {
    expect(() => rollDate(date("2005-01-31"), "following", [here])).toThrow("and not of 2005-02-01.");
  });

  it.each<[Roll, string, string]>([
    ["following", "2005-01-14", "2005-01-14"],
    ["following", "2005-01-15", "2005-01-18"],
    ["modified-following", "2005-01-15", "2005-01-18"],
    ["preceding", "2005-01-17", "2005-01-14"],
    ["following", "2005-01-23", "2005-01-24"],
    ["preceding", "2005-01-23", "2005-01-22"],
  ])("%s takes %s to %s", (roll, from, to) => {
    expect(rollDate(date(from), roll, [here]).toString()).toBe(to);
  });
});

describe("businessDaysBefore", () => {
  it.each([
    ["2005-01-18", 0, "2005-01-18"],
    ["2005-01-15", 0, "2005-01-15"],
    ["2005-01-18", 1, "2005-01-14"],
    ["2005-01-24", 2, "2005-01-21"],
  ])("from %s, %d days back, is %s", (from, count, expected) => {
    expect(businessDaysBefore(date(from), count, [here]).toString()).toBe(expected);
  });
});

interface BusinessDayVectors {
  holidays: string[];
  cases: {
    convention: string;
    start: string;
    period: { n: number; unit: string };
    endOfMonth: boolean;
    expected: string;
  }[];
}

// QuantLib's other conventions and its rule of the month's end are no terms of a deal here, and its periods of business
// days only count back.
const rolls: Record<string, Roll> = {
  Following: "following",
  ModifiedFollowing: "modified-following",
  Preceding: "preceding",
};

describe("business days and QuantLib", () => {
  withVectors("quantlib-bizday.json", ({ holidays, cases }: BusinessDayVectors) => {
    const table = { name: "South Africa", from: "2014-12-01", to: "2016-01-31", holidays, workingWeekends: [] };
    const ours = cases.filter(({ convention, endOfMonth }) => convention in rolls && !endOfMonth);
    const months = ours.filter(({ period }) => period.unit === "Months");
    const back = ours.filter(({ period }) => period.unit === "Days" && period.n < 0);

    it("has cases of each kind", () => expect([months.length > 5, back.length > 0]).toEqual([true, true]));

    it.each(months)(
      "$convention, $period.n months from $start, is $expected",
      ({ convention, start, period, expected }) => {
        expect(rollDate(date(start).add({ months: period.n }), rolls[convention]!, [table]).toString()).toBe(expected);
      },
    );

    it.each(back)("$period.n business days from $start is $expected", ({ start, period, expected }) => {
      expect(businessDaysBefore(date(start), -period.n, [table]).toString()).toBe(expected);
    });
  });
});
