import { describe, expect, it } from "vitest";
import { filingRefBytes } from "../../server/domain/filingRef.ts";
import { sha256 } from "../../server/domain/hex.ts";

describe("filingRefBytes", () => {
  it("is the reference itself up to 32 characters, filled up with zeros", () => {
    expect(filingRefBytes("A-1")).toBe(`0x412d31${"00".repeat(29)}`);
    expect(filingRefBytes("x".repeat(32))).toBe(`0x${"78".repeat(32)}`);
  });

  it("is the hash of a longer one", () => {
    expect(filingRefBytes("x".repeat(33))).toBe(sha256("x".repeat(33)));
  });
});
