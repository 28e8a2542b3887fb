import type { EventKey, LedgerEvent } from "../chain/events.ts";
import type { Queryable } from "../store/database.ts";

/** Called for one event at a time, in the order of the ledger. */
export type EventHandlers = {
  readonly [K in EventKey]?: (tx: Queryable, event: LedgerEvent<K>) => Promise<void>;
};

/** Takes all events of these names that one block has, in the order of the ledger; for events that come by the thousand. */
export type EventBatch = {
  readonly events: readonly EventKey[];
  /** Never called with an empty list. */
  apply(tx: Queryable, events: readonly LedgerEvent[]): Promise<void>;
};

/**
 * How the events of the ledger become rows. A projection is the only writer of its tables and knows nothing but events:
 * no clock, no serial numbers, no ledger reads, so that a rebuild from the first block gives the same rows.
 *
 * For each block the projections run one after the other, so one may read what another that stands before it has
 * written; within a projection `handlers` come first and `batch` last.
 */
export type Projection = {
  readonly name: string;
  /** Statements that create its tables in schema `readmodel`, with their indexes and policies. */
  readonly ddl: string;
  readonly handlers?: EventHandlers;
  readonly batch?: EventBatch;
};
