import { setTimeout as sleep } from "node:timers/promises";

export type RpcBlock = {
  number: string;
  hash: string;
  timestamp: string;
  baseFeePerGas: string;
  transactions: string[];
};
export type RpcReply = { id: unknown; result?: unknown; error?: { code: number; message: string; data?: unknown } };

/** Posts one JSON-RPC call or a batch as it is. */
export async function post(url: string, body: unknown): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: text });
}

/** One call, the whole reply. */
export async function reply(url: string, method: string, params: unknown[] = []): Promise<RpcReply> {
  return (await (await post(url, { jsonrpc: "2.0", id: 1, method, params })).json()) as RpcReply;
}

/** One call, its result. */
export async function rpc<Result>(url: string, method: string, params: unknown[] = []): Promise<Result> {
  const { result, error } = await reply(url, method, params);
  if (error) throw new Error(`${method}: ${error.message}`);
  return result as Result;
}

export function send(url: string, raw: string): Promise<string> {
  return rpc<string>(url, "eth_sendRawTransaction", [raw]);
}

/** Sends in one batch and answers the hashes. */
export async function sendBatch(url: string, raws: string[]): Promise<string[]> {
  const calls = raws.map((raw, id) => ({ jsonrpc: "2.0", id, method: "eth_sendRawTransaction", params: [raw] }));
  const replies = (await (await post(url, calls)).json()) as RpcReply[];
  const failed = replies.find(({ error }) => error);
  if (failed) throw new Error(failed.error!.message);
  return replies.map(({ result }) => result as string);
}

export async function height(url: string): Promise<number> {
  return Number(await rpc(url, "eth_blockNumber"));
}

export function block(url: string, number: number | "latest" | "pending"): Promise<RpcBlock> {
  const tag = typeof number === "number" ? `0x${number.toString(16)}` : number;
  return rpc(url, "eth_getBlockByNumber", [tag, false]);
}

/** All blocks from genesis to the last. */
export async function chain(url: string): Promise<RpcBlock[]> {
  const numbers = Array.from({ length: (await height(url)) + 1 }, (_, number) => number);
  return Promise.all(numbers.map((number) => block(url, number)));
}

export type Receipt = { status: string; blockNumber: string; transactionIndex: string; contractAddress: string | null };

/** The receipt, once there is one. */
export async function mined(url: string, hash: string): Promise<Receipt> {
  for (let tries = 0; tries < 500; tries++) {
    const receipt = await rpc<Receipt | null>(url, "eth_getTransactionReceipt", [hash]);
    if (receipt) return receipt;
    await sleep(20);
  }
  throw new Error(`${hash} was not mined in time`);
}
