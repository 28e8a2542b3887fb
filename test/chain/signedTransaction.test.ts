import { Transaction } from "ethers";
import { describe, expect, test } from "vitest";
import { verifySigned } from "../../server/chain/signedTransaction.ts";
import { signTransaction } from "../../server/chain/signers.ts";
import { CHAIN_ID, keyOf, stranger } from "./ledgers.ts";

const { key, address: signer } = keyOf("attester");
const prepared = { chainId: CHAIN_ID, nonce: 3, to: stranger(), data: "0xAB12", gasLimit: 90_000n };
const expected = { ...prepared, signer };

/** Signs the prepared transaction with something changed. */
function signed(change: Partial<Parameters<typeof Transaction.from>[0] & object> = {}, by = key): string {
  const transaction = Transaction.from({ ...prepared, type: 0, gasPrice: 0n, value: 0n, ...change });
  transaction.signature = by.sign(transaction.unsignedHash);
  return transaction.serialized;
}

describe("a transaction that was signed outside is refused", () => {
  test.each([
    ["signer", signed({}, keyOf("issuer").key)],
    ["type", signed({ type: 1 })],
    ["chainId", signed({ chainId: 1 })],
    ["nonce", signed({ nonce: 4 })],
    ["to", signed({ to: signer })],
    ["to", signed({ to: null })],
    ["data", signed({ data: "0xab1200" })],
    ["gasLimit", signed({ gasLimit: 90_001n })],
    ["gasPrice", signed({ gasPrice: 1n })],
    ["value", signed({ value: 1n })],
  ])("when its %s differs", (field, raw) => {
    const attempt = () => verifySigned(raw, expected);
    expect(attempt).toThrow(`The ${field} of the signed transaction differs from the prepared one.`);
    expect(attempt).toThrow(expect.objectContaining({ code: "signature-mismatch" }));
  });

  test.each([
    ["nothing", "0x"],
    ["no hex", "hello"],
    ["an unsigned transaction", Transaction.from({ ...prepared, type: 0, gasPrice: 0n }).unsignedSerialized],
    ["bytes cut short", signed().slice(0, -2)],
    ["bytes with others behind", `${signed()}00`],
  ])("when it is %s", (_what, raw) => {
    expect(() => verifySigned(raw, expected)).toThrow(expect.objectContaining({ code: "signature-mismatch" }));
  });
});

test("the prepared transaction is accepted and known by its hash, whatever the case of its letters", () => {
  const { raw, hash } = signTransaction(key, prepared);
  expect(verifySigned(raw, expected)).toEqual({ txHash: hash });
  expect(verifySigned(`0x${raw.slice(2).toUpperCase()}`, { ...expected, signer: signer.toLowerCase() })).toEqual({
    txHash: hash,
  });
});
