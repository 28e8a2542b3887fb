import type { Allocation, AllocationLine } from "./allocation.ts";
import { stepKinds, type StepTerms } from "./dealTerms.ts";
import { entryAt } from "./entryAt.ts";
import { currencyOf, explainFee, type Found } from "./explanations.ts";
import { interestDue, yearlyRateE10, type InterestDue } from "./interest.ts";
import { requirePeriod, type Period } from "./waterfallPeriod.ts";
import { payFee, type Share } from "./waterfallSteps.ts";
import { classSteps, type Walk } from "./waterfallWalk.ts";

/**
 * Allocates the funds of one payment date by the filed steps, each of which takes from what the steps before it left.
 * @throws PeriodError when figures do not fit the deal.
 * @throws RateError when a fixing is missing, stands where none belongs, or a rate is negative.
 * @throws RangeError when the accrual period ends before it begins.
 */
export function allocate(period: Period): Allocation {
  requirePeriod(period);
  const interest = interestByClass(period);
  const walk: Walk = {
    period,
    currency: currencyOf(period.terms),
    interest,
    fundsMinor: period.availableFundsMinor,
    principalMinor: period.principalDistributableMinor,
    balancesMinor: period.opening.map(({ outstandingMinor }) => outstandingMinor),
    unpaidInterestMinor: interest.map(({ dueMinor }) => dueMinor),
    feesMinor: [...period.feesDueMinor],
  };
  const lines = period.terms.steps.flatMap((terms, step) => walkStep(walk, terms, step));
  return {
    lines: lines.map((line, index) => ({ index, ...line })),
    interest,
    closing: walk.balancesMinor.map((outstandingMinor, index) => ({
      outstandingMinor,
      interestShortfallMinor: entryAt(walk.unpaidInterestMinor, index),
    })),
    remainderMinor: walk.fundsMinor,
  };
}

/** Interest is earned on the balances that the period opened with, whatever is repaid on its payment date. */
function interestByClass({ terms, pricing, accrual, opening, fixingsE10 }: Period): InterestDue[] {
  return terms.classes.map((noteClass, index) => {
    const { outstandingMinor, interestShortfallMinor } = entryAt(opening, index);
    const rateE10 = yearlyRateE10(noteClass, entryAt(pricing, index).rateE10, entryAt(fixingsE10, index));
    return interestDue(noteClass, accrual, outstandingMinor, rateE10, interestShortfallMinor);
  });
}

type Line = Omit<AllocationLine, "index">;

function walkStep(walk: Walk, terms: StepTerms, step: number): Line[] {
  const kind = entryAt(stepKinds, terms.kind);
  // What the step found is kept apart from what it leaves: all its classes are paid from the same.
  const found: Found = { fundsMinor: walk.fundsMinor, principalMinor: walk.principalMinor };
  if (kind === "fee") {
    const share = payFee(walk.feesMinor.shift() ?? 0n, terms.capMinor, found.fundsMinor);
    walk.fundsMinor -= share.paidMinor;
    const explanation = explainFee(terms.payee, terms.capMinor, share, found, walk.currency);
    return [{ step, kind, classIndex: null, payee: terms.payee, ...withShortfall(share), explanation }];
  }
  const classes = classesOf(terms, walk.balancesMinor.length);
  const { pay, explain, book } = classSteps[kind];
  return pay(walk, classes).map((share, position) => {
    const classIndex = entryAt(classes, position);
    const explanation = explain(walk, classIndex, share, found);
    walk.fundsMinor -= share.paidMinor;
    book(walk, classIndex, share);
    return { step, kind, classIndex, payee: null, ...withShortfall(share), explanation };
  });
}

function withShortfall({ dueMinor, paidMinor }: Share): Pick<Line, "dueMinor" | "paidMinor" | "shortfallMinor"> {
  return { dueMinor, paidMinor, shortfallMinor: dueMinor - paidMinor };
}

/** Indexes of the classes that a step names, ascending. */
function classesOf({ classes }: StepTerms, classCount: number): number[] {
  return Array.from({ length: classCount }, (_, index) => index).filter((index) => ((classes >> index) & 1) === 1);
}
