import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { encodeCall } from "../../chain/contracts.ts";
import type { Gateway } from "../../chain/gateway.ts";
import { childRef } from "../../chain/ids.ts";
import { restrictionsOf } from "../../domain/restrictions.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { Queryable } from "../../store/database.ts";
import { partyById } from "../../store/parties.ts";
import { custodianOfAccount, foreignAccounts, requireOwnAccount } from "../holders/holders.view.ts";
import type { TransferBatchRequest, TransferCheck, TransferRequest } from "./transfers.schema.ts";
import { noteOf } from "./transfers.view.ts";

type Movement = z.output<typeof TransferRequest>;

/**
 * Moves units from an account of the calling custodian.
 * @throws AppError `unknown-class`, or `unknown-account` when the sending account is not the caller's.
 */
export async function move(
  db: Queryable,
  caller: Caller,
  operationRef: string,
  { classId, ...leg }: Movement,
): Promise<LedgerCall> {
  const [note] = await Promise.all([noteOf(db, classId), requireOwnAccount(db, caller, leg.from)]);
  const { from, to, units } = lowerCase(leg);
  return {
    kind: "transfers.move",
    to: note,
    data: encodeCall("Note", "move", [from, to, units, operationRef]),
    facts: { classId, ...shown(leg) },
  };
}

/**
 * Moves units from accounts of the calling custodian, all or none. Each leg has a reference of its own.
 * @throws AppError `unknown-class`, or `unknown-account` naming every leg whose sending account is not the caller's.
 */
export async function moveMany(
  db: Queryable,
  caller: Caller,
  operationRef: string,
  { classId, transfers }: z.output<typeof TransferBatchRequest>,
): Promise<LedgerCall> {
  const [note] = await Promise.all([noteOf(db, classId), requireOwnAccounts(db, caller, transfers)]);
  const referenced = transfers.map((leg, index) => ({ ...leg, operationRef: childRef(operationRef, index) }));
  return {
    kind: "transfers.move-many",
    to: note,
    data: encodeCall("Note", "moveMany", [referenced.map(lowerCase)]),
    facts: { classId, transfers: referenced.map(shown) },
  };
}

/**
 * Asks the ledger for every rule that forbids a movement, made by the key of the sending account's custodian.
 * @throws AppError `unknown-class`, or `unknown-account` when a custodian asks about a sending account that is not its own.
 */
export async function checkTransfer(
  read: <T>(work: (db: Queryable) => Promise<T>) => Promise<T>,
  gateway: Gateway,
  caller: Caller,
  { classId, ...leg }: Movement,
): Promise<z.input<typeof TransferCheck>> {
  const { note, operator } = await read(async (db) => ({
    note: await noteOf(db, classId),
    operator: await operatorOf(db, gateway, caller, leg.from),
  }));
  const { from, to, units } = lowerCase(leg);
  const found = restrictionsOf(await gateway.restrictionsOf({ note, operator, from, to, units: BigInt(units) }));
  return { allowed: found.length === 0, restrictions: found.map((restriction) => ({ ...restriction })) };
}

/** The key that would move: of the account's custodian, or of the registrar for an account that does not exist. */
async function operatorOf(db: Queryable, gateway: Gateway, caller: Caller, from: string): Promise<string> {
  if (!caller.roles.includes("registrar")) await requireOwnAccount(db, caller, from);
  const custodianId = (await custodianOfAccount(db, from)) ?? caller.partyId;
  const party = await partyById(db, custodianId);
  const key = party && (gateway.heldAddressOf(party.code) ?? party.addresses[0]);
  if (key === undefined) throw new AppError("signing-key-unknown");
  return key;
}

async function requireOwnAccounts(
  db: Queryable,
  caller: Caller,
  transfers: z.output<typeof TransferBatchRequest>["transfers"],
): Promise<void> {
  const senders = transfers.map(({ from }) => from);
  const foreign = new Set(await foreignAccounts(db, caller, senders));
  if (foreign.size === 0) return;
  const errors = transfers.flatMap(({ from }, index) =>
    foreign.has(from)
      ? [{ pointer: `/body/transfers/${index}/from`, code: "unknown-account", message: "No account of the caller." }]
      : [],
  );
  throw new AppError("unknown-account", { errors });
}

/** Addresses may come with a checksum, in capitals or without either. */
function lowerCase<L extends { from: string; to: string }>(leg: L): L {
  return { ...leg, from: leg.from.toLowerCase(), to: leg.to.toLowerCase() };
}

function shown<L extends { from: string; to: string }>(leg: L): L {
  return { ...leg, from: checksumAddress(leg.from.toLowerCase()), to: checksumAddress(leg.to.toLowerCase()) };
}
