import { refusalOf, revertDataOf } from "../chain/reverts.ts";
import { LedgerUnreachable, RpcError, quantity, type Ledger } from "../chain/rpc.ts";
import { AppError } from "../errors.ts";
import type { Queryable } from "../store/database.ts";
import { operationsByTxHash } from "../store/operations.ts";
import { settledStates, type Operation, type Settlement } from "../store/operation.ts";
import type { Block } from "./blockSource.ts";

/**
 * How the transactions of a block ended, as far as they may be operations of this service. One that left a log was
 * carried out, for a reverted one leaves none; only silent ones that are ours are asked for their receipt.
 */
export async function outcomesOf(db: Queryable, ledger: Ledger, block: Block): Promise<Settlement[]> {
  const { number: blockNumber, hash: blockHash } = block;
  const loud = new Set(block.logs.map(({ transactionHash }) => transactionHash));
  const outcomes: Settlement[] = block.transactions
    .filter((txHash) => loud.has(txHash))
    .map((txHash) => ({ txHash, outcome: "final", blockNumber, blockHash }));
  const silent = block.transactions.filter((txHash) => !loud.has(txHash));
  for (const operation of silent.length > 0 ? await operationsByTxHash(db, silent) : []) {
    if (operation.state !== "stuck" && settledStates.includes(operation.state)) continue; // read again by a rebuild
    const txHash = operation.txHash!;
    if (await succeeded(ledger, txHash)) {
      outcomes.push({ txHash, outcome: "final", blockNumber, blockHash });
    } else {
      const problem = problemOf(await reasonOf(ledger, operation, blockNumber));
      outcomes.push({ txHash, outcome: "reverted", blockNumber, blockHash, problem });
    }
  }
  return outcomes;
}

async function succeeded(ledger: Ledger, txHash: string): Promise<boolean> {
  const receipt = await ledger.request<{ status: string } | null>("eth_getTransactionReceipt", [txHash]);
  if (!receipt) throw new LedgerUnreachable(`the node has no receipt of ${txHash} yet`);
  return Number(receipt.status) === 1;
}

/**
 * Receipts carry no reason, so the call is made again: upon the state before its block, and, where that does not fail
 * because an earlier transaction of the same block was the cause, upon the state after it.
 */
async function reasonOf(ledger: Ledger, operation: Operation, blockNumber: number): Promise<AppError> {
  const { signer: from, target: to, data, gasLimit } = operation;
  const call = { from, to, data, gas: quantity(gasLimit), gasPrice: "0x0" };
  for (const number of [blockNumber - 1, blockNumber]) {
    try {
      await ledger.request("eth_call", [call, quantity(number)]);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const revert = revertDataOf(error);
      if (revert !== undefined) return refusalOf(revert);
      return new AppError("ledger-refused", { detail: `The ledger refused: ${error.message}.` });
    }
  }
  return new AppError("ledger-refused", {
    detail: "The transaction failed in its block, but not when replayed alone.",
  });
}

function problemOf(error: AppError): Record<string, unknown> {
  const { values, restrictions } = error.details;
  return { code: error.code, detail: error.message, values, restrictions };
}
