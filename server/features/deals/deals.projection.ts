import type { LedgerEvent } from "../../chain/events.ts";
import { decodeTerms } from "../../chain/termsDecoder.ts";
import { formatCivilDate } from "../../domain/civilDates.ts";
import { dayCounts, rateKinds, roundings, stepKinds } from "../../domain/dealTerms.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
create table readmodel.deal (
  deal_id bytea primary key,
  filing_id bytea not null,
  filing_version int not null, -- a deal ends with the version of the filing it was created from
  terms_hash bytea not null,
  deal_document_hash bytea not null,
  filing_entity_id int not null,
  issuer_id int not null,
  trustee_id int not null,
  paying_agent_id int not null,
  servicer_id int not null,
  currency text not null,
  utc_offset_minutes int not null,
  calendar_table_hash bytea not null,
  cutoff_date date not null,
  closing_date_earliest date not null,
  closing_date_latest date not null,
  first_payment_date date not null,
  legal_final_maturity_date date not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  issuance_ended_block bigint -- since then it pays; null before
);
create index deal_of_filing on readmodel.deal (filing_id);
create index deal_by_time on readmodel.deal (block_number, log_index);

-- A class as it was filed. Lowest and highest differ where the field was open at pricing.
create table readmodel.class (
  deal_id bytea not null,
  class_index int not null,
  label text not null,
  isin text not null,
  tokenised boolean not null,
  unit_face_minor numeric not null,
  original_balance_lowest_minor numeric not null,
  original_balance_highest_minor numeric not null,
  rate_kind text not null,
  rate_lowest_e10 numeric not null,
  rate_highest_e10 numeric not null,
  day_count text not null,
  adjusted_accrual boolean not null,
  rounding text not null,
  admitted_categories int not null, -- bit k: investor category k
  block_number bigint not null,
  log_index int not null,
  opened_block bigint, -- null: not open yet
  note bytea unique, -- null: retained, or not open yet
  primary key (deal_id, class_index)
);
create index class_of_isin on readmodel.class (isin);

create table readmodel.step (
  deal_id bytea not null,
  step_index int not null,
  kind text not null,
  classes int not null, -- bit k: class k takes part
  payee_id int not null, -- 0: nobody
  cap_minor numeric not null,
  primary key (deal_id, step_index)
);

create table readmodel.pricing (
  deal_id bytea primary key,
  closing_date date not null,
  original_balance_minor numeric[] not null, -- by class
  rate_e10 numeric[] not null, -- by class
  block_number bigint not null,
  log_index int not null,
  at bigint not null
);

create table readmodel.record_date (
  deal_id bytea not null,
  record_date_id int not null,
  record_date date not null,
  closes_at bigint not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (deal_id, block_number, log_index)
);
`;

type Terms = ReturnType<typeof decodeTerms>;

/** Deals and their classes as filed, their pricing and their record dates. */
export const dealsProjection: Projection = {
  name: "deals",
  ddl,
  handlers: {
    "DealRegistry.DealCreated": async (tx, event) => {
      const terms = decodeTerms(event.args.terms);
      await insertDeal(tx, event, terms);
      await insertClasses(tx, event, terms);
      await insertSteps(tx, event.args.deal, terms);
    },
    "DealRegistry.ClassOpened": async (tx, { args, blockNumber }) => {
      await tx.query({
        name: "class.open",
        text: `update readmodel.class set opened_block = $3, note = case when tokenised then $4::bytea end
               where deal_id = $1 and class_index = $2`,
        values: [toBytes(args.deal), args.classIndex, blockNumber, toBytes(args.note)],
      });
    },
    "DealRegistry.DealPriced": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { closingDate, originalBalanceMinor, rateE10 } = args.pricing;
      await tx.query({
        name: "pricing.insert",
        text: `insert into readmodel.pricing
                 (deal_id, closing_date, original_balance_minor, rate_e10, block_number, log_index, at)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          toBytes(args.deal),
          dateOf(closingDate),
          originalBalanceMinor,
          rateE10,
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "DealRegistry.IssuanceEnded": async (tx, { args, blockNumber }) => {
      await tx.query({
        name: "deal.endIssuance",
        text: "update readmodel.deal set issuance_ended_block = $2 where deal_id = $1",
        values: [toBytes(args.deal), blockNumber],
      });
    },
    "DealRegistry.RecordDateDeclared": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "recordDate.insert",
        text: `insert into readmodel.record_date
                 (deal_id, record_date_id, record_date, closes_at, block_number, log_index, at)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          toBytes(args.deal),
          args.recordDateId,
          dateOf(args.recordDate),
          args.closesAt,
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
  },
};

async function insertDeal(tx: Queryable, event: LedgerEvent<"DealRegistry.DealCreated">, terms: Terms): Promise<void> {
  const { args, blockNumber, logIndex, timestamp } = event;
  await tx.query({
    name: "deal.insert",
    text: `insert into readmodel.deal (deal_id, filing_id, filing_version, terms_hash, deal_document_hash, filing_entity_id, issuer_id,
             trustee_id, paying_agent_id, servicer_id, currency, utc_offset_minutes, calendar_table_hash, cutoff_date,
             closing_date_earliest, closing_date_latest, first_payment_date, legal_final_maturity_date, block_number,
             log_index, at)
           values ($1, $2, (select max(version) from readmodel.filing_version where filing_id = $2), $3, $4, $5, $6, $7, $8,
             $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    values: [
      toBytes(args.deal),
      toBytes(args.filing),
      toBytes(args.termsHash),
      toBytes(terms.dealDocumentHash),
      terms.filingEntity,
      terms.issuer,
      terms.trustee,
      terms.payingAgent,
      terms.servicer,
      asciiOf(terms.currency),
      terms.utcOffsetMinutes,
      toBytes(terms.calendarTableHash),
      dateOf(terms.cutoffDate),
      dateOf(terms.closingDateEarliest),
      dateOf(terms.closingDateLatest),
      dateOf(terms.firstPaymentDate),
      dateOf(terms.legalFinalMaturityDate),
      blockNumber,
      logIndex,
      timestamp,
    ],
  });
}

