import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNames, documentNameSchema, foldedName } from "../../server/domain/documentNames.ts";

describe("documentNameSchema", () => {
  it.each([
    ["", "1 to 255 characters"],
    ["a".repeat(256), "1 to 255 characters"],
    ["a\u0000.md", "invisible"],
    ["a\n.md", "invisible"],
    ["a\u202egpj.exe", "invisible"],
    ["a\u200b.md", "invisible"],
    ["a\ud800.md", "invisible"],
    ["e\u0301.md", "normalisation form C"],
    ["a\\b.md", "backslash"],
    ["/a.md", "relative path"],
    ["a//b.md", "relative path"],
    ["a/", "relative path"],
    ["../a.md", "begins with a dot"],
    ["a/../b.md", "begins with a dot"],
    ["./a.md", "begins with a dot"],
    [".DS_Store", "begins with a dot"],
    ["a/.git/b", "begins with a dot"],
  ])("refuses %j", (name, reason) => {
    const issues = documentNameSchema.safeParse(name).error?.issues;
    expect(issues).toMatchObject([{ params: { code: "bad-name" }, message: expect.stringContaining(reason) }]);
  });

  it.each(["a.md", "offering/circular.md", "备案报告.pdf", "é.md", "Annex 1 (final).pdf", "a..b"])(
    "accepts %j",
    (name) => {
      expect(documentNameSchema.parse(name)).toBe(name);
    },
  );
});

describe("foldedName", () => {
  it("is one for names that differ in capitals alone", () => {
    expect(foldedName("Straße/É.md")).toBe(foldedName("strasse/é.MD"));
    expect(foldedName("a.md")).not.toBe(foldedName("b.md"));
  });
});

describe("compareNames", () => {
  it("orders by code unit, as a sort without a comparator does", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (names) => {
        expect(names.toSorted(compareNames)).toEqual(names.toSorted());
      }),
    );
  });
});
