import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { StartError } from "../../startError.ts";

/** An error that the caller of a JSON-RPC method gets to see. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers one call. What it throws becomes the JSON-RPC error: its `code`, `message` and `data`. */
export type RpcHandler = (method: string, params: unknown[]) => Promise<unknown>;

const HOST = "127.0.0.1";
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
const CLOSE_LIMIT_MS = 2_000;
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;
const [PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, INTERNAL_ERROR] = [-32700, -32600, -32602, -32603];

/**
 * Serves JSON-RPC 2.0, single calls and batches, over HTTP on loopback.
 *
 * @param port 0 takes a free port.
 * @returns The port, and `close`, which lets requests under way finish.
 * @throws StartError if the port is in use.
 */
export async function startRpcServer(
  port: number,
  handle: RpcHandler,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    serve(request, response, handle).catch(() => response.destroy()); // The caller went away in the middle.
  });
  await listen(server, port);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "is in use" : `cannot be opened: ${error.message}`;
      reject(new StartError(`Port ${port} on ${HOST} ${reason}.`, { cause: error }));
    });
    server.listen(port, HOST, resolve);
  });
}

async function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
}

async function serve(request: IncomingMessage, response: ServerResponse, handle: RpcHandler): Promise<void> {
  // A page in a browser can point a name of its own at loopback; only this check keeps it from reading the ledger.
  if (!LOCAL_HOST.test(request.headers.host ?? ""))
    return reply(response, 403, failure(null, INVALID_REQUEST, "The host is not this machine."));
  if (request.method !== "POST") return reply(response, 405, failure(null, INVALID_REQUEST, "Send a POST request."));
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader("connection", "close");
    return reply(response, 413, failure(null, INVALID_REQUEST, `The body is over ${BODY_LIMIT_BYTES} bytes.`));
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return reply(response, 400, failure(null, PARSE_ERROR, "The body is not JSON."));
  }
  if (!Array.isArray(parsed)) return reply(response, 200, await answer(parsed, handle));
  if (parsed.length === 0) return reply(response, 200, failure(null, INVALID_REQUEST, "The batch is empty."));
  return reply(response, 200, await Promise.all(parsed.map((call) => answer(call, handle))));
}

/** The whole body, or undefined as soon as it grows past the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A request that is too long is left unread but open, or its sender would never see the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function answer(call: unknown, handle: RpcHandler): Promise<object> {
  const { id = null, method, params = [] } = (call ?? {}) as { id?: unknown; method?: unknown; params?: unknown };
  if (typeof method !== "string") return failure(id, INVALID_REQUEST, "The request names no method.");
  if (!Array.isArray(params)) return failure(id, INVALID_PARAMS, "The parameters must be an array.");
  try {
    return { jsonrpc: "2.0", id, result: await handle(method, params) };
  } catch (error) {
    const { code, message, data } = error as { code?: unknown; message: string; data?: unknown };
    return failure(id, typeof code === "number" ? code : INTERNAL_ERROR, message, data);
  }
}

/** Only hex goes out as data, the return data of a revert. Anything else is the node's echo of the request. */
function failure(id: unknown, code: number, message: string, data?: unknown): object {
  const error = typeof data === "string" && data.startsWith("0x") ? { code, message, data } : { code, message };
  return { jsonrpc: "2.0", id, error };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
