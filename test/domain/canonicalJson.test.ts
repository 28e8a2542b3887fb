import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, CanonicalJsonError } from "../../server/domain/canonicalJson.ts";

const circle: unknown[] = [];
circle.push(circle);

describe("canonicalJson", () => {
  it.each<[string, unknown, string, string]>([
    ["NaN", { a: [1, NaN] }, "/a/1", "the number NaN"],
    ["infinity", { a: -Infinity }, "/a", "the number -Infinity"],
    ["undefined as a value", { a: undefined }, "/a", "a value of type undefined"],
    ["undefined alone", undefined, "", "a value of type undefined"],
    ["a hole in an array", Array(2), "/0", "a value of type undefined"],
    ["a bigint", { a: 1n }, "/a", "a value of type bigint"],
    ["a function", { a: () => 1 }, "/a", "a value of type function"],
    ["a symbol", [Symbol("a")], "/0", "a value of type symbol"],
    ["a date", { a: new Date(0) }, "/a", "an object of a class"],
    ["a map", new Map([["a", 1]]), "", "an object of a class"],
    ["a boxed number", { a: Object(1) }, "/a", "an object of a class"],
    ["a lone surrogate in a text", { a: "\ud800" }, "/a", "a lone surrogate"],
    ["a lone surrogate in a name", { a: { "\udc00": 1 } }, "/a", "a lone surrogate"],
    ["a value that contains itself", circle, "/0".repeat(64), "more than 64 levels"],
  ])("refuses %s and says where it is", (_, value, pointer, what) => {
    const call = () => canonicalJson(value);
    expect(call).toThrow(CanonicalJsonError);
    expect(call).toThrow(`Canonical JSON cannot carry ${what} at ${pointer || "the top"}.`);
  });

  it("writes the example of RFC 8785", () => {
    const text = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    const value: unknown = JSON.parse(text);
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("orders members by UTF-16 code unit", () => {
    const names = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];
    const value = Object.fromEntries(names.map((name) => [name, 0]));
    expect(canonicalJson(value)).toBe('{"\\r":0,"1":0,"\u0080":0,"ö":0,"€":0,"😀":0,"\ufb33":0}');
  });

  it("keeps every value that JSON can carry", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(isWellFormed(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("does not depend on the order of members", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.integer()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });
});

function isWellFormed(value: unknown): boolean {
  return !/\\ud[89a-f]/i.test(JSON.stringify(value));
}
