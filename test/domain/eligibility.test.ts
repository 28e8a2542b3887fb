import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eligibilityDatesSchema, eligibilityOf, sanctionsScreenPolicy } from "../../server/domain/eligibility.ts";

const dates = (kycUntil: string, categoryUntil: string, sanctionsClearedOn: string) => ({
  kycUntil,
  categoryUntil,
  sanctionsClearedOn,
});
const policy = { maxAgeDays: 90 };

describe("eligibility ends (R-H4, R-H5, R-H6)", () => {
  it.each([
    ["with the identification", dates("2027-01-31", "2027-02-28", "2026-12-01"), "2027-01-31", ["kycUntil"]],
    ["with the category", dates("2027-01-31", "2027-01-30", "2026-12-01"), "2027-01-30", ["categoryUntil"]],
    [
      "with the age of the screen",
      dates("2028-01-31", "2028-01-30", "2026-12-01"),
      "2027-03-01",
      ["sanctionsClearedOn"],
    ],
    ["over a leap day", dates("2029-01-31", "2029-01-30", "2027-12-01"), "2028-02-29", ["sanctionsClearedOn"]],
    ["with two at once", dates("2027-03-01", "2027-03-01", "2027-01-01"), "2027-03-01", ["kycUntil", "categoryUntil"]],
    [
      "with all at once",
      dates("2027-03-01", "2027-03-01", "2026-12-01"),
      "2027-03-01",
      ["kycUntil", "categoryUntil", "sanctionsClearedOn"],
    ],
  ])("%s, at the last second of the day in UTC", (_what, given, day, boundBy) => {
    expect(eligibilityOf(given, policy)).toEqual({ eligibleUntil: `${day}T23:59:59Z`, boundBy });
  });

  it("never later than any date, and always on one of them", () => {
    const day = fc
      .date({ min: new Date("1990-01-01"), max: new Date("2200-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, day, day, fc.nat(1_000), (kyc, category, cleared, maxAgeDays) => {
        const { eligibleUntil, boundBy } = eligibilityOf(dates(kyc, category, cleared), { maxAgeDays });
        const screenEnds = new Date(Date.parse(cleared) + maxAgeDays * 86_400_000).toISOString().slice(0, 10);
        const ends = { kycUntil: kyc, categoryUntil: category, sanctionsClearedOn: screenEnds };
        const [first] = Object.values(ends).sort();
        expect(eligibleUntil).toBe(`${first}T23:59:59Z`);
        expect(boundBy).toEqual(Object.entries(ends).flatMap(([name, end]) => (end === first ? [name] : [])));
      }),
    );
  });

  it("by days that the calendar has", () => {
    expect(eligibilityDatesSchema.safeParse(dates("2027-02-29", "2027-01-01", "2027-01-01")).success).toBe(false);
  });

  it("by a policy that says of itself that nobody has verified it", () => {
    expect(sanctionsScreenPolicy.verified).toBe(false);
  });
});
