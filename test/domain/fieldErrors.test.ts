import { describe, expect, it } from "vitest";
import { z } from "zod";
import { InvalidFieldsError, parseFields, pointerOf, type FieldError } from "../../server/domain/fieldErrors.ts";

const schema = z.strictObject({
  count: z.int().min(1).max(5),
  names: z.array(z.string().min(2)).min(1).max(2),
  form: z.enum(["round", "square"]),
  open: z.union([z.string(), z.strictObject({ lowest: z.string(), highest: z.string() })]),
  part: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("fee"), cap: z.string() }),
    z.strictObject({ kind: z.literal("rest") }),
  ]),
  "odd/na~me": z.string().regex(/^x$/, "Expected an x."),
  even: z.int().refine((value) => value % 2 === 0, { params: { code: "odd" }, message: "Expected an even number." }),
});

const valid = {
  count: 1,
  names: ["ab"],
  form: "round",
  open: "1",
  part: { kind: "rest" },
  "odd/na~me": "x",
  even: 2,
};

function errorsOf(changes: object): readonly FieldError[] {
  try {
    parseFields(schema, { ...valid, ...changes }, "The thing");
  } catch (error) {
    if (error instanceof InvalidFieldsError) return error.errors;
    throw error;
  }
  return [];
}

const error = (pointer: string, code: string, message: string) => ({ pointer, code, message });
const missing = "The field is missing.";

describe("parseFields", () => {
  it.each<[string, object, FieldError]>([
    ["a missing field", { form: undefined }, error("/form", "missing", missing)],
    ["an unknown field", { a: 1 }, error("/a", "unknown-field", "No field of this name is known here.")],
    ["a wrong type", { count: "1" }, error("/count", "wrong-type", "Expected a value of type number.")],
    ["a fraction", { count: 1.5 }, error("/count", "wrong-type", "Expected a value of type int.")],
    ["too small a number", { count: 0 }, error("/count", "out-of-range", "Expected at least 1.")],
    ["too large a number", { count: 6 }, error("/count", "out-of-range", "Expected at most 5.")],
    ["too short a text", { names: ["a"] }, error("/names/0", "out-of-range", "Expected at least 2 characters.")],
    ["too short a list", { names: [] }, error("/names", "out-of-range", "Expected at least 1 entries.")],
    ["another word", { form: "flat" }, error("/form", "not-one-of", "Expected one of: round, square.")],
    ["a wrong form", { "odd/na~me": "y" }, error("/odd~1na~0me", "malformed", "Expected an x.")],
    ["a field's own rule", { even: 3 }, error("/even", "odd", "Expected an even number.")],
    ["none of two forms", { open: 1 }, error("/open", "wrong-type", "The field has none of the forms it may have.")],
    ["a missing field of either form", { open: undefined }, error("/open", "missing", missing)],
    ["a part of the fitting form", { open: { lowest: "1" } }, error("/open/highest", "missing", missing)],
    ["a missing kind", { part: {} }, error("/part/kind", "missing", missing)],
    ["an unknown kind", { part: { kind: "x" } }, error("/part/kind", "not-one-of", "Expected one of: fee, rest.")],
    [
      "a field of another kind",
      { part: { kind: "rest", cap: "1" } },
      error("/part/cap", "unknown-field", "No field of this name is known here."),
    ],
  ])("names %s by pointer and code", (_, changes, expected) => {
    expect(errorsOf(changes)).toEqual([expected]);
  });

  it("names all wrong fields, in the error and in its sentence", () => {
    const wrong = { ...valid, count: 0, form: "flat" };
    expect(() => parseFields(schema, wrong, "The thing")).toThrow(
      "The thing is not valid: /count (out-of-range): Expected at least 1. /form (not-one-of): Expected one of: round, square.",
    );
    expect(errorsOf({ count: 0, form: "flat" }).map(({ pointer }) => pointer)).toEqual(["/count", "/form"]);
  });

  it("names the whole where it is of a wrong type", () => {
    expect(() => parseFields(schema, [], "The thing")).toThrow("The thing is not valid: (whole) (wrong-type)");
  });

  it("returns what is valid", () => {
    expect(parseFields(schema, valid, "The thing")).toEqual(valid);
  });
});

describe("pointerOf", () => {
  it("escapes tilde and slash", () => {
    expect(pointerOf(["a/b", "~", 0])).toBe("/a~1b/~0/0");
    expect(pointerOf([])).toBe("");
  });
});
