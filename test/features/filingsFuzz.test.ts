import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifestOf } from "../../server/domain/bundle.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { dealDocument, fileDeal, pricing } from "../support/deals.ts";
import { attestation, hashOf, instantIn, post, submission } from "../support/filings.ts";
import type { Stack } from "../support/stack.ts";

const RUNS = 60;

let stack: Stack;
let bodies: [party: string, path: string, body: unknown][];

beforeAll(async () => {
  stack = await startCheckedStack();
  const { filingId, dealId, dealDocumentHash } = await fileDeal(stack, "FUZZ");
  const order = { orderId: hashOf("order"), until: instantIn(60), basisHash: hashOf("basis") };
  const document = {
    name: "a.md",
    docType: "OTHER" as const,
    version: 1,
    sha256: hashOf("a") as `0x${string}`,
    bytes: 1,
    mediaType: "text/markdown",
    language: "en",
    issuedBy: null,
    issuedOn: null,
    supersedes: null,
    confidentiality: "PUBLIC" as const,
    storageZone: "PUBLIC" as const,
  };
  bodies = [
    ["filing-entity", "/v1/filings", { ...submission(), filingRef: "FUZZ" }],
    ["filing-entity", `/v1/filings/${filingId}/versions`, submission()],
    ["issuer", `/v1/filings/${filingId}/attestations`, attestation()],
    ["registrar", `/v1/filings/${filingId}/suspensions`, order],
    ["issuer", "/v1/deal-documents", dealDocument()],
    ["issuer", "/v1/deals", { filingId, dealDocumentHash }],
    ["issuer", `/v1/deals/${dealId}/pricing`, pricing()],
    ["paying-agent", `/v1/deals/${dealId}/record-dates`, { recordDate: "2004-11-12" }],
    ["filing-entity", "/v1/bundles", manifestOf([document])],
    ["trustee", "/v1/approvals/withdrawals", { module: "FilingRegistry", subject: hashOf("subject") }],
  ];
});
afterAll(() => stack.stop());

/** Values that have broken services before. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", " ", "0", "-0", "-1", "1e400", "NaN", "0x", "\0", "\ud800", "\u202e", "𝟙"),
  fc.constantFrom<unknown>(-1, 0, 0.5, 1e21, 2 ** 53, -(2 ** 31), [], {}, [[]], { $ne: 1 }, "9".repeat(500)),
  fc.constantFrom<unknown>("9999-12-31T23:59:59Z", "0000-01-01", "2016-12-31T23:59:60Z", `0x${"f".repeat(64)}`),
  fc.bigInt({ min: 0n, max: 2n ** 130n }).map(String),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The paths of all members and entries of a value. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))];
}

/** A copy of a value in which the place at a path holds something else, or nothing at all. */
function changed(value: any, [name, ...rest]: string[], replacement: unknown): unknown {
  if (name === undefined) return replacement;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[name] = changed(value[name], rest, replacement);
  return copy;
}

describe("commands and records with one field turned into anything", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])("are answered as documented and never with a failure (%i)", async (index) => {
    const [party, path, body] = bodies[index]!;
    const place = fc.constantFrom(...pathsOf(body));
    await fc.assert(
      fc.asyncProperty(place, nasty, async (at, replacement) => {
        const { status, text } = await post(stack, party, path, changed(body, at, replacement));
        expect(status, text).toBeLessThan(500);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("queries with anything in them", () => {
  const paths = ["/v1/filings", "/v1/deals", "/v1/classes", "/v1/approvals"];
  const names = ["limit", "cursor", "asOfBlock", "filingRef", "isin", "dealId", "state"];

  it("are answered as documented and never with a failure", async () => {
    const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), nasty.map(String));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.constantFrom(...names), text, async (path, name, value) => {
        const query = new URLSearchParams({ [name]: value });
        const { status } = await stack.request("registrar", "GET", `${path}?${query}`);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });
});
