import { describe, expect, it } from "vitest";
import { manifestOf } from "../../server/domain/bundle.ts";
import { bundleDescriptionSchema, describeDocuments } from "../../server/domain/bundleDescription.ts";
import { fieldErrorsOf, InvalidFieldsError } from "../../server/domain/fieldErrors.ts";
import { sha256 } from "../../server/domain/hex.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const contents = new Map([
  ["filing-report.md", bytes("report")],
  ["annexes/map.png", bytes("map")],
]);

describe("describeDocuments", () => {
  it.each<[string, object, string, string]>([
    ["describes a document twice", { name: "filing-report.md" }, "repeated", "filing-report.md is described twice."],
    ["names a file that is not there", { name: "lost.md" }, "no-file", "lost.md is not in the folder"],
    [
      "leaves the file of an overseas document out",
      { name: "lost.md", sha256: sha256("x"), bytes: 1 },
      "no-file",
      "lost.md is not in the folder",
    ],
    [
      "states no hash of an onshore document",
      { name: "list.csv", bytes: 1, storageZone: "ONSHORE_ONLY" },
      "no-file",
      "list.csv",
    ],
    [
      "states another hash",
      { name: "annexes/map.png", sha256: sha256("x") },
      "other-content",
      "annexes/map.png does not",
    ],
    ["states another size", { name: "annexes/map.png", bytes: 4 }, "other-content", "annexes/map.png does not"],
  ])("refuses a description that %s", (_, entry, code, message) => {
    const description = bundleDescriptionSchema.parse({ documents: [{ name: "filing-report.md" }, entry] });
    const call = () => describeDocuments(contents, description);
    expect(call).toThrow(InvalidFieldsError);
    expect(call).toThrow(`bundle.json is not valid: /documents/1 (${code}): ${message}`);
  });

  it("derives what it can from names where nothing is described", () => {
    const documents = describeDocuments(contents, { documents: [] });
    expect(documents.map(({ name, docType, mediaType }) => [name, docType, mediaType])).toEqual([
      ["filing-report.md", "FILING_REPORT", "text/markdown"],
      ["annexes/map.png", "OTHER", "image/png"],
    ]);
    expect(documents[0]).toMatchObject({ sha256: sha256("report"), bytes: 6, version: 1, language: "und" });
    const odd = new Map([
      ["no-extension", bytes("")],
      ["trust-agreement.v2.PDF", bytes("")],
    ]);
    expect(describeDocuments(odd, { documents: [] }).map(({ docType, mediaType }) => [docType, mediaType])).toEqual([
      ["OTHER", "application/octet-stream"],
      ["OTHER", "application/pdf"],
    ]);
  });

  it("takes stated facts before derived ones, and carries an onshore document by its hash", () => {
    const description = bundleDescriptionSchema.parse({
      documents: [
        { name: "filing-report.md", version: 2, supersedes: sha256("older"), language: "zh-Hans" },
        { name: "list.csv", sha256: sha256("leases"), bytes: 6, storageZone: "ONSHORE_ONLY", docType: "ASSET_LIST" },
      ],
    });
    const { documents } = manifestOf(describeDocuments(contents, description));
    expect(documents.map(({ name }) => name)).toEqual(["annexes/map.png", "filing-report.md", "list.csv"]);
    expect(documents[1]).toMatchObject({ docType: "FILING_REPORT", version: 2, language: "zh-Hans" });
    expect(documents[2]).toMatchObject({ sha256: sha256("leases"), bytes: 6, mediaType: "text/csv" });
  });
});

describe("bundleDescriptionSchema", () => {
  it("refuses an entry without a name, with an unknown field or with a wrong one", () => {
    const value = { documents: [{}, { name: "a.md", doctype: "OTHER" }, { name: "b.md", docType: "NOVEL" }] };
    const errors = fieldErrorsOf(bundleDescriptionSchema.safeParse(value).error!, value);
    expect(errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/documents/0/name", "missing"],
      ["/documents/1/doctype", "unknown-field"],
      ["/documents/2/docType", "not-one-of"],
    ]);
  });
});
