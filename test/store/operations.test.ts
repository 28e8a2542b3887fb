import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../server/store/database.ts";
import * as operations from "../../server/store/operations.ts";
import { startTestDatabase } from "../support/database.ts";

let database: Database, stop: () => Promise<void>;

beforeAll(async () => void ({ database, stop } = await startTestDatabase()));
afterAll(() => stop());
beforeEach(() => database.query("truncate records.operation, records.operation_history"));

const harbour = { party: "harbour", partyId: 5, seesAll: false };
const registrar = { party: "registrar", partyId: 1, seesAll: true };
const signer = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const block = { blockNumber: 12, blockHash: `0x${"bb".repeat(32)}` };

const hash = () => `0x${randomBytes(32).toString("hex")}`;
const bytesFor = (nonce: number) => ({ nonce, raw: "0xf86b01", txHash: hash() });

function newOperation(overrides: { party?: string; operationRef?: string } = {}) {
  return {
    id: randomUUID(),
    party: "harbour",
    kind: "transfers.move",
    signer,
    target: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    data: "0x01ff",
    gasLimit: 90_000n,
    operationRef: hash(),
    facts: { units: "100" },
    ...overrides,
  };
}

const queue = (overrides = {}) =>
  database.tx((tx) => operations.insertOperation(tx, { ...newOperation(overrides), state: "queued" }));
const prepare = (nonce: number) =>
  database.tx((tx) => operations.insertOperation(tx, { ...newOperation(), state: "prepared", nonce }));
const states = async (id: string) => (await operations.historyOf(database, id)).map(({ state }) => state);

async function queueAndSign(...nonces: number[]) {
  const queued = [];
  for (const _ of nonces) queued.push(await queue());
  const signed = queued.map(({ id }, i) => ({ id, ...bytesFor(nonces[i]!) }));
  await database.tx((tx) => operations.markSigned(tx, signed));
  return signed;
}

describe("insertOperation", () => {
  it("refuses a reference that stands for an operation already", async () => {
    const { operationRef } = await queue();
    await expect(queue({ operationRef })).rejects.toMatchObject({ code: "duplicate-operation", status: 409 });
  });

  it("stores the command as it is read back, with its first line of history", async () => {
    const stored = await queue();
    expect(stored).toMatchObject({ state: "queued", data: "0x01ff", gasLimit: 90_000n, nonce: null, txHash: null });
    expect(await operations.findOperation(database, stored.id)).toEqual(stored);
    expect(await states(stored.id)).toEqual(["queued"]);
  });
});

describe("the lane of a key", () => {
  it("takes queued operations in order, and never those another worker holds", async () => {
    const [first, second, third] = [await queue(), await queue(), await queue()];
    await database.tx(async (tx) => {
      const taken = await operations.takeQueued(tx, signer, 2);
      expect(taken.map(({ id }) => id)).toEqual([first.id, second.id]);
      const rest = await database.tx((other) => operations.takeQueued(other, signer, 2));
      expect(rest.map(({ id }) => id)).toEqual([third.id]);
    });
    expect(await database.tx((tx) => operations.takeQueued(tx, "0xanother", 2))).toEqual([]);
  });

  it("signs nothing when one of a batch is not queued any more", async () => {
    const [signed] = await queueAndSign(0);
    const queued = await queue();
    const again = database.tx((tx) =>
      operations.markSigned(tx, [
        { id: queued.id, ...bytesFor(1) },
        { id: signed!.id, ...bytesFor(2) },
      ]),
    );
    await expect(again).rejects.toThrow("not queued any more");
    expect((await operations.findOperation(database, queued.id))!.state).toBe("queued");
  });

  it("cannot give one nonce of a key to two transactions", async () => {
    await expect(queueAndSign(4, 4)).rejects.toMatchObject({ constraint: "operation_nonce" });
  });

  it("knows its highest nonce and what is not confirmed, in order of nonce", async () => {
    expect(await operations.maxNonce(database, signer)).toBeUndefined();
    const [late, early] = await queueAndSign(8, 7);
    await operations.markSent(database, [early!.id]);
    expect(await operations.maxNonce(database, signer)).toBe(8);
    const open = await operations.unconfirmed(database, signer);
    expect(open.map(({ id, state, raw }) => [id, state, raw])).toEqual([
      [early!.id, "sent", "0xf86b01"],
      [late!.id, "signed", "0xf86b01"],
    ]);
    expect(await operations.unconfirmed(database)).toHaveLength(2);
    expect(await operations.unconfirmed(database, "0xanother")).toEqual([]);
  });

  it("does not call an operation sent that has settled meanwhile", async () => {
    const [signed] = await queueAndSign(0);
    await operations.settle(database, [{ txHash: signed!.txHash, outcome: "final", ...block }]);
    await operations.markSent(database, [signed!.id]);
    expect(await states(signed!.id)).toEqual(["queued", "signed", "final"]);
  });
});

