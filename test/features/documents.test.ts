import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleHash, manifestOf, type BundleDocument } from "../../server/domain/bundle.ts";
import { sha256 } from "../../server/domain/hex.ts";
import { post, refusalOf, submitFiling } from "../support/filings.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { Stack } from "../support/stack.ts";

const MEGABYTE = 1024 * 1024;

let stack: Stack;

beforeAll(async () => {
  stack = await startCheckedStack();
});
afterAll(() => stack.stop());

/** One request for the bytes of a document. */
async function send(party: string, method: string, path: string, init: RequestInit = {}) {
  const key = readFileSync(join(stack.dataDir, "service", "keys", party), "utf8").trim();
  const headers = { authorization: `Bearer ${key}`, ...(init.headers as object) };
  const response = await fetch(`${stack.url}${path}`, { ...init, method, headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const body = isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;
  return { status: response.status, headers: response.headers, bytes, body, text: bytes.toString() };
}

const put = (party: string, bytes: Uint8Array | string, headers: Record<string, string> = {}, name = sha256(bytes)) =>
  send(party, "PUT", `/v1/documents/${name}`, { body: bytes as Uint8Array<ArrayBuffer>, headers });
const get = (party: string, name: string, headers: Record<string, string> = {}) =>
  send(party, "GET", `/v1/documents/${name}`, { headers });

/** An entry of a manifest for a text. */
function described(name: string, text: string, changes: Partial<BundleDocument> = {}): BundleDocument {
  return {
    name,
    docType: "OTHER",
    version: 1,
    sha256: sha256(text),
    bytes: Buffer.byteLength(text),
    mediaType: "text/markdown",
    language: "en",
    issuedBy: null,
    issuedOn: null,
    supersedes: null,
    confidentiality: "RESTRICTED",
    storageZone: "OVERSEAS",
    ...changes,
  };
}

/** Names of everything in the folder of documents. */
const kept = () =>
  readdirSync(join(stack.dataDir, "service", "documents"), { recursive: true })
    .map(String)
    .sort();

describe("PUT /v1/documents/{sha256}", () => {
  it("refuses parties that have no part in filings", async () => {
    for (const party of ["peak-custody", "trustee", "paying-agent"]) {
      expect(refusalOf(await put(party, "text"))).toEqual([403, "forbidden"]);
    }
    const nobody = await stack.request(null, "PUT", `/v1/documents/${sha256("text")}`, { body: "text" });
    expect(refusalOf(nobody)).toEqual([401, "unauthenticated"]);
  });

  it("refuses a name that is no hash", async () => {
    for (const name of ["x", sha256("text").toUpperCase(), `${sha256("text")}00`, "..%2f..%2fkeys%2fregistrar"]) {
      expect(refusalOf(await put("issuer", "text", {}, name as never))).toEqual([400, "validation", "/path/sha256"]);
    }
  });

  it("refuses bytes that do not have the hash, and keeps nothing of them", async () => {
    const before = kept();
    const answer = await put("issuer", "other text", {}, sha256("text"));
    expect(refusalOf(answer)).toEqual([422, "document-hash-mismatch"]);
    expect(answer.body.values).toEqual({ expected: sha256("text"), given: sha256("other text") });
    expect(kept()).toEqual(before);
    expect((await get("issuer", sha256("text"))).status).toBe(404);
  });

  it("refuses more than twenty megabytes, announced or not, and keeps nothing of them", async () => {
    const before = kept();
    const large = Buffer.alloc(20 * MEGABYTE + 1);
    expect(refusalOf(await put("issuer", large))).toEqual([413, "body-too-large"]);
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(large.subarray(0, 5 * MEGABYTE));
        if (++pulls > 4) controller.close();
      },
    });
    let pulls = 0;
    const unannounced = { body: stream, duplex: "half" } as RequestInit;
    const answer = await send("issuer", "PUT", `/v1/documents/${sha256(large)}`, unannounced);
    expect(refusalOf(answer)).toEqual([413, "body-too-large"]);
    expect(kept()).toEqual(before);
  });

  it("keeps nothing of a body that is cut off", async () => {
    const before = kept();
    const key = readFileSync(join(stack.dataDir, "service", "keys", "issuer"), "utf8").trim();
    const headers = { authorization: `Bearer ${key}`, "content-length": 1_000 };
    const upload = request(`${stack.url}/v1/documents/${sha256("cut off")}`, { method: "PUT", headers });
    upload.on("error", () => {}); // It is torn off by ourselves.
    upload.write("cut");
    await expect.poll(kept).not.toEqual(before);
    upload.destroy();
    await expect.poll(kept).toEqual(before);
  });

  it("refuses a body in a content encoding, of which the hash would be another", async () => {
    const answer = await put("issuer", "text", { "content-encoding": "gzip" });
    expect(refusalOf(answer)).toEqual([415, "unsupported-media-type"]);
  });

  it("keeps a document of twenty megabytes and an empty one", async () => {
    const large = Buffer.alloc(20 * MEGABYTE, "narrowgate ");
    expect((await put("issuer", large)).status).toBe(201);
    expect((await get("issuer", sha256(large))).bytes.equals(large)).toBe(true);
    expect((await put("issuer", "")).body).toMatchObject({ sizeBytes: 0 });
    expect((await get("issuer", sha256(""))).bytes).toHaveLength(0);
  });

  it("keeps a document once: sent again, it answers the same and changes nothing", async () => {
    const first = await put("filing-entity", "once", { "content-type": "Text/Markdown; charset=utf-8" });
    const files = kept();
    const second = await put("filing-entity", "once", { "content-type": "text/html" });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect(first.body).toMatchObject({ sha256: sha256("once"), mediaType: "text/markdown", party: "filing-entity" });
    expect(kept()).toEqual(files);
  });

  it("keeps a document that is sent several times at once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => put("issuer", "at once")));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 201]);
    expect((await get("issuer", sha256("at once"))).text).toBe("at once");
  });
});