async function insertClasses(
  tx: Queryable,
  { args, blockNumber, logIndex }: LedgerEvent<"DealRegistry.DealCreated">,
  { classes }: Terms,
): Promise<void> {
  await tx.query({
    name: "class.insert",
    text: `insert into readmodel.class (deal_id, class_index, label, isin, tokenised, unit_face_minor,
             original_balance_lowest_minor, original_balance_highest_minor, rate_kind, rate_lowest_e10,
             rate_highest_e10, day_count, adjusted_accrual, rounding, admitted_categories, block_number, log_index)
           select $1, n - 1, label, isin, tokenised, face, lowest, highest, kind, rate_lowest, rate_highest, day_count,
             adjusted, rounding, categories, $2, $3
           from unnest($4::text[], $5::text[], $6::bool[], $7::numeric[], $8::numeric[], $9::numeric[], $10::text[],
             $11::numeric[], $12::numeric[], $13::text[], $14::bool[], $15::text[], $16::int[])
             with ordinality as c(label, isin, tokenised, face, lowest, highest, kind, rate_lowest, rate_highest,
               day_count, adjusted, rounding, categories, n)`,
    values: [
      toBytes(args.deal),
      blockNumber,
      logIndex,
      classes.map(({ label }) => storable(label)),
      classes.map(({ isin }) => asciiOf(isin)),
      classes.map(({ tokenised }) => tokenised),
      classes.map(({ unitFaceMinor }) => unitFaceMinor),
      classes.map(({ originalBalanceLowestMinor }) => originalBalanceLowestMinor),
      classes.map(({ originalBalanceHighestMinor }) => originalBalanceHighestMinor),
      classes.map(({ rateKind }) => rateKinds[Number(rateKind)]),
      classes.map(({ rateLowestE10 }) => rateLowestE10),
      classes.map(({ rateHighestE10 }) => rateHighestE10),
      classes.map(({ dayCount }) => dayCounts[Number(dayCount)]),
      classes.map(({ adjustedAccrual }) => adjustedAccrual),
      classes.map(({ rounding }) => roundings[Number(rounding)]),
      classes.map(({ admittedCategories }) => admittedCategories),
    ],
  });
}

async function insertSteps(tx: Queryable, dealId: string, { steps }: Terms): Promise<void> {
  await tx.query({
    name: "step.insert",
    text: `insert into readmodel.step (deal_id, step_index, kind, classes, payee_id, cap_minor)
           select $1, n - 1, kind, classes, payee, cap
           from unnest($2::text[], $3::int[], $4::int[], $5::numeric[]) with ordinality as s(kind, classes, payee, cap, n)`,
    values: [
      toBytes(dealId),
      steps.map(({ kind }) => stepKinds[Number(kind)]),
      steps.map(({ classes }) => classes),
      steps.map(({ payee }) => payee),
      steps.map(({ capMinor }) => capMinor),
    ],
  });
}

function dateOf(date: bigint): string {
  return formatCivilDate(Number(date));
}

/** Text of fixed-length bytes, which the ledger fills up with zeros. */
function asciiOf(hex: string): string {
  return storable(toBytes(hex).toString("latin1").replace(/\0+$/, ""));
}

/** PostgreSQL's text has no NUL, while bytes of the ledger may be any. */
function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
