import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf, secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { parseClassId } from "../deals/classes.view.ts";
import { custodianOfAccount } from "../holders/holders.view.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import { heldAtRecordDate } from "../transfers/positions.view.ts";
import { noteOf } from "../transfers/transfers.view.ts";
import type { Statement, StatementDuties, StatementList, StatementQuery } from "./statements.schema.ts";

type Row = {
  account: Buffer;
  deal_id: Buffer;
  class_index: number;
  record_date_id: number;
  record_date: string;
  custodian_id: number;
  residences: string[];
  units: bigint[];
  sub_holders: bigint;
  list_hash: Buffer;
  stands: boolean;
  block_number: bigint;
  log_index: number;
  at: bigint;
};

/** Statements `s` with their class, their day, and whether a later one of the same record date took their place. */
const STATEMENTS = `
  select s.*, c.deal_id, c.class_index, d.record_date,
    not exists (select from readmodel.statement later
      where (later.account, later.note, later.record_date_id) = (s.account, s.note, s.record_date_id)
        and (later.block_number, later.log_index) > (s.block_number, s.log_index)) as stands
  from readmodel.statement s
  join readmodel.class c on c.note = s.note
  join lateral (
    select record_date from readmodel.record_date r
    where r.deal_id = c.deal_id and r.record_date_id = s.record_date_id limit 1) d on true`;

/**
 * A page of the statements of an account, newest first.
 * @throws AppError `unknown-account` for an account that the caller does not see, or `unknown-class`.
 */
export async function listStatements(
  db: Queryable,
  account: string,
  { classId, limit, cursor }: z.output<typeof StatementQuery>,
): Promise<z.input<typeof StatementList>> {
  const asOf = await readAsOf(db);
  const note = classId === undefined ? null : toBytes(await noteOf(db, classId));
  if ((await custodianOfAccount(db, account)) === undefined) throw new AppError("unknown-account");
  const [block, log] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/]) ?? [null, null];
  const { rows } = await db.query<Row>(
    `${STATEMENTS}
     where s.account = $1 and ($2::bytea is null or s.note = $2)
       and ($3::bigint is null or (s.block_number, s.log_index) < ($3, $4::int))
     order by s.block_number desc, s.log_index desc limit $5`,
    [toBytes(account), note, block, log, limit + 1],
  );
  const page = cutPage(rows, limit, (last) => [last.block_number, last.log_index]);
  const codeOf = await partyCodes(db);
  return { asOf, items: page.rows.map((row) => statementBody(row, codeOf)), next: page.next };
}

/**
 * The omnibus accounts that the caller sees and that held units of a class at a record date, each with the statement that
 * stands (R-H8).
 * @throws AppError `unknown-class`, `not-found` for a record date that was not declared, or `record-date-open`.
 */
export async function readDuties(
  db: Queryable,
  classId: string,
  recordDateId: number,
): Promise<z.input<typeof StatementDuties>> {
  const asOf = await readAsOf(db);
  const note = toBytes(await noteOf(db, classId));
  const dealId = toBytes(parseClassId(classId).dealId);
  const { rows: dates } = await db.query<{ record_date: string; closes_at: bigint }>(
    `select record_date, closes_at from readmodel.record_date where deal_id = $1 and record_date_id = $2
     order by block_number, log_index limit 1`,
    [dealId, recordDateId],
  );
  if (!dates[0]) throw new AppError("not-found", { detail: "The deal has no record date of this number." });
  if (BigInt(secondsOf(asOf.timestamp)) <= dates[0].closes_at) throw new AppError("record-date-open");

  type Held = { account: Buffer; custodian_id: number; units: bigint };
  const { rows: held } = await db.query<Held>(
    `select held.account, a.custodian_id, held.units
     from (${heldAtRecordDate("$1", "$2", "$3")}) held
     join readmodel.account a on a.address = held.account
     join readmodel.account_facts f on f.account = held.account and f.until_block_number is null and f.omnibus
     order by held.account`,
    [dealId, note, recordDateId],
  );
  const { rows } = await db.query<Row>(
    `select * from (${STATEMENTS}) s where s.note = $1 and s.record_date_id = $2 and s.stands`,
    [note, recordDateId],
  );
  const codeOf = await partyCodes(db);
  const statements = new Map(rows.map((row) => [toHex(row.account), statementBody(row, codeOf)]));
  const items = held.map(({ account, custodian_id: custodianId, units }) => ({
    account: checksumAddress(toHex(account)),
    custodian: codeOf(custodianId),
    units: String(units),
    statement: statements.get(toHex(account)) ?? null,
  }));
  return { asOf, classId, recordDateId, recordDate: dates[0].record_date, items };
}

function statementBody(row: Row, codeOf: PartyCodes): z.input<typeof Statement> {
  return {
    account: checksumAddress(toHex(row.account)),
    classId: `${toHex(row.deal_id)}.${row.class_index}`,
    recordDateId: row.record_date_id,
    recordDate: row.record_date,
    custodian: codeOf(row.custodian_id),
    totals: row.residences.map((residence, index) => ({ residence, units: String(row.units[index]!) })),
    units: String(row.units.reduce((sum, units) => sum + units, 0n)),
    subHolders: Number(row.sub_holders),
    listHash: toHex(row.list_hash),
    stands: row.stands,
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  };
}
