import type { z } from "zod";
import { formatPerThousand, formatPrincipalFactor } from "../../domain/factor.ts";
import { formatPercent } from "../../domain/rates.ts";
import type { ServicerReportDocument } from "../../domain/servicerReport.ts";
import { linesOf } from "../../domain/waterfallLines.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import type { Caller } from "../../http/auth.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { dealPlan, type DealPlan } from "../deals/dealTerms.view.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import { classTallies, periodTallies, type PeriodTally } from "../payments/tallies.view.ts";
import { balancesAfter, cycleOf, cyclesOf, fixingsOf, type Cycle } from "./cycles.view.ts";
import type { CycleDetail, CycleList, CycleListItem, KeptReport, cycleStates } from "./distributions.schema.ts";

/**
 * Payment cycles of a deal, in order of their periods.
 * @throws AppError `unknown-deal`.
 */
export async function listCycles(db: Queryable, dealId: string): Promise<z.input<typeof CycleList>> {
  await dealPlan(db, dealId);
  const tallies = await periodTallies(db, dealId);
  const cycles = await cyclesOf(db, dealId);
  return { asOf: await readAsOf(db), items: cycles.map((cycle) => summaryOf(cycle, tallies.get(cycle.period))) };
}

/**
 * One payment cycle.
 * @throws AppError `unknown-deal` or `unknown-cycle`.
 */
export async function readCycle(db: Queryable, dealId: string, period: number): Promise<z.input<typeof CycleDetail>> {
  const plan = await dealPlan(db, dealId);
  const cycle = await cycleOf(db, dealId, period);
  const codeOf = await partyCodes(db);
  return {
    ...summaryOf(cycle, (await periodTallies(db, dealId)).get(period)),
    asOf: await readAsOf(db),
    report: cycle.report && {
      reportHash: cycle.report.reportHash,
      by: codeOf(cycle.report.partyId),
      availableMinor: String(cycle.report.availableMinor),
      principalMinor: String(cycle.report.principalMinor),
      feesDueMinor: cycle.report.feesDueMinor.map(String),
      reportedAt: instantOf(cycle.report.at),
    },
    fixings: (await fixingsOf(db, cycle)).map(({ classIndex, rateE10, evidenceHash, at }) => ({
      classIndex,
      label: labelOf(plan, classIndex),
      rate: formatPercent(rateE10),
      evidenceHash,
      fixedAt: instantOf(at),
    })),
    posting: postingBody(plan, cycle, codeOf),
    classes: cycle.posting ? await classesOf(db, plan, cycle) : [],
  };
}

/**
 * The servicer report of a cycle as it was handed in. Shown to the parties of the deal, registrar and regulator.
 * @throws AppError `unknown-cycle`, or `unknown-report` when this service has none that the caller may see.
 */
export async function readReport(
  db: Queryable,
  caller: Caller,
  dealId: string,
  period: number,
): Promise<z.input<typeof KeptReport>> {
  const { terms } = await dealPlan(db, dealId);
  const { report } = await cycleOf(db, dealId, period);
  const ofDeal = [terms.filingEntity, terms.issuer, terms.trustee, terms.payingAgent, terms.servicer];
  const sees =
    ofDeal.includes(caller.partyId) || caller.roles.some((role) => role === "registrar" || role === "regulator");
  const { rows } = await db.query<{ document: ServicerReportDocument }>(
    "select document from records.servicer_report where report_hash = $1 and $2",
    [report && toBytes(report.reportHash), sees],
  );
  if (!report || !rows[0]) throw new AppError("unknown-report");
  const codeOf = await partyCodes(db);
  return { reportHash: report.reportHash, by: codeOf(report.partyId), document: rows[0].document };
}

