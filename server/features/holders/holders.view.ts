import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { investorCategories } from "../../domain/investorCategories.ts";
import { MAINLAND } from "../../domain/jurisdictions.ts";
import { lookThroughs, type LookThrough } from "../../domain/lookThroughs.ts";
import { AppError } from "../../errors.ts";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import type { Caller } from "../../http/auth.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf, secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { partyCodes, partyIds, type PartyCodes } from "../parties/parties.view.ts";
import type { Account, AccountAsOf, AccountList, AccountQuery, CustodianList } from "./holders.schema.ts";

/** A table of the facts that stood of each account at block $1, under an alias. */
export function factsAsOf(alias: string): string {
  return `(select * from readmodel.account_facts
    where block_number <= $1 and (until_block_number is null or until_block_number > $1)) ${alias}`;
}

/** A condition on facts: the holder resides in the Chinese mainland, or is owned or controlled from there. */
export function isMainland(facts: string): string {
  return `(${facts}.residence = '${MAINLAND}' or ${facts}.look_through in (${numbersOf("mainland-owner", "mainland-controlled")}))`;
}

/** A condition on facts: looking through the holder has no result. */
export function isUnresolved(facts: string): string {
  return `${facts}.look_through = ${numbersOf("unresolved")}`;
}

function numbersOf(...results: readonly LookThrough[]): string {
  return results.map((result) => lookThroughs.indexOf(result)).join(", ");
}

type FactsRow = {
  holder_ref: Buffer;
  residence: string;
  category: number;
  look_through: number;
  omnibus: boolean;
  us_person: boolean;
  accepts_free_delivery: boolean;
  eligible_until: bigint;
  evidence_commitment: Buffer;
  at: bigint;
  block_number: bigint;
};

type AccountRow = Omit<FactsRow, "at" | "block_number"> & {
  address: Buffer;
  custodian_id: number;
  account_ref: Buffer | null;
  self_kept: boolean;
  block_number: bigint;
  log_index: number;
  place: number;
  at: bigint;
  stopped_until: bigint | null;
};

type StopRow = {
  stopped_until: bigint;
  order_id: Buffer;
  by_party_id: number | null;
  at: bigint;
  block_number: bigint;
};

/**
 * Makes sure that an account is one of the caller's own.
 * @throws AppError `unknown-account` otherwise, whether the account exists or not.
 */
export async function requireOwnAccount(db: Queryable, caller: Caller, account: string): Promise<void> {
  const custodianId = await custodianOfAccount(db, account);
  if (custodianId === undefined || custodianId !== caller.partyId) throw new AppError("unknown-account");
}

/** Number of the custodian of an account; undefined when the caller of the read sees no such account. */
export async function custodianOfAccount(db: Queryable, account: string): Promise<number | undefined> {
  const { rows } = await db.query<{ custodian_id: number }>({
    name: "account.custodian",
    text: "select custodian_id from readmodel.account where address = $1",
    values: [toBytes(account)],
  });
  return rows[0]?.custodian_id;
}

/** The accounts among these that are not the caller's own, in the order given. */
export async function foreignAccounts(
  db: Queryable,
  caller: Caller,
  accounts: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ address: Buffer }>({
    name: "account.own",
    text: "select address from readmodel.account where address = any($1::bytea[]) and custodian_id = $2",
    values: [accounts.map(toBytes), caller.partyId],
  });
  const own = new Set(rows.map(({ address }) => toHex(address)));
  return accounts.filter((account) => !own.has(account.toLowerCase()));
}

