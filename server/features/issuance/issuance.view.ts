import type { z } from "zod";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { classAsOf, type ClassAsOf } from "../deals/classes.view.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import type { Issuance, IssuanceList, IssuanceQuery } from "./issuance.schema.ts";

type Row = {
  operation_ref: Buffer;
  issuer_id: number;
  units: bigint;
  amount_minor: bigint;
  at: bigint;
  block_number: bigint;
  log_index: number;
  tx_hash: Buffer;
};

/**
 * A page of the issuances of a class, newest first.
 * @throws AppError `unknown-class` when there was none at that block.
 */
export async function listIssuances(
  db: Queryable,
  classId: string,
  { asOfBlock, limit, cursor }: z.output<typeof IssuanceQuery>,
): Promise<z.input<typeof IssuanceList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const { dealId, classIndex } = await classAsOf(db, asOf, classId);
  const [beforeBlock, beforeLog] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/]) ?? [null, null];
  const { rows } = await db.query<Row>(
    `select * from readmodel.issuance
     where deal_id = $1 and class_index = $2 and block_number <= $3
       and ($4::bigint is null or (block_number, log_index) < ($4, $5::int))
     order by block_number desc, log_index desc limit $6`,
    [toBytes(dealId), classIndex, asOf.blockNumber, beforeBlock, beforeLog, limit + 1],
  );
  const page = cutPage(rows, limit, (last) => [last.block_number, last.log_index]);
  const codeOf = await partyCodes(db);
  return {
    asOf,
    totals: await totalsOf(db, { dealId, classIndex }, asOf),
    items: page.rows.map((row) => issuanceBody(row, codeOf)),
    next: page.next,
  };
}

async function totalsOf(
  db: Queryable,
  { dealId, classIndex }: Pick<ClassAsOf, "dealId" | "classIndex">,
  { blockNumber }: AsOf,
): Promise<z.input<typeof IssuanceList>["totals"]> {
  type Totals = { count: bigint; units: bigint; amount_minor: bigint };
  const { rows } = await db.query<Totals>(
    `select count(*), coalesce(sum(units), 0) as units, coalesce(sum(amount_minor), 0) as amount_minor
     from readmodel.issuance where deal_id = $1 and class_index = $2 and block_number <= $3`,
    [toBytes(dealId), classIndex, blockNumber],
  );
  const { count, units, amount_minor: amountMinor } = rows[0]!;
  return { issuances: Number(count), units: String(units), amountMinor: String(amountMinor) };
}

function issuanceBody(row: Row, codeOf: PartyCodes): z.input<typeof Issuance> {
  return {
    operationRef: toHex(row.operation_ref),
    issuer: codeOf(row.issuer_id),
    units: String(row.units),
    amountMinor: String(row.amount_minor),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
    logIndex: row.log_index,
    transactionHash: toHex(row.tx_hash),
  };
}
