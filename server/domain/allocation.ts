import type { stepKinds } from "./dealTerms.ts";
import type { InterestDue } from "./interest.ts";
import type { ClassState } from "./waterfallPeriod.ts";

/** Names of the kinds of steps. */
export type StepKind = (typeof stepKinds)[number];

/** What one step owes and pays to its fee or to one of its classes. Minor units. */
export interface AllocationLine {
  /** Position among the lines of the allocation. */
  readonly index: number;
  /** Position of the step in the terms. */
  readonly step: number;
  readonly kind: StepKind;
  /** Null on the line of a fee. */
  readonly classIndex: number | null;
  /** Number of the party that a fee goes to; null on the line of a class. */
  readonly payee: number | null;
  readonly dueMinor: bigint;
  readonly paidMinor: bigint;
  /** What is due and not paid. */
  readonly shortfallMinor: bigint;
  /** One sentence with the figures that the line follows from. */
  readonly explanation: string;
}

/** The outcome of one payment date. The paid amounts of the lines and the remainder add up to the available funds. */
export interface Allocation {
  /** In the order of the steps: one for a fee, one for each class of any other step in the order of the classes. */
  readonly lines: readonly AllocationLine[];
  /** By class. */
  readonly interest: readonly InterestDue[];
  /** By class. */
  readonly closing: readonly ClassState[];
  /** Funds that no step took. */
  readonly remainderMinor: bigint;
}
