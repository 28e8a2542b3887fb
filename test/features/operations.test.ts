import { id } from "ethers";
import { pino } from "pino";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../server/app.ts";
import { encodeCall } from "../../server/chain/contracts.ts";
import { makeGateway } from "../../server/chain/gateway.ts";
import { startLanes, type Lanes } from "../../server/chain/lanes.ts";
import { signTransaction } from "../../server/chain/signers.ts";
import { operationRoutes } from "../../server/features/operations/operations.routes.ts";
import { commandRoute, type Route } from "../../server/http/route.ts";
import { HexData } from "../../server/http/schemas.ts";
import { startIndexer, type Indexer } from "../../server/indexer/indexer.ts";
import { createApiKey } from "../../server/store/apiKeys.ts";
import { upsertParty, type Role } from "../../server/store/parties.ts";
import { laneStoreOf } from "../../server/store/laneStore.ts";
import { openSettlements } from "../../server/store/settlements.ts";
import { keyOf } from "../chain/ledgers.ts";
import { license, registerAccount, startWorld, type World } from "../chain/world.ts";
import { startApi, type TestApi } from "../support/api.ts";
import { startTestServer, type TestServer } from "../support/database.ts";

// A real ledger, lanes and indexer: the custodian's key is held by the service, while the registrar signs outside.

let server: TestServer, world: World, api: TestApi, lanes: Lanes, indexer: Indexer;
let keys: Record<"registrar" | "custodian" | "issuer", string>;

const call = commandRoute({
  path: "/v1/calls",
  operationId: "call",
  summary: "Calls the holder registry.",
  access: "any-party",
  body: z.strictObject({ data: HexData }),
  handler: async ({ body }) => ({ kind: "test.call", to: "HolderRegistry", data: body.data, facts: {} }),
}) satisfies Route;

beforeAll(async () => {
  server = await startTestServer();
  world = await startWorld(server);
  const { database, ledger, deployment, signers } = world;
  const settlements = openSettlements();
  const held = {
    addressOf: (party: string) => (party === "custodian" ? signers.addressOf(party) : undefined),
    held: () => signers.held().filter(({ party }) => party === "custodian"),
    sign: signers.sign,
  };
  const gateway = makeGateway({ ledger, deployment, signers: held });
  const log = pino({ level: "silent" });
  const onSettled = settlements.notify;
  lanes = startLanes({ ledger, store: laneStoreOf(database), signers: held, log, onSettled });
  indexer = await startIndexer({
    database,
    ledger,
    deployment,
    projections: [],
    log,
    onSettled,
    onHalt: () => {},
    pollMs: 20,
  });
  const wakeLane = lanes.wake;
  const routes = [call, ...operationRoutes({ gateway, wakeLane })];
  const app = createApp({
    routes,
    database,
    gateway,
    wakeLane,
    settlements,
    log,
    version: "0",
    requestsPerMinute: 10_000,
  });
  api = await startApi(app);
  keys = {
    registrar: await party("registrar", 1, signers.addressOf("registrar")!),
    custodian: await party("custodian", 2, signers.addressOf("custodian")!),
    issuer: await party("issuer", 3, keyOf("issuer").address),
  };
});
afterAll(async () => {
  await indexer.stop();
  await lanes.stop();
  await api.close();
  await world.stop();
  await server.stop();
});

async function party(role: Role, partyId: number, address: string): Promise<string> {
  const ref = `0x${String(partyId).padStart(64, "0")}`;
  const heldHere = role === "custodian";
  await upsertParty(world.database, {
    code: role,
    name: role,
    ref,
    partyId,
    addresses: [address],
    heldHere,
    roles: [role],
  });
  return (await createApiKey(world.database, role)).key;
}

type Party = keyof typeof keys;

const WAIT = { prefer: "wait=20" };

let count = 0;
const send = (as: Party, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const key: Record<string, string> = method === "POST" ? { "idempotency-key": `operations-test-${++count}` } : {};
  return api.sendChecked(method, path, {
    as: keys[as],
    ...(body !== undefined && { body }),
    headers: { ...key, ...headers },
  });
};
const prepare = async (data = license()) => (await send("registrar", "POST", "/v1/calls", { data })).body;
const handIn = (as: Party, id: string, rawTransaction: string, headers = {}) =>
  send(as, "POST", `/v1/operations/${id}/signature`, { rawTransaction }, headers);
const read = async (as: Party, id: string) => (await send(as, "GET", `/v1/operations/${id}`)).body;

/** Signs what an operation carries, or something else in its place. */
function sign({ transaction }: { transaction: any }, changes: object = {}, signer = "registrar"): string {
  const { chainId, nonce, to, data, gasLimit } = { ...transaction, ...changes };
  const unsigned = { chainId, nonce, to, data, gasLimit: BigInt(gasLimit) };
  return signer === "registrar"
    ? world.signers.sign(signer, unsigned).raw
    : signTransaction(keyOf(signer).key, unsigned).raw;
}

