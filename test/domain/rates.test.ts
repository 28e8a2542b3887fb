import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPercent, parseRateE10, percentSchema } from "../../server/domain/rates.ts";

describe("parseRateE10", () => {
  it("refuses a rate finer than 1e-10", () => {
    expect(() => parseRateE10("2.105630001")).toThrow("Expected at most 8 decimals.");
  });

  it("reads percent exactly", () => {
    expect([parseRateE10("2.10563"), parseRateE10("0.00000001"), parseRateE10("100")]).toEqual([
      210_563_000n,
      1n,
      10_000_000_000n,
    ]);
  });

  it("reads back what formatPercent writes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10_000_000_000n }), (rateE10) => {
        const percent = formatPercent(rateE10);
        expect(percentSchema.safeParse(percent).success).toBe(true);
        expect(parseRateE10(percent)).toBe(rateE10);
      }),
    );
  });
});

describe("formatPercent", () => {
  it("writes no trailing zeros and keeps those of the whole", () => {
    expect([0n, 290_000_000n, 1_000_000_000n, 10_000_000_000n].map(formatPercent)).toEqual(["0", "2.9", "10", "100"]);
  });
});

describe("percentSchema", () => {
  it.each(["", "-1", "+1", "1%", "01", "100.01", "101", "1000", "2.105630001", "1.", 2.5])("refuses %j", (value) => {
    expect(percentSchema.safeParse(value).success).toBe(false);
  });
});
