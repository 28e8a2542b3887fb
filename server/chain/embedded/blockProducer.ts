import { StartError } from "../../startError.ts";
import type { Journal } from "./journal.ts";
import type { EmbeddedNode, NodeBlock } from "./node.ts";

/**
 * Turns submitted transactions into journalled blocks. Submissions and blocks go through one lane, so that the order
 * received is the order of the pool, and the pool is at rest while a block is made.
 */
export class BlockProducer {
  readonly #node: EmbeddedNode;
  readonly #journal: Journal;
  readonly #now: () => number;
  readonly #pool = new Map<string, string>(); // Raw bytes of the node's pooled transactions by hash.
  #lane: Promise<unknown> = Promise.resolve();
  #firstArrival: string | undefined; // Hash of the first transaction received since the last look.
  #mayMine = false; // Whether anything has changed since the node last had nothing to mine.
  #parentTimestampS = 0;
  #pendingTimestampS = 0;
  #tickQueued = false;
  #timer: NodeJS.Timeout | undefined;
  #production: Promise<void> = Promise.resolve();

  constructor(node: EmbeddedNode, journal: Journal, now: () => number) {
    this.#node = node;
    this.#journal = journal;
    this.#now = now;
  }

  /**
   * Makes every block of the journal again.
   *
   * @returns The number of blocks.
   * @throws StartError if the journal is damaged or a block does not come out with its hash.
   */
  async replay(): Promise<number> {
    let replayed = 0;
    for (const block of this.#journal.blocks()) {
      const where = `The ledger journal ${this.#journal.file} does not replay: block ${block.number}`;
      let mined: NodeBlock;
      try {
        for (const raw of block.transactions) await this.#node.call("eth_sendRawTransaction", [raw]);
        mined = await this.#mine(block.timestampS);
      } catch (error) {
        throw new StartError(`${where} is refused (${(error as Error).message}).`, { cause: error });
      }
      if (mined.hash !== block.hash) {
        throw new StartError(`${where} comes out as ${mined.hash}, and the journal says ${block.hash}.`);
      }
      replayed++;
    }
    this.#parentTimestampS = (await this.#node.latestBlock()).timestampS;
    await this.#setPendingTime();
    return replayed;
  }

  /**
   * Makes a block on every tick that finds something to mine.
   *
   * @param onFailure Called once if a block cannot be made or journalled; the ledger then answers nothing any more.
   */
  start(tickMs: number, onFailure: (error: Error) => void): void {
    this.#timer = setInterval(() => {
      if (this.#tickQueued || (!this.#mayMine && this.#blockTime() === this.#pendingTimestampS)) return;
      this.#tickQueued = true;
      this.#inLane(() => this.#tick()).catch((error: Error) => {
        clearInterval(this.#timer);
        const failure = new Error(`The ledger has stopped: ${error.message}.`, { cause: error });
        this.#production = Promise.reject(failure); // From here on every answer is this error.
        this.#production.catch(() => undefined);
        onFailure(failure);
      });
    }, tickMs);
  }

  /** Stops ticking, after one last block with what has been accepted. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#inLane(() => this.#tick());
  }

  /**
   * Gives a signed transaction to the node.
   *
   * @returns The transaction's hash.
   * @throws The node's own error if it refuses the transaction.
   */
  async send(params: unknown[]): Promise<string> {
    return this.#inLane(async () => {
      await this.#production; // Rejects once a block has failed.
      const hash = (await this.#node.call("eth_sendRawTransaction", params)) as string;
      this.#pool.set(hash, params[0] as string);
      this.#firstArrival ??= hash;
      this.#mayMine = true;
      return hash;
    });
  }

  /**
   * Waits until what the node shows now is durable. A block is in the node a moment before it is in the journal, so an
   * answer read from the node may leave only after this.
   *
   * @throws The failure of the block, if it could not be journalled.
   */
  durable(): Promise<void> {
    return this.#production;
  }

  #inLane<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#lane.then(work);
    this.#lane = done.catch(() => undefined); // The caller hears of the failure; the lane goes on.
    return done;
  }

  async #tick(): Promise<void> {
    this.#tickQueued = false;
    await this.#production;
    if (await this.#somethingToMine()) {
      this.#production = this.#produce();
      await this.#production;
    }
    if (this.#blockTime() !== this.#pendingTimestampS) await this.#setPendingTime();
  }

  /** A transaction ahead of its nonce waits in the node's pool and must not cause an empty block. */
  async #somethingToMine(): Promise<boolean> {
    if (!this.#mayMine) return false;
    const first = this.#firstArrival;
    this.#firstArrival = undefined;
    if (first !== undefined) {
      // The usual case is cheap to see. Only otherwise the node has to try the whole block.
      const sent = (await this.#node.call("eth_getTransactionByHash", [first])) as { from: string; nonce: string };
      const next = sent && (await this.#node.call("eth_getTransactionCount", [sent.from, "latest"]));
      if (sent && Number(sent.nonce) === Number(next)) return true;
    }
    if (Number(await this.#node.call("eth_getBlockTransactionCountByNumber", ["pending"])) > 0) return true;
    this.#mayMine = false;
    await this.#forgetReplaced();
    return false;
  }

  /** The node drops a waiting transaction when its sender sends another one with the same nonce. */
  async #forgetReplaced(): Promise<void> {
    if (this.#pool.size === 0) return;
    const waiting = (await this.#node.call("eth_pendingTransactions")) as { hash: string }[];
    const hashes = new Set(waiting.map(({ hash }) => hash));
    for (const hash of this.#pool.keys()) if (!hashes.has(hash)) this.#pool.delete(hash);
  }

  async #produce(): Promise<void> {
    const block = await this.#mine(this.#blockTime());
    const transactions = block.transactions.map((hash) => {
      const raw = this.#pool.get(hash);
      if (raw === undefined) throw new Error(`The ledger mined the transaction ${hash}, which it was never sent.`);
      return raw;
    });
    this.#journal.append({ ...block, transactions });
    for (const hash of block.transactions) this.#pool.delete(hash);
    this.#mayMine = this.#pool.size > 0;
    this.#parentTimestampS = block.timestampS;
    await this.#setPendingTime();
  }

  async #mine(timestampS: number): Promise<NodeBlock> {
    await this.#prepare(timestampS);
    await this.#node.call("evm_mine");
    return this.#node.latestBlock();
  }

  /** Wall time, or the parent's time while the wall clock is behind it. */
  #blockTime(): number {
    return Math.max(this.#parentTimestampS, Math.floor(this.#now() / 1000));
  }

  /** Lets the pending block carry the wall clock: calls and gas estimates on it see deadlines as they are now. */
  async #setPendingTime(): Promise<void> {
    this.#pendingTimestampS = this.#blockTime();
    await this.#prepare(this.#pendingTimestampS);
  }

  async #prepare(timestampS: number): Promise<void> {
    await this.#node.call("evm_setNextBlockTimestamp", [timestampS]);
    // The node raises a base fee of zero after a block that is more than half full, and would then mine nothing.
    await this.#node.call("hardhat_setNextBlockBaseFeePerGas", ["0x0"]);
  }
}
