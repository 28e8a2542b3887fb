import { describe, expect, it } from "vitest";
import { plainText } from "../../server/domain/plainText.ts";

describe("plainText", () => {
  it.each(["", "a\u0000b", "a\tb", "a\rb", "a\u001bb", "a\u0085b", "a\ud800b", "12345678901", 1])(
    "refuses %j",
    (value) => {
      expect(plainText(10).safeParse(value).success).toBe(false);
    },
  );

  it("accepts any language, lines and characters beyond the basic plane", () => {
    for (const value of ["备案\n报告", "Ünïcode", "😀", "a b"]) expect(plainText(10).parse(value)).toBe(value);
  });
});
