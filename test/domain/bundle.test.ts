import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bundleHash,
  bundleManifestSchema,
  compareBundle,
  manifestOf,
  type BundleDocument,
} from "../../server/domain/bundle.ts";
import { fieldErrorsOf, InvalidFieldsError } from "../../server/domain/fieldErrors.ts";
import { sha256 } from "../../server/domain/hex.ts";

function documentOf(name: string, content = name, facts: Partial<BundleDocument> = {}): BundleDocument {
  return {
    name,
    docType: "OTHER",
    version: 1,
    sha256: sha256(content),
    bytes: content.length,
    mediaType: "text/markdown",
    language: "und",
    issuedBy: null,
    issuedOn: null,
    supersedes: null,
    confidentiality: "RESTRICTED",
    storageZone: "OVERSEAS",
    ...facts,
  };
}

const manifest = manifestOf(["a.md", "b/c.md", "d.md"].map((name) => documentOf(name)));

const nameArbitrary = fc.stringMatching(/^[a-zäß0-9][a-zA-Z0-9]{0,5}(\/[a-z0-9]{1,4})?$/);
const documentsArbitrary = fc
  .uniqueArray(nameArbitrary, { minLength: 1, maxLength: 12, selector: (name) => name.toUpperCase() })
  .map((names) => names.map((name) => documentOf(name)));

describe("manifestOf", () => {
  it("refuses a bundle without documents", () => {
    expect(() => manifestOf([])).toThrow("The bundle is not valid: /documents (out-of-range)");
  });

  it("refuses two names that differ in capitals alone, and names one of them", () => {
    const documents = [documentOf("Annex.md"), documentOf("b.md"), documentOf("annex.md")];
    expect(() => manifestOf(documents)).toThrow("Another document has the name annex.md");
  });

  it("does not depend on the order of the documents", () => {
    fc.assert(
      fc.property(documentsArbitrary, fc.infiniteStream(fc.nat()), (documents, order) => {
        const shuffled = documents
          .map((document) => ({ document, rank: order.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ document }) => document);
        expect(manifestOf(shuffled)).toEqual(manifestOf(documents));
        expect(bundleHash(manifestOf(shuffled))).toBe(bundleHash(manifestOf(documents)));
      }),
    );
  });
});

describe("bundleManifestSchema", () => {
  const wrong = (change: object) => {
    const [first, ...others] = manifest.documents;
    const value = { ...manifest, documents: [{ ...first, ...change }, ...others] };
    return fieldErrorsOf(bundleManifestSchema.safeParse(value).error!, value).map(({ pointer, code }) => [
      pointer,
      code,
    ]);
  };

  it.each<[object, string, string]>([
    [{ name: "../a.md" }, "name", "bad-name"],
    [{ name: 1 }, "name", "wrong-type"],
    [{ docType: "NOVEL" }, "docType", "not-one-of"],
    [{ version: 0 }, "version", "out-of-range"],
    [{ version: 1.5 }, "version", "wrong-type"],
    [{ sha256: "0x12" }, "sha256", "malformed"],
    [{ bytes: -1 }, "bytes", "out-of-range"],
    [{ bytes: "1" }, "bytes", "wrong-type"],
    [{ mediaType: "markdown" }, "mediaType", "malformed"],
    [{ language: "e" }, "language", "malformed"],
    [{ issuedBy: "" }, "issuedBy", "out-of-range"],
    [{ issuedOn: "2026-02-30" }, "issuedOn", "malformed"],
    [{ supersedes: "none" }, "supersedes", "malformed"],
    [{ confidentiality: "SECRET" }, "confidentiality", "not-one-of"],
    [{ storageZone: undefined }, "storageZone", "missing"],
    [{ author: "x" }, "author", "unknown-field"],
  ])("refuses %j", (change, field, code) => {
    expect(wrong(change)).toEqual([[`/documents/0/${field}`, code]]);
  });

  it("refuses documents out of order", () => {
    expect(wrong({ name: "z.md" })).toEqual([["/documents/1/name", "out-of-order"]]);
  });

  it("refuses another format and unknown fields", () => {
    const value = { ...manifest, format: "narrowgate-bundle/2", root: "0x" };
    const errors = fieldErrorsOf(bundleManifestSchema.safeParse(value).error!, value);
    expect(errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/format", "not-one-of"],
      ["/root", "unknown-field"],
    ]);
  });

  it("accepts what manifestOf makes, unchanged", () => {
    expect(bundleManifestSchema.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });
});

