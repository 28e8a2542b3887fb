import { AppError } from "../errors.ts";
import type { Database, Queryable } from "../store/database.ts";
import { findAnswer, saveAnswer, type KeyedRequest } from "../store/idempotency.ts";
import { problemOf } from "./problem.ts";

/** What a route answers: the very bytes, so that a repetition gets them too. */
export type Answer = {
  status: number;
  body: string;
  location: string | null;
  /** The answer was given before; nothing was done now. */
  isReplay?: true;
};

/** Stores the answer; to be called in the transaction of the effect, as its last statement. */
export type Save = (tx: Queryable, answer: Answer) => Promise<void>;

/** Answers that depend on the request and the state of the registry, and not on who sent it how and when. */
const STORED_PROBLEMS = new Set([409, 422]);

/** Thrown inside a transaction to undo it, because another process has answered the same key meanwhile. */
class AnsweredElsewhere extends Error {}

/**
 * Does the work of a request once for its key, and answers every repetition with the first answer.
 *
 * Nothing is written before the work: its answer is stored in the transaction of its effect, so either both are there
 * or neither, and a process that dies in the middle leaves nothing to clean up. Two processes that work on one key at
 * the same time meet at the primary key of the stored answer; the later one is undone and answers what the first did.
 */
export function createIdempotency(database: Database) {
  const running = new Map<string, Buffer>();

  /**
   * @throws AppError `idempotency-key-reuse` when the key stands for another request, `operation-in-progress` while the
   * first request is being worked on, and whatever the work throws that is not kept.
   */
  return async function once(request: KeyedRequest, work: (save: Save) => Promise<Answer>): Promise<Answer> {
    const id = JSON.stringify([request.party, request.operationId, request.key]);
    const ahead = running.get(id);
    if (ahead) {
      requireSameRequest(request, ahead);
      throw new AppError("operation-in-progress");
    }
    running.set(id, request.requestSha256);
    try {
      return (await replay(database, request)) ?? (await first(database, request, work));
    } finally {
      running.delete(id);
    }
  };
}

async function first(
  database: Database,
  request: KeyedRequest,
  work: (save: Save) => Promise<Answer>,
): Promise<Answer> {
  const save: Save = async (tx, answer) => {
    if (!(await saveAnswer(tx, request, answer))) throw new AnsweredElsewhere();
  };
  try {
    return await work(save).catch(async (error: unknown) => {
      if (!(error instanceof AppError) || !isStored(error)) throw error;
      const answer = problemAnswer(error);
      await save(database, answer);
      return answer;
    });
  } catch (error) {
    const answer = error instanceof AnsweredElsewhere ? await replay(database, request) : undefined;
    if (!answer) throw error;
    return answer;
  }
}

async function replay(database: Database, request: KeyedRequest): Promise<Answer | undefined> {
  const stored = await findAnswer(database, request);
  if (!stored) return undefined;
  requireSameRequest(request, stored.requestSha256);
  return { status: stored.status, body: stored.body, location: stored.location, isReplay: true };
}

function requireSameRequest(request: KeyedRequest, requestSha256: Buffer): void {
  if (!request.requestSha256.equals(requestSha256)) throw new AppError("idempotency-key-reuse");
}

/** Whether a problem is the answer of its key for good. */
export function isStored(error: AppError): boolean {
  return STORED_PROBLEMS.has(error.status);
}

/** A problem as an answer that can be stored. */
export function problemAnswer(error: AppError): Answer {
  return { status: error.status, body: JSON.stringify(problemOf(error)), location: null };
}

/**
 * The Idempotency-Key of a request.
 * @throws AppError `idempotency-key-missing`, or `validation` when it is too short, too long or not printable ASCII.
 */
export function readIdempotencyKey(header: string | undefined): string {
  if (header === undefined) throw new AppError("idempotency-key-missing");
  if (/^[\x20-\x7e]{16,255}$/.test(header)) return header;
  const message = "Expected 16 to 255 printable ASCII characters.";
  throw new AppError("validation", { errors: [{ pointer: "/headers/idempotency-key", code: "malformed", message }] });
}
