import { EventEmitter } from "node:events";

/** Tells requests that wait for an operation that it has settled, inside one process. */
export type Settlements = {
  /** To be called after the commit that settled the operations. */
  notify(operationIds: readonly string[]): void;
  /**
   * Listens from the moment of the call, so nothing is missed by a caller that looks into the database afterwards.
   * Resolves when the operation settles, after `timeoutMs`, or on `close`; it does not say which.
   */
  wait(operationId: string, timeoutMs: number): Promise<void>;
  /** Lets every waiting request go, so that the service can stop. */
  close(): void;
};

const CLOSING = Symbol("closing");

/** Makes the notifier that indexer and HTTP share. */
export function openSettlements(): Settlements {
  const events = new EventEmitter().setMaxListeners(0);
  return {
    notify: (operationIds) => operationIds.forEach((id) => events.emit(id)),
    wait: (operationId, timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(done, timeoutMs);
        function done() {
          clearTimeout(timer);
          events.off(operationId, done).off(CLOSING, done);
          resolve();
        }
        events.on(operationId, done).on(CLOSING, done);
      }),
    close: () => events.emit(CLOSING),
  };
}
