import { id } from "ethers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeCall } from "../../server/chain/contracts.ts";
import type { Lanes } from "../../server/chain/lanes.ts";
import { LedgerUnreachable, type Ledger } from "../../server/chain/rpc.ts";
import { startIndexer, type Indexer, type IndexerOptions } from "../../server/indexer/indexer.ts";
import type { Projection } from "../../server/indexer/projection.ts";
import { StartError } from "../../server/startError.ts";
import type { Operation } from "../../server/store/operation.ts";
import { toBytes } from "../../server/store/hex.ts";
import { keyOf, startLedger } from "../chain/ledgers.ts";
import { license, log, registerAccount, startWorld, until, type World } from "../chain/world.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { capsMinor, dealTerms, termsHashOf } from "../support/terms.ts";

let server: TestServer;
let world: World;
let indexer: Indexer | undefined;
let lanes: Lanes | undefined;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  world = await startWorld(server);
});
afterEach(async () => {
  await lanes?.stop();
  await indexer?.stop();
  lanes = indexer = undefined;
  await world.stop();
});

/** Accounts one by one, licences together. */
const accounts: Projection = {
  name: "accounts",
  ddl: `create table readmodel.seen (block_number bigint, log_index int, account bytea, at bigint,
          primary key (block_number, log_index));
        create table readmodel.licences (block_number bigint primary key, count int);`,
  handlers: {
    "HolderRegistry.AccountRegistered": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const values = [blockNumber, logIndex, toBytes(args.account), timestamp];
      await tx.query("insert into readmodel.seen values ($1, $2, $3, $4)", values);
    },
  },
  batch: {
    events: ["HolderRegistry.CustodianLicensed"],
    apply: async (tx, events) => {
      const values = [events[0]!.blockNumber, events.length];
      await tx.query("insert into readmodel.licences values ($1, $2)", values);
    },
  },
};

const follow = async (change: Partial<IndexerOptions> = {}) => {
  const { database, ledger, deployment } = world;
  indexer = await startIndexer({
    database,
    ledger,
    deployment,
    projections: [accounts],
    log,
    onSettled: () => undefined,
    onHalt: () => undefined,
    pollMs: 10,
    ...change,
  });
  return indexer;
};

const newest = async () => Number(await world.ledger.request<string>("eth_blockNumber", []));
const rowsOf = async (table: string) =>
  (await world.database.query(`select * from readmodel.${table} order by 1, 2`)).rows;
const settled = (operation: Operation) =>
  until(async () => {
    const now = await world.operation(operation.id);
    return ["final", "reverted", "stuck"].includes(now.state) && now;
  });

/** Licenses the custodian and registers some accounts, and waits until that is included. */
async function registerSome(...references: string[]): Promise<Operation[]> {
  lanes ??= world.lanes();
  const first = await world.queue("registrar", license());
  lanes.wake(first.signer);
  await until(async () => (await includedOf(first.signer)) > 0);
  const operations: Operation[] = [];
  for (const reference of references) operations.push(await world.queue("custodian", registerAccount(reference)));
  const signer = world.signers.addressOf("custodian")!;
  const before = await includedOf(signer);
  lanes.wake(signer);
  await until(async () => (await includedOf(signer)) === before + references.length);
  return [first, ...operations];
}

/** How many transactions of a key have been included. */
const includedOf = async (address: string) =>
  Number(await world.ledger.request<string>("eth_getTransactionCount", [address, "latest"]));

describe("the indexer does not start", () => {
  test("on a database that belongs to another ledger", async () => {
    await (await follow()).stop();
    const deployment = { ...world.deployment, genesisHash: `0x${"11".repeat(32)}` };
    await expect(follow({ deployment })).rejects.toThrow(/^The database belongs to another ledger: chain 20260206/);
  });

  test("on a database that belongs to another deployment", async () => {
    await (await follow()).stop();
    const { contracts } = world.deployment;
    const DealRegistry = { ...contracts.DealRegistry, address: contracts.Parties.address };
    const deployment = { ...world.deployment, contracts: { ...contracts, DealRegistry } };
    await expect(follow({ deployment })).rejects.toThrow(/belongs to the deployment with deal registry/);
  });

  test("on a ledger that lost blocks which were read", async () => {
    await (await follow()).waitForBlock(await newest());
    await indexer!.stop();
    const empty = await startLedger();
    try {
      const started = follow({ ledger: empty.ledger });
      await expect(started).rejects.toThrow(StartError);
      await expect(started).rejects.toThrow(/^The ledger ends at block 0, but the database has read block \d+ of it/);
    } finally {
      await empty.stop();
    }
  });

  test("on a ledger that has another block in the place of one that was read", async () => {
    await (await follow()).waitForBlock(await newest());
    await indexer!.stop();
    await world.database.query("update readmodel.checkpoint set block_hash = $1", [toBytes(`0x${"22".repeat(32)}`)]);
    await expect(follow()).rejects.toThrow(/the ledger was changed\.$/);
  });
});

