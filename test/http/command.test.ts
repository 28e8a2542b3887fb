import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { restrictionsOf } from "../../server/domain/restrictions.ts";
import { AppError } from "../../server/errors.ts";
import type { Gateway } from "../../server/http/command.ts";
import { attachSignature, findOperation, markSigned, settle } from "../../server/store/operations.ts";
import { ATTESTER_KEYS, keyed, NOTE, startWorld, type World } from "./world.ts";

let world: World;
let simulate: Gateway["simulate"];

beforeAll(async () => {
  world = await startWorld({ simulate: (call) => simulate(call) });
});
afterAll(() => world.stop());
beforeEach(async () => {
  simulate = async () => ({ gasLimit: 90_000n });
  world.hooks.woken = [];
  await world.database.query(
    "truncate records.operation, records.operation_history, records.idempotency, records.refusal",
  );
});

const body = { to: NOTE, units: "10" };
const move = (name: string, headers: Record<string, string> = {}, as: keyof World["keys"] = "harbour") =>
  world.api.sendChecked("POST", "/v1/moves", { as: world.keys[as], body, headers: { ...keyed(name), ...headers } });
const stored = async () =>
  (await world.database.query<{ n: bigint }>("select count(*) as n from records.operation")).rows[0]!.n;
const refusals = async () =>
  (await world.database.query("select party, kind, code, restrictions, values from records.refusal")).rows;

let nonce = 0;
const signature = () => ({ nonce: nonce++, raw: "0xf86b", txHash: `0x${String(nonce).padStart(64, "0")}` });
const block = { blockNumber: 7, blockHash: `0x${"cd".repeat(32)}` };

async function settleSoon(id: string, outcome: "final" | "reverted", problem?: Record<string, unknown>) {
  const signed = signature();
  await world.database.tx((tx) => markSigned(tx, [{ id, ...signed }]));
  const ids = await settle(world.database, [{ txHash: signed.txHash, outcome, ...block, ...(problem && { problem }) }]);
  world.settlements.notify(ids);
}

describe("a command that the ledger refuses", () => {
  it("is answered with every reason, kept as a refusal, and nothing is sent", async () => {
    const restrictions = restrictionsOf(0b1000_0001_0000_0000_0000n);
    simulate = () =>
      Promise.reject(new AppError("restricted", { restrictions, values: { reasons: "528384", leg: "0" } }));
    const answer = await move("refused");
    expect([answer.status, answer.body.code]).toEqual([422, "restricted"]);
    expect(answer.body.restrictions.map(({ code }: { code: string }) => code)).toEqual([
      "SENDER_STOPPED",
      "RECEIVER_CUSTODIAN_INACTIVE",
    ]);
    expect(await refusals()).toEqual([
      {
        party: "harbour",
        kind: "transfers.move",
        code: "restricted",
        restrictions: [12, 19],
        values: { reasons: "528384", leg: "0" },
      },
    ]);
    expect([await stored(), world.hooks.woken]).toEqual([0n, []]);
  });

  it("stays refused under its key, without a second trace", async () => {
    simulate = () => Promise.reject(new AppError("cap-exceeded", { values: { capMinor: "5" } }));
    const first = await move("refused");
    simulate = async () => ({ gasLimit: 1n });
    const again = await move("refused");
    expect([again.status, again.text, again.headers.get("idempotency-replayed")]).toEqual([422, first.text, "true"]);
    expect(await refusals()).toHaveLength(1);
    expect((await move("another key")).status).toBe(202);
  });

  it("may be tried again with its key when the refusal was of the caller and not of the command", async () => {
    simulate = () => Promise.reject(new AppError("role-missing"));
    expect((await move("role")).status).toBe(403);
    simulate = async () => ({ gasLimit: 1n });
    expect((await move("role")).status).toBe(202);
    expect(await refusals()).toMatchObject([{ code: "role-missing" }]);
  });

  it("is no refusal when the ledger does not answer", async () => {
    simulate = () => Promise.reject(new AppError("ledger-unavailable"));
    const answer = await move("down");
    expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([
      503,
      "ledger-unavailable",
      "5",
    ]);
    expect(await refusals()).toEqual([]);
    simulate = async () => ({ gasLimit: 1n });
    expect((await move("down")).status).toBe(202);
  });
});

