import type { z } from "zod";
import type { FunctionArgs } from "../../chain/contracts.ts";
import type { AccrualPeriod } from "../../domain/accrual.ts";
import type { Allocation } from "../../domain/allocation.ts";
import { canonicalJson } from "../../domain/canonicalJson.ts";
import { sha256 } from "../../domain/hex.ts";
import { RateError } from "../../domain/interest.ts";
import { formatPercent } from "../../domain/rates.ts";
import { allocate } from "../../domain/waterfall.ts";
import { PeriodError, type Period } from "../../domain/waterfallPeriod.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import type { Queryable } from "../../store/database.ts";
import { dealPlan, type DealPlan } from "../deals/dealTerms.view.ts";
import { partyCodes } from "../parties/parties.view.ts";
import { balancesAfter, cycleOf, fixingsOf, type ClassBalance, type Cycle } from "./cycles.view.ts";
import type { Calculation } from "./distributions.schema.ts";

/** The distribution that follows from the read model: what the parties approve and the ledger checks. */
type Calculated = {
  plan: DealPlan;
  cycle: Cycle & { report: NonNullable<Cycle["report"]> };
  allocation: Allocation;
  /** The posting that says so. Equal figures give equal bytes, which is what two parties have to agree on. */
  posting: FunctionArgs<"Distributor", "post">[1];
  paidMinor: readonly bigint[];
  /** SHA-256 of all that a posting says, in canonical JSON. */
  calculationHash: string;
};

/**
 * Computes the distribution of a cycle.
 * @throws AppError `unknown-cycle`, `not-reported`, `fixing-missing`, or `calculation-refused` with what does not fit.
 */
export async function calculate(db: Queryable, dealId: string, period: number): Promise<Calculated> {
  const plan = await dealPlan(db, dealId);
  const { report, ...cycle } = await cycleOf(db, dealId, period);
  if (!report) throw new AppError("not-reported", { values: { deal: dealId, period: String(period) } });
  const reported = { ...cycle, report };
  const allocation = allocated(await periodOf(db, plan, reported));
  const dayCounts = allocation.interest.map(({ fraction }) => fraction.days);
  const paidMinor = allocation.lines.map((line) => line.paidMinor);
  const said = {
    dealId,
    period,
    version: cycle.version,
    reportHash: report.reportHash,
    dayCounts,
    paidMinor: paidMinor.map(String),
  };
  const { reportHash, availableMinor, principalMinor, feesDueMinor } = report;
  const posting = {
    period,
    version: cycle.version,
    report: { reportHash, availableMinor, principalMinor, feesDueMinor: [...feesDueMinor] },
    dayCounts,
    paidMinor,
  };
  return { plan, cycle: reported, allocation, posting, paidMinor, calculationHash: sha256(canonicalJson(said)) };
}

/**
 * A calculation for an answer.
 * @throws AppError `unknown-deal`, `unknown-cycle`, or `calculation-missing` with the reason.
 */
export async function readCalculation(
  db: Queryable,
  dealId: string,
  period: number,
): Promise<z.input<typeof Calculation>> {
  const { plan, cycle, allocation, paidMinor, calculationHash } = await calculate(db, dealId, period).catch(missing);
  const codeOf = await partyCodes(db);
  const labelOf = (classIndex: number) => plan.terms.classes[classIndex]!.label;
  return {
    asOf: await readAsOf(db),
    dealId,
    period,
    version: cycle.version,
    calculationHash,
    reportHash: cycle.report.reportHash,
    availableMinor: String(cycle.report.availableMinor),
    principalMinor: String(cycle.report.principalMinor),
    totalMinor: String(paidMinor.reduce((sum, amount) => sum + amount, 0n)),
    interest: allocation.interest.map((due, classIndex) => ({
      classIndex,
      label: labelOf(classIndex),
      outstandingMinor: String(due.outstandingMinor),
      rate: formatPercent(due.rateE10),
      days: due.fraction.days,
      daysOfYear: due.fraction.daysOfYear,
      accruedMinor: String(due.accruedMinor),
      carriedMinor: String(due.carriedMinor),
      dueMinor: String(due.dueMinor),
    })),
    lines: allocation.lines.map((line) => ({
      index: line.index,
      step: line.step,
      kind: line.kind,
      classIndex: line.classIndex,
      label: line.classIndex === null ? null : labelOf(line.classIndex),
      payee: line.payee === null ? null : codeOf(line.payee),
      dueMinor: String(line.dueMinor),
      paidMinor: String(line.paidMinor),
      shortfallMinor: String(line.shortfallMinor),
      explanation: line.explanation,
    })),
    closing: allocation.closing.map((state, classIndex) => ({
      classIndex,
      label: labelOf(classIndex),
      outstandingMinor: String(state.outstandingMinor),
      interestShortfallMinor: String(state.interestShortfallMinor),
    })),
  };
}

/** A reader finds nothing where a command is refused. */
function missing(error: unknown): never {
  if (!(error instanceof AppError) || error.status === 404) throw error;
  throw new AppError("calculation-missing", { detail: error.message, values: { reason: error.code }, cause: error });
}

async function periodOf(db: Queryable, plan: DealPlan, cycle: Calculated["cycle"]): Promise<Period> {
  const { dealId, period, report } = cycle;
  const opening = await balancesAfter(db, dealId, period - 1);
  const fixings = new Map((await fixingsOf(db, cycle)).map(({ classIndex, rateE10 }) => [classIndex, rateE10]));
  return {
    terms: plan.terms,
    pricing: plan.pricing,
    accrual: await accrualOf(db, plan, cycle),
    opening: opening.map(({ outstandingMinor, interestShortfallMinor }: ClassBalance) => ({
      outstandingMinor,
      interestShortfallMinor,
    })),
    fixingsE10: plan.terms.classes.map((_, classIndex) => fixings.get(classIndex) ?? null),
    availableFundsMinor: report.availableMinor,
    principalDistributableMinor: report.principalMinor,
    feesDueMinor: report.feesDueMinor,
  };
}

/** Interest runs on from the dates of the cycle before, or from the closing. */
async function accrualOf(db: Queryable, plan: DealPlan, cycle: Cycle): Promise<AccrualPeriod> {
  const before =
    cycle.period === 1
      ? { nominalDate: plan.closingDate!, paymentDate: plan.closingDate! }
      : await cycleOf(db, cycle.dealId, cycle.period - 1);
  const datesOf = ({ nominalDate, paymentDate }: Pick<Cycle, "nominalDate" | "paymentDate">) => ({
    nominal: Temporal.PlainDate.from(nominalDate),
    rolled: Temporal.PlainDate.from(paymentDate),
  });
  return { from: datesOf(before), to: datesOf(cycle) };
}

/** The engine refuses what the ledger would, in words of its own. */
function allocated(period: Period): Allocation {
  try {
    return allocate(period);
  } catch (error) {
    if (error instanceof RateError && error.code === "missing-fixing") {
      throw new AppError("fixing-missing", { detail: error.message, cause: error });
    }
    if (error instanceof RateError || error instanceof PeriodError) {
      throw new AppError("calculation-refused", { detail: error.message, cause: error });
    }
    throw error;
  }
}
