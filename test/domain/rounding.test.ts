import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideRounded } from "../../server/domain/rounding.ts";

describe("divideRounded", () => {
  it("refuses a negative numerator and a denominator that is not above zero", () => {
    expect(() => divideRounded(-1n, 2n, "HALF_UP")).toThrow("Expected zero or more over more than zero, not -1/2.");
    expect(() => divideRounded(1n, 0n, "FLOOR")).toThrow("not 1/0.");
    expect(() => divideRounded(1n, -3n, "FLOOR")).toThrow("not 1/-3.");
  });

  it.each([
    [0n, 2n, 0n, 0n],
    [1n, 2n, 1n, 0n],
    [3n, 2n, 2n, 1n],
    [5n, 2n, 3n, 2n],
    [4n, 9n, 0n, 0n],
    [5n, 9n, 1n, 0n],
    [9n, 9n, 1n, 1n],
  ])("takes %d/%d to %d half up and to %d by floor", (numerator, denominator, halfUp, floor) => {
    expect(divideRounded(numerator, denominator, "HALF_UP")).toBe(halfUp);
    expect(divideRounded(numerator, denominator, "FLOOR")).toBe(floor);
  });

  it("is never further than half a step away half up, nor a whole one by floor", () => {
    const numerators = fc.bigInt({ min: 0n, max: 2n ** 200n });
    const denominators = fc.bigInt({ min: 1n, max: 2n ** 100n });
    fc.assert(
      fc.property(numerators, denominators, (numerator, denominator) => {
        const off = 2n * (divideRounded(numerator, denominator, "HALF_UP") * denominator - numerator);
        expect(off > -denominator && off <= denominator).toBe(true);
        const dropped = numerator - divideRounded(numerator, denominator, "FLOOR") * denominator;
        expect(dropped >= 0n && dropped < denominator).toBe(true);
      }),
    );
  });
});
