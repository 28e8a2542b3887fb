import { describe, expect, it } from "vitest";
import { calendarTableSchema } from "../../server/domain/calendarTable.ts";
import { fieldErrorsOf } from "../../server/domain/fieldErrors.ts";

const table = {
  name: "Mainland inter-bank days",
  from: "2026-01-01",
  to: "2026-12-31",
  holidays: ["2026-01-01", "2026-10-01"],
  workingWeekends: ["2026-02-14", "2026-10-10"],
};

function errorsOf(change: object): [string, string][] {
  const value = { ...table, ...change };
  const result = calendarTableSchema.safeParse(value);
  return result.success ? [] : fieldErrorsOf(result.error, value).map(({ pointer, code }) => [pointer, code]);
}

describe("calendarTableSchema", () => {
  it.each<[string, object, string, string]>([
    [
      "an end before the beginning",
      { from: "2026-12-31", to: "2026-01-01", holidays: [], workingWeekends: [] },
      "/to",
      "date-order",
    ],
    ["a day outside the table", { holidays: ["2025-12-31"] }, "/holidays/0", "out-of-range"],
    ["days out of order", { holidays: ["2026-10-01", "2026-01-01"] }, "/holidays/1", "out-of-order"],
    ["a day twice", { holidays: ["2026-10-01", "2026-10-01"] }, "/holidays/1", "out-of-order"],
    ["a worked weekday", { workingWeekends: ["2026-02-13"] }, "/workingWeekends/0", "not-a-weekend"],
    ["a day that does not exist", { holidays: ["2026-02-29"] }, "/holidays/0", "malformed"],
    ["no name", { name: "" }, "/name", "out-of-range"],
    ["a missing list", { workingWeekends: undefined }, "/workingWeekends", "missing"],
    ["an unknown field", { source: "x" }, "/source", "unknown-field"],
  ])("refuses %s", (_, change, pointer, code) => {
    expect(errorsOf(change)).toEqual([[pointer, code]]);
  });

  it("accepts a table in order", () => {
    expect(errorsOf({})).toEqual([]);
  });
});
