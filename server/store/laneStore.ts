import type { Database } from "./database.ts";
import type { Operation } from "./operation.ts";
import { markSent, markSigned, markStuck, maxNonce, takeQueued, unconfirmed } from "./operations.ts";

type Signed = { id: string; signer: string; nonce: number; raw: string; txHash: string };

/** The operations as the nonce lanes use them. */
export function laneStoreOf(database: Database) {
  return {
    maxNonce: (signer: string) => maxNonce(database, signer),
    signQueued: (signer: string, limit: number, sign: (queued: readonly Operation[]) => Signed[]) =>
      database.tx(async (tx) => {
        const signed = sign(await takeQueued(tx, signer, limit));
        if (signed.length > 0) await markSigned(tx, signed);
        return signed;
      }),
    async unconfirmed({ signer, idleMs = 0 }: { signer?: string; idleMs?: number }): Promise<Signed[]> {
      const before = Date.now() - idleMs;
      const operations = await unconfirmed(database, signer);
      return operations
        .filter(({ updatedAt }) => updatedAt.getTime() <= before)
        .map(({ id, signer, nonce, raw, txHash }) => ({ id, signer, nonce: nonce!, raw: raw!, txHash: txHash! }));
    },
    markSent: (ids: readonly string[]) => markSent(database, ids),
    markStuck: (ids: readonly string[], note: string) => markStuck(database, ids, note),
  };
}
