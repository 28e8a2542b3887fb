import { describe, expect, it } from "vitest";
import { allocate } from "../../server/domain/waterfall.ts";
import { requirePeriod, type Period } from "../../server/domain/waterfallPeriod.ts";
import { classStep, feeStep, smallPeriod } from "./smallPeriod.ts";

const steps = [feeStep(100n), classStep("class-interest", 0, 1), feeStep(100n)];
const period = (changes: Partial<Period>) => smallPeriod(["A", "B"], steps, { feesDueMinor: [1n, 2n], ...changes });
const state = { outstandingMinor: 100_000n, interestShortfallMinor: 0n };

describe("requirePeriod", () => {
  it.each<[string, Partial<Period>]>([
    ["The deal has 2 priced classes and 0 were given.", { pricing: [] }],
    ["The deal has 2 opening balances and 3 were given.", { opening: [state, state, state] }],
    ["The deal has 2 fixings and 1 were given.", { fixingsE10: [null] }],
    ["The deal has 2 fees and 1 were given.", { feesDueMinor: [1n] }],
    ["The available funds cannot be negative.", { availableFundsMinor: -1n }],
    ["The distributable principal cannot be negative.", { principalDistributableMinor: -1n }],
    ["A fee cannot be negative.", { feesDueMinor: [1n, -1n] }],
    ["The balance of class B cannot be negative.", { opening: [state, { ...state, outstandingMinor: -1n }] }],
    [
      "The interest shortfall of class A cannot be negative.",
      { opening: [{ ...state, interestShortfallMinor: -1n }, state] },
    ],
    [
      "The balance of class B is above its original balance.",
      { opening: [state, { ...state, outstandingMinor: 100_001n }] },
    ],
  ])("refuses: %s", (message, changes) => {
    expect(() => requirePeriod(period(changes))).toThrow(message);
    expect(() => allocate(period(changes))).toThrow(message);
  });

  it("takes a period that fits its deal", () => {
    expect(() => requirePeriod(period({}))).not.toThrow();
  });
});