/** A page of the accounts that the caller sees, in the order of their registration. */
export async function listAccounts(
  db: Queryable,
  { asOfBlock, limit, cursor, custodian, accountRef, holderRef }: z.output<typeof AccountQuery>,
): Promise<z.input<typeof AccountList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const forms = [BIGINT_FORM, /^\d{1,9}$/, /^\d{1,9}$/];
  const [afterBlock, afterLog, afterPlace] = decodeCursor(cursor, forms) ?? [null, null, null];
  const codeOf = await partyCodes(db);
  // The number 0 is nobody's, so an unknown code finds nothing.
  const custodianId = custodian === undefined ? null : ((await partyIds(db)).get(custodian) ?? 0);
  const rows = await accountRows(
    db,
    asOf,
    `($2::int is null or a.custodian_id = $2) and ($3::bytea is null or a.account_ref = $3)
       and ($4::bytea is null or f.holder_ref = $4)
       and ($5::bigint is null or (a.block_number, a.log_index, a.place) > ($5, $6::int, $7::int))
     order by a.block_number, a.log_index, a.place limit $8`,
    [
      custodianId,
      accountRef && toBytes(accountRef),
      holderRef && toBytes(holderRef),
      afterBlock,
      afterLog,
      afterPlace,
      limit + 1,
    ],
  );
  const page = cutPage(rows, limit, (last) => [last.block_number, last.log_index, last.place]);
  return { asOf, items: page.rows.map((row) => accountBody(row, asOf, codeOf)), next: page.next };
}

/**
 * One account with its history.
 * @throws AppError `unknown-account` when the caller sees no such account at that block.
 */
export async function readAccount(
  db: Queryable,
  account: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof AccountAsOf>> {
  const asOf = await readAsOf(db, asOfBlock);
  const [row] = await accountRows(db, asOf, "a.address = $2", [toBytes(account)]);
  if (!row) throw new AppError("unknown-account");
  const codeOf = await partyCodes(db);
  const stops = await stopRows(db, "account_stop", "account = $2", asOf, toBytes(account));
  return {
    ...accountBody(row, asOf, codeOf),
    asOf,
    standingOrderId: standingStop(stops, asOf)?.orderId ?? null,
    facts: await factsOf(db, account, asOf),
    stops: stops.map((stop) => ({
      orderId: toHex(stop.order_id),
      until: stop.stopped_until === 0n ? null : instantOf(stop.stopped_until),
      by: stop.by_party_id === null ? null : codeOf(stop.by_party_id),
      at: instantOf(stop.at),
      blockNumber: Number(stop.block_number),
    })),
  };
}

/** Accounts that the caller sees at a block; `rest` continues the conditions from $2 on and may order them. */
export async function accountsWhere(
  db: Queryable,
  asOf: AsOf,
  rest: string,
  values: readonly unknown[],
): Promise<z.input<typeof Account>[]> {
  const codeOf = await partyCodes(db);
  return (await accountRows(db, asOf, rest, values)).map((row) => accountBody(row, asOf, codeOf));
}

/** An account with what its custodian stated last. */
export type OwnAccount = { readonly address: string } & Pick<
  z.input<typeof Account>,
  | "holderRef"
  | "residence"
  | "category"
  | "lookThrough"
  | "omnibus"
  | "usPerson"
  | "acceptsFreeDelivery"
  | "eligibleUntil"
  | "evidenceCommitment"
>;

/** The caller's own accounts among references, by reference. */
export async function ownAccountsByReference(
  db: Queryable,
  { partyId }: Caller,
  accountRefs: readonly string[],
): Promise<ReadonlyMap<string, OwnAccount>> {
  const { rows } = await db.query<Omit<FactsRow, "at" | "block_number"> & { address: Buffer; account_ref: Buffer }>(
    `select a.address, a.account_ref, f.* from readmodel.account a
     join readmodel.account_facts f on f.account = a.address and f.until_block_number is null
     where a.custodian_id = $1 and a.account_ref = any($2::bytea[]) order by a.block_number, a.log_index`,
    [partyId, accountRefs.map(toBytes)],
  );
  return new Map(rows.map((row) => [toHex(row.account_ref), { address: toHex(row.address), ...factsBody(row) }]));
}

/** Every custodian that was ever licensed, in the order of their numbers. */
export async function listCustodians(
  db: Queryable,
  asOfBlock: number | undefined,
): Promise<z.input<typeof CustodianList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const codeOf = await partyCodes(db);
  type Licence = {
    custodian_id: number;
    licensed_until: bigint;
    parent_compliance_ref: Buffer | null;
    evidence_hash: Buffer;
  };
  const { rows } = await db.query<Licence>(
    `select distinct on (custodian_id) custodian_id, licensed_until, parent_compliance_ref, evidence_hash
     from readmodel.custodian_licence where block_number <= $1
     order by custodian_id, block_number desc, log_index desc`,
    [asOf.blockNumber],
  );
  const items = rows.map(async (row) => {
    const stops = await stopRows(db, "custodian_stop", "custodian_id = $2", asOf, row.custodian_id);
    const standing = standingStop(stops, asOf);
    return {
      custodian: codeOf(row.custodian_id),
      licensedUntil: instantOf(row.licensed_until),
      parentComplianceRef: row.parent_compliance_ref && toHex(row.parent_compliance_ref),
      evidenceHash: toHex(row.evidence_hash),
      stoppedUntil: standing?.until ?? null,
      standingOrderId: standing?.orderId ?? null,
    };
  });
  return { asOf, items: await Promise.all(items) };
}