function summaryOf(cycle: Cycle, tally: PeriodTally | undefined): z.input<typeof CycleListItem> {
  const { posting } = cycle;
  const totalMinor = posting?.paidMinor.reduce((sum, amount) => sum + amount, 0n);
  const fundedAt = tally?.fundedAt ?? null;
  return {
    dealId: cycle.dealId,
    period: cycle.period,
    version: cycle.version,
    state: stateOf(cycle, tally),
    recordDate: cycle.recordDate,
    recordDateClosesAt: instantOf(cycle.recordDateClosesAt),
    nominalDate: cycle.nominalDate,
    paymentDate: cycle.paymentDate,
    declaredAt: instantOf(cycle.declaredAt),
    reportHash: cycle.report?.reportHash ?? null,
    totalMinor: totalMinor === undefined ? null : String(totalMinor),
    postedAt: posting && instantOf(posting.at),
    fundedAt: fundedAt === null ? null : instantOf(fundedAt),
  };
}

function stateOf(cycle: Cycle, tally: PeriodTally | undefined): (typeof cycleStates)[number] {
  if (!cycle.posting) return cycle.report ? "reported" : "declared";
  if (!tally || tally.fundedAt === null) return "posted";
  return tally.isOpen ? "funded" : "paid";
}

function postingBody(plan: DealPlan, { posting }: Cycle, codeOf: PartyCodes): z.input<typeof CycleDetail>["posting"] {
  if (!posting) return null;
  return {
    lines: linesOf(plan.terms.steps).map(({ kind, classIndex, payee }, index) => ({
      index,
      kind,
      classIndex,
      label: classIndex === null ? null : labelOf(plan, classIndex),
      payee: payee === null ? null : codeOf(payee),
      paidMinor: String(posting.paidMinor[index]),
    })),
    blockNumber: Number(posting.blockNumber),
    transactionHash: posting.transactionHash,
  };
}

async function classesOf(
  db: Queryable,
  plan: DealPlan,
  { dealId, period }: Cycle,
): Promise<z.input<typeof CycleDetail>["classes"]> {
  const [original, opening, closing] = [
    await balancesAfter(db, dealId, 0),
    await balancesAfter(db, dealId, period - 1),
    await balancesAfter(db, dealId, period),
  ];
  const tallies = await classTallies(db, dealId, period);
  const remainders = await remaindersOf(db, dealId, period);
  return closing.map((after, classIndex) => {
    const originalMinor = original[classIndex]!.outstandingMinor;
    const before = opening[classIndex]!;
    const tally = tallies.get(classIndex)!;
    return {
      classIndex,
      label: labelOf(plan, classIndex),
      originalMinor: String(originalMinor),
      openingMinor: String(before.outstandingMinor),
      // What was due and not paid, and what is short now, differ by the interest of the period less what was paid.
      accruedMinor: String(after.interestMinor + after.interestShortfallMinor - before.interestShortfallMinor),
      interestMinor: String(after.interestMinor),
      principalMinor: String(after.principalMinor),
      outstandingMinor: String(after.outstandingMinor),
      interestShortfallMinor: String(after.interestShortfallMinor),
      factor: formatPrincipalFactor(after.outstandingMinor, originalMinor),
      interestPerThousand: formatPerThousand(after.interestMinor, originalMinor),
      principalPerThousand: formatPerThousand(after.principalMinor, originalMinor),
      payableMinor: String(after.payableMinor),
      paidMinor: String(tally.paidMinor),
      heldMinor: String(tally.heldMinor),
      openAccounts: tally.openAccounts,
      remainder: remainders.get(classIndex) ?? null,
    };
  });
}

async function remaindersOf(
  db: Queryable,
  dealId: string,
  period: number,
): Promise<Map<number, { amountMinor: string; toClass: number }>> {
  const { rows } = await db.query<{ class_index: number; to_class: number; amount_minor: bigint }>(
    "select class_index, to_class, amount_minor from readmodel.remainder where deal_id = $1 and period = $2",
    [toBytes(dealId), period],
  );
  return new Map(
    rows.map((row) => [row.class_index, { amountMinor: String(row.amount_minor), toClass: row.to_class }]),
  );
}

function labelOf({ terms }: DealPlan, classIndex: number): string {
  return terms.classes[classIndex]!.label;
}