describe("the indexer halts and leaves the block unread", () => {
  const halted = async (change: Partial<IndexerOptions>) => {
    const { promise, resolve } = Promise.withResolvers<Error>();
    await follow({ ...change, onHalt: resolve });
    return promise;
  };

  test("when a block does not follow upon the one before", async () => {
    await (await follow()).waitForBlock(await newest());
    await indexer!.stop();
    const last = indexer!.head().number;
    const ledger: Ledger = {
      ...world.ledger,
      async requestAll<T>(calls: Parameters<Ledger["requestAll"]>[0]) {
        const answers = await world.ledger.requestAll<T>(calls);
        const isHeader = calls[0]?.method === "eth_getBlockByNumber";
        const foreign = (header: T) => ({ ...header, parentHash: `0x${"33".repeat(32)}` });
        return isHeader && Number(calls[0]!.params[0]) > last ? answers.map((answer) => foreign(answer as T)) : answers;
      },
    };
    await registerSome();
    const error = await halted({ ledger });
    expect(error.message).toMatch(new RegExp(`^Block ${last + 1} of the ledger follows upon 0x3333`));
    expect(indexer!.head().number).toBe(last);
    await expect(indexer!.waitForBlock(last + 1)).rejects.toThrow(error);
  });

  test("when a projection fails, with nothing of its block written", async () => {
    await (await follow()).waitForBlock(await newest());
    await indexer!.stop();
    await registerSome("a");
    const apply = () => Promise.reject(new Error("a projection failed"));
    const broken: Projection = {
      name: "broken",
      ddl: "",
      batch: { events: ["HolderRegistry.AccountRegistered"], apply },
    };
    const error = await halted({ projections: [accounts, broken] });
    expect(error.message).toBe("a projection failed");
    expect(await rowsOf("seen")).toEqual([]);
    const { rows } = await world.database.query<{ max: bigint }>("select max(number) from readmodel.block");
    expect(Number(rows[0]!.max)).toBe(indexer!.head().number);
  });
});

describe("reading the ledger", () => {
  test("writes each event once, in order, over a restart in the middle", async () => {
    await follow();
    await registerSome("a", "b");
    await indexer!.waitForBlock(await newest());
    await indexer!.stop();
    await registerSome("c", "d", "e");
    await follow();
    await indexer!.waitForBlock(await newest());
    const seen = await rowsOf("seen");
    expect(seen).toHaveLength(5);
    const accountOf = async (reference: string) => {
      const data = encodeCall("HolderRegistry", "custodialAccountOf", [2, id(reference)]);
      const to = world.deployment.contracts.HolderRegistry.address;
      return (await world.ledger.request<string>("eth_call", [{ to, data }, "latest"])).slice(-40);
    };
    const expected = await Promise.all(["a", "b", "c", "d", "e"].map(accountOf));
    expect(seen.map(({ account }) => account.toString("hex"))).toEqual(expected);
    const head = indexer!.head();
    const block = await world.ledger.request<any>("eth_getBlockByNumber", [`0x${head.number.toString(16)}`, false]);
    expect(head).toMatchObject({ hash: block.hash, timestamp: Number(block.timestamp) });
  });

  test("gives the same rows when it is done anew, because the tables of a projection have changed", async () => {
    await follow();
    await registerSome("a", "b", "c");
    await indexer!.waitForBlock(await newest());
    await indexer!.stop();
    const before = [await rowsOf("seen"), await rowsOf("licences"), await rowsOf("block")];
    await follow({ projections: [{ ...accounts, ddl: `${accounts.ddl} -- changed` }] });
    expect(indexer!.head().number).toBeLessThan(await newest());
    await indexer!.waitForBlock(await newest());
    expect([await rowsOf("seen"), await rowsOf("licences"), await rowsOf("block")]).toEqual(before);
    expect(before[0]).toHaveLength(3);
    expect(before[1]).toHaveLength(1);
  });

  test("goes on by itself after the ledger was away", async () => {
    let isDown = false;
    const away = () => Promise.reject(new LedgerUnreachable("away"));
    const ledger: Ledger = {
      ...world.ledger,
      request: (method, params) => (isDown ? away() : world.ledger.request(method, params)),
      requestAll: (calls) => (isDown ? away() : world.ledger.requestAll(calls)),
    };
    await follow({ ledger });
    await indexer!.waitForBlock(await newest());
    isDown = true;
    await registerSome("a");
    isDown = false;
    await indexer!.waitForBlock(await newest());
    expect(await rowsOf("seen")).toHaveLength(1);
  });

  test("knows the notes that deals open, also after a restart, and hears what they say in the block itself", async () => {
    const insert = "insert into readmodel.said values ($1, $2, $3, $4)";
    const said: Projection = {
      name: "said",
      ddl: "create table readmodel.said (block_number bigint, log_index int, note bytea, what text);",
      handlers: {
        "Note.FilingStateFollowed": async (tx, { address, blockNumber, logIndex }) => {
          await tx.query(insert, [blockNumber, logIndex, toBytes(address), "state"]);
        },
        "Note.RecordDateScheduled": async (tx, { address, blockNumber, logIndex, args }) => {
          await tx.query(insert, [blockNumber, logIndex, toBytes(address), String(args.recordDate)]);
        },
      },
    };
    await follow({ projections: [said] });
    const deal = await openDeal();
    await indexer!.waitForBlock(await newest());
    const notes = (await rowsOf("note")).map(({ address }) => address.toString("hex"));
    expect(notes).toHaveLength(2);
    await indexer!.stop();
    await follow({ projections: [said] });
    const declare = encodeCall("DealRegistry", "declareRecordDate", [deal, 20300115]);
    await world.sendOutside("paying-agent", "DealRegistry", declare);
    await indexer!.waitForBlock(await newest());
    const rows = await rowsOf("said");
    expect(rows.map(({ what }) => what)).toEqual(["state", "state", "20300115", "20300115"]);
    expect(new Set(rows.slice(2).map(({ note }) => note.toString("hex")))).toEqual(new Set(notes));
  });

  test("is open to the role of the readers", async () => {
    await follow();
    await registerSome("a");
    await indexer!.waitForBlock(await newest());
    const scope = { party: "custodian", partyId: 2, seesAll: false };
    const { rows } = await world.database.read(scope, (db) => db.query("select * from readmodel.seen"));
    expect(rows).toHaveLength(1);
  });
});

