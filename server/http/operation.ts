import { z } from "zod";
import { AppError, problemKinds, type ProblemCode } from "../errors.ts";
import { operationStates, settledStates, type Operation } from "../store/operation.ts";
import { Problem, problemOf } from "./problem.ts";
import { Address, BlockNumber, Bytes32, HexData, PartyCode, Timestamp } from "./schemas.ts";

const Transaction = z
  .strictObject({
    type: z.literal(0),
    chainId: z.int(),
    nonce: z.int().min(0),
    to: Address,
    data: HexData,
    gasLimit: z.string().meta({ description: "Hexadecimal quantity." }),
    gasPrice: z.literal("0x0"),
  })
  .meta({ id: "PreparedTransaction", description: "What the signer signs, field by field; it carries no value." });

/** A command on its way to the ledger, as the API shows it. */
export const OperationBody = z
  .strictObject({
    id: z.uuid(),
    kind: z.string().meta({ example: "transfers.move" }),
    party: PartyCode,
    state: z.enum(operationStates).meta({
      description:
        "prepared: waits for a signature. queued, signed, sent: on its way. final: its events are in the register. " +
        "reverted: the ledger refused it after all. stuck: an operator has to look. expired: it was never signed.",
    }),
    signer: Address,
    target: Address,
    operationRef: Bytes32,
    facts: z.record(z.string(), z.unknown()).meta({ description: "What was asked for, in words of the route." }),
    transaction: Transaction.optional().meta({ description: "Only while prepared." }),
    transactionHash: Bytes32.nullable(),
    blockNumber: BlockNumber.nullable(),
    blockHash: Bytes32.nullable(),
    problem: Problem.nullable().meta({ description: "Why the ledger reverted it." }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "Operation", description: "A command on its way to the ledger." });

export type OperationBody = z.infer<typeof OperationBody>;

/** Writes an operation for an answer. */
export function operationBody(operation: Operation, chainId: number): OperationBody {
  return {
    id: operation.id,
    kind: operation.kind,
    party: operation.party,
    state: operation.state,
    signer: operation.signer,
    target: operation.target,
    operationRef: operation.operationRef,
    facts: operation.facts,
    ...(operation.state === "prepared" && { transaction: transactionOf(operation, chainId) }),
    transactionHash: operation.txHash,
    blockNumber: operation.blockNumber,
    blockHash: operation.blockHash,
    problem: operation.problem && problemOf(errorOf(operation.problem)),
    createdAt: operation.createdAt.toISOString(),
    updatedAt: operation.updatedAt.toISOString(),
  };
}

/** Whether an operation has come to an end that it does not leave by itself. */
export function isSettled({ state }: Operation): boolean {
  return settledStates.includes(state);
}

/** Address of an operation. */
export function operationPath(id: string): string {
  return `/v1/operations/${id}`;
}

function transactionOf({ nonce, target, data, gasLimit }: Operation, chainId: number): z.infer<typeof Transaction> {
  const gas = `0x${gasLimit.toString(16)}`;
  return { type: 0, chainId, nonce: nonce!, to: target, data, gasLimit: gas, gasPrice: "0x0" };
}

/** The failure that was stored with a reverted operation; a later version of this service may have dropped its code. */
function errorOf({ code: stored, detail, values, restrictions }: NonNullable<Operation["problem"]>): AppError {
  const code = stored in problemKinds ? (stored as ProblemCode) : "ledger-refused";
  return new AppError(code, { values, restrictions, ...(detail !== problemKinds[code].title && { detail }) });
}
