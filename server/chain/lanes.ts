import type { Logger } from "pino";
import { broadcast } from "./broadcast.ts";
import { Lane } from "./lane.ts";
import type { LaneStore } from "./laneStore.ts";
import type { Ledger } from "./rpc.ts";
import type { Signers } from "./signers.ts";

export type LaneOptions = {
  ledger: Ledger;
  store: LaneStore;
  signers: Pick<Signers, "held" | "sign">;
  log: Pick<Logger, "warn" | "fatal">;
  /** Told which operations became stuck, so that nobody waits for them. */
  onSettled: (operationIds: readonly string[]) => void;
  /** Milliseconds after which an operation that has not settled is sent again; 5,000 unless told. */
  resendMs?: number;
};

/** The lanes of all keys held here, and the sending again of everything that was signed here or outside. */
export type Lanes = {
  /** Says that an operation of this key was queued, or that bytes signed outside were stored for it. */
  wake(signer: string): void;
  /** Ends after the batches under way; what is queued or signed goes on at the next start. */
  stop(): Promise<void>;
};

const RESEND_MS = 5_000;

/** Starts one lane for each key held here. What was signed before is sent again at once. */
export function startLanes(options: LaneOptions): Lanes {
  const { store, signers, log, resendMs = RESEND_MS } = options;
  const lanes = new Map(
    signers.held().map(({ party, address }) => [address.toLowerCase(), new Lane(options, party, address)]),
  );
  let resending: Promise<void> = Promise.resolve();

  const resendOnce = async (filter: { signer?: string; idleMs?: number }) => {
    try {
      const operations = await store.unconfirmed(filter);
      const { stuckIds, refusals } = await broadcast(options, operations);
      if (refusals.length > 0) log.warn({ refusals }, "the ledger refuses signed transactions");
      if (stuckIds.length === 0) return;
      options.onSettled(stuckIds);
      for (const { id, signer } of operations) {
        if (stuckIds.includes(id)) lanes.get(signer.toLowerCase())?.halt();
      }
    } catch (error) {
      log.warn({ err: error }, "signed transactions could not be sent again");
    }
  };
  const resend = (filter: Parameters<typeof resendOnce>[0]) => {
    resending = resending.then(() => resendOnce(filter));
  };
  resend({}); // Bytes that were signed outside have no lane that would send them.
  const timer = setInterval(() => {
    resend({ idleMs: resendMs });
    for (const lane of lanes.values()) lane.wake(); // for operations that another process queued
  }, resendMs);

  return {
    wake(signer) {
      const lane = lanes.get(signer.toLowerCase());
      if (lane) lane.wake();
      else resend({ signer });
    },
    async stop() {
      clearInterval(timer);
      await Promise.all([resending, ...[...lanes.values()].map((lane) => lane.stop())]);
    },
  };
}
