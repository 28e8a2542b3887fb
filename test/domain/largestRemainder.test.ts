import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestRemainder } from "../../server/domain/largestRemainder.ts";

const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 6 });
const sum = (entries: readonly bigint[]) => entries.reduce((total, entry) => total + entry, 0n);

describe("largestRemainder", () => {
  it("refuses what is negative, and an amount without a weight", () => {
    expect(() => largestRemainder(-1n, [1n])).toThrow("Nothing negative can be split.");
    expect(() => largestRemainder(1n, [2n, -1n])).toThrow("Nothing negative can be split.");
    expect(() => largestRemainder(7n, [0n, 0n])).toThrow("There is no weight to split 7 by.");
    expect(() => largestRemainder(7n, [])).toThrow("There is no weight to split 7 by.");
  });

  it("gives nothing to split to everybody", () => {
    expect(largestRemainder(0n, [0n, 5n])).toEqual([0n, 0n]);
  });

  it("gives what the whole parts leave to the largest remainders", () => {
    expect(largestRemainder(10n, [6n, 6n, 2n])).toEqual([4n, 4n, 2n]);
    expect(largestRemainder(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
  });

  it("gives equal remainders to the lower index", () => {
    expect(largestRemainder(1n, [5n, 5n])).toEqual([1n, 0n]);
    expect(largestRemainder(2n, [1n, 0n, 1n, 1n])).toEqual([1n, 0n, 1n, 0n]);
  });

  it("adds up to the amount, each part less than one step from its quota", () => {
    fc.assert(
      fc.property(amounts, weights, (amount, weights) => {
        fc.pre(sum(weights) > 0n);
        const parts = largestRemainder(amount, weights);
        expect(sum(parts)).toBe(amount);
        for (const [index, part] of parts.entries()) {
          const off = part * sum(weights) - amount * weights[index]!;
          expect(off > -sum(weights) && off < sum(weights)).toBe(true);
        }
      }),
    );
  });

  it("gives no part more than its weight while the amount is not above the weights", () => {
    fc.assert(
      fc.property(weights, fc.bigInt({ min: 0n, max: 1_000n }), (weights, permille) => {
        const parts = largestRemainder((sum(weights) * permille) / 1_000n, weights);
        expect(parts.every((part, index) => part <= weights[index]!)).toBe(true);
      }),
    );
  });

  it("never lowers one of two parts when there is more to split", () => {
    const two = fc.tuple(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 0n, max: 50n }));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 200n }), two, (amount, two) => {
        const [less, more] = [largestRemainder(amount, two), largestRemainder(amount + 1n, two)];
        expect(more.every((part, index) => part >= less[index]!)).toBe(true);
      }),
    );
  });

  it("may lower one of three parts by one step when there is more to split, and by no more", () => {
    expect(largestRemainder(10n, [6n, 6n, 2n])[2]).toBe(2n);
    expect(largestRemainder(11n, [6n, 6n, 2n])[2]).toBe(1n);
    fc.assert(
      fc.property(amounts, amounts, weights, (amount, extra, weights) => {
        fc.pre(sum(weights) > 0n);
        const [less, more] = [largestRemainder(amount, weights), largestRemainder(amount + extra, weights)];
        expect(more.every((part, index) => part >= less[index]! - 1n)).toBe(true);
      }),
    );
  });
});
