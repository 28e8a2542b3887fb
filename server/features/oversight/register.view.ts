import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { factsAsOf, lookThroughs } from "../holders/holders.view.ts";
import { partyCodes } from "../parties/parties.view.ts";
import { heldAsOf } from "../transfers/positions.view.ts";
import { tokenisedClassAsOf } from "../transfers/transfers.view.ts";
import type { Register, RegisterQuery } from "./oversight.schema.ts";

type Row = {
  account: Buffer;
  custodian_id: number;
  units: bigint;
  holder_ref: Buffer;
  residence: string;
  look_through: number;
};

type Totals = { accounts: bigint; holders: bigint; units: bigint };

const REGISTER = `
  select held.account, held.custodian_id, held.units, f.holder_ref, f.residence, f.look_through
  from (${heldAsOf("h.note = $2 and ($3::bytea is null or h.account = $3)")}) held
  join ${factsAsOf("f")} on f.account = held.account`;

/**
 * Who holds a class at the end of a block, as far as the caller sees.
 * @throws AppError `not-found` when there was no such class then, or it has no note.
 */
export async function readRegister(
  db: Queryable,
  classId: string,
  { asOfBlock, account, limit, cursor }: z.output<typeof RegisterQuery>,
): Promise<z.input<typeof Register>> {
  const [pageBlock, after] = decodeCursor(cursor, [BIGINT_FORM, /^[0-9a-f]{40}$/]) ?? [];
  const block = pageBlock === undefined ? asOfBlock : Number(pageBlock);
  if (asOfBlock !== undefined && block !== asOfBlock) throw new AppError("bad-cursor");
  const asOf = await readAsOf(db, block);
  const found = await tokenisedClassAsOf(db, asOf, classId);
  const values = [asOf.blockNumber, toBytes(found.note), account === undefined ? null : toBytes(account)];
  const { rows: totals } = await db.query<Totals>(
    `select count(*) as accounts, count(distinct holder_ref) as holders, coalesce(sum(units), 0) as units
     from (${REGISTER}) register`,
    values,
  );
  const { rows } = await db.query<Row>(
    `select * from (${REGISTER}) register where $4::bytea is null or account > $4 order by account limit $5`,
    [...values, after === undefined ? null : Buffer.from(after, "hex"), limit + 1],
  );
  const page = cutPage(rows, limit, (last) => [asOf.blockNumber, last.account.toString("hex")]);
  const codeOf = await partyCodes(db);
  const faceOf = (units: bigint) => String(units * found.unitFaceMinor);
  const { accounts, holders, units } = totals[0]!;
  return {
    asOf,
    classId,
    label: found.label,
    isin: found.isin,
    note: checksumAddress(found.note),
    currency: found.currency,
    unitFaceMinor: String(found.unitFaceMinor),
    totals: { accounts: Number(accounts), holders: Number(holders), units: String(units), faceMinor: faceOf(units) },
    rows: page.rows.map((row) => ({
      account: checksumAddress(toHex(row.account)),
      holderRef: toHex(row.holder_ref),
      custodian: codeOf(row.custodian_id),
      residence: row.residence,
      lookThrough: lookThroughs[row.look_through]!,
      units: String(row.units),
      faceMinor: faceOf(row.units),
    })),
    next: page.next,
  };
}
