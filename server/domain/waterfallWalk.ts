import type { StepKind } from "./allocation.ts";
import { entryAt } from "./entryAt.ts";
import { explainInterest, explainPrincipal, explainResidual, type Found } from "./explanations.ts";
import type { InterestDue } from "./interest.ts";
import type { Currency } from "./money.ts";
import type { Period } from "./waterfallPeriod.ts";
import {
  payInterest,
  payPrincipalProRata,
  payPrincipalSequentially,
  payResidual,
  type Share,
} from "./waterfallSteps.ts";

/** How far a walk down the steps has come. Minor units; arrays are by class. */
export interface Walk {
  readonly period: Period;
  readonly currency: Currency;
  readonly interest: readonly InterestDue[];
  /** Funds that the steps so far left. */
  fundsMinor: bigint;
  /** Principal of the date that has not yet fallen to a class. */
  principalMinor: bigint;
  readonly balancesMinor: bigint[];
  readonly unpaidInterestMinor: bigint[];
  /** Claims of the fee steps that are still to come. */
  readonly feesMinor: bigint[];
}

/** How the steps of one kind pay their classes. */
interface ClassStep {
  /** Shares of the named classes, in their order. */
  readonly pay: (walk: Walk, classes: readonly number[]) => Share[];
  readonly explain: (walk: Walk, classIndex: number, share: Share, found: Found) => string;
  /** Books what a class is paid, apart from the funds. */
  readonly book: (walk: Walk, classIndex: number, share: Share) => void;
}

/** Every kind of step that pays classes. */
export const classSteps: Readonly<Record<Exclude<StepKind, "fee">, ClassStep>> = {
  "class-interest": {
    pay: (walk, classes) => payInterest(pick(walk.unpaidInterestMinor, classes), walk.fundsMinor),
    explain: (walk, classIndex, share) =>
      explainInterest(labelOf(walk, classIndex), entryAt(walk.interest, classIndex), share, walk.currency),
    book: (walk, classIndex, { paidMinor }) => reduce(walk.unpaidInterestMinor, classIndex, paidMinor),
  },
  "principal-sequential": {
    pay: ({ balancesMinor, principalMinor, fundsMinor }, classes) =>
      payPrincipalSequentially(pick(balancesMinor, classes), principalMinor, fundsMinor),
    explain: (walk, classIndex, share, found) =>
      explainPrincipalOf(walk, classIndex, "in the order of the classes", share, found),
    book: bookPrincipal,
  },
  "principal-pro-rata": {
    pay: ({ balancesMinor, principalMinor, fundsMinor }, classes) =>
      payPrincipalProRata(pick(balancesMinor, classes), principalMinor, fundsMinor),
    explain: (walk, classIndex, share, found) =>
      explainPrincipalOf(walk, classIndex, "in proportion to the balances", share, found),
    book: bookPrincipal,
  },
  residual: {
    pay: ({ period, fundsMinor }, classes) =>
      payResidual(
        classes.map((index) => entryAt(period.pricing, index).originalBalanceMinor),
        fundsMinor,
      ),
    explain: (walk, classIndex, share, found) =>
      explainResidual(labelOf(walk, classIndex), share, found, walk.currency),
    // What is left over is a gain of the class: it repays none of its balance.
    book: () => undefined,
  },
};

/** Principal that fell to a class and found no funds does not fall to a class further down instead. */
function bookPrincipal(walk: Walk, classIndex: number, { dueMinor, paidMinor }: Share): void {
  reduce(walk.balancesMinor, classIndex, paidMinor);
  walk.principalMinor -= dueMinor;
}

function explainPrincipalOf(
  walk: Walk,
  classIndex: number,
  rule: Parameters<typeof explainPrincipal>[2],
  share: Share,
  found: Found,
): string {
  const balanceMinor = entryAt(walk.balancesMinor, classIndex);
  return explainPrincipal(labelOf(walk, classIndex), balanceMinor, rule, share, found, walk.currency);
}

function labelOf({ period }: Walk, classIndex: number): string {
  return entryAt(period.terms.classes, classIndex).label;
}

function pick(amountsMinor: readonly bigint[], classes: readonly number[]): bigint[] {
  return classes.map((index) => entryAt(amountsMinor, index));
}

function reduce(amountsMinor: bigint[], classIndex: number, byMinor: bigint): void {
  amountsMinor[classIndex] = entryAt(amountsMinor, classIndex) - byMinor;
}
