import type { z } from "zod";
import { encodeCall, type FunctionArgs } from "../../chain/contracts.ts";
import { OutsideCalendarError } from "../../domain/businessDays.ts";
import { parseCivilDate } from "../../domain/civilDates.ts";
import { NoPaymentDateError, paymentDateOf, recordDateOf } from "../../domain/paymentDates.ts";
import { parseRateE10 } from "../../domain/rates.ts";
import { servicerReportHash, type ServicerReportDocument } from "../../domain/servicerReport.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { findDealDocument } from "../deals/dealDocuments.view.ts";
import { dealPlan } from "../deals/dealTerms.view.ts";
import { calculate } from "./calculation.view.ts";
import type { CycleRequest, FixingRequest, PostingRequest, ReportRequest } from "./distributions.schema.ts";

type Dates = NonNullable<z.output<typeof CycleRequest>["dates"]>;

/**
 * Declares the dates of a payment cycle; those of the deal document unless they are given.
 * @throws AppError `unknown-deal`, `unknown-deal-document`, or `cycle-date` for a payment date that the deal has not.
 */
export async function declareCycle(
  db: Queryable,
  caller: Caller,
  dealId: string,
  { period, version, dates: given }: z.output<typeof CycleRequest>,
): Promise<LedgerCall> {
  const dates = given ?? (await datesFromDocument(db, caller, dealId, period));
  const declaration = {
    period,
    version,
    recordDate: parseCivilDate(dates.recordDate),
    nominalDate: parseCivilDate(dates.nominalDate),
    paymentDate: parseCivilDate(dates.paymentDate),
  };
  return call("declareCycle", [dealId, declaration], { dealId, period, version, ...dates });
}

/** Enters the servicer report and keeps it; the ledger has its hash and the figures that the distribution starts from. */
export function report(
  caller: Caller,
  dealId: string,
  period: number,
  { version, report: given }: z.output<typeof ReportRequest>,
): LedgerCall {
  const document: ServicerReportDocument = {
    format: "narrowgate-servicer-report/1",
    dealId,
    period,
    version,
    ...given,
  };
  const reportHash = servicerReportHash(document);
  const figures = {
    reportHash,
    availableMinor: BigInt(given.availableFundsMinor),
    principalMinor: BigInt(given.principalDistributableMinor),
    feesDueMinor: given.feesDueMinor.map(BigInt),
  };
  const facts = { dealId, period, version, reportHash, report: given };
  return {
    ...call("report", [dealId, period, version, figures], facts),
    keep: (tx) => keepReport(tx, caller, reportHash, document),
  };
}

/** Fixes the index of a floating class. */
export function fixRate(dealId: string, period: number, fixing: z.output<typeof FixingRequest>): LedgerCall {
  const { version, classIndex, rate, evidenceHash } = fixing;
  const args: FunctionArgs<"Distributor", "fixRate"> = [
    dealId,
    period,
    version,
    classIndex,
    parseRateE10(rate),
    evidenceHash,
  ];
  return call("fixRate", args, { dealId, period, ...fixing });
}

/**
 * Posts the distribution that the engine computes, which must be the one that the caller approves.
 * @throws AppError as `calculate` does, and `calculation-changed`.
 */
export async function post(
  db: Queryable,
  dealId: string,
  period: number,
  { calculationHash }: z.output<typeof PostingRequest>,
): Promise<LedgerCall> {
  const { posting, paidMinor, calculationHash: current } = await calculate(db, dealId, period);
  if (calculationHash !== current) throw new AppError("calculation-changed", { values: { calculationHash: current } });
  const facts = { dealId, period, version: Number(posting.version), calculationHash, paidMinor: paidMinor.map(String) };
  return call("post", [dealId, posting], facts);
}

async function datesFromDocument(db: Queryable, caller: Caller, dealId: string, period: number): Promise<Dates> {
  const { terms } = await dealPlan(db, dealId);
  const { document } = await findDealDocument(db, caller, terms.dealDocumentHash);
  try {
    const date = paymentDateOf(document, period);
    return {
      recordDate: recordDateOf(document, date).toString(),
      nominalDate: date.nominal.toString(),
      paymentDate: date.rolled.toString(),
    };
  } catch (error) {
    if (!(error instanceof NoPaymentDateError || error instanceof OutsideCalendarError)) throw error;
    throw new AppError("cycle-date", { detail: error.message, cause: error });
  }
}

async function keepReport(
  tx: Queryable,
  { party }: Caller,
  reportHash: string,
  document: ServicerReportDocument,
): Promise<void> {
  await tx.query(
    `insert into records.servicer_report (report_hash, party, document) values ($1, $2, $3)
     on conflict (report_hash) do nothing`,
    [toBytes(reportHash), party, JSON.stringify(document)],
  );
}

const kinds = {
  declareCycle: "distributions.declare-cycle",
  report: "distributions.report",
  fixRate: "distributions.fix-rate",
  post: "distributions.post",
} as const;

function call<F extends keyof typeof kinds>(
  name: F,
  args: FunctionArgs<"Distributor", F>,
  facts: LedgerCall["facts"],
): LedgerCall {
  return { kind: kinds[name], to: "Distributor", data: encodeCall("Distributor", name, args), facts };
}
