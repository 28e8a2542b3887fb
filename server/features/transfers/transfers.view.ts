import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { AppError } from "../../errors.ts";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { classAsOf, parseClassId, type ClassAsOf } from "../deals/classes.view.ts";
import { custodianOfAccount } from "../holders/holders.view.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import type { Transfer, TransferList, TransferQuery } from "./transfers.schema.ts";

type Row = {
  block_number: bigint;
  log_index: number;
  at: bigint;
  deal_id: Buffer;
  class_index: number;
  from_account: Buffer | null;
  to_account: Buffer | null;
  from_custodian_id: number | null;
  to_custodian_id: number | null;
  units: bigint;
  operation_ref: Buffer | null;
  order_id: Buffer | null;
  order_kind: "force" | "recover" | null;
  tx_hash: Buffer;
};

/**
 * Address of the note of a class.
 * @throws AppError `unknown-class` when there is no such class, or it has no note: it is retained or not open yet.
 */
export async function noteOf(db: Queryable, classId: string): Promise<string> {
  const { dealId, classIndex } = parseClassId(classId);
  const { rows } = await db.query<{ note: Buffer | null }>({
    name: "note.ofClass",
    text: "select note from readmodel.class where deal_id = $1 and class_index = $2",
    values: [toBytes(dealId), classIndex],
  });
  const note = rows[0]?.note;
  if (!note) throw noSuchNote(classId);
  return toHex(note);
}

/**
 * A class that has a note, as it stood at the end of a block.
 * @throws AppError `unknown-class` when there was none then, or the class is retained or was not open yet.
 */
export async function tokenisedClassAsOf(
  db: Queryable,
  asOf: Pick<AsOf, "blockNumber">,
  classId: string,
): Promise<ClassAsOf & { note: string }> {
  const { note, ...found } = await classAsOf(db, asOf, classId);
  if (note === null) throw noSuchNote(classId);
  return { ...found, note };
}

function noSuchNote(classId: string): AppError {
  return new AppError("unknown-class", { detail: "No class with a note has this id.", values: { class: classId } });
}

/**
 * A page of the movements that the caller takes part in, newest first.
 * @throws AppError `unknown-class`, or `unknown-account` for an account that the caller does not see.
 */
export async function listTransfers(
  db: Queryable,
  { classId, account, limit, cursor }: z.output<typeof TransferQuery>,
): Promise<z.input<typeof TransferList>> {
  const asOf = await readAsOf(db);
  const note = classId === undefined ? null : await noteOf(db, classId);
  if (account !== undefined && (await custodianOfAccount(db, account)) === undefined) {
    throw new AppError("unknown-account");
  }
  const [block, log] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/]) ?? [null, null];
  const { rows } = await db.query<Row>(account === undefined ? LIST : LIST_OF_ACCOUNT, [
    note && toBytes(note),
    block,
    log,
    limit + 1,
    ...(account === undefined ? [] : [toBytes(account)]),
  ]);
  const page = cutPage(rows, limit, (last) => [last.block_number, last.log_index]);
  const codeOf = await partyCodes(db);
  return { asOf, items: page.rows.map((row) => transferBody(row, codeOf)), next: page.next };
}

const newest = (condition: string) => `
  select * from readmodel.movement
  where ${condition} and ($1::bytea is null or note = $1)
    and ($2::bigint is null or (block_number, log_index) < ($2, $3::int))
  order by block_number desc, log_index desc limit $4`;

const isOwn = (custodianId: string) =>
  `((select records.caller_sees_all()) or ${custodianId} = (select records.caller_party_id()))`;

/** Both custodians of a movement see it, but each only its own account. */
const shown = (movements: string) => `
  select m.block_number, m.log_index, m.at, c.deal_id, c.class_index,
    case when ${isOwn("m.from_custodian_id")} then m.from_account end as from_account,
    case when ${isOwn("m.to_custodian_id")} then m.to_account end as to_account,
    m.from_custodian_id, m.to_custodian_id, m.units, m.operation_ref, m.order_id, m.order_kind, m.tx_hash
  from (${movements}) m join readmodel.class c on c.note = m.note
  order by m.block_number desc, m.log_index desc limit $4`;

const LIST = shown(newest("true"));

// No account moves to itself, so the two halves have no row in common, and each is read from an index of its own.
const LIST_OF_ACCOUNT = shown(`(${newest("from_account = $5")}) union all (${newest("to_account = $5")})`);

function transferBody(row: Row, codeOf: PartyCodes): z.input<typeof Transfer> {
  return {
    kind: kindOf(row),
    classId: `${toHex(row.deal_id)}.${row.class_index}`,
    from: row.from_account && checksumAddress(toHex(row.from_account)),
    to: row.to_account && checksumAddress(toHex(row.to_account)),
    fromCustodian: row.from_custodian_id === null ? null : codeOf(row.from_custodian_id),
    toCustodian: row.to_custodian_id === null ? null : codeOf(row.to_custodian_id),
    units: String(row.units),
    operationRef: row.operation_ref && toHex(row.operation_ref),
    orderId: row.order_id && toHex(row.order_id),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
    logIndex: row.log_index,
    transactionHash: toHex(row.tx_hash),
  };
}

function kindOf(row: Row): z.input<typeof Transfer>["kind"] {
  if (row.order_kind !== null) return row.order_kind === "force" ? "forced-transfer" : "recovery";
  if (row.from_custodian_id === null) return "issuance";
  return row.to_custodian_id === null ? "cancellation" : "transfer";
}
