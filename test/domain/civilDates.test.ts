import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CivilDateError, civilDateSchema, formatCivilDate, parseCivilDate } from "../../server/domain/civilDates.ts";

describe("parseCivilDate", () => {
  it.each([
    "",
    "2004-10-32",
    "2004-13-01",
    "2004-00-10",
    "2005-02-29",
    "1900-02-29",
    "2004-1-1",
    "20041028",
    "04-10-28",
  ])("refuses %j, which is no day of the calendar", (text) => {
    expect(() => parseCivilDate(text)).toThrow(CivilDateError);
  });

  it.each(["2004-10-28T00:00:00Z", " 2004-10-28", "2004-10-28\n", "+002004-10-28", "-2004-10-28"])(
    "refuses %j, which says more than a day",
    (text) => {
      expect(() => parseCivilDate(text)).toThrow(CivilDateError);
    },
  );

  it("refuses a day before 1970, which the ledger does not know", () => {
    expect(() => parseCivilDate("1969-12-31")).toThrow(CivilDateError);
    expect(parseCivilDate("1970-01-01")).toBe(19_700_101);
  });

  it("reads every day as the ledger writes it, and back", () => {
    const days = fc.integer({ min: 0, max: 2_932_896 });
    fc.assert(
      fc.property(days, (day) => {
        const date = Temporal.PlainDate.from("1970-01-01").add({ days: day });
        const number = date.year * 10_000 + date.month * 100 + date.day;
        expect(parseCivilDate(date.toString())).toBe(number);
        expect(formatCivilDate(number)).toBe(date.toString());
      }),
    );
  });
});

describe("formatCivilDate", () => {
  it.each([0, 20041032, 20050229, 19691231, 2004, 120041028, -20041028, 20041028.5])("refuses %d", (date) => {
    expect(() => formatCivilDate(date)).toThrow(CivilDateError);
  });
});

describe("civilDateSchema", () => {
  it("gives one reason for one wrong date", () => {
    expect(civilDateSchema.safeParse("1969-02-30").error?.issues).toHaveLength(1);
    expect(civilDateSchema.safeParse("1969-02-28").error?.issues).toHaveLength(1);
  });
});
