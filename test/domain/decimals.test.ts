import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecimalError, formatDecimal, parseDecimal } from "../../server/domain/decimals.ts";

describe("parseDecimal", () => {
  it.each([
    "",
    " 1",
    "1 ",
    "+1",
    "-1",
    "01",
    "00",
    ".5",
    "1.",
    "1,000",
    "1e3",
    "0x1",
    "١",
    "1_0",
    "Infinity",
    "1".repeat(49),
  ])("refuses %j as malformed", (text) => {
    expect(() => parseDecimal(text, 2)).toThrow(DecimalError);
    expect(() => parseDecimal(text, 2)).toThrow("Expected a decimal number");
  });

  it("refuses more decimals rather than rounding, even zeros", () => {
    for (const text of ["1.001", "1.000"]) expect(() => parseDecimal(text, 2)).toThrow("Expected at most 2 decimals.");
    expect(() => parseDecimal("1.0", 0)).toThrow("Expected at most 0 decimals.");
  });

  it("reads missing decimals as zero", () => {
    expect([parseDecimal("1000", 2), parseDecimal("1000.5", 2), parseDecimal("1000.50", 2)]).toEqual([
      100_000n,
      100_050n,
      100_050n,
    ]);
    expect(parseDecimal("0", 0)).toBe(0n);
  });

  it("reads back what formatDecimal writes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.nat(8), (value, decimals) => {
        expect(parseDecimal(formatDecimal(value, decimals), decimals)).toBe(value);
      }),
    );
  });
});

describe("formatDecimal", () => {
  it("writes all decimals, and the sign of a negative number", () => {
    expect([formatDecimal(5n, 2), formatDecimal(-5n, 2), formatDecimal(-105n, 2), formatDecimal(7n, 0)]).toEqual([
      "0.05",
      "-0.05",
      "-1.05",
      "7",
    ]);
  });
});