describe("GET /v1/documents/{sha256}", () => {
  it("does not know a document that nobody sent", async () => {
    expect(refusalOf(await get("registrar", sha256("nobody sent this")))).toEqual([404, "not-found"]);
  });

  it("never lets a browser take a document for a page of this service", async () => {
    const page = "<script>alert(1)</script>";
    await put("issuer", page, { "content-type": "text/html" });
    const { headers, text } = await get("issuer", sha256(page));
    expect(text).toBe(page);
    expect(headers.get("content-disposition")).toBe("attachment");
    expect(headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("answers 304 to whoever has the document", async () => {
    await put("issuer", "cached");
    const { headers } = await get("issuer", sha256("cached"));
    expect(headers.get("etag")).toBe(`"${sha256("cached")}"`);
    // Without a word about caching, fetch would ask for a fresh answer.
    const known = { "if-none-match": headers.get("etag")!, "cache-control": "max-age=0" };
    expect((await get("issuer", sha256("cached"), known)).status).toBe(304);
  });
});

describe("who sees a document", () => {
  it("are its sender, registrar and regulator, and once it is filed the filing's parties and the attesters", async () => {
    const text = "what the filing entity filed";
    await put("filing-entity", text);
    for (const party of ["issuer", "attester-one"]) {
      expect(refusalOf(await get(party, sha256(text)))).toEqual([404, "not-found"]);
    }
    for (const party of ["filing-entity", "registrar", "regulator"]) {
      expect((await get(party, sha256(text))).text).toBe(text);
    }

    const manifest = manifestOf([described("filed.md", text)]);
    await post(stack, "filing-entity", "/v1/bundles", manifest);
    expect((await get("attester-one", sha256(text))).status).toBe(404);
    await submitFiling(stack, "DOCUMENTS", { bundleHash: bundleHash(manifest) });
    for (const party of ["issuer", "attester-one", "attester-two"]) {
      expect((await get(party, sha256(text))).text).toBe(text);
    }
    expect(refusalOf(await get("peak-custody", sha256(text)))).toEqual([403, "forbidden"]);
  });

  it("are not those who name somebody else's document in a bundle of their own", async () => {
    const text = "what an attester captured";
    await put("attester-two", text);
    const manifest = manifestOf([described("captured.md", text)]);
    await post(stack, "filing-entity", "/v1/bundles", manifest);
    await submitFiling(stack, "NOT MINE", { bundleHash: bundleHash(manifest) });
    for (const party of ["filing-entity", "issuer", "attester-one"]) {
      expect(refusalOf(await get(party, sha256(text)))).toEqual([404, "not-found"]);
    }
  });
});

describe("POST /v1/bundles", () => {
  const a = described("a.md", "a");
  const b = described("b.md", "b");
  const manifest = (...documents: unknown[]) => ({ format: "narrowgate-bundle/1", documents });

  it("refuses parties that file nothing", async () => {
    expect(refusalOf(await post(stack, "attester-one", "/v1/bundles", manifest(a)))).toEqual([403, "forbidden"]);
  });

  const wrong: [what: string, body: unknown, pointer: string][] = [
    ["no documents", manifest(), "/body/documents"],
    ["another format", { ...manifest(a), format: "zip" }, "/body/format"],
    ["an unknown field", manifest({ ...a, note: "" }), "/body/documents/0/note"],
    ["a missing field", manifest({ ...a, storageZone: undefined }), "/body/documents/0/storageZone"],
    ["a hash of another form", manifest({ ...a, sha256: "00" }), "/body/documents/0/sha256"],
    ["a negative size", manifest({ ...a, bytes: -1 }), "/body/documents/0/bytes"],
    ["a size as text", manifest({ ...a, bytes: "1" }), "/body/documents/0/bytes"],
    ["a name that leaves the folder", manifest({ ...a, name: "../a.md" }), "/body/documents/0/name"],
    ["documents out of order", manifest(b, a), "/body/documents/1/name"],
    ["a name twice", manifest(a, a), "/body/documents/1/name"],
  ];
  it.each(wrong)("refuses %s", async (_, body, pointer) => {
    expect(refusalOf(await post(stack, "filing-entity", "/v1/bundles", body))).toEqual([400, "validation", pointer]);
  });

  it("answers the hash, and what is missing until it is sent; onshore-only documents need no bytes (R-D2)", async () => {
    const onshore = described("register.csv", "what stays onshore", { storageZone: "ONSHORE_ONLY" });
    const whole = manifestOf([described("bundle-a.md", "bundle a"), described("bundle-b.md", "bundle b"), onshore]);
    await put("issuer", "bundle a");
    const answer = await post(stack, "filing-entity", "/v1/bundles", whole);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      bundleHash: bundleHash(whole),
      manifest: whole,
      complete: false,
      changed: [],
      missing: ["bundle-b.md"],
      keptOnshore: ["register.csv"],
    });
    await put("filing-entity", "bundle b");
    const read = await stack.request("filing-entity", "GET", answer.headers.get("location")!);
    expect(read.body).toMatchObject({ complete: true, missing: [] });
  });

  it("keeps the bytes of no document that stays onshore, whichever comes first (R-D2)", async () => {
    const onshore = (name: string, text: string) =>
      manifestOf([described(name, text, { storageZone: "ONSHORE_ONLY" })]);
    const before = kept();
    expect((await post(stack, "filing-entity", "/v1/bundles", onshore("tape.csv", "onshore tape"))).status).toBe(201);
    expect(refusalOf(await put("filing-entity", "onshore tape"))).toEqual([422, "document-onshore-only"]);
    expect(kept()).toEqual(before);
    await put("filing-entity", "sent before");
    const late = await post(stack, "filing-entity", "/v1/bundles", onshore("late.csv", "sent before"));
    expect(refusalOf(late)).toEqual([422, "document-onshore-only"]);
    expect(late.body.values).toEqual({ sha256: sha256("sent before") });
  });

  it("names a document whose size is not what the manifest says", async () => {
    await put("filing-entity", "sized");
    const answer = await post(
      stack,
      "filing-entity",
      "/v1/bundles",
      manifestOf([described("s.md", "sized", { bytes: 9 })]),
    );
    expect(answer.body).toMatchObject({ complete: false, changed: [{ name: "s.md", fields: ["bytes"] }] });
  });
});

describe("GET /v1/bundles/{bundleHash}", () => {
  it("shows a bundle to its sender and those who see all, and to every party once it is filed", async () => {
    const manifest = manifestOf([described("seen.md", "seen")]);
    const path = `/v1/bundles/${bundleHash(manifest)}`;
    expect(refusalOf(await stack.request("registrar", "GET", path))).toEqual([404, "not-found"]);
    await post(stack, "filing-entity", "/v1/bundles", manifest);
    expect(refusalOf(await stack.request("peak-custody", "GET", path))).toEqual([404, "not-found"]);
    expect((await stack.request("regulator", "GET", path)).body.manifest).toEqual(manifest);
    await submitFiling(stack, "SEEN", { bundleHash: bundleHash(manifest) });
    expect((await stack.request("peak-custody", "GET", path)).body.manifest).toEqual(manifest);
  });
});

describe("POST /v1/bundles/check", () => {
  const manifest = manifestOf([
    described("a.md", "a"),
    described("b.md", "b"),
    described("c.csv", "c", { storageZone: "ONSHORE_ONLY" }),
  ]);
  const found = (name: string, text: string) => ({ name, sha256: sha256(text), bytes: Buffer.byteLength(text) });
  const check = async (...documents: unknown[]) =>
    (await stack.request("peak-custody", "POST", "/v1/bundles/check", { body: { manifest, documents } })).body;

  it("refuses documents that are not described", async () => {
    const answer = await check({ name: "a.md" });
    expect(answer.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      "/body/documents/0/sha256",
      "/body/documents/0/bytes",
    ]);
  });

  it("names a changed, an added and a missing document", async () => {
    expect(await check(found("a.md", "A"), found("z.md", "z"))).toEqual({
      bundleHash: bundleHash(manifest),
      unchanged: false,
      changed: [{ name: "a.md", fields: ["sha256"] }],
      added: ["z.md"],
      missing: ["b.md"],
      keptOnshore: ["c.csv"],
    });
  });

  it("says that nothing changed, without an idempotency key and with the onshore document away", async () => {
    expect(await check(found("b.md", "b"), found("a.md", "a"))).toMatchObject({ unchanged: true, added: [] });
  });
});