describe("settle", () => {
  it("passes over hashes of others and operations that settled before", async () => {
    const [one] = await queueAndSign(0);
    const settlement = { txHash: one!.txHash, outcome: "final" as const, ...block };
    expect(await operations.settle(database, [settlement, { ...settlement, txHash: hash() }])).toEqual([one!.id]);
    expect(await operations.settle(database, [{ ...settlement, outcome: "reverted" }])).toEqual([]);
    expect(await operations.findOperation(database, one!.id)).toMatchObject({ state: "final", ...block });
  });

  it("keeps why the ledger reverted one, with the code in its history", async () => {
    const [one] = await queueAndSign(0);
    const problem = { code: "restricted", status: 422 };
    await operations.settle(database, [{ txHash: one!.txHash, outcome: "reverted", problem, ...block }]);
    expect(await operations.findOperation(database, one!.id)).toMatchObject({ state: "reverted", problem });
    expect((await operations.historyOf(database, one!.id)).at(-1)).toMatchObject({
      state: "reverted",
      note: "restricted",
    });
  });

  it("settles a stuck operation whose transaction was included after all", async () => {
    const [one] = await queueAndSign(0);
    await operations.markStuck(database, [one!.id], "nonce 0 was used by 0xabc");
    expect(await operations.unconfirmed(database)).toEqual([]);
    await operations.settle(database, [{ txHash: one!.txHash, outcome: "final", ...block }]);
    expect(await operations.historyOf(database, one!.id)).toMatchObject([
      { state: "queued" },
      { state: "signed" },
      { state: "stuck", note: "nonce 0 was used by 0xabc" },
      { state: "final" },
    ]);
  });

  it("finds operations by the hashes of a block", async () => {
    const [one, two] = await queueAndSign(0, 1);
    const found = await operations.operationsByTxHash(database, [two!.txHash, hash(), one!.txHash]);
    expect(found.map(({ id }) => id).sort()).toEqual([one!.id, two!.id].sort());
  });
});

describe("operations signed outside", () => {
  it("take no signature unless prepared", async () => {
    const { id } = await queue();
    expect(await operations.attachSignature(database, id, bytesFor(0))).toBeUndefined();
    expect(await operations.reprepare(database, id, { nonce: 1, gasLimit: 1n })).toBeUndefined();
  });

  it("are refused a nonce that was used since, and can be offered another", async () => {
    const [first, second] = [await prepare(3), await prepare(3)];
    expect(await operations.attachSignature(database, first.id, bytesFor(3))).toMatchObject({
      state: "signed",
      nonce: 3,
    });
    await expect(operations.attachSignature(database, second.id, bytesFor(3))).rejects.toMatchObject({
      code: "nonce-stale",
    });
    const offered = await operations.reprepare(database, second.id, { nonce: 4, gasLimit: 5n });
    expect(offered).toMatchObject({ state: "prepared", nonce: 4, gasLimit: 5n, raw: null });
    expect(await operations.attachSignature(database, second.id, bytesFor(4))).toMatchObject({ state: "signed" });
    expect(await states(second.id)).toEqual(["prepared", "prepared", "signed"]);
  });
});

describe("reading for a party", () => {
  it("shows a party its own operations only, and the registrar all", async () => {
    const [own, foreign] = [await queue(), await queue({ party: "kestrel" })];
    const seenBy = (scope: typeof harbour) =>
      database.read(scope, async (db) => {
        const listed = await operations.listOperations(db, {}, { limit: 10 });
        const histories = await Promise.all([own, foreign].map(({ id }) => operations.historyOf(db, id)));
        return [listed.map(({ id }) => id), histories.map(({ length }) => length)];
      });
    expect(await seenBy(harbour)).toEqual([[own.id], [1, 0]]);
    expect(await seenBy(registrar)).toEqual([
      [foreign.id, own.id],
      [1, 1],
    ]);
    expect(await database.read(harbour, (db) => operations.findOperation(db, foreign.id))).toBeUndefined();
  });

  it("pages newest first, and filters", async () => {
    const all = [await queue(), await queue(), await queue()].reverse();
    const first = await operations.listOperations(database, { party: "harbour", state: "queued" }, { limit: 2 });
    const rest = await operations.listOperations(database, {}, { limit: 2, beforeSeq: first.at(-1)!.seq });
    expect([...first, ...rest].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(await operations.listOperations(database, { kind: "deals.create" }, { limit: 2 })).toEqual([]);
    expect(await operations.listOperations(database, { party: "kestrel" }, { limit: 2 })).toEqual([]);
  });
});

it("signs, sends and settles a thousand operations in one statement each", async () => {
  await database.query(
    `insert into records.operation (id, party, kind, signer, target, data, gas_limit, operation_ref, facts, state)
     select gen_random_uuid(), 'harbour', 'transfers.move', $1, '0x0', '\\x', 1, sha256(i::text::bytea), '{}', 'queued'
     from generate_series(1, 1000) i`,
    [signer],
  );
  const signed = await database.tx(async (tx) => {
    const batch = (await operations.takeQueued(tx, signer, 1000)).map(({ id }, nonce) => ({ id, ...bytesFor(nonce) }));
    await operations.markSigned(tx, batch);
    return batch;
  });
  await operations.markSent(
    database,
    signed.map(({ id }) => id),
  );
  const settled = await operations.settle(
    database,
    signed.map(({ txHash, nonce }) => ({ txHash, outcome: nonce % 10 ? "final" : "reverted", ...block })),
  );
  expect(new Set(settled).size).toBe(1000);
  const { rows } = await database.query(
    "select state, count(*)::int from records.operation_history group by 1 order by 1",
  );
  expect(rows).toEqual([
    { state: "final", count: 900 },
    { state: "reverted", count: 100 },
    { state: "sent", count: 1000 },
    { state: "signed", count: 1000 },
  ]);
});
