import type { z } from "zod";
import { sourceHashOf } from "../../chain/ids.ts";
import { unverifiedDutyPolicies, type DutyKind } from "../../domain/dutyPolicies.ts";
import { shortText } from "../../domain/hex.ts";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import { instantOf, secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { filingOf } from "../filings/filings.view.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import type { Disclosures, DutyPolicies } from "./disclosures.schema.ts";

type Body = z.input<typeof Disclosures>;

/**
 * What has to be reported of a filing and what was, at the end of a block; the time of that block says what is overdue, as
 * the ledger judges it (R-E1, R-E2).
 * @throws AppError `unknown-filing` when there was none then.
 */
export async function readDisclosures(db: Queryable, filingId: string, asOfBlock: number | undefined): Promise<Body> {
  const asOf = await readAsOf(db, asOfBlock);
  await filingOf(db, filingId, asOf);
  const codeOf = await partyCodes(db);
  return {
    asOf,
    filingId,
    completion: await completionOf(db, filingId, asOf, codeOf),
    events: await eventsOf(db, filingId, asOf, codeOf),
  };
}

async function completionOf(
  db: Queryable,
  filingId: string,
  { blockNumber, timestamp }: AsOf,
  codeOf: PartyCodes,
): Promise<Body["completion"]> {
  type Row = {
    opened_at: bigint;
    due_at: bigint;
    by_party_id: number | null;
    report_hash: Buffer;
    receipt_hash: Buffer;
    is_late: boolean;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    `select d.at as opened_at, d.due_at, r.by_party_id, r.report_hash, r.receipt_hash, r.is_late, r.at, r.block_number
     from readmodel.completion_duty d
     left join readmodel.completion_report r on r.filing_id = d.filing_id and r.block_number <= $2
     where d.filing_id = $1 and d.block_number <= $2
     order by d.block_number desc, d.log_index desc limit 1`,
    [toBytes(filingId), blockNumber],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    openedAt: instantOf(row.opened_at),
    dueAt: instantOf(row.due_at),
    overdue: row.by_party_id === null && BigInt(secondsOf(timestamp)) > row.due_at,
    report:
      row.by_party_id === null
        ? null
        : {
            by: codeOf(row.by_party_id),
            reportHash: toHex(row.report_hash),
            receiptHash: toHex(row.receipt_hash),
            late: row.is_late,
            delaySeconds: delaySeconds(row),
            at: instantOf(row.at),
            blockNumber: Number(row.block_number),
          },
  };
}

async function eventsOf(
  db: Queryable,
  filingId: string,
  { blockNumber }: AsOf,
  codeOf: PartyCodes,
): Promise<Body["events"]> {
  type CorrectionRow = { number: number; by_party_id: number; report_hash: Buffer; at: bigint; block_number: bigint };
  type EventRow = CorrectionRow & {
    kind: DutyKind;
    sub_code: Buffer;
    occurred_at: bigint;
    known_at: bigint;
    due_at: bigint;
    is_late: boolean;
  };
  const values = [toBytes(filingId), blockNumber];
  const { rows: corrections } = await db.query<CorrectionRow>(
    `select * from readmodel.event_correction where filing_id = $1 and block_number <= $2
     order by block_number, log_index`,
    values,
  );
  const { rows } = await db.query<EventRow>(
    "select * from readmodel.material_event where filing_id = $1 and block_number <= $2 order by number",
    values,
  );
  const reportOf = (row: CorrectionRow) => ({
    by: codeOf(row.by_party_id),
    reportHash: toHex(row.report_hash),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  });
  return rows.map((row) => ({
    ...reportOf(row),
    number: row.number,
    kind: row.kind,
    subCode: shortText(toHex(row.sub_code)),
    occurredAt: instantOf(row.occurred_at),
    knownAt: instantOf(row.known_at),
    dueAt: instantOf(row.due_at),
    late: row.is_late,
    delaySeconds: delaySeconds(row),
    corrections: corrections.filter(({ number }) => number === row.number).map(reportOf),
  }));
}

/** How long after its last second in time something was reported. */
function delaySeconds({ at, due_at: dueAt }: { at: bigint; due_at: bigint }): number {
  return at > dueAt ? Number(at - dueAt) : 0;
}

/** The policy table as it stood at the end of a block, and every row that was set until then (R-E3). */
export async function readPolicies(
  db: Queryable,
  asOfBlock: number | undefined,
): Promise<z.input<typeof DutyPolicies>> {
  const asOf = await readAsOf(db, asOfBlock);
  type Row = {
    kind: DutyKind;
    period_days: number;
    is_verified: boolean;
    source_hash: Buffer;
    source: string | null;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    `select p.*, s.source from readmodel.duty_policy p left join records.duty_source s using (source_hash)
     where p.block_number <= $1 order by p.block_number, p.log_index`,
    [asOf.blockNumber],
  );
  const shipped = new Map(unverifiedDutyPolicies.map(({ source }) => [sourceHashOf(source), source]));
  const history = rows.map((row) => ({
    kind: row.kind,
    periodDays: row.period_days,
    verified: row.is_verified,
    source: row.source ?? shipped.get(toHex(row.source_hash)) ?? null,
    sourceHash: toHex(row.source_hash),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  }));
  return { asOf, items: [...new Map(history.map((row) => [row.kind, row])).values()], history };
}
