import type { Gateway } from "../../chain/gateway.ts";
import { checkRoute, commandRoute, readRoute, type Route } from "../../http/route.ts";
import {
  TransferBatchRequest,
  TransferCheck,
  TransferList,
  TransferQuery,
  TransferRequest,
} from "./transfers.schema.ts";
import { checkTransfer, move, moveMany } from "./transfers.service.ts";
import { listTransfers } from "./transfers.view.ts";

/** How units pass from one account to another. */
export function transferRoutes({ gateway }: { gateway: Gateway }): readonly Route[] {
  return [
    commandRoute({
      path: "/v1/transfers",
      operationId: "transferUnits",
      summary: "Move units from an account of the calling custodian",
      access: ["custodian"],
      body: TransferRequest,
      handler: ({ read, caller, operationRef, body }) => read((db) => move(db, caller, operationRef, body)),
    }),
    commandRoute({
      path: "/v1/transfer-batches",
      operationId: "transferUnitsInBatch",
      summary: "Move units from accounts of the calling custodian, all or none",
      description:
        "Each leg is judged in its turn, with what the legs before it have moved, and has a reference of its own.",
      access: ["custodian"],
      body: TransferBatchRequest,
      handler: ({ read, caller, operationRef, body }) => read((db) => moveMany(db, caller, operationRef, body)),
    }),
    checkRoute({
      path: "/v1/transfers/check",
      operationId: "checkTransfer",
      summary: "Every rule that forbids a movement, without making it",
      description:
        "Asks the note the same question as a transfer does, for the key of the sending account's custodian.",
      access: ["custodian", "registrar"],
      body: TransferRequest,
      response: TransferCheck,
      handler: ({ read, caller, body }) => checkTransfer(read, gateway, caller, body),
    }),
    readRoute({
      path: "/v1/transfers",
      operationId: "listTransfers",
      summary: "Movements of units, issuances among them, newest first; a custodian sees those of its accounts",
      access: ["custodian", "registrar", "regulator"],
      query: TransferQuery,
      response: TransferList,
      handler: ({ read, query }) => read((db) => listTransfers(db, query)),
    }),
  ];
}
