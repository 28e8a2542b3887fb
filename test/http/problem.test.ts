import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestApi } from "../support/api.ts";
import { keyed, NOTE, startWorld, type World } from "./world.ts";

let world: World, api: TestApi, keys: World["keys"];

beforeAll(async () => {
  world = await startWorld();
  ({ api, keys } = world);
});
afterAll(() => world.stop());

const code = async (answer: ReturnType<TestApi["send"]>) => {
  const { status, body, headers } = await answer;
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({
    status,
    type: `/problems/${body.code}`,
    instance: `urn:uuid:${headers.get("request-id")}`,
  });
  return [status, body.code];
};
const note = (body: unknown, headers: Record<string, string> = keyed("note")) =>
  api.sendChecked("POST", "/v1/notes", { as: keys.harbour, body, headers });

describe("the address", () => {
  it("is unknown", async () => {
    expect(await code(api.send("GET", "/v2/notes"))).toEqual([404, "not-found"]);
  });

  it("does not know the method, and names those it knows", async () => {
    const answer = await api.send("DELETE", "/v1/notes", { as: keys.harbour });
    expect([answer.status, answer.body.code, answer.headers.get("allow")]).toEqual([405, "method-not-allowed", "POST"]);
    const health = await api.send("POST", "/healthz");
    expect([health.status, health.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect((await api.send("PUT", "/openapi.json")).status).toBe(405);
  });

  it("does not decode", async () => {
    expect(await code(api.send("GET", "/v1/notes/%E0%A4%A", { as: keys.harbour }))).toEqual([400, "validation"]);
  });
});

describe("the caller", () => {
  it.each([undefined, "", "ngk_0000000000000000_" + "A".repeat(43), "nonsense"])("is not known by %s", async (as) => {
    const answer = await api.sendChecked("GET", "/v1/notes/x", as === undefined ? {} : { as });
    expect([answer.status, answer.body.code, answer.headers.get("www-authenticate")]).toEqual([
      401,
      "unauthenticated",
      "Bearer",
    ]);
  });

  it("has none of the roles, which comes before anything about the body", async () => {
    const answer = api.sendChecked("POST", "/v1/notes", { as: keys.attester, body: { nonsense: 1 } });
    expect(await code(answer)).toEqual([403, "forbidden"]);
    expect((await answer).body.detail).toBe("This route is for parties with the role custodian or registrar.");
  });
});

describe("the body", () => {
  it.each(["{", "", '{"text": "a", "text": "b"}', "\uFEFF{}", "[1,]", "'a'"])("is not JSON: %j", async (body) => {
    const answer = await api.send("POST", "/v1/notes", { as: keys.harbour, body, headers: keyed("json") });
    expect([answer.status, answer.body.code]).toEqual([400, body === "" ? "validation" : "malformed-json"]);
  });

  it("is missing", async () => {
    const answer = await api.sendChecked("POST", "/v1/notes", { as: keys.harbour, headers: keyed("none") });
    expect(answer.body).toMatchObject({ code: "validation", errors: [{ pointer: "/body", code: "missing" }] });
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/xml"])("is of type %s", async (type) => {
    const headers = { ...keyed("type"), "content-type": type };
    expect(await code(note('{"text":"a"}', headers))).toEqual([415, "unsupported-media-type"]);
  });

  it("is coded in a way that is not read", async () => {
    const headers = { ...keyed("coding"), "content-encoding": "rot13" };
    expect(await code(note('{"text":"a"}', headers))).toEqual([415, "unsupported-media-type"]);
  });

  it("is too large, also once it is unpacked", async () => {
    expect(await code(note({ text: "a".repeat(100_001) }))).toEqual([413, "body-too-large"]);
    const packed = gzipSync(JSON.stringify({ text: "a".repeat(1_000_000) }));
    const headers = { ...keyed("bomb"), "content-encoding": "gzip", "content-type": "application/json" };
    const answer = await fetch(`${api.url}/v1/notes`, {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${keys.harbour}` },
      body: packed,
    });
    expect(answer.status).toBe(413);
  });

  it("ends early, which harms nobody", async () => {
    const { port, hostname } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    const head = `POST /v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.harbour}\r\n`;
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"text":`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await api.send("GET", "/healthz")).status).toBe(200);
  });

  it("has fields that nobody knows, or of a wrong form: every one is named", async () => {
    const { body } = await note({ text: 5, tags: ["a", null], extra: true, __proto__: undefined });
    expect(body.errors.map(({ pointer, code }: any) => [pointer, code])).toEqual([
      ["/body/text", "wrong-type"],
      ["/body/tags/1", "wrong-type"],
      ["/body/extra", "unknown-field"],
    ]);
  });

  it.each(['{"text":"a","__proto__":{"x":1}}', '{"text":"a","constructor":1}', '{"text":"a","toString":"x"}'])(
    "tries to reach a prototype: %s",
    async (body) => expect(await code(note(body))).toEqual([400, "validation"]),
  );

  it.each(["a\\u0000b", "\\ud800", "\\udc00 alone"])("has text that cannot be stored: %s", async (text) => {
    const { body } = await note(`{"text":"${text}"}`);
    expect(body.errors).toEqual([
      { pointer: "/body/text", code: "malformed", message: "Expected Unicode text without NUL." },
    ]);
  });

  it("is nested without end", async () => {
    expect(await code(note(`{"text":${"[".repeat(40_000)}${"]".repeat(40_000)}}`))).toEqual([400, "validation"]);
  });

  it.each(["-1", "1.5", "1e3", "01", "", " 1", "٣", "100000000000000000000", "0x10"])(
    "has units of %j",
    async (units) => {
      const answer = await api.sendChecked("POST", "/v1/moves", {
        as: keys.harbour,
        body: { to: NOTE, units },
        headers: keyed("units"),
      });
      expect(answer.body).toMatchObject({
        code: "validation",
        errors: [{ pointer: "/body/units", code: "malformed" }],
      });
    },
  );

  it("is given where none is taken", async () => {
    const answer = api.send("POST", "/v1/moves", { as: keys.harbour, body: [], headers: keyed("array") });
    expect(await code(answer)).toEqual([400, "validation"]);
  });
});

describe("the query", () => {
  it.each(["unknown=1", "limit=1&limit=2", "limit=many", "limit[a]=1"])("is %s", async (query) => {
    const answer = await api.sendChecked("GET", `/v1/notes/x?${query}`, { as: keys.harbour });
    expect([answer.status, answer.body.code, answer.body.errors[0].pointer.startsWith("/query/")]).toEqual([
      400,
      "validation",
      true,
    ]);
  });

  it("has NUL in the path or the query", async () => {
    expect(await code(api.send("GET", "/v1/notes/a%00b", { as: keys.harbour }))).toEqual([400, "validation"]);
    expect(await code(api.send("GET", "/v1/notes/a?limit=%00", { as: keys.harbour }))).toEqual([400, "validation"]);
  });
});

describe("the service", () => {
  it("fails without telling what is inside", async () => {
    const answer = await api.sendChecked("GET", "/v1/failures", { as: keys.registrar });
    expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    expect(answer.text).not.toMatch(/secret|vault|Error|\.ts/);
  });

  it("is not ready, and says for what it waits", async () => {
    world.hooks.whyNotReady = ["The register is 12 blocks behind the ledger."];
    const answer = await api.sendChecked("GET", "/readyz");
    world.hooks.whyNotReady = [];
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      503,
      "not-ready",
      "The register is 12 blocks behind the ledger.",
    ]);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect((await api.sendChecked("GET", "/readyz")).body).toEqual({ status: "ok" });
  });

  it("is asked more often than agreed: that party waits, another does not", async () => {
    const { api: limited, stop } = await world.another({}, { requestsPerMinute: 3 });
    const asking = (as: string) => limited.send("GET", "/v1/notes/x", { as });
    for (let i = 0; i < 3; i++) expect((await asking(keys.harbour)).status).toBe(404);
    const answer = await asking(keys.harbour);
    expect([answer.status, answer.body.code]).toEqual([429, "rate-limited"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await asking(keys.kestrel)).status).toBe(404);
    await stop();
  });

  it("sends the headers that keep a browser safe, and does not name its software", async () => {
    const { headers } = await api.send("GET", "/healthz");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.has("x-powered-by")).toBe(false);
  });
});
