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

  it("refuses one wrong character anywhere, and any two neighbours that changed places", () => {
    const characters = Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const body = fc
      .array(fc.constantFrom(...characters), { minLength: 18, maxLength: 18 })
      .map((list) => list.join(""));
    fc.assert(
      fc.property(body, fc.nat(17), fc.constantFrom(...characters), (text, at, other) => {
        const digits = leiCheckDigits(text);
        expect(leiSchema.safeParse(text + digits).success).toBe(true);
        const wrong = text.slice(0, at) + other + text.slice(at + 1);
        const swapped =
          text.slice(0, at) +
          Array.from(text.slice(at, at + 2))
            .toReversed()
            .join("") +
          text.slice(at + 2);
        for (const changed of [wrong, swapped]) {
          if (changed !== text) expect(leiSchema.safeParse(changed + digits).success).toBe(false);
        }
      }),
    );
  });
});
