import type { z } from "zod";
import type { Access } from "../../http/auth.ts";
import type { LedgerCall } from "../../http/command.ts";
import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { AsOfQuery } from "../../http/schemas.ts";
import {
  ActRequest,
  OrderAsOf,
  OrderList,
  OrderParams,
  OrderQuery,
  OrderRequest,
  PauseRequest,
  ReleaseRequest,
} from "./orders.schema.ts";
import { file, force, freeze, keepPaused, liftPause, pause, recover, unfreeze } from "./orders.service.ts";
import { listOrders, readOrder } from "./orders.view.ts";

const filers: Access = ["registrar", "regulator"];
const readers: Access = ["registrar", "regulator", "approver", "custodian"];
const seen = "A custodian sees those on its accounts, and pauses, once something was done under them.";

/** Orders of authorities: filed by one party, carried out by three. */
export const orderRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/orders",
    operationId: "listOrders",
    summary: "Orders of authorities with everything that was done under them, newest first",
    description: seen,
    access: readers,
    query: OrderQuery,
    response: OrderList,
    handler: ({ read, query }) => read((db) => listOrders(db, query)),
  }),
  readRoute({
    path: "/v1/orders/{orderId}",
    operationId: "readOrder",
    summary: "One order with everything that was done under it",
    description: seen,
    access: readers,
    params: OrderParams,
    query: AsOfQuery,
    response: OrderAsOf,
    handler: ({ read, params, query }) => read((db) => readOrder(db, params.orderId, query.asOfBlock)),
  }),
  commandRoute({
    path: "/v1/orders",
    operationId: "fileOrder",
    summary: "File an order of an authority",
    description: "Nothing happens to units or classes by that.",
    access: filers,
    body: OrderRequest,
    handler: ({ read, caller, body }) => read((db) => file(db, caller.partyId, body)),
  }),
  decision("freezes", "freezeUnits", "Freeze the units of an order", ActRequest, freeze),
  decision("releases", "releaseUnits", "End a freeze, expired or not", ReleaseRequest, unfreeze),
  decision("forced-transfers", "forceTransfer", "Move units without their holder", ActRequest, force),
  decision("recoveries", "recoverUnits", "Move units of a lost account to another of its holder", ActRequest, recover),
  commandRoute({
    path: "/v1/orders/{orderId}/pauses",
    operationId: "pauseClass",
    summary: "Pause a class at once, by one key",
    description: "Nothing of it is issued or transferred. Reads, record dates, payments and forced movements go on.",
    access: filers,
    params: OrderParams,
    body: PauseRequest,
    handler: async ({ params, body }) => pause(params.orderId, body),
  }),
  decision("pause-extensions", "keepClassPaused", "Keep a class paused until a later time", PauseRequest, keepPaused),
  decision("pause-lifts", "liftClassPause", "Lift the pause of a class", ActRequest, liftPause),
];

/** An act under an order that three parties decide. */
function decision<Body extends z.ZodType>(
  name: string,
  operationId: string,
  summary: string,
  body: Body,
  call: (orderId: string, body: z.output<Body>) => LedgerCall,
): Route {
  return commandRoute({
    path: `/v1/orders/{orderId}/${name}`,
    operationId,
    summary: `${summary}; takes three parties`,
    description:
      "Takes effect when a registrar or regulator and two approvers, three parties, have sent equal content. " +
      "The ledger judges whose turn it is.",
    access: ["registrar", "regulator", "approver"],
    params: OrderParams,
    body,
    handler: async ({ params, body: content }) => call(params.orderId, content as z.output<Body>),
  });
}
