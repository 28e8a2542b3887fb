import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Allocation, AllocationLine } from "../../server/domain/allocation.ts";
import { splitOverHolders } from "../../server/domain/entitlements.ts";
import { allocate } from "../../server/domain/waterfall.ts";
import type { Period } from "../../server/domain/waterfallPeriod.ts";
import { randomPeriod } from "./randomPeriod.ts";

const runs = { numRuns: 1_000 };
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
const paidTo = ({ lines }: Allocation, classIndex: number | null, kinds: readonly string[]) =>
  sum(
    lines.filter((line) => line.classIndex === classIndex && kinds.includes(line.kind)).map((line) => line.paidMinor),
  );
const principal = ["principal-sequential", "principal-pro-rata"];
const everyKind = ["class-interest", "residual", ...principal];

/** What a line may be paid: a fee its claim up to the cap, a class what it is due. */
function payable({ terms }: Period, { step, kind, dueMinor }: AllocationLine): bigint {
  const { capMinor } = terms.steps[step]!;
  return kind === "fee" && dueMinor > capMinor ? capMinor : dueMinor;
}

describe("allocate, for any small deal", () => {
  it("conserves: what the lines pay and what remains are the available funds", () => {
    fc.assert(
      fc.property(randomPeriod(4), (period) => {
        const { lines, remainderMinor } = allocate(period);
        expect(sum(lines.map(({ paidMinor }) => paidMinor)) + remainderMinor).toBe(period.availableFundsMinor);
        expect(remainderMinor).toBeGreaterThanOrEqual(0n);
      }),
      runs,
    );
  });

  it("pays nobody less than nothing or more than is due", () => {
    fc.assert(
      fc.property(randomPeriod(4), (period) => {
        for (const line of allocate(period).lines) {
          expect(line.paidMinor).toBeGreaterThanOrEqual(0n);
          expect(line.paidMinor).toBeLessThanOrEqual(payable(period, line));
          expect(line.shortfallMinor).toBe(line.dueMinor - line.paidMinor);
        }
      }),
      runs,
    );
  });

  it("pays no junior line while a senior one is not paid what it is due", () => {
    fc.assert(
      fc.property(randomPeriod(4), (period) => {
        const { lines, remainderMinor } = allocate(period);
        const short = lines.find((line) => line.paidMinor < payable(period, line));
        if (short === undefined) return;
        const juniors = lines.filter(
          ({ step, index, kind }) =>
            step > short.step || (kind === "principal-sequential" && step === short.step && index > short.index),
        );
        expect(juniors.map(({ paidMinor }) => paidMinor)).toEqual(juniors.map(() => 0n));
        expect(remainderMinor).toBe(0n);
      }),
      runs,
    );
  });

  it("keeps books: balances fall by principal, unpaid interest is carried, principal stays within its limit", () => {
    fc.assert(
      fc.property(randomPeriod(4), (period) => {
        const allocation = allocate(period);
        let principalMinor = 0n;
        for (const [index, { outstandingMinor, interestShortfallMinor }] of allocation.closing.entries()) {
          const repaidMinor = paidTo(allocation, index, principal);
          principalMinor += repaidMinor;
          expect(outstandingMinor).toBe(period.opening[index]!.outstandingMinor - repaidMinor);
          expect(outstandingMinor).toBeGreaterThanOrEqual(0n);
          const { dueMinor } = allocation.interest[index]!;
          expect(interestShortfallMinor).toBe(dueMinor - paidTo(allocation, index, ["class-interest"]));
          expect(interestShortfallMinor).toBeGreaterThanOrEqual(0n);
        }
        expect(principalMinor).toBeLessThanOrEqual(period.principalDistributableMinor);
        const principalLines = allocation.lines.filter(({ kind }) => principal.includes(kind));
        const owedMinor = sum(principalLines.map(({ dueMinor }) => dueMinor));
        expect(owedMinor).toBeLessThanOrEqual(period.principalDistributableMinor);
        for (const { classIndex, dueMinor } of principalLines) {
          expect(dueMinor).toBeLessThanOrEqual(period.opening[classIndex!]!.outstandingMinor);
        }
      }),
      runs,
    );
  });

  it("never lowers a step or a fee with more cash, nor any class of a deal whose steps share between two at most", () => {
    fc.assert(
      fc.property(randomPeriod(2), fc.bigInt({ min: 1n, max: 50n }), (period, extraMinor) => {
        expectNotLowered(period, extraMinor, 0n);
      }),
      runs,
    );
  });

  it("lowers a class of three or more with more cash by one minor unit at most, which largest remainders may do", () => {
    fc.assert(
      fc.property(randomPeriod(5), fc.bigInt({ min: 1n, max: 10n ** 9n }), (period, extraMinor) => {
        expectNotLowered(period, extraMinor, 1n);
      }),
      runs,
    );
  });

  it("gives the same again for the same period, and leaves the period as it was", () => {
    fc.assert(
      fc.property(randomPeriod(4), (period) => {
        const before = structuredClone(comparable(period));
        expect(allocate(period)).toEqual(allocate(period));
        expect(comparable(period)).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it("splits every class line over any holders without loss", () => {
    const holders = fc.array(fc.bigInt({ min: 1n, max: 1_000n }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(randomPeriod(3), holders, (period, units) => {
        const holdings = units.map((count, index) => ({ account: `account-${index}`, units: count }));
        for (const { classIndex, paidMinor } of allocate(period).lines) {
          if (classIndex === null) continue;
          const { entitlements, remainderMinor } = splitOverHolders(holdings, paidMinor, 0n);
          expect(sum(entitlements.map(({ amountMinor }) => amountMinor)) + remainderMinor).toBe(paidMinor);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Compares a period with the same one that has more funds. */
function expectNotLowered(period: Period, extraMinor: bigint, toleranceMinor: bigint): void {
  const less = allocate(period);
  const more = allocate({ ...period, availableFundsMinor: period.availableFundsMinor + extraMinor });
  for (const index of period.terms.classes.keys()) {
    const lowest = paidTo(less, index, everyKind) - toleranceMinor;
    expect(paidTo(more, index, everyKind)).toBeGreaterThanOrEqual(lowest);
  }
  for (const step of period.terms.steps.keys()) {
    const paidBy = ({ lines }: Allocation) =>
      sum(lines.filter((line) => line.step === step).map((line) => line.paidMinor));
    expect(paidBy(more)).toBeGreaterThanOrEqual(paidBy(less));
  }
}

/** A period without its dates, which cannot change and cannot be cloned. */
function comparable({ accrual: _accrual, ...period }: Period): Omit<Period, "accrual"> {
  return period;
}
