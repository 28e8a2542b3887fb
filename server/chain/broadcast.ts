import type { Logger } from "pino";
import type { LaneStore, SignedOperation } from "./laneStore.ts";
import type { Ledger } from "./rpc.ts";

// Nodes word it differently: Besu "Known transaction", geth "already known", others "already imported".
const KNOWN = /known transaction|already known|already imported|already exists/i;

/** What became of a broadcast: ids whose nonce another transaction took, and refusals that may pass. */
export type BroadcastResult = { stuckIds: string[]; refusals: string[] };

/**
 * Gives signed bytes to the ledger and writes down what it said. Safe to repeat at any time: the bytes are the ones that
 * were stored, so however often they are sent, the ledger includes them once.
 *
 * @param operations In order of nonce.
 * @throws LedgerUnreachable when the ledger does not answer; nothing is then written down.
 */
export async function broadcast(
  { ledger, store, log }: { ledger: Ledger; store: LaneStore; log: Pick<Logger, "fatal"> },
  operations: readonly SignedOperation[],
): Promise<BroadcastResult> {
  const result: BroadcastResult = { stuckIds: [], refusals: [] };
  if (operations.length === 0) return result;
  const outcomes = await ledger.sendBatch(operations.map(({ raw }) => raw));
  const sentIds: string[] = [];
  for (const [i, operation] of operations.entries()) {
    const outcome = outcomes[i]!;
    if (outcome.accepted || KNOWN.test(outcome.message)) {
      sentIds.push(operation.id);
      continue;
    }
    const fate = await fateOf(ledger, operation);
    if (fate === "here") sentIds.push(operation.id);
    else if (fate === "nonce-taken") result.stuckIds.push(operation.id);
    else result.refusals.push(outcome.message);
    if (fate === "nonce-taken") {
      const { id, signer, nonce, txHash } = operation;
      log.fatal({ operationId: id, signer, nonce, txHash }, "another transaction took the nonce of an operation");
      await store.markStuck([id], `Nonce ${nonce} was used by another transaction of the same key.`);
    }
  }
  if (sentIds.length > 0) await store.markSent(sentIds);
  return result;
}

/**
 * What a refused transaction means: "nonce too low" is said of our own transaction once it is included, so the words are
 * not trusted and the ledger is asked for the hash. The count comes first: a transaction included between the two
 * questions is then found by the second.
 */
async function fateOf(
  ledger: Ledger,
  { signer, nonce, txHash }: SignedOperation,
): Promise<"here" | "nonce-taken" | "refused"> {
  const next = Number(await ledger.request<string>("eth_getTransactionCount", [signer, "latest"]));
  const ours = await ledger.request<object | null>("eth_getTransactionByHash", [txHash]);
  if (ours) return "here";
  return next > nonce ? "nonce-taken" : "refused";
}
