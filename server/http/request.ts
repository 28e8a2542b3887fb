import { createHash } from "node:crypto";
import type { Request } from "express";
import { z } from "zod";
import { canonicalJson, CanonicalJsonError } from "../domain/canonicalJson.ts";
import { fieldErrorsOf, pointerOf } from "../domain/fieldErrors.ts";
import { JsonTextError, parseJsonBytes } from "../domain/jsonText.ts";
import { AppError, type FieldError } from "../errors.ts";
import { takesJson, type JsonRoute, type Route } from "./route.ts";

/** A request as its route's schemas read it. */
export type Input = {
  params: Record<string, unknown> | undefined;
  query: Record<string, unknown> | undefined;
  body: unknown;
  /** Hash of what was asked for, whatever the order of its members. */
  sha256: Buffer;
};

const NOTHING = z.strictObject({});

/**
 * Reads path, query and body of a request.
 * @throws AppError `validation` naming every wrong field, `malformed-json` or `unsupported-media-type`.
 */
export function readInput(route: Route, req: Request): Input {
  const raw = { path: { ...req.params }, query: { ...req.query }, body: bodyOf(route, req) };
  const errors: FieldError[] = badTexts(raw);
  const read = <Schema extends z.ZodType>(place: keyof typeof raw, schema: Schema) => {
    const parsed = schema.safeParse(raw[place]);
    if (parsed.success) return parsed.data;
    const found = fieldErrorsOf(parsed.error, raw[place]);
    errors.push(...found.map((error) => ({ ...error, pointer: `/${place}${error.pointer}` })));
    return undefined;
  };
  const input = {
    params: read("path", strict(route.params)),
    query: read("query", strict(route.query)),
    body: takesBody(route) ? read("body", route.body) : undefined,
  };
  if (errors.length > 0) throw new AppError("validation", { errors });
  return { ...input, sha256: hashOf(raw) };
}

function takesBody(route: Route): route is JsonRoute & { body: z.ZodType } {
  return takesJson(route) && route.body !== undefined;
}

/** Fields that no schema knows are errors everywhere. */
function strict(schema: z.ZodObject | undefined): z.ZodObject {
  return schema ? schema.strict() : NOTHING;
}

function bodyOf(route: Route, req: Request): unknown {
  if (!takesJson(route)) return undefined;
  const type = req.is("application/json"); // null: the request has no body
  if (type === null || Number(req.headers["content-length"]) === 0) return undefined;
  if (type === false) throw new AppError("unsupported-media-type");
  if (!takesBody(route)) {
    throw new AppError("validation", {
      errors: [{ pointer: "/body", code: "unknown-field", message: "This route takes no body." }],
    });
  }
  try {
    return parseJsonBytes(req.body as Buffer);
  } catch (error) {
    if (error instanceof JsonTextError) throw new AppError("malformed-json", { detail: error.message, cause: error });
    throw error;
  }
}

/** Levels that a request may be nested; no document here comes near. */
const MAX_DEPTH = 64;

/** Texts that cannot be stored or hashed faithfully: with a NUL character, or with half a surrogate pair. */
function badTexts(raw: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const pending: { value: unknown; path: readonly string[] }[] = [{ value: raw, path: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path } = next;
    const texts = typeof value === "string" ? [value] : typeof value === "object" && value ? Object.keys(value) : [];
    if (texts.some((text) => text.includes("\0") || !text.isWellFormed())) {
      errors.push({ pointer: pointerOf(path), code: "malformed", message: "Expected Unicode text without NUL." });
    }
    if (typeof value !== "object" || value === null) continue;
    if (path.length > MAX_DEPTH) {
      const message = `Expected at most ${MAX_DEPTH} levels.`;
      return [{ pointer: `/${path[0]}`, code: "out-of-range", message }];
    }
    for (const [name, inner] of Object.entries(value)) pending.push({ value: inner, path: [...path, name] });
  }
  return errors;
}

function hashOf(raw: { path: unknown; query: unknown; body: unknown }): Buffer {
  try {
    return createHash("sha256")
      .update(canonicalJson({ ...raw, body: raw.body ?? null }))
      .digest();
  } catch (error) {
    if (!(error instanceof CanonicalJsonError)) throw error;
    const found = { pointer: error.pointer, code: "malformed", message: error.message };
    throw new AppError("validation", { errors: [found], cause: error });
  }
}
