import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventKey, LedgerEvent } from "../../server/chain/events.ts";
import { accountWord } from "../../server/domain/accountWord.ts";
import { holdersProjection } from "../../server/features/holders/holders.projection.ts";
import { transfersProjection } from "../../server/features/transfers/transfers.projection.ts";
import { prepareReadModel } from "../../server/indexer/readModel.ts";
import { startTestDatabase } from "../support/database.ts";

const projections = [holdersProjection, transfersProjection];
const NOBODY = `0x${"0".repeat(40)}`;
const bytes = (length: number, number: number) => `0x${number.toString(16).padStart(2 * length, "0")}`;
const account = (number: number) => bytes(20, 0xacc000 + number);
const note = (number: number) => bytes(20, 0x407e00 + number);
const reference = (number: number) => bytes(32, number);

const first = { number: 0, hash: bytes(32, 1), parentHash: bytes(32, 0), timestamp: 1_000 };

let context: Awaited<ReturnType<typeof startTestDatabase>>;
beforeAll(async () => {
  context = await startTestDatabase();
});
afterAll(() => context.stop());

const facts = {
  residence: "0x484b",
  category: 1,
  lookThrough: 1,
  omnibus: false,
  usPerson: false,
  acceptsFreeDelivery: false,
  eligibleUntil: 2_000,
};

// Where the next event stands on the ledger.
let nextLog = 0;
let block = 1;

function event(key: EventKey, address: string, args: unknown, transaction = 0): LedgerEvent {
  const [contract, name] = key.split(".");
  return {
    contract,
    name,
    args,
    address,
    blockNumber: block,
    logIndex: nextLog++,
    transactionHash: bytes(32, block * 1_000 + transaction),
    timestamp: 1_000 + block,
  } as LedgerEvent;
}

const registered = (number: number, custodian: bigint) =>
  event("HolderRegistry.AccountRegistered", bytes(20, 7), {
    account: account(number),
    accountRef: reference(number),
    word: accountWord({ ...facts, holderRef: bytes(16, number) }) | (custodian << 144n),
    evidenceCommitment: reference(number),
  });

const transfer = (of: number, from: string, to: string, value: bigint, transaction = 0) =>
  event("Note.Transfer", note(of), { from, to, value }, transaction);

const moved = (of: number, operationRef: string, transaction = 0) =>
  event("Note.Moved", note(of), { operationRef, operator: bytes(20, 9) }, transaction);

const ordered = (name: "UnitsForced" | "UnitsRecovered", orderId: string, transaction: number) =>
  event(`Orders.${name}`, bytes(20, 6), { orderId }, transaction);

/** Makes the tables anew and hands them events in calls of the given size of blocks. */
async function project(events: readonly LedgerEvent[], blocksInACall = 1): Promise<void> {
  const { database } = context;
  await database.query("drop schema if exists readmodel cascade");
  await prepareReadModel(database, projections, async () => first);
  const calls = Map.groupBy(events, ({ blockNumber }) => Math.floor(blockNumber / blocksInACall));
  for (const together of calls.values()) {
    await database.tx(async (tx) => {
      for (const { batch } of projections) {
        const known = together.filter(({ contract, name }) =>
          batch!.events.includes(`${contract}.${name}` as EventKey),
        );
        if (known.length > 0) await batch!.apply(tx, known);
      }
    });
  }
}

/** Every row of a table as text, so that two runs can be compared. */
async function dump(table: string): Promise<unknown[]> {
  const { rows } = await context.database.query<{ row: string }>(
    `select t::text as row from readmodel.${table} t order by t::text`,
  );
  return rows.map(({ row }) => row);
}

function begin(): LedgerEvent[] {
  [nextLog, block] = [0, 1];
  return [registered(1, 14n), registered(2, 14n), registered(3, 15n)];
}

