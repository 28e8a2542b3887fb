import type { z } from "zod";
import type { AppError } from "../errors.ts";
import type { Queryable } from "../store/database.ts";
import type { Access, Caller } from "./auth.ts";
import type { LedgerCall } from "./command.ts";

// A route is a plain object: what it takes, who may use it, what it answers, and one function. The app mounts it and
// the OpenAPI document describes it from the same object. There are four kinds.

/** A schema that a route may leave out. The types below without arguments are those of any route. */
type Fields = z.ZodObject | undefined;
type Shape = z.ZodType | undefined;
type Parsed<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

/** What every handler gets: the caller, and what the schemas made of the request. */
export type Context<Params extends Fields, Query extends Fields, Body extends Shape> = {
  caller: Caller;
  params: Parsed<Params>;
  query: Parsed<Query>;
  body: Parsed<Body>;
  /** Reads what the caller may see, all of it as of one moment. */
  read<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
};

type CommandContext<P extends Fields, Q extends Fields, B extends Shape> = Context<P, Q, B> & {
  /** 32 bytes for this caller, route and idempotency key; the ledger refuses a second use. */
  operationRef: string;
};

type RecordContext<P extends Fields, Q extends Fields, B extends Shape> = Context<P, Q, B> & {
  /** Runs once the transaction has committed, and not when the answer is a replay. */
  afterCommit(action: () => void): void;
};

type Description<Params, Query> = {
  /** For example `/v1/classes/{classId}/register`. */
  path: `/${string}`;
  /** Name of the route in the OpenAPI document and in idempotency keys; never changed. */
  operationId: string;
  /** One line. */
  summary: string;
  description?: string;
  access: Access;
  params?: Params;
  query?: Query;
};

type Reading<P, Q, R> = Description<P, Q> & { response: R };
type Writing<P, Q, B> = Description<P, Q> & {
  method?: "post" | "put";
  body?: B;
  /** Largest body in bytes; 100,000 unless told. */
  bodyLimitBytes?: number;
};

export type ReadRoute<P extends Fields = Fields, Q extends Fields = Fields, R extends z.ZodType = z.ZodType> = Reading<
  P,
  Q,
  R
> & {
  handler(context: Context<P, Q, undefined>): Promise<z.input<R>>;
};

export type CheckRoute<
  P extends Fields = Fields,
  Q extends Fields = Fields,
  B extends Shape = Shape,
  R extends z.ZodType = z.ZodType,
> = Writing<P, Q, B> & {
  response: R;
  handler(context: Context<P, Q, B>): Promise<z.input<R>>;
};

export type RecordRoute<
  P extends Fields = Fields,
  Q extends Fields = Fields,
  B extends Shape = Shape,
  R extends z.ZodType = z.ZodType,
> = Writing<P, Q, B> & {
  response: R;
  /** 200 unless told. With 202 the answer is an operation, for which `Prefer: wait` may wait. */
  status?: 200 | 201 | 202;
  /** Address of what was made. */
  location?(answer: z.input<R>): string;
  /** Writes in `tx`. A problem that is thrown undoes that; one that is returned is answered and what was written stays. */
  handler(context: RecordContext<P, Q, B>, tx: Queryable): Promise<z.input<R> | AppError>;
};

export type CommandRoute<P extends Fields = Fields, Q extends Fields = Fields, B extends Shape = Shape> = Writing<
  P,
  Q,
  B
> & {
  handler(context: CommandContext<P, Q, B>): Promise<LedgerCall>;
};

export type Route =
  | (ReadRoute & { kind: "read"; method: "get" })
  | (CheckRoute & { kind: "check"; method: "post" | "put" })
  | (RecordRoute & { kind: "record"; method: "post" | "put" })
  | (CommandRoute & { kind: "command"; method: "post" | "put" });

/** GET, answered from the database in the caller's scope. A body with `asOf` also sets the header Ledger-Block. */
export function readRoute<R extends z.ZodType, P extends Fields = undefined, Q extends Fields = undefined>(
  route: ReadRoute<P, Q, R>,
): Route {
  return { ...route, kind: "read", method: "get" };
}

/** POST without any effect, so without an idempotency key. */
export function checkRoute<
  R extends z.ZodType,
  P extends Fields = undefined,
  Q extends Fields = undefined,
  B extends Shape = undefined,
>(route: CheckRoute<P, Q, B, R>): Route {
  return { method: "post", ...route, kind: "check" };
}

/** Writes schema `records` in one transaction, once for an idempotency key. */
export function recordRoute<
  R extends z.ZodType,
  P extends Fields = undefined,
  Q extends Fields = undefined,
  B extends Shape = undefined,
>(route: RecordRoute<P, Q, B, R>): Route {
  return { method: "post", ...route, kind: "record" };
}

/** Sends a command to the ledger, once for an idempotency key; the handler only says which. Answers an operation. */
export function commandRoute<P extends Fields = undefined, Q extends Fields = undefined, B extends Shape = undefined>(
  route: CommandRoute<P, Q, B>,
): Route {
  return { method: "post", ...route, kind: "command" };
}
