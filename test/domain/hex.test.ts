import { describe, expect, it } from "vitest";
import { asciiHex, hashSchema, sha256, shortText, shortTextBytes } from "../../server/domain/hex.ts";

describe("hashSchema", () => {
  it.each(["", "0x", `0x${"a".repeat(63)}`, `0x${"a".repeat(65)}`, `0x${"A".repeat(64)}`, "a".repeat(64), 1])(
    "refuses %j",
    (value) => {
      expect(hashSchema.safeParse(value).success).toBe(false);
    },
  );
});

describe("sha256", () => {
  it("computes the example of FIPS 180-4, of a text and of its bytes", () => {
    const expected = "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect([sha256("abc"), sha256(Uint8Array.of(97, 98, 99))]).toEqual([expected, expected]);
    expect(hashSchema.parse(sha256("abc"))).toBe(expected);
  });
});

describe("asciiHex", () => {
  it("writes the bytes of a code", () => {
    expect(asciiHex("USD")).toBe("0x555344");
  });
});

describe("shortText", () => {
  it("leaves bytes alone that nobody can read", () => {
    for (const bytes of [sha256("x"), `0x${"00".repeat(32)}`, `0x20${"00".repeat(31)}`, `0x410041${"00".repeat(29)}`]) {
      expect(shortText(bytes)).toBe(bytes);
    }
  });

  it.each(["A", "NALT 2004-A/1", "x".repeat(32)])("reads %s back", (text) => {
    expect(shortText(shortTextBytes(text))).toBe(text);
  });
});
