import type { Queryable } from "./database.ts";

/** A request that may be repeated: who sent which operation of the API under which key, and what it asked for. */
export type KeyedRequest = {
  party: string;
  /** Name of the route in the OpenAPI document. */
  operationId: string;
  key: string;
  /** SHA-256 of the canonical request. */
  requestSha256: Buffer;
};

/** What was answered, as it is sent again. */
export type StoredAnswer = { requestSha256: Buffer; status: number; body: string; location: string | null };

/** The answer that was given to a key; undefined when the key is new. */
export async function findAnswer(
  db: Queryable,
  { party, operationId, key }: KeyedRequest,
): Promise<StoredAnswer | undefined> {
  const { rows } = await db.query<{ request_sha256: Buffer; status: number; body: string; location: string | null }>({
    name: "idempotency.find",
    text: `select request_sha256, status, body, location from records.idempotency
           where party = $1 and operation_id = $2 and key = $3`,
    values: [party, operationId, key],
  });
  const row = rows[0];
  return row && { requestSha256: row.request_sha256, status: row.status, body: row.body, location: row.location };
}

/**
 * Stores the answer to a key, in the transaction of its effect.
 * @returns False when another process has answered the key; the transaction has then to be rolled back.
 */
export async function saveAnswer(
  tx: Queryable,
  request: KeyedRequest,
  answer: { status: number; body: string; location: string | null },
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "idempotency.save",
    text: `insert into records.idempotency (party, operation_id, key, request_sha256, status, body, location)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    values: [
      request.party,
      request.operationId,
      request.key,
      request.requestSha256,
      answer.status,
      answer.body,
      answer.location,
    ],
  });
  return rowCount === 1;
}