describe("an operation", () => {
  test("that the ledger reverted carries the problem of its contract", async () => {
    const told: string[] = [];
    await follow({ onSettled: (ids) => told.push(...ids) });
    lanes = world.lanes();
    const operation = await world.queue("custodian", registerAccount("a")); // the custodian has no licence yet
    lanes.wake(operation.signer);
    const reverted = await settled(operation);
    expect(reverted).toMatchObject({
      state: "reverted",
      problem: { code: "custodian-inactive", values: { custodian: "2" } },
    });
    expect(reverted.blockNumber).toBeGreaterThan(0);
    expect(told).toEqual([operation.id]);
  });

  test("that was overtaken in its own block carries the problem too", async () => {
    await follow();
    await registerSome("a");
    const [first, second] = [
      await world.queue("custodian", registerAccount("b")),
      await world.queue("custodian", registerAccount("b")),
    ];
    lanes!.wake(first.signer);
    expect((await settled(first)).state).toBe("final");
    expect(await settled(second)).toMatchObject({ state: "reverted", problem: { code: "account-exists" } });
  });

  test("is final with the block of its transaction, and stays so when the read model is built anew", async () => {
    const told: string[] = [];
    const onSettled = (ids: readonly string[]) => told.push(...ids);
    await follow({ onSettled });
    const operations = await registerSome("a", "b");
    const final = await Promise.all(operations.map(settled));
    expect(final.map(({ state }) => state)).toEqual(["final", "final", "final"]);
    for (const { blockNumber, blockHash } of final) {
      const number = `0x${blockNumber!.toString(16)}`;
      const block = await world.ledger.request<{ hash: string }>("eth_getBlockByNumber", [number, false]);
      expect(blockHash).toBe(block.hash);
    }
    expect(told.toSorted()).toEqual(operations.map((operation) => operation.id).toSorted());
    await indexer!.stop();
    await follow({ onSettled, projections: [{ ...accounts, ddl: `${accounts.ddl} -- changed` }] });
    await indexer!.waitForBlock(await newest());
    expect(told).toHaveLength(3);
    expect(await Promise.all(operations.map(({ id: each }) => world.operation(each)))).toEqual(final);
  });
});

const actors = Object.fromEntries(
  [
    ["filingEntity", 3n],
    ["issuer", 4n],
    ["trustee", 5n],
    ["payingAgent", 6n],
    ["servicer", 7n],
  ].map(([name, number]) => [name, { id: number }]),
) as unknown as Parameters<typeof dealTerms>[0];

/** Files the small deal, creates it and opens its three classes, two of them with notes. Answers its id. */
async function openDeal(): Promise<string> {
  const terms = dealTerms(actors);
  const now = BigInt(Math.floor(Date.now() / 1000));
  const submission = {
    bundleHash: id("bundle"),
    termsHash: termsHashOf(terms),
    capsMinor,
    issuer: 4,
    windowOpensAt: now - 60n,
    windowClosesAt: now + 3_600n,
  };
  const draft = encodeCall("FilingRegistry", "draft", [id("filing"), submission]);
  const make = async (role: "filing-entity" | "issuer", contract: "FilingRegistry" | "DealRegistry", data: string) => {
    const call = { from: keyOf(role).address, to: world.deployment.contracts[contract].address, data };
    const made = await world.ledger.request<string>("eth_call", [call, "pending"]);
    await world.sendOutside(role, contract, data);
    return made;
  };
  const filing = await make("filing-entity", "FilingRegistry", draft);
  const deal = await make("issuer", "DealRegistry", encodeCall("DealRegistry", "create", [filing, terms]));
  await world.sendOutside("issuer", "DealRegistry", encodeCall("DealRegistry", "openClasses", [deal, 3]));
  return deal;
}
