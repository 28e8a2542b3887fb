import type { EventKey, LedgerEvent } from "../chain/events.ts";
import type { Queryable } from "../store/database.ts";

/** Called for one event at a time, in the order of the ledger. */
export type EventHandlers = {
  readonly [K in EventKey]?: (tx: Queryable, event: LedgerEvent<K>) => Promise<void>;
};

/** Called once a block with all its events of one name, in the order of the ledger; never with an empty list. */
export type BlockHandlers = {
  readonly [K in EventKey]?: (tx: Queryable, events: readonly LedgerEvent<K>[]) => Promise<void>;
};

/**
 * How the events of the ledger become rows. A projection is the only writer of its tables and knows nothing but events:
 * no clock, no serial numbers, no ledger reads, so that a rebuild from the first block gives the same rows.
 */
export type Projection = {
  readonly name: string;
  /** Statements that create its tables in schema `readmodel`, with their indexes and policies. */
  readonly ddl: string;
  readonly handlers: EventHandlers;
  /**
   * For events that come by the thousand. They run after all `handlers` of the block, in the order in which they stand
   * here, and one handler of a name excludes the other.
   */
  readonly blockHandlers?: BlockHandlers;
};
