import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EventKey, LedgerEvent } from "../../server/chain/events.ts";
import { accountWord } from "../../server/domain/accountWord.ts";
import { projections } from "../../server/features.ts";
import { prepareReadModel } from "../../server/indexer/readModel.ts";
import { startTestDatabase } from "../support/database.ts";

const NOBODY = `0x${"0".repeat(40)}`;
const bytes = (length: number, number: number) => `0x${number.toString(16).padStart(2 * length, "0")}`;
const account = (number: number) => bytes(20, 0xacc000 + number);
const note = bytes(20, 0x407e);
const deal = bytes(32, 77);
const payment = bytes(32, 78);
const ISSUER = 3;
const PAYING_AGENT = 5;

const first = { number: 0, hash: bytes(32, 1), parentHash: bytes(32, 0), timestamp: 1_000 };

let context: Awaited<ReturnType<typeof startTestDatabase>>;
let nextLog: number;
let block: number;
let events: LedgerEvent[];

beforeAll(async () => {
  context = await startTestDatabase();
});
afterAll(() => context.stop());
beforeEach(() => {
  [nextLog, block, events] = [0, 1, []];
  for (const number of [1, 2, 3]) happen("HolderRegistry.AccountRegistered", bytes(20, 7), registered(number));
});

function happen(key: EventKey, address: string, args: unknown): void {
  const [contract, name] = key.split(".");
  events.push({
    contract,
    name,
    args,
    address,
    blockNumber: block,
    logIndex: nextLog++,
    transactionHash: bytes(32, block * 1_000 + nextLog),
    timestamp: 1_000 + block * 10,
  } as LedgerEvent);
}

const facts = {
  residence: "0x484b",
  category: 1,
  lookThrough: 1,
  omnibus: false,
  usPerson: false,
  acceptsFreeDelivery: false,
  eligibleUntil: 2_000,
};

const registered = (number: number) => ({
  account: account(number),
  accountRef: bytes(32, number),
  word: accountWord({ ...facts, holderRef: bytes(16, number) }) | (14n << 144n),
  evidenceCommitment: bytes(32, number),
});

const move = (from: number, to: number, value: bigint) =>
  happen("Note.Transfer", note, { from: from === 0 ? NOBODY : account(from), to: account(to), value });

/** Declares the record date of the first cycle; both its events stand in one transaction. */
function declare(closesAt: bigint): void {
  const dates = { recordDate: 20260101n, recordDateId: 1n };
  happen("DealRegistry.RecordDateDeclared", bytes(20, 8), { deal, ...dates, closesAt });
  const cycle = { period: 1n, version: 1n, nominalDate: 20260105n, paymentDate: 20260105n };
  happen("Distributor.CycleDeclared", bytes(20, 9), { deal, ...dates, ...cycle, recordDateClosesAt: closesAt });
}

function post(payableMinor: bigint, retainedMinor = 0n): void {
  const posted = { interestMinor: 0n, principalMinor: 0n, outstandingMinor: 0n, interestShortfallMinor: 0n };
  const classes = [payableMinor, retainedMinor].map((amount) => ({ ...posted, payableMinor: amount }));
  happen("Distributor.Posted", bytes(20, 9), { deal, period: 1n, paidMinor: [payableMinor, retainedMinor], classes });
}

const credit = (name: "Paid" | "Held" | "Released" | "Unpaid", number: number, amountMinor: bigint) =>
  happen(`Payments.${name}`, bytes(20, 10), { payment, account: account(number), amountMinor });

/** Hands the events of each block to the projections as the indexer does, over a deal with one note and one retained class. */
async function project(): Promise<void> {
  const { database } = context;
  await database.query("drop schema if exists readmodel cascade");
  await prepareReadModel(database, projections, async () => first);
  const empty = "decode(repeat('00', 32), 'hex')";
  await database.query(
    `insert into readmodel.deal
     select $1, ${empty}, 1, ${empty}, ${empty}, 2, ${ISSUER}, 4, ${PAYING_AGENT}, 6, 'USD', 0, ${empty}, d, d, d, d, d, 0, 0, 0
     from (select date '2026-01-01' as d) dates`,
    [Buffer.from(deal.slice(2), "hex")],
  );
  await database.query(
    `insert into readmodel.class
     select $1, n, 'A', '', n = 0, 1, 1, 1, 'zero', 0, 0, 'ACT/360', false, 'HALF_UP', 0, 0, 0,
       0, case when n = 0 then $2::bytea end
     from generate_series(0, 1) n`,
    [deal, note].map((hex) => Buffer.from(hex.slice(2), "hex")),
  );
  for (const [number, together] of Map.groupBy(events, ({ blockNumber }) => blockNumber)) {
    await database.tx(async (tx) => {
      await tx.query("insert into readmodel.block values ($1, $2, $3)", [
        number,
        Buffer.alloc(32),
        1_000 + number * 10,
      ]);
      for (const { handlers = {}, batch } of projections) {
        const keyOf = ({ contract, name }: LedgerEvent) => `${contract}.${name}` as EventKey;
        for (const one of together) await (handlers[keyOf(one)] as any)?.(tx, one);
        const known = together.filter((one) => batch?.events.includes(keyOf(one)));
        if (known.length > 0) await batch!.apply(tx, known);
      }
    });
  }
}

