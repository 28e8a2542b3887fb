import { verifySigned } from "../../chain/signedTransaction.ts";
import { AppError } from "../../errors.ts";
import { nextNonce, type Gateway } from "../../http/command.ts";
import type { Queryable } from "../../store/database.ts";
import type { Operation } from "../../store/operation.ts";
import { attachSignature, findOperation, lockSigner, reprepare } from "../../store/operations.ts";

/**
 * Takes a signature that was made outside for a prepared operation. Whether its signer may do what it signed, the
 * ledger judges; here it only has to be exactly what was prepared.
 *
 * @returns The operation as signed, or the problem `nonce-stale` after it has been offered anew.
 * @throws AppError `not-found` for the operation of another party, `operation-not-prepared`, `signature-mismatch`.
 */
export async function acceptSignature(
  tx: Queryable,
  gateway: Pick<Gateway, "chainId" | "transactionCount">,
  { party, operationId, raw }: { party: string; operationId: string; raw: string },
): Promise<Operation | AppError> {
  const operation = await findOperation(tx, operationId);
  if (!operation || operation.party !== party) throw new AppError("not-found");
  const { signer, target: to, data, nonce, gasLimit, state } = operation;
  if (state !== "prepared" || nonce === null) throw notPrepared(operation);
  const { txHash } = verifySigned(raw, { signer, chainId: gateway.chainId, nonce, to, data, gasLimit });
  await lockSigner(tx, signer);
  const next = await nextNonce(tx, gateway, signer);
  if (nonce !== next) {
    await reprepare(tx, operationId, { nonce: next, gasLimit });
    return new AppError("nonce-stale", { operationId, values: { nonce: String(nonce), next: String(next) } });
  }
  const signed = await attachSignature(tx, operationId, { raw: raw.toLowerCase(), txHash, nonce });
  if (!signed) throw notPrepared(operation);
  return signed;
}

function notPrepared({ id }: Operation): AppError {
  return new AppError("operation-not-prepared", { operationId: id });
}
