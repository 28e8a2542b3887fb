import { describe, expect, it } from "vitest";
import {
  payFee,
  payInterest,
  payPrincipalProRata,
  payPrincipalSequentially,
  payResidual,
} from "../../server/domain/waterfallSteps.ts";

const paid = (shares: readonly { paidMinor: bigint }[]) => shares.map(({ paidMinor }) => paidMinor);

describe("payFee", () => {
  it.each([
    [80n, 100n, 50n, 50n],
    [80n, 60n, 100n, 60n],
    [80n, 100n, 100n, 80n],
    [0n, 100n, 100n, 0n],
    [80n, 100n, 0n, 0n],
  ])("of %d claimed with a cap of %d and funds of %d pays %d", (dueMinor, capMinor, fundsMinor, paidMinor) => {
    expect(payFee(dueMinor, capMinor, fundsMinor)).toEqual({ dueMinor, paidMinor });
  });
});

describe("payInterest", () => {
  it("pays nobody without funds, and everybody in full with enough", () => {
    expect(paid(payInterest([10n, 20n], 0n))).toEqual([0n, 0n]);
    expect(paid(payInterest([10n, 20n], 30n))).toEqual([10n, 20n]);
    expect(paid(payInterest([10n, 20n], 31n))).toEqual([10n, 20n]);
    expect(paid(payInterest([0n, 0n], 31n))).toEqual([0n, 0n]);
  });

  it("shares short funds by what is due, equal remainders to the lower class", () => {
    expect(paid(payInterest([10n, 20n, 10n], 21n))).toEqual([5n, 11n, 5n]);
    expect(paid(payInterest([10n, 10n], 19n))).toEqual([10n, 9n]);
  });
});

describe("payPrincipalSequentially", () => {
  it("pays a class only when the one before is repaid", () => {
    expect(paid(payPrincipalSequentially([10n, 20n], 9n, 99n))).toEqual([9n, 0n]);
    expect(paid(payPrincipalSequentially([10n, 20n], 11n, 99n))).toEqual([10n, 1n]);
    expect(paid(payPrincipalSequentially([10n, 20n], 99n, 99n))).toEqual([10n, 20n]);
  });

  it("owes what falls to a class also when funds end before it", () => {
    expect(payPrincipalSequentially([10n, 20n], 15n, 8n)).toEqual([
      { dueMinor: 10n, paidMinor: 8n },
      { dueMinor: 5n, paidMinor: 0n },
    ]);
  });
});

describe("payPrincipalProRata", () => {
  it("pays by balance, and nothing to a class that is repaid", () => {
    expect(paid(payPrincipalProRata([30n, 0n, 10n], 20n, 99n))).toEqual([15n, 0n, 5n]);
    expect(paid(payPrincipalProRata([0n, 0n], 20n, 99n))).toEqual([0n, 0n]);
  });

  it("owes no class more than its balance when one unit of funds is missing", () => {
    expect(payPrincipalProRata([1n, 1n], 2n, 1n)).toEqual([
      { dueMinor: 1n, paidMinor: 1n },
      { dueMinor: 1n, paidMinor: 0n },
    ]);
  });

  it("pays what funds there are by balance, and owes the rest", () => {
    expect(payPrincipalProRata([30n, 10n], 20n, 4n)).toEqual([
      { dueMinor: 15n, paidMinor: 3n },
      { dueMinor: 5n, paidMinor: 1n },
    ]);
  });
});

describe("payResidual", () => {
  it("pays all there is, equal remainders to the lower class", () => {
    expect(paid(payResidual([50n, 50n], 7n))).toEqual([4n, 3n]);
    expect(paid(payResidual([50n], 0n))).toEqual([0n]);
  });
});
