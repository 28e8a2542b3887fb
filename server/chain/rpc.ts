import { StartError } from "../startError.ts";

/** The ledger answered a request with an error; `data` is the revert data where the node gives it. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(method: string, error: { code?: number; message?: string; data?: unknown }) {
    super(`${method}: ${error.message ?? "error without a message"}`);
    this.code = error.code ?? -32000;
    this.data = error.data;
  }
}

/** The ledger gave no usable answer: not reachable, too slow, or not speaking JSON-RPC. Whether it acted is unknown. */
export class LedgerUnreachable extends Error {
  override readonly name = "LedgerUnreachable";
}

export type RpcCall = { method: string; params: readonly unknown[] };

/** What became of one raw transaction: in the pool (`hash`), or refused with the node's words. */
export type SendOutcome = { accepted: true; hash: string } | { accepted: false; code: number; message: string };

/** One connection to the ledger. Plain data, so that a test can stand between it and the ledger. */
export type Ledger = {
  readonly chainId: number;
  /** Hash of block 0, which tells two ledgers with one chain id apart. */
  readonly genesisHash: string;
  /** Sends one request. Throws `RpcError` when the ledger refuses and `LedgerUnreachable` when it does not answer. */
  request<T>(method: string, params: readonly unknown[]): Promise<T>;
  /** Sends requests in order, many to a round trip; a refused one is an `RpcError` in its place. */
  requestAll<T>(calls: readonly RpcCall[]): Promise<(T | RpcError)[]>;
  /** Broadcasts signed transactions in order. Throws `LedgerUnreachable`; sending the same bytes again does no harm. */
  sendBatch(raws: readonly string[]): Promise<SendOutcome[]>;
};

type RpcAnswer = { id?: unknown; result?: unknown; error?: { code?: number; message?: string; data?: unknown } };

// Nodes refuse or split longer batches (Besu: 1,024 by default); the gain is flat from here on.
const BATCH_MAX = 100;
const TIMEOUT_MS = 30_000;

/**
 * Opens a connection and makes sure that it leads to the ledger that is meant.
 *
 * @throws StartError when nobody answers at `url`, or the ledger there has another chain id.
 */
export async function connectLedger(options: { url: string; chainId: number }): Promise<Ledger> {
  const { url, chainId } = options;
  const post = poster(url);
  const place = new URL(url).host; // never the whole address: it can carry a password
  let found: number;
  let genesis: { hash: string } | null;
  try {
    found = Number(await requestOne<string>(post, "eth_chainId", []));
    genesis = await requestOne<{ hash: string } | null>(post, "eth_getBlockByNumber", ["0x0", false]);
  } catch (error) {
    throw new StartError(`The ledger at ${place} does not answer: ${(error as Error).message}.`, { cause: error });
  }
  if (found !== chainId) {
    throw new StartError(`The ledger at ${place} has chain id ${found}, but chain id ${chainId} is configured.`);
  }
  if (!genesis?.hash) throw new StartError(`The ledger at ${place} does not show its first block.`);

  const requestAll = <T>(calls: readonly RpcCall[]) => inBatches<T>(post, calls);
  return {
    chainId,
    genesisHash: genesis.hash,
    request: <T>(method: string, params: readonly unknown[]) => requestOne<T>(post, method, params),
    requestAll,
    async sendBatch(raws) {
      const answers = await requestAll<string>(
        raws.map((raw) => ({ method: "eth_sendRawTransaction", params: [raw] })),
      );
      return answers.map((answer) =>
        answer instanceof RpcError
          ? { accepted: false, code: answer.code, message: answer.message }
          : { accepted: true, hash: answer },
      );
    },
  };
}

type Post = (body: unknown) => Promise<unknown>;

/**
 * JSON over HTTP POST on Node's own client, which keeps connections open. ethers' provider is not used for transport:
 * it serialises a growing batch anew for each request in it, and re-words the node's errors.
 */
function poster(url: string): Post {
  const address = new URL(url);
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (address.username) {
    headers.authorization = `Basic ${Buffer.from(`${address.username}:${address.password}`).toString("base64")}`;
    address.username = "";
    address.password = "";
  }
  return async (body) => {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), signal });
      const text = await response.text();
      if (!text.startsWith("{") && !text.startsWith("[")) throw new Error(`HTTP status ${response.status}, no JSON`);
      return JSON.parse(text);
    } catch (error) {
      throw new LedgerUnreachable(reasonOf(error), { cause: error });
    }
  };
}

/** `fetch` says only "fetch failed"; the reason, such as ECONNREFUSED, is in its cause. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.message || cause?.code || (error as Error).message;
}

async function requestOne<T>(post: Post, method: string, params: readonly unknown[]): Promise<T> {
  const answer = (await post({ jsonrpc: "2.0", id: 1, method, params })) as RpcAnswer;
  const value = valueOf(method, answer);
  if (value instanceof RpcError) throw value;
  return value as T;
}

async function inBatches<T>(post: Post, calls: readonly RpcCall[]): Promise<(T | RpcError)[]> {
  const values: (T | RpcError)[] = [];
  for (let start = 0; start < calls.length; start += BATCH_MAX) {
    const batch = calls.slice(start, start + BATCH_MAX);
    const answers = await post(batch.map(({ method, params }, id) => ({ jsonrpc: "2.0", id, method, params })));
    if (!Array.isArray(answers)) {
      const refusal = (answers as RpcAnswer).error?.message ?? "no list of answers";
      throw new LedgerUnreachable(`the ledger does not answer batches: ${refusal}`);
    }
    const byId = new Map((answers as RpcAnswer[]).map((answer) => [answer.id, answer])); // answers may come in any order
    for (const [id, { method }] of batch.entries()) values.push(valueOf(method, byId.get(id)) as T | RpcError);
  }
  return values;
}

function valueOf(method: string, answer: RpcAnswer | undefined): unknown {
  if (answer?.error) return new RpcError(method, answer.error);
  if (!answer || !("result" in answer)) throw new LedgerUnreachable(`${method}: an answer without a result`);
  return answer.result;
}

/** A number as JSON-RPC writes it. */
export function quantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