describe("transfers projection", () => {
  it("does not write a movement of an account that nobody registered", async () => {
    const events = begin();
    block = 2;
    events.push(transfer(1, NOBODY, account(4), 5n));
    await expect(project(events)).rejects.toThrow(/movement_check/);
    expect(await dump("movement")).toEqual([]);
    expect(await dump("position")).toEqual([]);
  });

  it("stops when an account would hold fewer than no units", async () => {
    const events = begin();
    block = 2;
    events.push(transfer(1, NOBODY, account(1), 5n));
    block = 3;
    events.push(transfer(1, account(1), account(2), 6n));
    await expect(project(events)).rejects.toThrow(/position_units_check/);
    expect(await dump("movement")).toHaveLength(1);
  });

  it("joins each movement with the event that says why", async () => {
    const events = begin();
    block = 2;
    events.push(
      transfer(1, NOBODY, account(1), 60n, 1),
      transfer(1, NOBODY, account(3), 40n, 1),
      event(
        "DealRegistry.Issued",
        bytes(20, 8),
        { deal: reference(1), classIndex: 0n, operationRef: reference(50), issuer: 9n, units: 100n, amountMinor: 1n },
        1,
      ),
      transfer(1, account(1), account(2), 10n, 2),
      moved(1, reference(51), 2),
      transfer(1, account(3), account(2), 1n, 3),
      transfer(1, account(3), account(1), 2n, 4),
      moved(1, reference(52), 4),
      transfer(1, account(1), account(3), 3n, 5),
      ordered("UnitsForced", reference(53), 5),
      transfer(1, account(1), account(2), 4n, 6),
      ordered("UnitsRecovered", reference(54), 6),
      transfer(1, account(3), NOBODY, 40n, 7),
    );
    await project(events);
    const { rows } = await context.database.query(
      `select encode(operation_ref, 'hex') as ref, operator is null as "noOperator", from_account is null as issued,
         from_custodian_id as "from", to_custodian_id as "to", units, encode(order_id, 'hex') as order, order_kind as kind
       from readmodel.movement order by log_index`,
    );
    const noOrder = { order: null, kind: null };
    const byOrder = { ref: null, noOperator: true, issued: false };
    expect(rows).toEqual([
      { ref: reference(50).slice(2), noOperator: true, issued: true, from: null, to: 14, units: 60n, ...noOrder },
      { ref: reference(50).slice(2), noOperator: true, issued: true, from: null, to: 15, units: 40n, ...noOrder },
      { ref: reference(51).slice(2), noOperator: false, issued: false, from: 14, to: 14, units: 10n, ...noOrder },
      { ref: null, noOperator: true, issued: false, from: 15, to: 14, units: 1n, ...noOrder },
      { ref: reference(52).slice(2), noOperator: false, issued: false, from: 15, to: 14, units: 2n, ...noOrder },
      { ...byOrder, from: 14, to: 15, units: 3n, order: reference(53).slice(2), kind: "force" },
      { ...byOrder, from: 14, to: 14, units: 4n, order: reference(54).slice(2), kind: "recover" },
      { ...byOrder, from: 15, to: null, units: 40n, ...noOrder },
    ]);
  });

  it("knows every balance at the end of every block, however many blocks come in a call", async () => {
    const events = begin();
    const model = new Map<string, bigint>();
    const expected = new Map<string, bigint>();
    let seed = 20_040_126;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const change = (of: number, who: string, units: bigint) => {
      const held = (model.get(`${note(of)} ${who}`) ?? 0n) + units;
      model.set(`${note(of)} ${who}`, held);
      expected.set(`${note(of)} ${who} ${block}`, held);
    };
    for (block = 2; block < 40; block++) {
      nextLog = 0;
      for (let i = random(12); i > 0; i--) {
        const of = 1 + random(2);
        const from = 1 + random(3);
        const to = 1 + ((from + random(2)) % 3);
        const held = model.get(`${note(of)} ${account(from)}`) ?? 0n;
        const wanted = BigInt(random(1_000)) + 1n;
        const units = held === 0n ? 2n ** 63n : held < wanted ? held : wanted;
        if (held === 0n) {
          events.push(transfer(of, NOBODY, account(to), units, i));
        } else {
          events.push(transfer(of, account(from), account(to), units, i), moved(of, reference(block * 100 + i), i));
          change(of, account(from), -units);
        }
        change(of, account(to), units);
      }
    }
    await project(events);
    const { rows } = await context.database.query<{ key: string; units: bigint }>(
      `select '0x' || encode(note, 'hex') || ' 0x' || encode(account, 'hex') || ' ' || block_number as key, units
       from readmodel.position`,
    );
    expect(new Map(rows.map(({ key, units }) => [key, units]))).toEqual(expected);
    const tables = ["movement", "holding", "position", "account", "account_facts"];
    const oneByOne = await Promise.all(tables.map(dump));
    await project(events, 7);
    expect(await Promise.all(tables.map(dump))).toEqual(oneByOne);
  });
});
