import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonTextError, parseJson, parseJsonBytes } from "../../server/domain/jsonText.ts";

describe("parseJson", () => {
  it.each(["", "{", "{'a':1}", '{"a":1,}', "NaN", "\ufeff{}"])("refuses %j, which is not JSON", (text) => {
    expect(() => parseJson(text)).toThrow(JsonTextError);
  });

  it.each([
    ['{"a":1,"b":2,"a":3}', "a"],
    ['[{"b":{"cap":"1.00","cap":"9.00"}}]', "cap"],
    ['{"a":1,"\\u0061":1}', "a"],
    ['{"x":"\\"a\\": 1","a" \n :1,"a":1}', "a"],
  ])("refuses %s, where a member is named twice", (text, name) => {
    expect(() => parseJson(text)).toThrow(`The JSON names the member "${name}" twice in one object.`);
  });

  it("reads one name in two objects, and colons inside texts", () => {
    const text = '{"a":{"a":1},"b":[{"a":2},{"a":3}],"c":"\\"c\\":\\\\","d:":":"}';
    expect(parseJson(text)).toEqual({ a: { a: 1 }, b: [{ a: 2 }, { a: 3 }], c: '"c":\\', "d:": ":" });
  });

  it("reads whatever JSON writes", () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, isSpread) => {
        const value: unknown = JSON.parse(text);
        expect(parseJson(isSpread ? JSON.stringify(value, null, 2) : text)).toEqual(value);
      }),
    );
  });
});

describe("parseJsonBytes", () => {
  it("refuses bytes that are not UTF-8", () => {
    expect(() => parseJsonBytes(Uint8Array.of(0x22, 0xff, 0x22))).toThrow("The text is not UTF-8.");
  });

  it("refuses a byte order mark", () => {
    expect(() => parseJsonBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).toThrow(JsonTextError);
  });

  it("reads UTF-8", () => {
    expect(parseJsonBytes(new TextEncoder().encode('{"a":"备案"}'))).toEqual({ a: "备案" });
  });
});