describe("a signature", () => {
  it("is not taken for an operation that nobody prepared, or another party did", async () => {
    const operation = await prepare();
    const raw = sign(operation);
    expect((await handIn("registrar", crypto.randomUUID(), raw)).body.code).toBe("not-found");
    for (const as of ["custodian", "issuer"] as const)
      expect((await handIn(as, operation.id, raw)).body.code).toBe("not-found");
    expect((await handIn("registrar", "1", raw)).body).toMatchObject({ errors: [{ pointer: "/path/operationId" }] });
    expect((await read("registrar", operation.id)).state).toBe("prepared");
  });

  it.each([
    ["nonce", { nonce: 77 }],
    ["gasLimit", { gasLimit: "0x1" }],
    ["data", { data: "0x" }],
    ["chainId", { chainId: 1 }],
    ["to", { to: "0x5FbDB2315678afecb367f032d93F642f64180aa3" }],
  ])("is not taken when its %s is not the prepared one", async (field, changes) => {
    const operation = await prepare();
    const { status, body } = await handIn("registrar", operation.id, sign(operation, changes));
    expect([status, body.code, body.values.field]).toEqual([422, "signature-mismatch", field]);
  });

  it("is not taken when another key made it, or when it is no transaction", async () => {
    const operation = await prepare();
    const foreign = await handIn("registrar", operation.id, sign(operation, {}, "issuer"));
    expect([foreign.body.code, foreign.body.values.field]).toEqual(["signature-mismatch", "signer"]);
    for (const raw of ["0x", "0xdeadbeef"]) {
      expect((await handIn("registrar", operation.id, raw)).body.code).toBe("signature-mismatch");
    }
    expect((await handIn("registrar", operation.id, "f86b")).body.code).toBe("validation");
    expect((await read("registrar", operation.id)).state).toBe("prepared");
  });

  it("carries the command to the ledger, and is taken once", async () => {
    const operation = await prepare();
    const raw = sign(operation);
    const { status, body, headers } = await handIn("registrar", operation.id, raw, WAIT);
    expect([status, body.state, headers.get("location")]).toEqual([200, "final", `/v1/operations/${operation.id}`]);
    const { history, transaction } = await read("registrar", operation.id);
    expect(history.map(({ state }: { state: string }) => state)).toEqual(["prepared", "signed", "sent", "final"]);
    expect(transaction).toBeUndefined();
    const again = await handIn("registrar", operation.id, raw);
    expect([again.status, again.body.code, again.body.operationId]).toEqual([
      409,
      "operation-not-prepared",
      operation.id,
    ]);
  });

  it("comes too late when its nonce has been used, and can be made anew", async () => {
    const [first, second] = [await prepare(), await prepare()];
    expect(second.transaction.nonce).toBe(first.transaction.nonce);
    await handIn("registrar", first.id, sign(first));
    const late = await handIn("registrar", second.id, sign(second));
    expect([late.status, late.body.code, late.body.operationId]).toEqual([409, "nonce-stale", second.id]);
    const offered = await read("registrar", second.id);
    expect([offered.state, offered.transaction.nonce]).toEqual(["prepared", first.transaction.nonce + 1]);
    expect((await handIn("registrar", second.id, sign(offered), WAIT)).body.state).toBe("final");
  });

  it("cannot be made for one nonce twice by two requests at once", async () => {
    const operations = [await prepare(), await prepare(), await prepare()];
    const answers = await Promise.all(
      operations.map((operation) => handIn("registrar", operation.id, sign(operation))),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === "nonce-stale")).toHaveLength(2);
    for (const { id } of operations.filter((_, i) => answers[i]!.status === 409)) {
      expect((await read("registrar", id)).transaction.nonce).toBe(operations[0]!.transaction.nonce + 1);
    }
  });
});

describe("operations", () => {
  it("of another party are not shown, and all of them are to the registrar", async () => {
    const { body } = await send("custodian", "POST", "/v1/calls", { data: registerAccount("a") }, WAIT);
    expect(body).toMatchObject({ state: "final", party: "custodian", problem: null });
    expect((await send("issuer", "GET", `/v1/operations/${body.id}`)).status).toBe(404);
    expect((await send("issuer", "GET", "/v1/operations")).body).toEqual({ items: [], next: null });
    expect((await read("registrar", body.id)).state).toBe("final");
  });

  it("are paged newest first, without gap or repetition, and filtered", async () => {
    const whole = (await send("registrar", "GET", "/v1/operations?limit=200")).body.items;
    const paged = [];
    for (let next: string | null = ""; next !== null;) {
      const { body }: { body: any } = await send(
        "registrar",
        "GET",
        `/v1/operations?limit=3${next && `&cursor=${next}`}`,
      );
      paged.push(...body.items);
      next = body.next;
    }
    expect(paged).toEqual(whole);
    const times = whole.map(({ createdAt }: { createdAt: string }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
    const custodians = (await send("registrar", "GET", "/v1/operations?party=custodian&state=final")).body.items;
    expect(custodians.length).toBeGreaterThan(0);
    expect(custodians.filter((item: any) => item.party !== "custodian" || item.state !== "final")).toEqual([]);
  });

  it.each(["nonsense", "WyJhIl0", "WyIxIiwiMiJd", encodeURIComponent("WyIxIl0=\u0001")])(
    "are not paged by a made-up cursor: %s",
    async (cursor) => {
      const { status, body } = await send("registrar", "GET", `/v1/operations?cursor=${cursor}`);
      expect([status, body.code]).toEqual([400, "bad-cursor"]);
    },
  );

  it("that the ledger refuses at last, because its state changed after the check, say why", async () => {
    const until = Math.floor(Date.now() / 1000) + 3_600;
    const stop = encodeCall("HolderRegistry", "stopCustodian", [2, id("order 1"), until]);
    const [first, second] = [await prepare(stop), await prepare(stop)];
    expect((await handIn("registrar", first.id, sign(first), WAIT)).body.state).toBe("final");
    await handIn("registrar", second.id, sign(second)); // nonce-stale
    const { status, body } = await handIn("registrar", second.id, sign(await read("registrar", second.id)), WAIT);
    expect([status, body.state]).toEqual([200, "reverted"]);
    expect(body.problem).toMatchObject({ code: "order-used", status: 409, values: { orderId: id("order 1") } });
    expect((await read("registrar", second.id)).history.at(-1)).toMatchObject({
      state: "reverted",
      note: "order-used",
    });
    expect((await prepare(stop)).code).toBe("order-used");
  });
});
