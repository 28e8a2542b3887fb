import type { LedgerEvent } from "../../chain/events.ts";

/** Where on the ledger an event stands. */
export type Position = Pick<LedgerEvent, "blockNumber" | "logIndex" | "timestamp">;

/** Columns block, log index and second of events. */
export function positionsOf(events: readonly Position[]): unknown[] {
  return [
    events.map(({ blockNumber }) => blockNumber),
    events.map(({ logIndex }) => logIndex),
    events.map(({ timestamp }) => timestamp),
  ];
}
