import { AppError } from "../../errors.ts";
import type { CommandDeps } from "../../http/command.ts";
import { OperationBody, operationBody, operationPath } from "../../http/operation.ts";
import { readRoute, recordRoute, type Route } from "../../http/route.ts";
import {
  OperationList,
  OperationParams,
  OperationQuery,
  OperationWithHistory,
  SignatureRequest,
} from "./operations.schema.ts";
import { acceptSignature } from "./operations.service.ts";
import { readOperation, readOperations } from "./operations.view.ts";

// A raw transaction is two characters a byte, and a batch of movements is the largest one.
const SIGNATURE_LIMIT_BYTES = 310_000;

/** What became of commands, and the signatures of those that are signed outside. */
export function operationRoutes({ gateway, wakeLane }: Pick<CommandDeps, "gateway" | "wakeLane">): Route[] {
  return [
    readRoute({
      path: "/v1/operations",
      operationId: "listOperations",
      summary: "Operations of the caller's party, newest first",
      access: "any-party",
      query: OperationQuery,
      response: OperationList,
      handler: ({ read, query }) => read((db) => readOperations(db, query, gateway.chainId)),
    }),
    readRoute({
      path: "/v1/operations/{operationId}",
      operationId: "readOperation",
      summary: "One operation with its history",
      access: "any-party",
      params: OperationParams,
      response: OperationWithHistory,
      handler: ({ read, params }) => read((db) => readOperation(db, params.operationId, gateway.chainId)),
    }),
    recordRoute({
      path: "/v1/operations/{operationId}/signature",
      operationId: "signOperation",
      summary: "Hand in the signed transaction of a prepared operation",
      description:
        "Sign the operation's `transaction` as it is, as a legacy transaction with EIP-155. When its nonce has been " +
        "used since, the answer is `nonce-stale` and the operation carries a new transaction; sign that one and send " +
        "it with a new idempotency key.",
      access: "any-party",
      params: OperationParams,
      body: SignatureRequest,
      bodyLimitBytes: SIGNATURE_LIMIT_BYTES,
      status: 202,
      response: OperationBody,
      location: ({ id }) => operationPath(id),
      async handler({ caller, params, body, afterCommit }, tx) {
        const sent = { party: caller.party, operationId: params.operationId, raw: body.rawTransaction };
        const result = await acceptSignature(tx, gateway, sent);
        if (result instanceof AppError) return result;
        afterCommit(() => wakeLane(result.signer));
        return operationBody(result, gateway.chainId);
      },
    }),
  ];
}
