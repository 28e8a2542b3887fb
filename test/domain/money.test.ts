import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currencySchema, formatMinor, moneySchema, parseMinor } from "../../server/domain/money.ts";

describe("parseMinor", () => {
  it("refuses more decimals than the currency has", () => {
    expect(() => parseMinor("1.005", "USD")).toThrow("Expected at most 2 decimals.");
    expect(() => parseMinor("1.5", "JPY")).toThrow("Expected at most 0 decimals.");
  });

  it("reads major units as minor units", () => {
    expect(parseMinor("210098819.60", "USD")).toBe(21_009_881_960n);
    expect(parseMinor("1000", "JPY")).toBe(1_000n);
  });

  it("reads back what formatMinor writes, in every currency", () => {
    const currency = fc.constantFrom(...currencySchema.options);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), currency, (amountMinor, code) => {
        const text = formatMinor(amountMinor, code);
        expect(moneySchema.safeParse(text).success).toBe(true);
        expect(parseMinor(text, code)).toBe(amountMinor);
      }),
    );
  });
});

describe("moneySchema", () => {
  it.each(["", "-1.00", "1e3", "01.00", "1.", "1.00000", 100, "9".repeat(40)])("refuses %j", (value) => {
    expect(moneySchema.safeParse(value).success).toBe(false);
  });
});