async function entitlements(): Promise<Record<string, unknown>> {
  const { rows } = await context.database.query<{ account: string; units: bigint; amount: bigint; state: string }>(
    `select '0x' || encode(account, 'hex') as account, units, amount_minor as amount, state
     from readmodel.entitlement order by account`,
  );
  return Object.fromEntries(rows.map((row) => [row.account, [row.units, row.amount, row.state]]));
}

describe("entitlements", () => {
  it("go by the last block of the record date, whatever moves after it", async () => {
    block = 2;
    move(0, 1, 60n);
    move(0, 2, 40n);
    block = 3; // second 1,030
    declare(1_040n);
    move(1, 3, 10n);
    block = 4; // second 1,040, the last of the day
    move(1, 3, 20n);
    block = 5;
    move(2, 1, 40n);
    block = 6;
    post(1_000n);
    await project();
    expect(await entitlements()).toEqual({
      [account(1)]: [30n, 300n, "due"],
      [account(2)]: [40n, 400n, "due"],
      [account(3)]: [30n, 300n, "due"],
    });
  });

  it("go by the place in the block where a late record date was declared", async () => {
    block = 2;
    move(0, 1, 60n);
    move(0, 2, 40n);
    block = 3;
    move(1, 2, 10n);
    declare(900n);
    move(2, 3, 50n);
    move(3, 1, 5n);
    block = 4;
    move(1, 3, 55n);
    post(100n);
    await project();
    expect(await entitlements()).toEqual({
      [account(1)]: [50n, 50n, "due"],
      [account(2)]: [50n, 50n, "due"],
    });
  });

  it("drop what cannot be divided, and are none of nothing", async () => {
    block = 2;
    move(0, 1, 1n);
    move(0, 2, 2n);
    block = 3;
    declare(900n);
    post(100n, 9n);
    await project();
    expect(await entitlements()).toEqual({ [account(1)]: [1n, 33n, "due"], [account(2)]: [2n, 66n, "due"] });
    const { rows } = await context.database.query(
      "select class_index, payee_id, amount_minor from readmodel.party_payment",
    );
    expect(rows).toEqual([{ class_index: 1, payee_id: ISSUER, amount_minor: 9n }]);

    events.pop();
    post(0n);
    await project();
    expect(await entitlements()).toEqual({});
  });

  it("keep what became of them, also within one block, and sums that agree", async () => {
    block = 2;
    for (const number of [1, 2, 3]) move(0, number, 1n);
    block = 3;
    declare(900n);
    post(30n);
    block = 4;
    const opened = { payment, deal, period: 1n, classIndex: 0n, amountMinor: 30n };
    happen("Payments.PaymentOpened", bytes(20, 10), opened);
    credit("Paid", 1, 10n);
    credit("Held", 2, 10n);
    credit("Unpaid", 2, 10n); // its release failed
    credit("Unpaid", 3, 10n);
    await project();
    expect(await entitlements()).toEqual({
      [account(1)]: [1n, 10n, "paid"],
      [account(2)]: [1n, 10n, "held"],
      [account(3)]: [1n, 10n, "due"],
    });
    expect(await sums()).toEqual({ open: 1, held: 1, paid: 10n, kept: 10n, failed: 2n });
    block = 5;
    credit("Paid", 3, 10n);
    credit("Released", 2, 10n);
    await project();
    expect(await sums()).toEqual({ open: 0, held: 0, paid: 30n, kept: 0n, failed: 0n });
  });
});

async function sums(): Promise<unknown> {
  const { rows } = await context.database.query(
    `select open_accounts as open, held_accounts as held, paid_minor as paid, held_minor as kept,
       (select count(*) from readmodel.entitlement where failed_at is not null) as failed
     from readmodel.class_payment where class_index = 0`,
  );
  return rows[0];
}
