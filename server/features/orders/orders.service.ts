import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { encodeCall, type FunctionArgs, type FunctionName } from "../../chain/contracts.ts";
import { orderIdOf } from "../../chain/ids.ts";
import { asciiHex } from "../../domain/hex.ts";
import type { LedgerCall } from "../../http/command.ts";
import { secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { noteOf } from "../transfers/transfers.view.ts";
import { orderKinds, type OrderRequest, type PauseRequest, type ReleaseRequest } from "./orders.schema.ts";

const NO_ADDRESS = `0x${"0".repeat(40)}`;
const NO_ORDER = `0x${"0".repeat(64)}`;

/**
 * Files an order. Nothing happens to units or classes by that.
 * @param filedBy Number of the calling party.
 * @throws AppError `unknown-class`.
 */
export async function file(
  db: Queryable,
  filedBy: number,
  request: z.output<typeof OrderRequest>,
): Promise<LedgerCall> {
  const { orderRef, account = NO_ADDRESS, destination = NO_ADDRESS } = request;
  const order = {
    kind: orderKinds.indexOf(request.kind) + 1,
    note: await noteOf(db, request.classId),
    account: account.toLowerCase(),
    destination: destination.toLowerCase(),
    units: request.units ?? 0,
    releases: request.releases ?? NO_ORDER,
    authority: request.authority,
    jurisdiction: asciiHex(request.jurisdiction),
    basisHash: request.basisHash,
    receivedAt: secondsOf(request.receivedAt),
    expiresAt: secondsOf(request.expiresAt),
    reviewAt: secondsOf(request.reviewAt),
  };
  return call("file", [orderRef, order], "orders.file", {
    orderId: orderIdOf(filedBy, orderRef),
    ...request,
    ...(request.account && { account: checksumAddress(order.account) }),
    ...(request.destination && { destination: checksumAddress(order.destination) }),
  });
}

/** Endorses that the units of an order are frozen. */
export function freeze(orderId: string): LedgerCall {
  return call("freeze", [orderId], "orders.freeze", { orderId });
}

/** Endorses the end of a freeze. */
export function unfreeze(orderId: string, { groundHash }: z.output<typeof ReleaseRequest>): LedgerCall {
  return call("unfreeze", [orderId, groundHash], "orders.unfreeze", { orderId, groundHash });
}

/** Endorses that units move without their holder. */
export function force(orderId: string): LedgerCall {
  return call("force", [orderId], "orders.force", { orderId });
}

/** Endorses that units of a lost account go to another account of its holder. */
export function recover(orderId: string): LedgerCall {
  return call("recover", [orderId], "orders.recover", { orderId });
}

/** Pauses a class by one key. */
export function pause(orderId: string, { until }: z.output<typeof PauseRequest>): LedgerCall {
  return call("pause", [orderId, secondsOf(until)], "orders.pause", { orderId, until });
}

/** Endorses that a class stays paused for longer. */
export function keepPaused(orderId: string, { until }: z.output<typeof PauseRequest>): LedgerCall {
  return call("keepPaused", [orderId, secondsOf(until)], "orders.keep-paused", { orderId, until });
}

/** Endorses the end of a pause. */
export function liftPause(orderId: string): LedgerCall {
  return call("liftPause", [orderId], "orders.lift-pause", { orderId });
}

function call<F extends FunctionName<"Orders">>(
  name: F,
  args: FunctionArgs<"Orders", F>,
  kind: string,
  facts: LedgerCall["facts"],
): LedgerCall {
  return { kind, to: "Orders", data: encodeCall("Orders", name, args), facts };
}
