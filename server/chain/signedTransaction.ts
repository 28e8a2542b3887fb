import { Transaction, getAddress } from "ethers";
import { AppError } from "../errors.ts";
import type { UnsignedTransaction } from "./signers.ts";

/** What a transaction that was signed outside has to be, field by field. */
export type ExpectedTransaction = UnsignedTransaction & { signer: string };

/**
 * Verifies a transaction that was signed outside against the one that was prepared.
 *
 * @param raw Signed bytes, 0x…, as they would be broadcast.
 * @returns The hash by which the ledger will know it.
 * @throws AppError `signature-mismatch` naming the first field that differs; `nonce-stale` is for the caller to judge.
 */
export function verifySigned(raw: string, expected: ExpectedTransaction): { txHash: string } {
  const transaction = parse(raw);
  const { from, to } = transaction;
  const fields: [name: string, expected: unknown, given: unknown][] = [
    ["signer", getAddress(expected.signer), from],
    ["type", 0, transaction.type],
    ["chainId", expected.chainId, transaction.chainId],
    ["nonce", expected.nonce, transaction.nonce],
    ["to", getAddress(expected.to), to],
    ["data", expected.data.toLowerCase(), transaction.data],
    ["gasLimit", expected.gasLimit, transaction.gasLimit],
    ["gasPrice", 0n, transaction.gasPrice],
    ["value", 0n, transaction.value],
  ];
  for (const [field, wanted, given] of fields) {
    if (String(wanted) === String(given)) continue;
    throw new AppError("signature-mismatch", {
      detail: `The ${field} of the signed transaction differs from the prepared one.`,
      values: { field, expected: String(wanted), given: String(given) },
    });
  }
  return { txHash: transaction.hash! };
}

function parse(raw: string): Transaction {
  let transaction: Transaction | undefined;
  try {
    transaction = Transaction.from(raw);
  } catch (error) {
    throw new AppError("signature-mismatch", { detail: "The bytes are not a signed transaction.", cause: error });
  }
  // Other spellings of the same transaction would be broadcast under another hash.
  if (!transaction.isSigned() || transaction.serialized !== raw.toLowerCase()) {
    throw new AppError("signature-mismatch", { detail: "The bytes are not a signed transaction in canonical form." });
  }
  return transaction;
}
