import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountRecord, accountWord, wordAt } from "../../server/domain/accountWord.ts";

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => `0x${Buffer.from(value).toString("hex")}`);

const facts = fc.record({
  holderRef: hex(16),
  residence: hex(2),
  category: fc.nat({ max: 255 }),
  lookThrough: fc.nat({ max: 255 }),
  omnibus: fc.boolean(),
  usPerson: fc.boolean(),
  acceptsFreeDelivery: fc.boolean(),
  eligibleUntil: fc.nat({ max: 2 ** 40 - 1 }),
});

describe("accountWord", () => {
  it("puts each fact where the ledger has it", () => {
    const word = accountWord({
      holderRef: "0x00112233445566778899aabbccddeeff",
      residence: "0x484b",
      category: 6,
      lookThrough: 1,
      omnibus: true,
      usPerson: false,
      acceptsFreeDelivery: true,
      eligibleUntil: 0x0102030405,
    });
    const parts = ["00000000", "0102030405", "0a", "01", "06", "0000", "484b", "00112233445566778899aabbccddeeff"];
    expect(word).toBe(BigInt(`0x${parts.join("")}`));
  });

  it("and accountRecord are each other's inverse, with custodian, key and stop kept apart", () => {
    fc.assert(
      fc.property(
        facts,
        fc.nat({ max: 65_535 }),
        fc.nat({ max: 2 ** 32 - 1 }),
        fc.boolean(),
        (given, party, stop, own) => {
          const word = wordAt(accountWord(given), BigInt(party)) | (BigInt(stop) << 224n) | (own ? 1n << 176n : 0n);
          expect(accountRecord(word)).toEqual({ ...given, custodian: party, selfKept: own, stoppedUntil: stop });
        },
      ),
      { numRuns: 200, seed: 20260206 },
    );
  });

  it("is never wider than a word", () => {
    fc.assert(fc.property(facts, (given) => accountWord(given) < 1n << 256n));
  });
});
