import type { z } from "zod";
import type { stepKinds } from "../../domain/dealTerms.ts";
import { AppError } from "../../errors.ts";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { filingsAsOf } from "../filings/filings.view.ts";
import { partyCodes } from "../parties/parties.view.ts";
import { classesAsOf, classBody, type ClassAsOf } from "./classes.view.ts";
import type { Deal, DealList, DealListQuery, RecordDateList, dealStates } from "./deals.schema.ts";

type DealState = (typeof dealStates)[number];

type Row = {
  deal_id: Buffer;
  filing_id: Buffer;
  filing_version: number;
  terms_hash: Buffer;
  deal_document_hash: Buffer;
  filing_entity_id: number;
  issuer_id: number;
  trustee_id: number;
  paying_agent_id: number;
  servicer_id: number;
  currency: string;
  utc_offset_minutes: number;
  calendar_table_hash: Buffer;
  cutoff_date: string;
  closing_date_earliest: string;
  closing_date_latest: string;
  first_payment_date: string;
  legal_final_maturity_date: string;
  block_number: bigint;
  log_index: number;
  at: bigint;
  issuance_ended_block: bigint | null;
  closing_date: string | null;
  priced_at: bigint | null;
};

type Selection = { dealId?: string; before?: { blockNumber: string; logIndex: string }; limit?: number };

/** A page of deals, newest first. */
export async function listDeals(
  db: Queryable,
  { asOfBlock, limit, cursor }: z.output<typeof DealListQuery>,
): Promise<z.input<typeof DealList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const [blockNumber, logIndex] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/]) ?? [];
  const before = blockNumber && logIndex ? { blockNumber, logIndex } : undefined;
  const rows = await dealRows(db, asOf, { before, limit: limit + 1 });
  const page = cutPage(rows, limit, (last) => [last.block_number, last.log_index]);
  return { asOf, items: await summariesOf(db, asOf, page.rows), next: page.next };
}

/**
 * One deal with its terms, as it stood at the end of a block.
 * @throws AppError `unknown-deal` when there was none then.
 */
