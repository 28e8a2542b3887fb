import { describe, expect, it } from "vitest";
import { allocate } from "../../server/domain/waterfall.ts";
import type { Period } from "../../server/domain/waterfallPeriod.ts";
import { classStep, feeStep, noteClass, smallPeriod } from "./smallPeriod.ts";

/** Due, paid and shortfall of each line. */
const amounts = (period: Period) =>
  allocate(period).lines.map(({ dueMinor, paidMinor, shortfallMinor }) => [dueMinor, paidMinor, shortfallMinor]);
const explanations = (period: Period) => allocate(period).lines.map(({ explanation }) => explanation);

describe("allocate", () => {
  it("refuses a floating class without a fixing", () => {
    const period = smallPeriod(["A"], [classStep("class-interest", 0)]);
    const floating = { ...period.terms, classes: [noteClass({ label: "A", rateKind: 2 })] };
    expect(() => allocate({ ...period, terms: floating })).toThrow("Class A floats and has no fixing");
  });

  it("refuses a step of a kind that there is none of", () => {
    const unknown = { ...classStep("residual", 0), kind: 5 };
    expect(() => allocate(smallPeriod(["A"], [unknown]))).toThrow("There is no entry 5 in a list of 5.");
  });

  it("writes one line for a fee and one for each class of any other step, in the order of the deal", () => {
    const steps = [feeStep(9n), classStep("class-interest", 2, 0), feeStep(9n), classStep("residual", 1)];
    const { lines } = allocate(smallPeriod(["A", "B", "C"], steps, { feesDueMinor: [1n, 2n] }));
    expect(lines.map(({ index, step, kind, classIndex, payee }) => [index, step, kind, classIndex, payee])).toEqual([
      [0, 0, "fee", null, 5],
      [1, 1, "class-interest", 0, null],
      [2, 1, "class-interest", 2, null],
      [3, 2, "fee", null, 5],
      [4, 3, "residual", 1, null],
    ]);
    expect(lines.map(({ dueMinor }) => dueMinor)).toEqual([1n, 300n, 300n, 2n, 0n]);
  });

  it("pays a fee up to its cap, and the next step although the fee is not paid in full", () => {
    const steps = [feeStep(50n), classStep("class-interest", 0)];
    const period = smallPeriod(["A"], steps, { availableFundsMinor: 400n, feesDueMinor: [80n] });
    expect(amounts(period)).toEqual([
      [80n, 50n, 30n],
      [300n, 300n, 0n],
    ]);
    expect(allocate(period).remainderMinor).toBe(50n);
  });

  it("carries unpaid interest, and pays it with the next", () => {
    const steps = [classStep("class-interest", 0)];
    const first = allocate(smallPeriod(["A"], steps, { availableFundsMinor: 120n }));
    expect(first.closing).toEqual([{ outstandingMinor: 100_000n, interestShortfallMinor: 180n }]);
    const second = allocate(smallPeriod(["A"], steps, { availableFundsMinor: 1_000n, opening: first.closing }));
    expect(second.lines[0]).toMatchObject({ dueMinor: 480n, paidMinor: 480n });
    expect(second.closing[0]!.interestShortfallMinor).toBe(0n);
  });

  it("carries the interest of a class that no step pays", () => {
    const { closing } = allocate(
      smallPeriod(["A", "B"], [classStep("class-interest", 0)], { availableFundsMinor: 900n }),
    );
    expect(closing.map(({ interestShortfallMinor }) => interestShortfallMinor)).toEqual([0n, 300n]);
  });

  it("shares interest by what is due, and a class paid by two steps is paid once", () => {
    const steps = [classStep("class-interest", 0, 1), classStep("class-interest", 1)];
    const opening = [100_000n, 50_000n].map((outstandingMinor) => ({ outstandingMinor, interestShortfallMinor: 0n }));
    expect(amounts(smallPeriod(["A", "B"], steps, { opening, availableFundsMinor: 301n }))).toEqual([
      [300n, 201n, 99n],
      [150n, 100n, 50n],
      [50n, 0n, 50n],
    ]);
    expect(amounts(smallPeriod(["A", "B"], steps, { opening, availableFundsMinor: 500n }))[2]).toEqual([0n, 0n, 0n]);
  });

  it("pays principal in the order of the classes, each up to its balance", () => {
    const period = smallPeriod(["A", "B", "C"], [classStep("principal-sequential", 0, 1, 2)], {
      availableFundsMinor: 130_000n,
      principalDistributableMinor: 150_000n,
    });
    expect(amounts(period)).toEqual([
      [100_000n, 100_000n, 0n],
      [50_000n, 30_000n, 20_000n],
      [0n, 0n, 0n],
    ]);
    expect(allocate(period).closing.map(({ outstandingMinor }) => outstandingMinor)).toEqual([0n, 70_000n, 100_000n]);
  });

  it("leaves to later principal steps what did not fall to earlier ones", () => {
    const steps = [classStep("principal-sequential", 0), classStep("principal-pro-rata", 0, 1, 2)];
    const funds = { availableFundsMinor: 500_000n, principalDistributableMinor: 150_001n };
    expect(amounts(smallPeriod(["A", "B", "C"], steps, funds))).toEqual([
      [100_000n, 100_000n, 0n],
      [0n, 0n, 0n],
      [25_001n, 25_001n, 0n],
      [25_000n, 25_000n, 0n],
    ]);
  });

  it("does not let principal that found no funds fall to a class further down as well", () => {
    const steps = [classStep("principal-sequential", 0), classStep("principal-pro-rata", 1)];
    const funds = { availableFundsMinor: 60_000n, principalDistributableMinor: 110_000n };
    expect(amounts(smallPeriod(["A", "B"], steps, funds))).toEqual([
      [100_000n, 60_000n, 40_000n],
      [10_000n, 0n, 10_000n],
    ]);
  });

  it("pays no class more than its balance pro rata, and never owes it less than it pays", () => {
    // By themselves, 11 would be split 5, 5, 1 and 10 would be split 4, 4, 2.
    const opening = [6n, 6n, 2n].map((outstandingMinor) => ({ outstandingMinor, interestShortfallMinor: 0n }));
    const steps = [classStep("principal-pro-rata", 0, 1, 2)];
    const split = (availableFundsMinor: bigint, principalDistributableMinor: bigint) =>
      amounts(smallPeriod(["A", "B", "C"], steps, { opening, availableFundsMinor, principalDistributableMinor }));
    expect(split(10n, 11n)).toEqual([
      [5n, 4n, 1n],
      [4n, 4n, 0n],
      [2n, 2n, 0n],
    ]);
    expect(split(99n, 99n)).toEqual([
      [6n, 6n, 0n],
      [6n, 6n, 0n],
      [2n, 2n, 0n],
    ]);
  });

  it("gives what is left by original balance, and repays nothing with it", () => {
    const pricing = [30n, 70n].map((originalBalanceMinor) => ({ originalBalanceMinor, rateE10: 0n }));
    const opening = [10n, 0n].map((outstandingMinor) => ({ outstandingMinor, interestShortfallMinor: 0n }));
    const period = smallPeriod(["A", "B"], [classStep("residual", 0, 1)], {
      pricing,
      opening,
      availableFundsMinor: 1_001n,
    });
    expect(amounts(period).map(([, paidMinor]) => paidMinor)).toEqual([300n, 701n]);
    expect(allocate(period)).toMatchObject({ closing: opening, remainderMinor: 0n });
  });

  it("earns interest on the opening balance although principal is paid by an earlier step", () => {
    const steps = [classStep("principal-sequential", 0), classStep("class-interest", 0)];
    const funds = { availableFundsMinor: 200_000n, principalDistributableMinor: 100_000n };
    expect(amounts(smallPeriod(["A"], steps, funds))[1]).toEqual([300n, 300n, 0n]);
  });

  it("explains each line in one sentence with its figures", () => {
    const steps = [
      feeStep(5_000_000n),
      classStep("class-interest", 0, 1),
      classStep("class-interest", 0),
      classStep("principal-sequential", 0),
      classStep("principal-pro-rata", 1),
      classStep("residual", 1),
    ];
    const period = smallPeriod(["A-1", "B"], steps, {
      opening: [
        { outstandingMinor: 100_000n, interestShortfallMinor: 77n },
        { outstandingMinor: 50_000n, interestShortfallMinor: 0n },
      ],
      availableFundsMinor: 6_060_000n,
      principalDistributableMinor: 110_000n,
      feesDueMinor: [6_000_000n],
    });
    expect(explanations(period)).toEqual([
      "Fee of party 5: 60,000.00 claimed, at most 50,000.00 on a payment date, 60,600.00 available; 50,000.00 paid and 10,000.00 left unpaid.",
      "Interest of class A-1: 1,000.00 × 3.6% × 30/360 = 3.00, with 0.77 unpaid before; 3.77 paid.",
      "Interest of class B: 500.00 × 3.6% × 30/360 = 1.50; 1.50 paid.",
      "Interest of class A-1: 1,000.00 × 3.6% × 30/360 = 3.00, with 0.77 unpaid before, less 3.77 paid by an earlier step; 0.00 paid.",
      "Principal of class A-1: of 1,100.00 in the order of the classes, 1,000.00 falls to its balance of 1,000.00; 1,000.00 paid, which leaves 0.00.",
      "Principal of class B: of 100.00 in proportion to the balances, 100.00 falls to its balance of 500.00; 100.00 paid, which leaves 400.00.",
      "Residual to class B: of 9,494.73 left, in proportion to the original balances; 9,494.73 paid.",
    ]);
  });
});
