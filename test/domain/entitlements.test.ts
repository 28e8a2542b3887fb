import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitOverHolders, type Holding } from "../../server/domain/entitlements.ts";

const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
const holdings = fc
  .array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 12 })
  .map((units) => units.map((count, index): Holding => ({ account: `account-${index}`, units: count })))
  .filter((all) => all.some(({ units }) => units > 0n));

const total = (entitlements: readonly { amountMinor: bigint }[]) =>
  entitlements.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

describe("splitOverHolders", () => {
  const one = [{ account: "a", units: 1n }];

  it("refuses what is negative", () => {
    const message = "Neither amounts nor units of a split can be negative.";
    expect(() => splitOverHolders(one, -1n, 0n)).toThrow(message);
    expect(() => splitOverHolders(one, 0n, -1n)).toThrow(message);
    expect(() => splitOverHolders([{ account: "a", units: -1n }], 1n, 0n)).toThrow(message);
  });

  it("refuses an amount that nobody is there to be paid", () => {
    expect(() => splitOverHolders([], 5n, 0n)).toThrow("Nobody holds a unit, and 5 minor units are to be paid.");
    expect(() => splitOverHolders([{ account: "a", units: 0n }], 5n, 0n)).toThrow("Nobody holds a unit");
  });

  it("keeps a remainder that nobody is there to be paid", () => {
    expect(splitOverHolders([], 0n, 2n)).toEqual({ entitlements: [], remainderMinor: 2n });
  });

  it("drops parts of a minor unit and pays them with the next distribution", () => {
    const three = ["a", "b", "c"].map((account) => ({ account, units: 10n }));
    const first = splitOverHolders(three, 100n, 0n);
    expect(first.entitlements.map(({ amountMinor }) => amountMinor)).toEqual([33n, 33n, 33n]);
    expect(first.remainderMinor).toBe(1n);
    const second = splitOverHolders(three, 101n, first.remainderMinor);
    expect(second.entitlements.map(({ amountMinor }) => amountMinor)).toEqual([34n, 34n, 34n]);
    expect(second.remainderMinor).toBe(0n);
  });

  it("adds up with the remainder to the amount and what was carried, the remainder below one minor unit a holder", () => {
    fc.assert(
      fc.property(holdings, amounts, fc.bigInt({ min: 0n, max: 12n }), (holdings, amountMinor, carriedMinor) => {
        const { entitlements, remainderMinor } = splitOverHolders(holdings, amountMinor, carriedMinor);
        expect(total(entitlements) + remainderMinor).toBe(amountMinor + carriedMinor);
        expect(remainderMinor >= 0n && remainderMinor < BigInt(holdings.length)).toBe(true);
      }),
    );
  });

  it("gives equal units equal cash, whatever the order of the holders", () => {
    const shuffled = holdings.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, amounts, ([holdings, other], amountMinor) => {
        const split = splitOverHolders(holdings, amountMinor, 0n);
        const again = splitOverHolders(other, amountMinor, 0n);
        expect(again.remainderMinor).toBe(split.remainderMinor);
        expect(new Set(again.entitlements)).toEqual(new Set(split.entitlements));
        const byUnits = new Map<bigint, bigint>();
        for (const [index, { units }] of holdings.entries()) {
          const { amountMinor } = split.entitlements[index]!;
          expect(byUnits.get(units) ?? amountMinor).toBe(amountMinor);
          byUnits.set(units, amountMinor);
        }
      }),
    );
  });
});
