import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leiCheckDigits, leiSchema } from "../../server/domain/lei.ts";

/** Identifiers of well-known entities, whose check digits others computed. */
const known = ["HWUPKR0MPOU8FGXBT394", "7H6GLXDRUGQFU57RNE97", "549300TRUWO2CD2G5692", "INR2EJN1ERAN0W5ZP974"];

describe("leiSchema", () => {
  it.each(["", "HWUPKR0MPOU8FGXBT39", "HWUPKR0MPOU8FGXBT3944", "hwupkr0mpou8fgxbt394", "HWUPKR0MPOU8FGXBT39X"])(
    "refuses %j as malformed",
    (lei) => {
      expect(leiSchema.safeParse(lei).error?.issues).toMatchObject([{ code: "invalid_format" }]);
    },
  );

  it("refuses every other pair of check digits", () => {
    const pairs = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, "0"));
    for (const lei of known) {
      const accepted = pairs.filter((pair) => leiSchema.safeParse(lei.slice(0, 18) + pair).success);
      expect(accepted).toEqual([lei.slice(18)]);
    }
  });

  it("refuses one wrong digit or letter anywhere, and two digits that changed places", () => {
    const digits = Array.from("0123456789");
    const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const characters = fc.constantFrom(...digits, ...letters);
    const body = fc.array(characters, { minLength: 18, maxLength: 18 }).map((list) => list.join(""));
    const isDigit = (character: string) => digits.includes(character);
    fc.assert(
      fc.property(body, fc.nat(17), characters, (text, at, other) => {
        const check = leiCheckDigits(text);
        expect(leiSchema.safeParse(text + check).success).toBe(true);
        const accepts = (middle: string) =>
          leiSchema.safeParse(text.slice(0, at) + middle + text.slice(at + middle.length) + check).success;
        const [one, two = ""] = Array.from(text.slice(at, at + 2));
        if (isDigit(one!) === isDigit(other)) expect(accepts(other)).toBe(one === other);
        if (isDigit(one!) && isDigit(two)) expect(accepts(two + one!)).toBe(one === two);
      }),
    );
  });
});