describe("a command of a party whose key is held here", () => {
  it("is stored before it is answered, and its lane is woken once", async () => {
    const answer = await move("one");
    expect([answer.status, answer.headers.get("location")]).toEqual([202, `/v1/operations/${answer.body.id}`]);
    expect(answer.body).toMatchObject({ state: "queued", kind: "transfers.move", facts: body, transactionHash: null });
    expect(answer.body.transaction).toBeUndefined();
    const operation = (await findOperation(world.database, answer.body.id))!;
    expect(operation).toMatchObject({
      party: "harbour",
      target: NOTE,
      gasLimit: 90_000n,
      data: answer.body.operationRef,
    });
    expect(world.hooks.woken).toEqual([operation.signer]);
    await move("one");
    expect([await stored(), world.hooks.woken.length]).toEqual([1n, 1]);
  });

  it("has a reference of its own for each key, and one with equal party, route and key", async () => {
    const references = [(await move("one")).body.operationRef, (await move("two")).body.operationRef];
    expect(new Set(references).size).toBe(2);
    await world.database.query("truncate records.operation, records.operation_history, records.idempotency");
    expect((await move("one")).body.operationRef).toBe(references[0]);
  });

  it("is stored once when a hundred send it at once, in two processes", async () => {
    const other = await world.another();
    const send = (api: World["api"]) =>
      api.send("POST", "/v1/moves", { as: world.keys.harbour, body, headers: keyed("burst") });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => send(i % 2 ? world.api : other.api)));
    expect(
      [...new Set(answers.map(({ status }) => status))].filter((status) => status !== 202 && status !== 409),
    ).toEqual([]);
    expect(new Set(answers.filter(({ status }) => status === 202).map(({ body: { id } }) => id)).size).toBe(1);
    expect(await stored()).toBe(1n);
    await other.stop();
  });
});

describe("Prefer: wait", () => {
  const waiting = (name: string, seconds: number | string) => move(name, { prefer: `wait=${seconds}` });
  const newest = async () => {
    for (;;) {
      const { rows } = await world.database.query<{ id: string }>("select id from records.operation");
      if (rows[0]) return rows[0].id;
    }
  };

  it("answers as it is after its time", async () => {
    const answer = await waiting("slow", 1);
    expect([answer.status, answer.body.state, answer.headers.get("preference-applied")]).toEqual([
      202,
      "queued",
      "wait=1",
    ]);
  });

  it.each(["0", "soon", "-1"])("is not understood as %s", async (seconds) => {
    const answer = await waiting("odd", seconds);
    expect([answer.status, answer.headers.get("preference-applied")]).toEqual([202, null]);
  });

  it("answers a reverted operation with the reason", async () => {
    const sent = waiting("reverted", 10);
    await settleSoon(await newest(), "reverted", { code: "filing-not-recorded", detail: "x", values: { deal: "0x1" } });
    const { status, body: operation } = await sent;
    expect([status, operation.state]).toEqual([200, "reverted"]);
    expect(operation.problem).toMatchObject({ status: 422, code: "filing-not-recorded", values: { deal: "0x1" } });
  });

  it("answers as soon as the operation is final, while the answer under the key stays the first", async () => {
    const sent = waiting("final", 99);
    await settleSoon(await newest(), "final");
    const { status, body: operation, headers } = await sent;
    expect([status, operation.state, operation.blockNumber, headers.get("preference-applied")]).toEqual([
      200,
      "final",
      7,
      "wait=30",
    ]);
    const again = await waiting("final", 10);
    expect([again.status, again.body.state, again.headers.get("idempotency-replayed")]).toEqual([
      202,
      "queued",
      "true",
    ]);
  });
});

describe("a command of a party that signs outside", () => {
  const prepare = (name: string, headers = {}) => move(name, headers, "attester");

  it("cannot be prepared for a key of somebody else", async () => {
    const answer = await prepare("foreign", { "signing-key": NOTE });
    expect([answer.status, answer.body.code]).toEqual([422, "signing-key-unknown"]);
  });

  it("carries the transaction to sign and wakes nobody", async () => {
    const { status, body: operation } = await prepare("one", { prefer: "wait=10" });
    expect([status, operation.state, operation.signer]).toEqual([202, "prepared", ATTESTER_KEYS[0]]);
    expect(operation.transaction).toEqual({
      type: 0,
      chainId: 20260206,
      nonce: 3,
      to: NOTE,
      data: operation.operationRef,
      gasLimit: "0x15f90",
      gasPrice: "0x0",
    });
    expect(world.hooks.woken).toEqual([]);
  });

  it("is checked and prepared for the key that is named", async () => {
    let from = "";
    simulate = async (call) => {
      from = call.from;
      return { gasLimit: 1n };
    };
    const { body: operation } = await prepare("two", { "signing-key": ATTESTER_KEYS[1].toLowerCase() });
    expect([operation.signer, from]).toEqual([ATTESTER_KEYS[1], ATTESTER_KEYS[1]]);
  });

  it("is offered the nonce after the last one that was signed", async () => {
    const { body: first } = await prepare("first");
    await attachSignature(world.database, first.id, { ...signature(), nonce: 8 });
    expect((await prepare("next")).body.transaction.nonce).toBe(9);
  });
});
