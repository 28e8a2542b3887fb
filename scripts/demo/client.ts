import { setTimeout as sleep } from "node:timers/promises";

/** Signs a prepared transaction with a key that the service does not hold. */
export type SignOutside = (key: string, transaction: PreparedTransaction) => string;

export type PreparedTransaction = { chainId: number; nonce: number; to: string; data: string; gasLimit: string };

export type Operation = {
  id: string;
  kind: string;
  state: string;
  signer: string;
  operationRef: string;
  transaction?: PreparedTransaction;
  transactionHash: string | null;
  blockNumber: number | null;
  problem: Problem | null;
};

export type Restriction = { number: number; code: string; text: string };

export type Problem = {
  code: string;
  title: string;
  status: number;
  detail?: string;
  values?: Record<string, string>;
  restrictions?: Restriction[];
  errors?: { pointer: string; message: string }[];
};

export type Answer<T> = { status: number; body: T; replayed: boolean };

/** A key of a party that signs outside: its address. */
export type Outside = { address: string };

/** The public HTTP API, used as any client would use it. */
export type Client = {
  get<T>(party: string, path: string): Promise<T>;
  /** Uploads a document; the same bytes may be sent again. */
  put(party: string, path: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  /** One request with an idempotency key derived from the step. */
  post<T>(party: string, step: string, path: string, body: unknown, key?: Outside): Promise<Answer<T>>;
  /** A command, followed until it is final; signed outside when the service only prepares it. */
  command(
    party: string,
    step: string,
    path: string,
    body: unknown,
    key?: Outside,
  ): Promise<Operation & { replayed: boolean }>;
};

/** Thrown when the API answers otherwise than the story expects. */
export class StoryError extends Error {
  override readonly name = "StoryError";
}

const FINAL_TIMEOUT_MS = 60_000;
const POLL_MS = 25;

/**
 * Makes the client.
 *
 * @param apiKeyOf Plain API key of a party.
 * @param sign Signs for a key outside.
 */
export function createClient(options: { url: string; apiKeyOf: (party: string) => string; sign: SignOutside }): Client {
  const { url, apiKeyOf, sign } = options;

  async function send(
    party: string,
    method: string,
    path: string,
    init: { headers?: object; body?: string | Uint8Array<ArrayBuffer> },
  ) {
    const headers = { authorization: `Bearer ${apiKeyOf(party)}`, ...init.headers };
    return fetch(`${url}${path}`, { method, headers, ...(init.body !== undefined && { body: init.body }) });
  }

  async function get<T>(party: string, path: string): Promise<T> {
    const response = await send(party, "GET", path, {});
    const body = await response.json();
    if (!response.ok) throw new StoryError(`GET ${path} as ${party}: ${describe(body as Problem)}`);
    return body as T;
  }

  async function post<T>(party: string, step: string, path: string, body: unknown, key?: Outside): Promise<Answer<T>> {
    const headers = {
      "content-type": "application/json",
      "idempotency-key": `narrowgate-demo-${step}`,
      ...(key && { "signing-key": key.address }),
    };
    const response = await send(party, "POST", path, { headers, body: JSON.stringify(body) });
    const replayed = response.headers.get("idempotency-replayed") === "true";
    return { status: response.status, body: (await response.json()) as T, replayed };
  }

  async function hand(party: string, step: string, operation: Operation, attempt = 0): Promise<void> {
    const rawTransaction = sign(operation.signer, operation.transaction!);
    const path = `/v1/operations/${operation.id}/signature`;
    const answer = await post<Problem>(party, `${step}-signature-${attempt}`, path, { rawTransaction });
    if (answer.status < 300 || answer.body.code === "operation-not-prepared") return;
    // Another transaction of this key came between; the operation carries a new one to sign.
    if (answer.body.code !== "nonce-stale" || attempt > 5) throw new StoryError(`${step}: ${describe(answer.body)}`);
    const current = await get<Operation>(party, `/v1/operations/${operation.id}`);
    if (current.state === "prepared") await hand(party, step, current, attempt + 1);
  }

  async function follow(party: string, step: string, id: string): Promise<Operation> {
    const until = Date.now() + FINAL_TIMEOUT_MS;
    for (;;) {
      const operation = await get<Operation>(party, `/v1/operations/${id}`);
      if (operation.state === "final") return operation;
      if (operation.state === "prepared") await hand(party, step, operation);
      else if (!["queued", "signed", "sent"].includes(operation.state)) {
        throw new StoryError(`${step}: the operation is ${operation.state}. ${describe(operation.problem)}`);
      }
      if (Date.now() > until) throw new StoryError(`${step}: the operation is still ${operation.state}.`);
      await sleep(POLL_MS);
    }
  }

  return {
    get,
    post,
    async put(party, path, bytes, mediaType) {
      const response = await send(party, "PUT", path, {
        headers: { "content-type": mediaType },
        body: new Uint8Array(bytes),
      });
      if (!response.ok)
        throw new StoryError(`PUT ${path} as ${party}: ${describe((await response.json()) as Problem)}`);
      await response.body?.cancel();
    },
    async command(party, step, path, body, key) {
      const answer = await post<Operation>(party, step, path, body, key);
      if (answer.status >= 300) throw new StoryError(`${step}: ${describe(answer.body as unknown as Problem)}`);
      return { ...(await follow(party, step, answer.body.id)), replayed: answer.replayed };
    },
  };
}

/** A problem in one line. */
export function describe(problem: Problem | null): string {
  if (!problem) return "";
  const reasons = (problem.restrictions ?? []).map(({ code }) => code);
  const fields = (problem.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`);
  return [`${problem.code}: ${problem.title}`, problem.detail, ...reasons, ...fields].filter(Boolean).join(" · ");
}
