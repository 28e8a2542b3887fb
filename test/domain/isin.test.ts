import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isinCheckDigit, isinSchema } from "../../server/domain/isin.ts";

const digits = Array.from("0123456789");

/** Identifiers of well-known securities, whose check digits others computed. */
const known = ["US0378331005", "AU0000XVGZA3", "GB0002634946", "DE000BAY0017", "FR0000988040", "JP3788600009"];

describe("isinSchema", () => {
  it.each(["", "US037833100", "US03783310055", "us0378331005", "U10378331005", "US037833100X", "US03783310 5"])(
    "refuses %j as malformed",
    (isin) => {
      expect(isinSchema.safeParse(isin).error?.issues).toMatchObject([{ code: "invalid_format" }]);
    },
  );

  it("refuses every other check digit", () => {
    for (const isin of known) {
      const accepted = digits.filter((digit) => isinSchema.safeParse(isin.slice(0, 11) + digit).success);
      expect(accepted).toEqual([isin[11]]);
    }
  });

  it("refuses one wrong character anywhere in the digits", () => {
    const wrong = fc.tuple(fc.constantFrom(...known), fc.integer({ min: 2, max: 11 }), fc.constantFrom(...digits));
    fc.assert(
      fc.property(wrong, ([isin, at, digit]) => {
        fc.pre(/\d/.test(isin[at]!) && isin[at] !== digit);
        expect(isinSchema.safeParse(isin.slice(0, at) + digit + isin.slice(at + 1)).success).toBe(false);
      }),
    );
  });
});

describe("isinCheckDigit", () => {
  it("computes the digit of known securities", () => {
    expect(known.map((isin) => isinCheckDigit(isin.slice(0, 11)))).toEqual(known.map((isin) => isin[11]));
  });
});
