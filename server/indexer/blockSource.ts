import type { RawLog } from "../chain/events.ts";
import { LedgerUnreachable, RpcError, quantity, type Ledger } from "../chain/rpc.ts";
import type { BlockHead } from "./readModel.ts";

/** A block with what happened in it: hashes of its transactions, and their logs in order. */
export type Block = BlockHead & { transactions: readonly string[]; logs: readonly RawLog[] };

type RawHeader = { number: string; hash: string; parentHash: string; timestamp: string; transactions: string[] };

// Nodes limit the range of a log query (Besu: 5,000 blocks by default). Full blocks are bounded by what they carry, so
// that one answer stays at a few megabytes.
const RANGE_MAX_BLOCKS = 1_000;
const RANGE_MAX_TRANSACTIONS = 2_000;

/** Reads whole ranges of blocks; few full blocks or many empty ones, as the ledger has them. */
export class BlockSource {
  readonly #ledger: Ledger;
  #rangeBlocks = 32;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Number of the newest block. */
  async newest(): Promise<number> {
    return Number(await this.#ledger.request<string>("eth_blockNumber", []));
  }

  /** One block without its logs. Throws `LedgerUnreachable` when this node does not have it (yet). */
  async head(number: number): Promise<BlockHead> {
    return headOf((await this.#headers(number, number))[0]!);
  }

  /**
   * Blocks from one number on, at least one and none above `newest`, with their logs.
   *
   * @throws LedgerUnreachable when the node's answers do not belong together, which a new question may heal.
   */
  async read(from: number, newest: number): Promise<Block[]> {
    const headers = await this.#headers(from, Math.min(newest, from + this.#rangeBlocks - 1));
    const taken = withinLimit(headers);
    this.#rangeBlocks = Math.min(RANGE_MAX_BLOCKS, taken.length * 2);
    const busy = taken.filter(({ transactions }) => transactions.length > 0);
    const logs = busy.length > 0 ? await this.#logs(busy[0]!, busy.at(-1)!) : [];
    const byBlock = Map.groupBy(logs, ({ blockNumber }) => Number(blockNumber));
    return taken.map((header) => {
      const ofBlock = byBlock.get(Number(header.number)) ?? [];
      if (ofBlock.some(({ blockHash }) => blockHash !== header.hash)) {
        throw new LedgerUnreachable(`the logs of block ${Number(header.number)} are of another block of that number`);
      }
      ofBlock.sort((a, b) => Number(a.logIndex) - Number(b.logIndex));
      return { ...headOf(header), transactions: header.transactions, logs: ofBlock };
    });
  }

  async #headers(from: number, to: number): Promise<RawHeader[]> {
    const numbers = Array.from({ length: to - from + 1 }, (_, i) => quantity(from + i));
    const calls = numbers.map((number) => ({ method: "eth_getBlockByNumber", params: [number, false] }));
    return (await this.#ledger.requestAll<RawHeader | null>(calls)).map((header, i) => {
      if (header instanceof RpcError) throw header;
      if (!header) throw new LedgerUnreachable(`the node does not have block ${from + i}`);
      return header;
    });
  }

  #logs(first: RawHeader, last: RawHeader): Promise<RawLog[]> {
    return this.#ledger.request<RawLog[]>("eth_getLogs", [{ fromBlock: first.number, toBlock: last.number }]);
  }
}

/** The first blocks of a range that together stay within the limit; always at least one. */
function withinLimit(headers: readonly RawHeader[]): RawHeader[] {
  let transactions = 0;
  const end = headers.findIndex(({ transactions: of }, i) => {
    transactions += of.length;
    return i > 0 && transactions > RANGE_MAX_TRANSACTIONS;
  });
  return headers.slice(0, end === -1 ? headers.length : end);
}

function headOf(header: RawHeader): BlockHead {
  return {
    number: Number(header.number),
    hash: header.hash,
    parentHash: header.parentHash,
    timestamp: Number(header.timestamp),
  };
}
