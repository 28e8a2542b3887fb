import { AppError } from "../../errors.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";

/** A payment cycle in the version that stands, with its report and its posting. Amounts are minor units. */
export type Cycle = {
  dealId: string;
  period: number;
  version: number;
  /** `YYYY-MM-DD`, as the other dates. */
  recordDate: string;
  recordDateId: number;
  /** Last second of the record date. */
  recordDateClosesAt: bigint;
  nominalDate: string;
  paymentDate: string;
  declaredAt: bigint;
  report: ReportFigures | null;
  posting: PostedLines | null;
};

type ReportFigures = {
  reportHash: string;
  partyId: number;
  availableMinor: bigint;
  principalMinor: bigint;
  feesDueMinor: readonly bigint[];
  at: bigint;
};

type PostedLines = {
  /** By line. */
  paidMinor: readonly bigint[];
  at: bigint;
  blockNumber: bigint;
  transactionHash: string;
};

/** What a period brought a class, and where it left it. Minor units; period 0 is how the class opened. */
export type ClassBalance = {
  interestMinor: bigint;
  principalMinor: bigint;
  payableMinor: bigint;
  outstandingMinor: bigint;
  interestShortfallMinor: bigint;
};

type Row = {
  period: number;
  version: number;
  record_date: string;
  record_date_id: number;
  record_date_closes_at: bigint;
  nominal_date: string;
  payment_date: string;
  at: bigint;
  report_hash: Buffer | null;
  party_id: number;
  available_minor: bigint;
  principal_minor: bigint;
  fees_due_minor: bigint[];
  reported_at: bigint;
  paid_minor: bigint[] | null;
  posted_at: bigint;
  posted_block: bigint;
  tx_hash: Buffer;
};

/** Cycles of a deal in order of their periods; `period` chooses one. */
export async function cyclesOf(db: Queryable, dealId: string, period?: number): Promise<Cycle[]> {
  const { rows } = await db.query<Row>(
    `select c.*, r.report_hash, r.party_id, r.available_minor, r.principal_minor, r.fees_due_minor, r.at as reported_at,
       p.paid_minor, p.at as posted_at, p.block_number as posted_block, p.tx_hash
     from (select distinct on (period) * from readmodel.cycle
       where deal_id = $1 and ($2::int is null or period = $2) order by period, version desc) c
     left join readmodel.servicer_report r using (deal_id, period, version)
     left join readmodel.posting p using (deal_id, period)
     order by c.period`,
    [toBytes(dealId), period ?? null],
  );
  return rows.map((row) => toCycle(dealId, row));
}

/**
 * One cycle of a deal.
 * @throws AppError `unknown-cycle` when it was never declared.
 */
export async function cycleOf(db: Queryable, dealId: string, period: number): Promise<Cycle> {
  const [cycle] = await cyclesOf(db, dealId, period);
  if (!cycle) throw new AppError("unknown-cycle", { values: { deal: dealId, period: String(period) } });
  return cycle;
}

/** Balances of the classes after a period, by class; empty when it was not posted. */
export async function balancesAfter(db: Queryable, dealId: string, period: number): Promise<ClassBalance[]> {
  type BalanceRow = {
    interest_minor: bigint;
    principal_minor: bigint;
    payable_minor: bigint;
    outstanding_minor: bigint;
    interest_shortfall_minor: bigint;
  };
  const { rows } = await db.query<BalanceRow>(
    "select * from readmodel.class_balance where deal_id = $1 and period = $2 order by class_index",
    [toBytes(dealId), period],
  );
  return rows.map((row) => ({
    interestMinor: row.interest_minor,
    principalMinor: row.principal_minor,
    payableMinor: row.payable_minor,
    outstandingMinor: row.outstanding_minor,
    interestShortfallMinor: row.interest_shortfall_minor,
  }));
}

/** An index that two parties fixed for a class, without the spread of the class. */
type Fixing = { classIndex: number; rateE10: bigint; evidenceHash: string; at: bigint };

/** Fixings of a version of a cycle, in order of the classes. */
export async function fixingsOf(db: Queryable, { dealId, period, version }: Cycle): Promise<Fixing[]> {
  type FixingRow = { class_index: number; rate_e10: bigint; evidence_hash: Buffer; at: bigint };
  const { rows } = await db.query<FixingRow>(
    `select distinct on (class_index) * from readmodel.fixing where deal_id = $1 and period = $2 and version = $3
     order by class_index, block_number desc, log_index desc`,
    [toBytes(dealId), period, version],
  );
  return rows.map((row) => ({
    classIndex: row.class_index,
    rateE10: row.rate_e10,
    evidenceHash: toHex(row.evidence_hash),
    at: row.at,
  }));
}

function toCycle(dealId: string, row: Row): Cycle {
  return {
    dealId,
    period: row.period,
    version: row.version,
    recordDate: row.record_date,
    recordDateId: row.record_date_id,
    recordDateClosesAt: row.record_date_closes_at,
    nominalDate: row.nominal_date,
    paymentDate: row.payment_date,
    declaredAt: row.at,
    report: row.report_hash && {
      reportHash: toHex(row.report_hash),
      partyId: row.party_id,
      availableMinor: row.available_minor,
      principalMinor: row.principal_minor,
      feesDueMinor: row.fees_due_minor,
      at: row.reported_at,
    },
    posting: row.paid_minor && {
      paidMinor: row.paid_minor,
      at: row.posted_at,
      blockNumber: row.posted_block,
      transactionHash: toHex(row.tx_hash),
    },
  };
}
