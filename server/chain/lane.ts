import { setTimeout as sleep } from "node:timers/promises";
import { broadcast } from "./broadcast.ts";
import type { SignedOperation } from "./laneStore.ts";
import type { LaneOptions } from "./lanes.ts";

// A batch is signed in one go, which keeps the process busy for about 40 ms, and is one round trip to the ledger.
const BATCH = 100;
const RETRY_MS = 1_000;

/**
 * The one worker that signs with a key. It takes queued operations in order, gives each the next nonce, stores the
 * signed bytes of a batch in one transaction and only then lets them out. While one batch is on its way to the ledger
 * the next is signed. After any failure it forgets what it knew and goes on from what the database says.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #party: string;
  readonly #signer: string;
  readonly #stopping = new AbortController();
  #nextNonce: number | undefined;
  #broadcasting: Promise<void> = Promise.resolve();
  #woken = false;
  #rouse: () => void = () => undefined;
  #isHalted = false;
  readonly #done: Promise<void>;

  constructor(options: LaneOptions, party: string, signer: string) {
    this.#options = options;
    this.#party = party;
    this.#signer = signer;
    this.#done = this.#run();
  }

  /** Says that there is work; never missed, also while the lane is busy. */
  wake(): void {
    this.#woken = true;
    this.#rouse();
  }

  /** Stops for good because a nonce was taken by somebody else; what is queued stays queued. */
  halt(): void {
    if (this.#isHalted) return;
    this.#isHalted = true;
    this.#options.log.fatal({ signer: this.#signer, party: this.#party }, "the lane of a key has stopped");
    this.wake();
  }

  /** Ends after the batch under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#done;
  }

  get #isEnding(): boolean {
    return this.#isHalted || this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isEnding) {
      try {
        if (this.#nextNonce === undefined) await this.#recover();
        this.#woken = false;
        const signed = this.#isEnding ? [] : await this.#sign();
        await this.#broadcasting;
        if (signed.length > 0) this.#startBroadcast(signed);
        else if (!this.#isEnding) await this.#untilWoken();
      } catch (error) {
        this.#options.log.warn({ err: error, signer: this.#signer }, "the lane of a key tries again");
        this.#nextNonce = undefined;
        this.#broadcasting = Promise.resolve();
        await sleep(RETRY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    await this.#broadcasting.catch(() => undefined); // What it did not deliver is sent again at the next start.
  }

  /** Sends again what is on its way according to the database, and finds the next nonce. */
  async #recover(): Promise<void> {
    const { ledger, store } = this.#options;
    await this.#broadcast(await store.unconfirmed({ signer: this.#signer }));
    const [pending, highest] = await Promise.all([
      ledger.request<string>("eth_getTransactionCount", [this.#signer, "pending"]),
      store.maxNonce(this.#signer),
    ]);
    this.#nextNonce = Math.max(Number(pending), (highest ?? -1) + 1);
  }

  async #sign(): Promise<SignedOperation[]> {
    const { ledger, store, signers } = this.#options;
    const first = this.#nextNonce!;
    const signed = await store.signQueued(this.#signer, BATCH, (queued) =>
      queued.map(({ id, target: to, data, gasLimit }, i) => {
        const nonce = first + i;
        const { raw, hash } = signers.sign(this.#party, { chainId: ledger.chainId, nonce, to, data, gasLimit });
        return { id, signer: this.#signer, nonce, raw, txHash: hash };
      }),
    );
    this.#nextNonce = first + signed.length;
    return signed;
  }

  #startBroadcast(signed: readonly SignedOperation[]): void {
    this.#broadcasting = this.#broadcast(signed);
    this.#broadcasting.catch(() => undefined); // Awaited in the next round; until then it must not count as unhandled.
  }

  async #broadcast(operations: readonly SignedOperation[]): Promise<void> {
    const { stuckIds, refusals } = await broadcast(this.#options, operations);
    if (stuckIds.length > 0) {
      this.#options.onSettled(stuckIds);
      this.halt();
    }
    // Later nonces could not be included before this one, so nothing more is signed until it is taken.
    if (refusals.length > 0) throw new Error(`The ledger refuses a signed transaction: ${refusals[0]}`);
  }

  async #untilWoken(): Promise<void> {
    if (this.#woken) return;
    await new Promise<void>((resolve) => (this.#rouse = resolve));
  }
}
