import type { StepKind } from "./allocation.ts";
import { stepKinds, type StepTerms } from "./dealTerms.ts";
import { entryAt } from "./entryAt.ts";

/** What a line of a distribution is for. */
export interface LineTarget {
  readonly kind: StepKind;
  /** Null on the line of a fee. */
  readonly classIndex: number | null;
  /** Number of the party that a fee goes to; null on the line of a class. */
  readonly payee: number | null;
}

/**
 * The lines that the steps of a deal have, in their order: one for a fee, one for each class of any other step in the order
 * of the classes.
 */
export function linesOf(steps: readonly StepTerms[]): LineTarget[] {
  return steps.flatMap(({ kind: number, classes, payee }): LineTarget[] => {
    const kind = entryAt(stepKinds, number);
    if (kind === "fee") return [{ kind, classIndex: null, payee }];
    return indexesOf(classes).map((classIndex) => ({ kind, classIndex, payee: null }));
  });
}

function indexesOf(bits: number): number[] {
  return Array.from({ length: 32 }, (_, index) => index).filter((index) => (bits >>> index) & 1);
}
