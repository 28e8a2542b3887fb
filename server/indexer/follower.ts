import { setTimeout as sleep } from "node:timers/promises";
import { LedgerUnreachable, RpcError } from "../chain/rpc.ts";
import { AppError } from "../errors.ts";
import type { Settlement } from "../store/operation.ts";
import { settle } from "../store/operations.ts";
import type { Block, BlockSource } from "./blockSource.ts";
import { makeDispatch, type Dispatch } from "./dispatch.ts";
import type { IndexerOptions } from "./indexer.ts";
import type { NoteDirectory } from "./noteDirectory.ts";
import { outcomesOf } from "./outcomes.ts";
import { moveCheckpoint, readCheckpoint, type BlockHead } from "./readModel.ts";

/** The ledger's blocks do not follow upon one another as they must. */
class HistoryError extends Error {
  override readonly name = "HistoryError";
}

const RETRY_MS = 1_000;

type Waiter = { number: number; resolve: () => void; reject: (error: Error) => void };

/** The loop that reads the ledger from a block on until it is stopped, or until it must not go on. */
export class Follower {
  readonly #options: IndexerOptions;
  readonly #source: BlockSource;
  readonly #notes: NoteDirectory;
  readonly #dispatch: Dispatch;
  readonly #stopping = new AbortController();
  #waiters: Waiter[] = [];
  #ended: Error | undefined;
  /** Last block that has been read. */
  head: BlockHead;

  constructor(options: IndexerOptions, source: BlockSource, notes: NoteDirectory, head: BlockHead) {
    this.#options = options;
    this.#source = source;
    this.#notes = notes;
    this.#dispatch = makeDispatch(options.projections);
    this.head = head;
  }

  waitForBlock(number: number): Promise<void> {
    if (this.head.number >= number) return Promise.resolve();
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiters.push({ number, resolve, reject }));
  }

  stop(): void {
    this.#stopping.abort();
  }

  async run(): Promise<void> {
    const { database, log, onHalt, pollMs = 100 } = this.#options;
    let failed = false;
    while (!this.#stopping.signal.aborted) {
      try {
        // A lost connection leaves open whether the last commit took effect; only the database knows.
        if (failed) this.#advance(await readCheckpoint(database));
        failed = false;
        const newest = await this.#source.newest();
        if (newest > this.head.number) await this.#readUpTo(newest);
        else await this.#pause(pollMs);
      } catch (error) {
        if (!isPassing(error)) {
          log.fatal({ err: error, block: this.head.number }, "the indexer has stopped");
          this.#end(error as Error);
          return onHalt(error as Error);
        }
        failed = true;
        log.warn({ err: error }, "the indexer tries again");
        await this.#pause(RETRY_MS);
      }
    }
    this.#end(new Error("The indexer has been stopped."));
  }

  /** Writes the blocks up to one, while the next range is already being fetched. */
  async #readUpTo(newest: number): Promise<void> {
    let next: Promise<Block[]> | undefined = this.#fetch(this.head.number + 1, newest);
    while (next && !this.#stopping.signal.aborted) {
      const blocks: Block[] = await next;
      const last = blocks.at(-1)!.number;
      next = last < newest ? this.#fetch(last + 1, newest) : undefined;
      await this.#write(blocks);
    }
  }

  #fetch(from: number, newest: number): Promise<Block[]> {
    const blocks = this.#source.read(from, newest);
    blocks.catch(() => undefined); // Awaited later, or never when reading is stopped; either way it has been handled.
    return blocks;
  }

  /**
   * Writes the blocks that were read together in one transaction: live that is one block, and while catching up it saves
   * the cost of a commit for each. A reader sees whole blocks either way.
   */
  async #write(blocks: readonly Block[]): Promise<void> {
    const { database, ledger, onSettled } = this.#options;
    requireChain(this.head, blocks);
    const outcomes: Settlement[] = [];
    for (const block of blocks) outcomes.push(...(await outcomesOf(database, ledger, block)));
    const settled = await database.tx(async (tx) => {
      await moveCheckpoint(tx, this.head, blocks);
      for (const { logs, timestamp } of blocks) {
        await this.#notes.learn(tx, logs);
        await this.#dispatch(tx, logs, timestamp, this.#notes.contractAt);
      }
      return outcomes.length > 0 ? settle(tx, outcomes) : [];
    });
    this.#advance(blocks.at(-1)!);
    if (settled.length > 0) onSettled(settled);
  }

  #advance({ number, hash, parentHash, timestamp }: BlockHead): void {
    this.head = { number, hash, parentHash, timestamp };
    this.#waiters = this.#waiters.filter((waiter) => {
      if (waiter.number > number) return true;
      waiter.resolve();
      return false;
    });
  }

  #end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters = [];
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined); // woken by `stop`
  }
}

function requireChain(head: BlockHead, blocks: readonly BlockHead[]): void {
  let parent = head;
  for (const block of blocks) {
    if (block.parentHash !== parent.hash) {
      throw new HistoryError(
        `Block ${block.number} of the ledger follows upon ${block.parentHash}, but block ${parent.number} was read as ${parent.hash}.`,
      );
    }
    parent = block;
  }
}

/** Whether waiting may help: the ledger or the database cannot answer just now. */
function isPassing(error: unknown): boolean {
  if (error instanceof AppError) return error.code === "database-unavailable";
  return error instanceof LedgerUnreachable || error instanceof RpcError;
}