describe("bundleHash", () => {
  it("is SHA-256 of the canonical JSON, as any other tool computes it", () => {
    const one = manifestOf([documentOf("a.md", "abc", { sha256: sha256("abc"), bytes: 3 })]);
    const text =
      '{"documents":[{"bytes":3,"confidentiality":"RESTRICTED","docType":"OTHER","issuedBy":null,"issuedOn":null,' +
      '"language":"und","mediaType":"text/markdown","name":"a.md",' +
      '"sha256":"0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",' +
      '"storageZone":"OVERSEAS","supersedes":null,"version":1}],"format":"narrowgate-bundle/1"}';
    expect(bundleHash(one)).toBe(sha256(text));
  });

  it("changes with every field of every document", () => {
    const changes: Partial<BundleDocument>[] = [
      { name: "aa.md" },
      { docType: "FILER_INFO" },
      { version: 2 },
      { sha256: sha256("other") },
      { bytes: 5 },
      { mediaType: "text/plain" },
      { language: "en" },
      { issuedBy: "x" },
      { issuedOn: "2026-02-06" },
      { supersedes: sha256("older") },
      { confidentiality: "PUBLIC" },
      { storageZone: "PUBLIC" },
    ];
    const hashes = changes.map((change) => bundleHash(manifestOf([{ ...documentOf("a.md"), ...change }])));
    expect(changes.flatMap(Object.keys).sort()).toEqual(Object.keys(documentOf("a.md")).sort());
    expect(new Set([bundleHash(manifestOf([documentOf("a.md")])), ...hashes]).size).toBe(changes.length + 1);
  });
});

describe("compareBundle", () => {
  const unchanged = { changed: [], added: [], missing: [], keptOnshore: [] };

  it("names a changed document and what changed of it", () => {
    const found = manifest.documents.map((one) => (one.name === "b/c.md" ? documentOf("b/c.md", "b/c.mD") : one));
    expect(compareBundle(manifest, found)).toEqual({ ...unchanged, changed: [{ name: "b/c.md", fields: ["sha256"] }] });
  });

  it("names added and missing documents; a renamed one is both", () => {
    const found = manifest.documents.map((one) => (one.name === "d.md" ? { ...one, name: "D2.md" } : one));
    expect(compareBundle(manifest, found)).toEqual({ ...unchanged, added: ["D2.md"], missing: ["d.md"] });
  });

  it("tells an onshore document that is absent from a missing one", () => {
    const onshore = manifestOf([documentOf("list.csv", "x", { storageZone: "ONSHORE_ONLY" }), documentOf("a.md")]);
    expect(compareBundle(onshore, [])).toEqual({ ...unchanged, missing: ["a.md"], keptOnshore: ["list.csv"] });
  });

  it("names a changed onshore document that is there", () => {
    const onshore = manifestOf([documentOf("list.csv", "x", { storageZone: "ONSHORE_ONLY" })]);
    expect(compareBundle(onshore, [documentOf("list.csv", "y", { storageZone: "ONSHORE_ONLY" })]).changed).toEqual([
      { name: "list.csv", fields: ["sha256"] },
    ]);
  });

  it("compares the content alone where nothing else is known", () => {
    const described = manifestOf([documentOf("a.md", "a", { language: "en", docType: "FILER_INFO" })]);
    const [{ name, sha256, bytes }] = described.documents as [BundleDocument];
    expect(compareBundle(described, [{ name, sha256, bytes }])).toEqual(unchanged);
    expect(compareBundle(described, [documentOf("a.md", "a")]).changed).toEqual([
      { name: "a.md", fields: ["docType", "language"] },
    ]);
  });

  it("finds nothing in any bundle compared with itself, and every single change", () => {
    fc.assert(
      fc.property(documentsArbitrary, fc.nat(), fc.nat(2), (documents, pick, kind) => {
        const any = manifestOf(documents);
        const chosen = any.documents[pick % any.documents.length]!;
        const rest = any.documents.filter((one) => one !== chosen);
        expect(compareBundle(any, any.documents)).toEqual(unchanged);
        const found = [
          rest,
          [...any.documents, documentOf("new/one/more")],
          [...rest, documentOf(chosen.name, "other!")],
        ];
        const { changed, added, missing } = compareBundle(any, found[kind]!);
        expect([missing, added, changed.map(({ name }) => name)]).toEqual([
          kind === 0 ? [chosen.name] : [],
          kind === 1 ? ["new/one/more"] : [],
          kind === 2 ? [chosen.name] : [],
        ]);
      }),
    );
  });
});

it("reports all faults of documents in one error", () => {
  const make = () => manifestOf([documentOf("a.md", "a", { version: 0 }), documentOf("b.md", "b", { language: "" })]);
  expect(make).toThrow(InvalidFieldsError);
  expect(make).toThrow(/\/documents\/0\/version .*\/documents\/1\/language /);
});