/** Accounts with the facts and the stop that stood at a block; `rest` continues the conditions from $2 on. */
async function accountRows(db: Queryable, asOf: AsOf, rest: string, values: readonly unknown[]): Promise<AccountRow[]> {
  const { rows } = await db.query<AccountRow>(
    `select a.*, f.custodian_id, f.holder_ref, f.residence, f.category, f.look_through, f.omnibus, f.us_person,
       f.accepts_free_delivery, f.eligible_until, f.evidence_commitment, s.stopped_until
     from readmodel.account a
     join ${factsAsOf("f")} on f.account = a.address
     left join lateral (
       select stopped_until from readmodel.account_stop x where x.account = a.address and x.block_number <= $1
       order by x.block_number desc, x.log_index desc limit 1) s on true
     where a.block_number <= $1 and ${rest}`,
    [asOf.blockNumber, ...values],
  );
  return rows;
}

async function stopRows(
  db: Queryable,
  table: "account_stop" | "custodian_stop",
  whose: string,
  { blockNumber }: AsOf,
  subject: Buffer | number,
): Promise<StopRow[]> {
  const { rows } = await db.query<StopRow>(
    `select stopped_until, order_id, by_party_id, at, block_number from readmodel.${table}
     where block_number <= $1 and ${whose} order by block_number, log_index`,
    [blockNumber, subject],
  );
  return rows;
}

/** The stop that stands at a block: the last one that made the stop longer, unless it ran out or was lifted. */
function standingStop(stops: readonly StopRow[], { timestamp }: AsOf): { orderId: string; until: string } | undefined {
  const last = stops.at(-1);
  if (!last || !isStopped(last.stopped_until, timestamp)) return undefined;
  const standing = stops.findLast((stop, i) => stop.stopped_until > (stops[i - 1]?.stopped_until ?? 0n))!;
  return { orderId: toHex(standing.order_id), until: instantOf(last.stopped_until) };
}

async function factsOf(db: Queryable, account: string, { blockNumber }: AsOf) {
  const { rows } = await db.query<FactsRow>(
    `select * from readmodel.account_facts where account = $1 and block_number <= $2
     order by block_number, log_index`,
    [toBytes(account), blockNumber],
  );
  return rows.map((row) => ({ ...factsBody(row), at: instantOf(row.at), blockNumber: Number(row.block_number) }));
}

function accountBody(row: AccountRow, { timestamp }: AsOf, codeOf: PartyCodes): z.input<typeof Account> {
  const stoppedUntil = row.stopped_until ?? 0n;
  return {
    account: checksumAddress(toHex(row.address)),
    custodian: codeOf(row.custodian_id),
    accountRef: row.account_ref && toHex(row.account_ref),
    selfKept: row.self_kept,
    ...factsBody(row),
    stoppedUntil: isStopped(stoppedUntil, timestamp) ? instantOf(stoppedUntil) : null,
    registeredAt: instantOf(row.at),
    blockNumber: Number(row.block_number),
  };
}

function factsBody(row: Omit<FactsRow, "at" | "block_number">) {
  return {
    holderRef: toHex(row.holder_ref),
    residence: row.residence,
    category: investorCategories[row.category]!,
    lookThrough: lookThroughs[row.look_through]!,
    omnibus: row.omnibus,
    usPerson: row.us_person,
    acceptsFreeDelivery: row.accepts_free_delivery,
    eligibleUntil: instantOf(row.eligible_until),
    evidenceCommitment: toHex(row.evidence_commitment),
  };
}

/** Stops end by the clock: a block in their last second is still inside. */
function isStopped(stoppedUntil: bigint, timestamp: string): boolean {
  return BigInt(secondsOf(timestamp)) <= stoppedUntil;
}
