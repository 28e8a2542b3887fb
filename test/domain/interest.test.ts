import { describe, expect, it } from "vitest";
import { interestDue, yearlyRateE10 } from "../../server/domain/interest.ts";
import { noteClass, smallPeriod } from "./smallPeriod.ts";

const [zero, fixed, floating] = ["Z", "F", "L"].map((label, rateKind) => noteClass({ label, rateKind }));

describe("yearlyRateE10", () => {
  it("refuses a floating class without a fixing", () => {
    expect(() => yearlyRateE10(floating!, 7_000_000n, null)).toThrow(
      "Class L floats and has no fixing for this payment date.",
    );
  });

  it("refuses a fixing for a class that does not float", () => {
    expect(() => yearlyRateE10(fixed!, 7_000_000n, 0n)).toThrow("Class F does not float and takes no fixing.");
    expect(() => yearlyRateE10(zero!, 0n, 1n)).toThrow("Class Z does not float and takes no fixing.");
  });

  it("refuses what is negative", () => {
    const message = "has a negative rate, which its terms do not provide for.";
    expect(() => yearlyRateE10(fixed!, -1n, null)).toThrow(message);
    expect(() => yearlyRateE10(floating!, 7_000_000n, -1n)).toThrow(message);
  });

  it("is the priced rate, the fixing with the spread, or nothing", () => {
    expect(yearlyRateE10(fixed!, 210_563_000n, null)).toBe(210_563_000n);
    expect(yearlyRateE10(floating!, 7_000_000n, 195_875_000n)).toBe(202_875_000n);
    expect(yearlyRateE10(zero!, 5n, null)).toBe(0n);
  });
});

describe("interestDue", () => {
  const { accrual } = smallPeriod([], []);

  it("refuses a rounding that there is none of", () => {
    expect(() => interestDue({ ...fixed!, rounding: 2 }, accrual, 1n, 1n, 0n)).toThrow("no rounding number 2.");
  });

  it("adds what earlier dates left unpaid, and earns nothing on it", () => {
    expect(interestDue(fixed!, accrual, 100_000n, 360_000_000n, 77n)).toEqual({
      outstandingMinor: 100_000n,
      rateE10: 360_000_000n,
      fraction: { days: 30, daysOfYear: 360 },
      accruedMinor: 300n,
      carriedMinor: 77n,
      dueMinor: 377n,
    });
  });

  it("rounds an exact half as the class says, and once", () => {
    const halfCent = (rounding: number, outstandingMinor: bigint) =>
      interestDue({ ...fixed!, rounding }, accrual, outstandingMinor, 360_000_000n, 0n).accruedMinor;
    // 0.3 percent of 500 minor units is 1.5 of them, of 499 it is 1.497.
    expect([halfCent(0, 500n), halfCent(1, 500n)]).toEqual([2n, 1n]);
    expect([halfCent(0, 499n), halfCent(1, 499n)]).toEqual([1n, 1n]);
  });

  it("is exact for the largest balance and rate that the ledger holds", () => {
    const [balance, rate] = [2n ** 128n - 1n, 2n ** 64n - 1n];
    expect(interestDue({ ...fixed!, rounding: 1 }, accrual, balance, rate, 0n).accruedMinor).toBe(
      (balance * rate) / 120_000_000_000n,
    );
  });
});
