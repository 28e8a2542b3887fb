import canonicalize from "canonicalize";
import { pointerOf } from "./fieldErrors.ts";

/** Levels a value may be nested; far above any document here, and the end of a value that contains itself. */
const MAX_DEPTH = 64;

/** Thrown when a value is not one that canonical JSON can carry without changing it. */
export class CanonicalJsonError extends Error {
  override readonly name = "CanonicalJsonError";
  /** JSON pointer to the offending value. */
  readonly pointer: string;

  constructor(path: readonly PropertyKey[], what: string) {
    const pointer = pointerOf(path);
    super(`Canonical JSON cannot carry ${what} at ${pointer === "" ? "the top" : pointer}.`);
    this.pointer = pointer;
  }
}

/**
 * Writes a value as canonical JSON (RFC 8785): one text for one value, whatever the order of members or the spacing it
 * was read with.
 * @param value Null, booleans, finite numbers, well-formed strings, and arrays and plain objects of those.
 * @throws CanonicalJsonError for anything else. The library alone would drop or convert some of it, and two different
 * values could then have one hash.
 */
export function canonicalJson(value: unknown): string {
  refuseUncarriable(value, []);
  return canonicalize(value) as string;
}

function refuseUncarriable(value: unknown, path: readonly PropertyKey[]): void {
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "string") return refuseLoneSurrogate(value, path);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new CanonicalJsonError(path, `the number ${value}`);
    return;
  }
  if (typeof value !== "object") throw new CanonicalJsonError(path, `a value of type ${typeof value}`);
  if (path.length >= MAX_DEPTH) throw new CanonicalJsonError(path, `more than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    // Not forEach, which would step over the holes of a sparse array.
    for (let index = 0; index < value.length; index++) refuseUncarriable(value[index], [...path, index]);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new CanonicalJsonError(path, "an object of a class");
  for (const [name, inner] of Object.entries(value)) {
    refuseLoneSurrogate(name, path);
    refuseUncarriable(inner, [...path, name]);
  }
}

function refuseLoneSurrogate(text: string, path: readonly PropertyKey[]): void {
  if (!text.isWellFormed()) throw new CanonicalJsonError(path, "a lone surrogate");
}
