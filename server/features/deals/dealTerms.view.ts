import { parseCivilDate } from "../../domain/civilDates.ts";
import {
  TERMS_VERSION,
  dayCounts,
  rateKinds,
  roundings,
  stepKinds,
  type DealTerms,
  type RuleTerms,
} from "../../domain/dealTerms.ts";
import { asciiHex, type Hex } from "../../domain/hex.ts";
import type { PricedClass } from "../../domain/waterfallPeriod.ts";
import { AppError } from "../../errors.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";

/** What the payments of a deal follow from. */
export type DealPlan = {
  terms: DealTerms;
  /** By class; empty until the deal is priced. */
  pricing: readonly PricedClass[];
  /** `YYYY-MM-DD`; null until the deal is priced. */
  closingDate: string | null;
};

type DealRow = {
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
  closing_date: string | null;
  original_balance_minor: bigint[] | null;
  rate_e10: bigint[] | null;
};

type ClassRow = {
  label: string;
  isin: string;
  tokenised: boolean;
  unit_face_minor: bigint;
  original_balance_lowest_minor: bigint;
  original_balance_highest_minor: bigint;
  rate_kind: (typeof rateKinds)[number];
  rate_lowest_e10: bigint;
  rate_highest_e10: bigint;
  day_count: (typeof dayCounts)[number];
  adjusted_accrual: boolean;
  rounding: (typeof roundings)[number];
  admitted_categories: number;
  rules: RuleTerms;
};

type StepRow = { kind: (typeof stepKinds)[number]; classes: number; payee_id: number; cap_minor: bigint };

const NO_ISIN: Hex = `0x${"00".repeat(12)}`;

/**
 * The terms of a deal as they were filed, and its pricing.
 * @throws AppError `unknown-deal`.
 */
export async function dealPlan(db: Queryable, dealId: string): Promise<DealPlan> {
  const id = [toBytes(dealId)];
  const { rows: deals } = await db.query<DealRow>(
    `select d.*, p.closing_date, p.original_balance_minor, p.rate_e10
     from readmodel.deal d left join readmodel.pricing p on p.deal_id = d.deal_id where d.deal_id = $1`,
    id,
  );
  const deal = deals[0];
  if (!deal) throw new AppError("unknown-deal", { values: { deal: dealId } });
  const { rows: classes } = await db.query<ClassRow>(
    `select c.*, r.rules from readmodel.class c
     join readmodel.class_rules r using (deal_id, class_index, block_number, log_index)
     where c.deal_id = $1 order by c.class_index`,
    id,
  );
  const { rows: steps } = await db.query<StepRow>(
    "select * from readmodel.step where deal_id = $1 order by step_index",
    id,
  );
  return {
    terms: termsOf(deal, classes, steps),
    pricing: (deal.original_balance_minor ?? []).map((originalBalanceMinor, index) => ({
      originalBalanceMinor,
      rateE10: deal.rate_e10![index]!,
    })),
    closingDate: deal.closing_date,
  };
}

function termsOf(deal: DealRow, classes: readonly ClassRow[], steps: readonly StepRow[]): DealTerms {
  return {
    version: TERMS_VERSION,
    dealDocumentHash: toHex(deal.deal_document_hash) as Hex,
    filingEntity: deal.filing_entity_id,
    issuer: deal.issuer_id,
    trustee: deal.trustee_id,
    payingAgent: deal.paying_agent_id,
    servicer: deal.servicer_id,
    currency: asciiHex(deal.currency),
    utcOffsetMinutes: deal.utc_offset_minutes,
    calendarTableHash: toHex(deal.calendar_table_hash) as Hex,
    cutoffDate: parseCivilDate(deal.cutoff_date),
    closingDateEarliest: parseCivilDate(deal.closing_date_earliest),
    closingDateLatest: parseCivilDate(deal.closing_date_latest),
    firstPaymentDate: parseCivilDate(deal.first_payment_date),
    legalFinalMaturityDate: parseCivilDate(deal.legal_final_maturity_date),
    classes: classes.map((row) => ({
      label: row.label,
      isin: row.isin === "" ? NO_ISIN : asciiHex(row.isin),
      tokenised: row.tokenised,
      unitFaceMinor: row.unit_face_minor,
      originalBalanceLowestMinor: row.original_balance_lowest_minor,
      originalBalanceHighestMinor: row.original_balance_highest_minor,
      rateKind: rateKinds.indexOf(row.rate_kind),
      rateLowestE10: row.rate_lowest_e10,
      rateHighestE10: row.rate_highest_e10,
      dayCount: dayCounts.indexOf(row.day_count),
      adjustedAccrual: row.adjusted_accrual,
      rounding: roundings.indexOf(row.rounding),
      admittedCategories: row.admitted_categories,
      rules: row.rules,
    })),
    steps: steps.map((row) => ({
      kind: stepKinds.indexOf(row.kind),
      classes: row.classes,
      payee: row.payee_id,
      capMinor: row.cap_minor,
    })),
  };
}
