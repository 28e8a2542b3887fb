import type { Readable } from "node:stream";
import type { z } from "zod";
import type { AppError } from "../errors.ts";
import type { Queryable } from "../store/database.ts";
import type { Access, Caller } from "./auth.ts";
import type { LedgerCall } from "./command.ts";

// A route is a plain object: what it takes, who may use it, what it answers, and one function. The app mounts it and
// the OpenAPI document describes it from the same object. There are four kinds,
// and two more for bytes that are no JSON.

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

export type UploadRoute<
  P extends Fields = Fields,
  Q extends Fields = Fields,
  R extends z.ZodType = z.ZodType,
> = Description<P, Q> & {
  /** Largest body in bytes. */
  bodyLimitBytes: number;
  response: R;
  /** Answers what is kept now, and whether it is new. */
  handler(context: UploadContext<P, Q>): Promise<{ isNew: boolean; body: z.input<R> }>;
};

type UploadContext<P extends Fields, Q extends Fields> = Context<P, Q, undefined> & {
  /** The body as it comes in; it may be longer than the limit when its length was not announced. */
  bytes: Readable;
  /** Type of the body without parameters; `application/octet-stream` where none was given. */
  mediaType: string;
  /** Writes schema `records` in one transaction. */
  write<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
};

export type DownloadRoute<P extends Fields = Fields, Q extends Fields = Fields> = Description<P, Q> & {
  handler(context: Context<P, Q, undefined>): Promise<Download>;
};

/** A file to be sent, or a text that is made for the answer, and a tag that changes when its content does. */
export type Download = ({ path: string } | { text: string }) & { mediaType: string; tag: string };

export type Route =
  | (ReadRoute & { kind: "read"; method: "get" })
  | (CheckRoute & { kind: "check"; method: "post" | "put" })
  | (RecordRoute & { kind: "record"; method: "post" | "put" })
  | (CommandRoute & { kind: "command"; method: "post" | "put" })
  | (UploadRoute & { kind: "upload"; method: "put" })
  | (DownloadRoute & { kind: "download"; method: "get" });

/** A route whose request may carry JSON. */
export type JsonRoute = Extract<Route, { kind: "check" | "record" | "command" }>;

/** Whether the request of a route may carry JSON. */
export function takesJson(route: Route): route is JsonRoute {
  return route.kind === "check" || route.kind === "record" || route.kind === "command";
}

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

/** PUT of bytes under a name that follows from them, so that repeating it changes nothing and needs no idempotency key. */
export function uploadRoute<R extends z.ZodType, P extends Fields = undefined, Q extends Fields = undefined>(
  route: UploadRoute<P, Q, R>,
): Route {
  return { ...route, kind: "upload", method: "put" };
}

/** GET of a file. It is never shown by a browser as a page of this service. */
export function downloadRoute<P extends Fields = undefined, Q extends Fields = undefined>(
  route: DownloadRoute<P, Q>,
): Route {
  return { ...route, kind: "download", method: "get" };
}
