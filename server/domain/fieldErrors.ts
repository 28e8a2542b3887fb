import type { z } from "zod";

/** One field of a document or request that is wrong. */
export interface FieldError {
  /** JSON pointer (RFC 6901) to the field; the empty string is the whole document. */
  readonly pointer: string;
  /** Stable code: `missing`, `unknown-field`, `wrong-type`, `malformed`, `out-of-range`, `not-one-of` or one of a field's own. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
}

/** Thrown when fields of a document are wrong; carries all of them. */
export class InvalidFieldsError extends Error {
  override readonly name = "InvalidFieldsError";
  readonly errors: readonly FieldError[];

  /**
   * @param subject What was read, as it begins a sentence: `The deal document`.
   * @param errors Every wrong field; at least one.
   */
  constructor(subject: string, errors: readonly FieldError[]) {
    super(`${subject} is not valid: ${errors.map(sentenceOf).join(" ")}`);
    this.errors = errors;
  }
}

function sentenceOf({ pointer, code, message }: FieldError): string {
  return `${pointer === "" ? "(whole)" : pointer} (${code}): ${message}`;
}

/**
 * Reads a value by a schema.
 * @param subject What is read, as it begins a sentence: `The deal document`.
 * @throws InvalidFieldsError naming every wrong field.
 */
export function parseFields<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  subject: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidFieldsError(subject, fieldErrorsOf(result.error, value));
}

/**
 * Translates what a schema found into field errors with stable codes.
 * @param error Answer of the schema.
 * @param value The value the schema was given; tells a missing field from one of a wrong type.
 */
export function fieldErrorsOf(error: z.ZodError, value: unknown): FieldError[] {
  return error.issues.flatMap((issue) => fromIssue(issue, [], value));
}

/** Writes a path of names and indexes as a JSON pointer. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function fromIssue(issue: z.core.$ZodIssue, parent: readonly PropertyKey[], value: unknown): FieldError[] {
  const path = [...parent, ...issue.path];
  const pointer = pointerOf(path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key]),
      code: "unknown-field",
      message: "No field of this name is known here.",
    }));
  }
  if (issue.code === "custom") {
    return [{ pointer, code: String(issue.params?.["code"] ?? "malformed"), message: issue.message }];
  }
  if (valueAt(value, path) === undefined) return [{ pointer, code: "missing", message: "The field is missing." }];
  if (issue.code === "invalid_union") return fromUnion(issue, path, value);
  return [{ pointer, ...codeAndMessageOf(issue) }];
}

/** Reports the branch that fits the value's type, since the others only say that it is not theirs. */
function fromUnion(issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[], value: unknown): FieldError[] {
  const pointer = pointerOf(path);
  const branches: readonly (readonly z.core.$ZodIssue[])[] = issue.errors;
  if (branches.length === 0) {
    const options = "options" in issue ? (issue.options ?? []) : [];
    return [{ pointer, code: "not-one-of", message: `Expected one of: ${options.join(", ")}.` }];
  }
  const fitting = branches.find((issues) =>
    issues.every(({ code, path: at }) => code !== "invalid_type" || at.length > 0),
  );
  if (fitting) return fitting.flatMap((inner) => fromIssue(inner, path, value));
  return [{ pointer, code: "wrong-type", message: "The field has none of the forms it may have." }];
}

function codeAndMessageOf(issue: z.core.$ZodIssue): { code: string; message: string } {
  switch (issue.code) {
    case "invalid_type":
      return { code: "wrong-type", message: `Expected a value of type ${issue.expected}.` };
    case "invalid_value":
      return { code: "not-one-of", message: `Expected one of: ${issue.values.join(", ")}.` };
    case "too_small":
      return { code: "out-of-range", message: `Expected at least ${issue.minimum}${unitOf(issue.origin)}.` };
    case "too_big":
      return { code: "out-of-range", message: `Expected at most ${issue.maximum}${unitOf(issue.origin)}.` };
    default:
      return { code: "malformed", message: issue.message };
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined),
    value,
  );
}