export async function readDeal(
  db: Queryable,
  dealId: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof Deal>> {
  const asOf = await readAsOf(db, asOfBlock);
  const [row] = await dealRows(db, asOf, { dealId });
  if (!row) throw new AppError("unknown-deal", { values: { deal: dealId } });
  const [summary] = await summariesOf(db, asOf, [row]);
  const codeOf = await partyCodes(db);
  return {
    ...summary!,
    asOf,
    parties: {
      filingEntity: codeOf(row.filing_entity_id),
      issuer: codeOf(row.issuer_id),
      trustee: codeOf(row.trustee_id),
      payingAgent: codeOf(row.paying_agent_id),
      servicer: codeOf(row.servicer_id),
    },
    utcOffsetMinutes: row.utc_offset_minutes,
    calendarTableHash: toHex(row.calendar_table_hash),
    dates: {
      cutoff: row.cutoff_date,
      closingEarliest: row.closing_date_earliest,
      closingLatest: row.closing_date_latest,
      firstPayment: row.first_payment_date,
      legalFinalMaturity: row.legal_final_maturity_date,
    },
    steps: await stepsOf(
      db,
      row,
      summary!.classes.map(({ label }) => label),
      codeOf,
    ),
    pricedAt: row.priced_at === null ? null : instantOf(row.priced_at),
  };
}

/**
 * Currency of a deal's amounts.
 * @throws AppError `unknown-deal`.
 */
export async function currencyOfDeal(db: Queryable, dealId: string): Promise<string> {
  const { rows } = await db.query<{ currency: string }>("select currency from readmodel.deal where deal_id = $1", [
    toBytes(dealId),
  ]);
  if (!rows[0]) throw new AppError("unknown-deal", { values: { deal: dealId } });
  return rows[0].currency;
}

/**
 * Record dates of a deal, in order of their days.
 * @throws AppError `unknown-deal`.
 */
export async function listRecordDates(
  db: Queryable,
  dealId: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof RecordDateList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const [deal] = await dealRows(db, asOf, { dealId });
  if (!deal) throw new AppError("unknown-deal", { values: { deal: dealId } });
  type DateRow = { record_date: string; record_date_id: number; closes_at: bigint; at: bigint; block_number: bigint };
  const { rows } = await db.query<DateRow>(
    "select * from readmodel.record_date where deal_id = $1 and block_number <= $2 order by record_date, block_number",
    [toBytes(dealId), asOf.blockNumber],
  );
  const items = rows.map((row) => ({
    recordDate: row.record_date,
    recordDateId: row.record_date_id,
    closesAt: instantOf(row.closes_at),
    declaredAt: instantOf(row.at),
    blockNumber: Number(row.block_number),
  }));
  return { asOf, items };
}

async function dealRows(db: Queryable, { blockNumber }: AsOf, { dealId, before, limit }: Selection): Promise<Row[]> {
  const { rows } = await db.query<Row>(
    `select d.*, p.closing_date, p.at as priced_at
     from readmodel.deal d
     left join readmodel.pricing p on p.deal_id = d.deal_id and p.block_number <= $1
     where d.block_number <= $1
       and ($2::bytea is null or d.deal_id = $2)
       and ($3::bigint is null or (d.block_number, d.log_index) < ($3, $4::int))
     order by d.block_number desc, d.log_index desc limit $5`,
    [
      blockNumber,
      dealId === undefined ? null : toBytes(dealId),
      before?.blockNumber ?? null,
      before?.logIndex ?? null,
      limit ?? null,
    ],
  );
  return rows;
}

async function summariesOf(db: Queryable, asOf: AsOf, deals: readonly Row[]) {
  const filingIds = [...new Set(deals.map(({ filing_id }) => toHex(filing_id)))];
  const filings = new Map((await filingsAsOf(db, asOf, { filingIds })).map((filing) => [filing.filingId, filing]));
  const classes = Map.groupBy(
    await classesAsOf(db, asOf, { dealIds: deals.map(({ deal_id }) => toHex(deal_id)) }),
    ({ dealId }) => dealId,
  );
  const codeOf = await partyCodes(db);
  return deals.map((deal) => {
    const dealId = toHex(deal.deal_id);
    const filing = filings.get(toHex(deal.filing_id))!;
    const ofDeal = classes.get(dealId) ?? [];
    return {
      dealId,
      filingId: filing.filingId,
      filingVersion: deal.filing_version,
      filingState: filing.state,
      state: stateOf(deal, asOf, filing.version, ofDeal),
      issuer: codeOf(deal.issuer_id),
      currency: deal.currency,
      termsHash: toHex(deal.terms_hash),
      dealDocumentHash: toHex(deal.deal_document_hash),
      closingDate: deal.closing_date,
      createdAt: instantOf(deal.at),
      openedClasses: ofDeal.filter(({ isOpened }) => isOpened).length,
      classes: ofDeal.map(classBody),
    };
  });
}

function stateOf(deal: Row, { blockNumber }: AsOf, filingVersion: number, classes: readonly ClassAsOf[]): DealState {
  if (deal.filing_version !== filingVersion) return "superseded";
  if (deal.issuance_ended_block !== null && deal.issuance_ended_block <= blockNumber) return "amortising";
  if (classes.some(({ issuedMinor }) => issuedMinor > 0n)) return "outstanding";
  return deal.priced_at === null ? "created" : "priced";
}

async function stepsOf(
  db: Queryable,
  deal: Row,
  labels: readonly string[],
  codeOf: (partyId: number) => string,
): Promise<z.input<typeof Deal>["steps"]> {
  type StepRow = { kind: (typeof stepKinds)[number]; classes: number; payee_id: number; cap_minor: bigint };
  const { rows } = await db.query<StepRow>("select * from readmodel.step where deal_id = $1 order by step_index", [
    deal.deal_id,
  ]);
  return rows.map((step) => ({
    kind: step.kind,
    classes: labels.filter((_, index) => (step.classes >> index) & 1),
    payee: step.payee_id === 0 ? null : codeOf(step.payee_id),
    capMinor: step.kind === "fee" ? String(step.cap_minor) : null,
  }));
}
