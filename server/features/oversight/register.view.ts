import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { lookThroughs } from "../../domain/lookThroughs.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { factsAsOf } from "../holders/holders.view.ts";
import { frozenAsOf } from "../orders/frozenUnits.view.ts";
import { partyCodes } from "../parties/parties.view.ts";
import { heldAsOf } from "../transfers/positions.view.ts";
import { tokenisedClassAsOf } from "../transfers/transfers.view.ts";
import type { Register, RegisterQuery } from "./oversight.schema.ts";

type Row = {
  account: Buffer;
  custodian_id: number;
  units: bigint;
  frozen_units: bigint | null;
  holder_ref: Buffer;
  residence: string;
  look_through: number;
};

type Totals = { accounts: number; holders: number; units: bigint };

const REGISTER = `
  select held.account, f.custodian_id, held.units, fr.frozen_units, f.holder_ref, f.residence, f.look_through
  from (${heldAsOf("h.note = $2 and ($3::bytea is null or h.account = $3)")}) held
  join ${factsAsOf("f")} on f.account = held.account
  left join ${frozenAsOf("fr")} on fr.note = $2 and fr.account = held.account`;

/**
 * Who holds a class at the end of a block, as far as the caller sees.
 * @throws AppError `unknown-class` when there was none with a note then, `unknown-block`, or `bad-cursor`.
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
  const { rows } = await db.query<Row>(
    `select * from (${REGISTER}) register where $4::bytea is null or account > $4 order by account limit $5`,
    [...values, after === undefined ? null : Buffer.from(after, "hex"), limit + 1],
  );
  const page = cutPage(rows, limit, (last) => [asOf.blockNumber, last.account.toString("hex")]);
  const isWhole = after === undefined && page.next === null;
  const { accounts, holders, units } = isWhole ? totalsOf(rows) : await readTotals(db, values);
  const codeOf = await partyCodes(db);
  const faceOf = (of: bigint) => String(of * found.unitFaceMinor);
  return {
    asOf,
    classId,
    label: found.label,
    isin: found.isin,
    note: checksumAddress(found.note),
    currency: found.currency,
    unitFaceMinor: String(found.unitFaceMinor),
    totals: { accounts, holders, units: String(units), faceMinor: faceOf(units) },
    rows: page.rows.map((row) => ({
      account: checksumAddress(toHex(row.account)),
      holderRef: toHex(row.holder_ref),
      custodian: codeOf(row.custodian_id),
      residence: row.residence,
      lookThrough: lookThroughs[row.look_through]!,
      units: String(row.units),
      frozenUnits: String(row.frozen_units ?? 0n),
      faceMinor: faceOf(row.units),
    })),
    next: page.next,
  };
}

function totalsOf(rows: readonly Row[]): Totals {
  return {
    accounts: rows.length,
    holders: new Set(rows.map(({ holder_ref: holderRef }) => holderRef.toString("hex"))).size,
    units: rows.reduce((sum, { units }) => sum + units, 0n),
  };
}

/** The totals of a register that is read in pages. */
async function readTotals(db: Queryable, values: readonly unknown[]): Promise<Totals> {
  const { rows } = await db.query<{ accounts: bigint; holders: bigint; units: bigint }>(
    `select count(*) as accounts, count(distinct holder_ref) as holders, coalesce(sum(units), 0) as units
     from (${REGISTER}) register`,
    [...values],
  );
  const { accounts, holders, units } = rows[0]!;
  return { accounts: Number(accounts), holders: Number(holders), units };
}
