import type { Ledger } from "./rpc.ts";

const LOOK_EVERY_MS = 250;
const STALE_AFTER_S = 2;

/**
 * Chooses the state upon which calls are tried. Normally that is the newest block. A ledger that makes blocks only when
 * there is something to write may have made its newest one hours ago, and a call upon it would see deadlines as they
 * were then; the pending block carries the time of now. Under load the pending block would be costly, for some nodes
 * compute it anew for each call, but then the newest block is recent.
 *
 * @returns A function that answers `latest` or `pending`; it looks at the ledger at most four times a second.
 */
export function newestStateOf(ledger: Ledger): () => Promise<"latest" | "pending"> {
  let lookedAtMs = -Infinity;
  let looking: Promise<number> = Promise.resolve(0);
  return async () => {
    if (performance.now() - lookedAtMs > LOOK_EVERY_MS) {
      lookedAtMs = performance.now();
      looking = ledger
        .request<{ timestamp: string }>("eth_getBlockByNumber", ["latest", false])
        .then(({ timestamp }) => Number(timestamp));
      looking.catch(() => (lookedAtMs = -Infinity)); // Whoever waits hears of it; the next one looks again.
    }
    const ageSeconds = Date.now() / 1000 - (await looking);
    return ageSeconds >= STALE_AFTER_S ? "pending" : "latest";
  };
}
