/** A command that waits for its nonce. */
export type QueuedOperation = { id: string; target: string; data: string; gasLimit: bigint };

/** A command with its bytes, which are never made anew. */
export type SignedOperation = { id: string; signer: string; nonce: number; raw: string; txHash: string };

/**
 * What the lanes ask of the database of operations. It is handed in, because the ledger's side of the server does not
 * know the database's.
 */
export type LaneStore = {
  /** The highest nonce for which bytes were ever signed with a key; undefined when there is none. */
  maxNonce(signer: string): Promise<number | undefined>;
  /**
   * In one transaction: takes the next queued operations of a key in order, lets `sign` sign them, and stores the bytes.
   * Nothing has happened when it throws, unless the connection was lost during the commit.
   */
  signQueued(
    signer: string,
    limit: number,
    sign: (queued: readonly QueuedOperation[]) => SignedOperation[],
  ): Promise<SignedOperation[]>;
  /** Operations with bytes that have not settled, in order of signer and nonce; changed at least `idleMs` ago. */
  unconfirmed(filter: { signer?: string; idleMs?: number }): Promise<SignedOperation[]>;
  markSent(ids: readonly string[]): Promise<void>;
  markStuck(ids: readonly string[], note: string): Promise<void>;
};
