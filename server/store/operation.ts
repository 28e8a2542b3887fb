import type { RestrictionShown } from "../errors.ts";
import { toHex } from "./hex.ts";

export const operationStates = [
  "prepared", // waits for the signature of a key that another process holds
  "queued", // waits for the lane of its signing key
  "signed", // has its nonce and its signed bytes
  "sent", // the ledger has been given the bytes
  "final",
  "reverted",
  "stuck", // another transaction took its nonce; somebody has to look
  "expired",
] as const;

export type OperationState = (typeof operationStates)[number];

/** States that an operation does not leave by itself. */
export const settledStates: readonly OperationState[] = ["final", "reverted", "stuck", "expired"];

/** Why the ledger reverted an operation, in the words of the table of problems. */
export type StoredProblem = {
  code: string;
  detail?: string;
  values?: Readonly<Record<string, string>>;
  restrictions?: readonly RestrictionShown[];
};

/** A command and what became of it. Hashes, data and raw bytes are 0x…; addresses are EIP-55. */
export type Operation = {
  id: string;
  /** Order in which operations were accepted. */
  seq: bigint;
  party: string;
  kind: string;
  /** Address of the signing key. */
  signer: string;
  /** Address of the contract. */
  target: string;
  data: string;
  gasLimit: bigint;
  operationRef: string;
  facts: Readonly<Record<string, unknown>>;
  state: OperationState;
  /** Nonce of the signed transaction, or the one offered for signing. */
  nonce: number | null;
  raw: string | null;
  txHash: string | null;
  blockNumber: number | null;
  blockHash: string | null;
  /** Why the ledger reverted it. */
  problem: StoredProblem | null;
  createdAt: Date;
  updatedAt: Date;
};

/** What is stored of a command before anything is signed. A prepared one carries the nonce it is offered with. */
export type NewOperation = Pick<
  Operation,
  "id" | "party" | "kind" | "signer" | "target" | "data" | "gasLimit" | "operationRef" | "facts"
> &
  ({ state: "queued" } | { state: "prepared"; nonce: number });

/** How a transaction ended. */
export type Settlement = {
  txHash: string;
  outcome: "final" | "reverted";
  blockNumber: number;
  blockHash: string;
  /** What is kept as `StoredProblem`. */
  problem?: Readonly<Record<string, unknown>>;
};

/** A row of records.operation. */
export type OperationRow = {
  id: string;
  seq: bigint;
  party: string;
  kind: string;
  signer: string;
  target: string;
  data: Buffer;
  gas_limit: bigint;
  operation_ref: Buffer;
  facts: Record<string, unknown>;
  state: OperationState;
  nonce: bigint | null;
  raw: Buffer | null;
  tx_hash: Buffer | null;
  block_number: bigint | null;
  block_hash: Buffer | null;
  problem: StoredProblem | null;
  created_at: Date;
  updated_at: Date;
};

/** A row as the rest of the server sees it. */
export function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    seq: row.seq,
    party: row.party,
    kind: row.kind,
    signer: row.signer,
    target: row.target,
    data: toHex(row.data),
    gasLimit: row.gas_limit,
    operationRef: toHex(row.operation_ref),
    facts: row.facts,
    state: row.state,
    nonce: row.nonce === null ? null : Number(row.nonce),
    raw: row.raw && toHex(row.raw),
    txHash: row.tx_hash && toHex(row.tx_hash),
    blockNumber: row.block_number === null ? null : Number(row.block_number),
    blockHash: row.block_hash && toHex(row.block_hash),
    problem: row.problem,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
