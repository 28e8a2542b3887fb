import type { Caller } from "./callers.ts";
import type { Scene, Situation, Stage } from "./scenes.ts";

/**
 * Who may call one function, and what everybody gets. Whoever is not named is refused in every situation; whoever is named
 * succeeds in every situation unless the row says otherwise.
 */
export interface Row {
  /** Arguments with which an entitled caller succeeds. */
  readonly args: (scene: Scene) => readonly unknown[] | Promise<readonly unknown[]>;
  readonly may: readonly Caller[];
  /** Error that others get; absent where they lack the role, so that parties and strangers get the errors of `Parties`. */
  readonly others?: string;
  /** Callers who are refused with an error of their own. */
  readonly but?: Partial<Record<Caller, string>>;
  /** Error that even the entitled get in a situation. */
  readonly in?: Partial<Record<Situation, string>>;
  /** How far the deal has come; `issued` when absent, and `unfiled` always in that situation. */
  readonly stage?: Exclude<Stage, "unfiled">;
  /** Whether the call of a maker only opens a matter that two approvers have to join with equal calls. */
  readonly isDecided?: true;
  /** Steps before the function makes sense; not taken in the situation `unfiled`. */
  readonly arrange?: (scene: Scene) => Promise<unknown>;
}

/** Rows by the name of the function. */
export type Rows = Readonly<Record<string, Row>>;
