import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keyed, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => void (world = await startWorld()));
afterAll(() => world.stop());
beforeEach(async () => {
  world.hooks.beforeRecord = async () => {};
  await world.database.query("truncate records.note, records.idempotency");
});

type Options = { text?: string; as?: keyof World["keys"]; api?: World["api"] };
const write = (name: string, { text = "a", as = "harbour", api = world.api }: Options = {}) =>
  api.sendChecked("POST", "/v1/notes", { as: world.keys[as], body: { text }, headers: keyed(name) });
const count = async () =>
  (await world.database.query<{ n: bigint }>("select count(*) as n from records.note")).rows[0]!.n;
const keptKeys = async () =>
  (await world.database.query<{ n: bigint }>("select count(*) as n from records.idempotency")).rows[0]!.n;

/** Lets a test hold `createNote` inside its transaction. */
function hold(hooks = world.hooks) {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  hooks.beforeRecord = () => {
    reached.resolve();
    return held.promise;
  };
  return { reached: reached.promise, release: held.resolve };
}

describe("a key", () => {
  it("is needed", async () => {
    const answer = await world.api.sendChecked("POST", "/v1/notes", { as: world.keys.harbour, body: { text: "a" } });
    expect([answer.status, answer.body.code]).toEqual([400, "idempotency-key-missing"]);
  });

  it.each(["fifteen-letters", "x".repeat(256), "sixteen letters\u00e9"])("cannot be %j", async (key) => {
    const headers = { "idempotency-key": key };
    const answer = await world.api.send("POST", "/v1/notes", { as: world.keys.harbour, body: { text: "a" }, headers });
    expect(answer.body).toMatchObject({ code: "validation", errors: [{ pointer: "/headers/idempotency-key" }] });
  });

  it("cannot stand for another request", async () => {
    await write("one");
    const answer = await write("one", { text: "b" });
    expect([answer.status, answer.body.code]).toEqual([422, "idempotency-key-reuse"]);
    expect(await count()).toBe(1n);
  });

  it("cannot stand for another request while the first runs", async () => {
    const { reached, release } = hold();
    const running = write("one");
    await reached;
    expect((await write("one", { text: "b" })).body.code).toBe("idempotency-key-reuse");
    release();
    expect((await running).status).toBe(201);
  });

  it("belongs to one party and one route", async () => {
    const own = await write("one");
    expect((await write("one", { as: "kestrel" })).body.id).not.toBe(own.body.id);
    const headers = keyed("one");
    const move = { to: "0x5FbDB2315678afecb367f032d93F642f64180aa3", units: "1" };
    expect(
      (await world.api.sendChecked("POST", "/v1/moves", { as: world.keys.harbour, body: move, headers })).status,
    ).toBe(202);
    expect(await count()).toBe(2n);
  });
});

describe("a repetition", () => {
  it("is told to come again while the first request runs", async () => {
    const { reached, release } = hold();
    const running = write("one");
    await reached;
    const answer = await write("one");
    expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([
      409,
      "operation-in-progress",
      "1",
    ]);
    release();
    expect((await write("one")).status === 201 || (await running).status === 201).toBe(true);
  });

  it("gets the very bytes of the first answer, and is marked", async () => {
    const first = await write("one");
    const again = await write("one");
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect([
      again.status,
      again.text,
      again.headers.get("location"),
      again.headers.get("idempotency-replayed"),
    ]).toEqual([201, first.text, `/v1/notes/${first.body.id}`, "true"]);
    expect(await count()).toBe(1n);
  });

  it("may order its members otherwise", async () => {
    const body = (text: string) => ({ as: world.keys.harbour, body: text, headers: keyed("order") });
    const first = await world.api.send("POST", "/v1/notes", body('{"text":"a","tags":["b"]}'));
    const again = await world.api.send("POST", "/v1/notes", body('{ "tags": ["\\u0062"], "text": "a" }'));
    expect(again.text).toBe(first.text);
  });

  it("of a refusal gets the refusal, and what was thrown is undone while what was returned is kept", async () => {
    const thrown = await write("thrown", { text: "thrown problem" });
    expect([thrown.status, thrown.body.code, await count()]).toEqual([409, "order-used", 0n]);
    const kept = await write("kept", { text: "kept problem" });
    expect([kept.status, kept.body.code, await count()]).toEqual([409, "order-used", 1n]);
    for (const [name, first] of [["thrown", thrown] as const, ["kept", kept] as const]) {
      const again = await write(name, { text: `${name} problem` });
      expect([again.status, again.text, again.headers.get("idempotency-replayed")]).toEqual([409, first.text, "true"]);
    }
    expect(await count()).toBe(1n);
  });

  it("of a failure tries again, since nothing was done", async () => {
    world.hooks.beforeRecord = () => Promise.reject(new Error("the disk is full"));
    expect((await write("one")).status).toBe(500);
    expect([await count(), await keptKeys()]).toEqual([0n, 0n]);
    world.hooks.beforeRecord = async () => {};
    expect((await write("one")).status).toBe(201);
  });
});

describe("a hundred at once with one key", () => {
  it("have one effect; all others are replays or told to come again", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => write("burst")));
    const tally = Map.groupBy(answers, ({ status, headers }) => `${status} ${headers.get("idempotency-replayed")}`);
    expect(tally.get("201 null")).toHaveLength(1);
    expect([...tally.keys()].filter((kind) => !["201 null", "201 true", "409 null"].includes(kind))).toEqual([]);
    expect(await count()).toBe(1n);
  });

  it("have one effect across three processes", async () => {
    const others = [await world.another(), await world.another()];
    const apis = [world, ...others].map(({ api }) => api);
    const answers = await Promise.all(Array.from({ length: 99 }, (_, i) => write("burst", { api: apis[i % 3]! })));
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(await count()).toBe(1n);
    for (const other of others) await other.stop();
  });
});

describe("a process that dies in the middle", () => {
  it("leaves nothing behind that the next one would trip over", async () => {
    const next = await world.another();
    const { reached, release } = hold();
    const dying = write("crash");
    await reached;
    const { rows } = await world.database.query<{ pid: number }>(
      `select pid from pg_stat_activity where state = 'idle in transaction' and datname = current_database()`,
    );
    await next.database.query("select pg_terminate_backend($1)", [rows[0]!.pid]);
    expect((await write("crash", { api: next.api })).status).toBe(201);
    release();
    const late = await dying;
    expect([late.status, late.body.code]).toEqual([503, "database-unavailable"]);
    expect(await count()).toBe(1n);
    await next.stop();
  });

  it("and comes to life after another took over, undoes its own work and answers what the other did", async () => {
    const next = await world.another();
    const { reached, release } = hold();
    const slow = write("slow");
    await reached;
    const quick = await write("slow", { api: next.api });
    release();
    const late = await slow;
    expect([late.status, late.text, late.headers.get("idempotency-replayed")]).toEqual([201, quick.text, "true"]);
    expect(await count()).toBe(1n);
    await next.stop();
  });
});
