import { id, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { now, nextAt, register, residence, update, type Statement } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const HELD = 100n;
const DATE = 1;

/** Gamma of custodian B is omnibus; a record date has closed at which it held 100 units. */
async function closed(of: typeof ledger) {
  const world = await issued(of);
  await restate(world, { omnibus: true });
  await declare(world, 20260131);
  return world;
}

const restate = (world: IssuedWorld, overrides: Partial<Statement>) =>
  update(world, world.actors.custodianB.key, world.gamma, "gamma", { residence: residence("CH"), ...overrides });
const declare = (world: IssuedWorld, date: number) =>
  world.deals.connect(world.actors.payingAgent.key).declareRecordDate(world.deal, date);

type Total = { residence: string; units: bigint };
const total = (code: string, units: bigint): Total => ({ residence: residence(code), units });

let world: IssuedWorld;
let note: string;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(closed);
  note = await world.note.getAddress();
});

const whole = [total("CH", 60n), total("HK", 40n)];
const given = () => ({
  key: world.actors.custodianB.key,
  note,
  account: world.gamma,
  date: DATE,
  totals: whole,
  subHolders: 5,
  listHash: id("list"),
});
function call(overrides: Partial<ReturnType<typeof given>> = {}) {
  const { key, note, account, date, totals, subHolders, listHash } = { ...given(), ...overrides };
  return world.statements.connect(key).state(note, account, date, totals, subHolders, listHash);
}

describe("state", () => {
  it("refuses everybody but the account's own custodian, while it is active (R-H8)", async () => {
    const { custodianA, custodianB, registrar, outsider, regulator } = world.actors;
    for (const [key, party] of [
      [custodianA.key, custodianA.id],
      [registrar.key, registrar.id],
      [outsider, 0n],
    ] as const) {
      await expect(call({ key })).toRevertWith(world.statements, "Statements_NotCustodianOf", [world.gamma, party]);
    }
    for (const account of [ZeroAddress, outsider.address]) {
      for (const [key, party] of [
        [custodianB.key, custodianB.id],
        [outsider, 0n],
      ] as const) {
        const refused = ["Statements_NotCustodianOf", [account, party]] as const;
        await expect(call({ account, key })).toRevertWith(world.statements, ...refused);
      }
    }
    const until = (await now(world)) + 100;
    await world.holders.connect(regulator.key).stopCustodian(custodianB.id, id("stop"), until);
    await expect(call()).toRevertWith(world.statements, "Statements_NotCustodianOf", [world.gamma, custodianB.id]);
  });

  it("refuses a note that is not live, whatever it says of itself", async () => {
    const stranger = await (await ledger.ethers.deployContract("ListeningNote")).getAddress();
    for (const unknown of [stranger, ZeroAddress, world.actors.outsider.address]) {
      await expect(call({ note: unknown })).toRevertWith(world.statements, "Statements_UnknownNote", [unknown]);
    }
  });

  it("refuses an account that is not omnibus", async () => {
    const key = world.actors.custodianA.key;
    await expect(call({ key, account: world.alpha })).toRevertWith(world.statements, "Statements_NotOmnibus", [
      world.alpha,
    ]);
  });

  it("refuses a record date that does not exist or has not closed", async () => {
    await declare(world, 20260228);
    for (const date of [0, 2, 3, 2 ** 24 - 1]) {
      await expect(call({ date })).toRevertWith(world.note, "Note_RecordDateOpen", [BigInt(date)]);
    }
  });

  it("refuses CN, malformed and unassigned residences (R-H2)", async () => {
    for (const code of ["CN", "cn", "AA", "H1"]) {
      const totals = [total(code, 100n)];
      await expect(call({ totals })).toRevertWith(world.statements, "Statements_ResidenceNotAllowed", [
        residence(code),
      ]);
    }
  });

  it("refuses a residence twice or out of order, and one without units", async () => {
    for (const [first, second] of [
      ["HK", "HK"],
      ["HK", "CH"],
    ] as const) {
      await expect(call({ totals: [total(first, 60n), total(second, 40n)] })).toRevertWith(
        world.statements,
        "Statements_ResidenceOrder",
        [residence(second)],
      );
    }
    await expect(call({ totals: [total("CH", 100n), total("HK", 0n)] })).toRevertWith(
      world.statements,
      "Statements_UnitsMissing",
      [residence("HK")],
    );
  });

  it("refuses totals that differ from what was held by one unit, and do not wrap round (R-H8)", async () => {
    const huge = 2n ** 64n - 1n;
    for (const totals of [[total("HK", 99n)], [total("HK", 101n)], [], [total("CH", huge), total("HK", 101n)]]) {
      const stated = totals.reduce((sum, { units }) => sum + units, 0n);
      await expect(call({ totals })).toRevertWith(world.statements, "Statements_Unequal", [stated, HELD]);
    }
  });

  it("refuses fewer sub-holders than residences, and no list", async () => {
    for (const subHolders of [0, 1]) {
      await expect(call({ subHolders })).toRevertWith(world.statements, "Statements_SubHolderCount", [
        BigInt(subHolders),
        2n,
      ]);
    }
    await expect(call({ listHash: ZeroHash })).toRevertWith(world.statements, "Statements_ListMissing", []);
  });

  it("refuses sub-holders of an account that held nothing, which needs no statement", async () => {
    const empty = await register(world, world.actors.custodianB, "empty", { omnibus: true });
    expect(await world.statements.isStated(note, empty, DATE)).toBe(true);
    await expect(call({ account: empty, totals: [], subHolders: 1 })).toRevertWith(
      world.statements,
      "Statements_SubHolderCount",
      [1n, 0n],
    );
    await call({ account: empty, totals: [], subHolders: 0 });
  });

  it("records the statement and tells of it, and again when it is stated anew (R-H8)", async () => {
    expect(await world.statements.isStated(note, world.gamma, DATE)).toBe(false);
    const { custodianB } = world.actors;
    const told = [note, world.gamma, BigInt(DATE), custodianB.id];
    await expect(call()).toEmit(world.statements, "Stated", [
      ...told,
      [
        [residence("CH"), 60n],
        [residence("HK"), 40n],
      ],
      5n,
      id("list"),
    ]);
    expect(await world.statements.isStated(note, world.gamma, DATE)).toBe(true);
    const anew = { totals: [total("HK", 100n)], subHolders: 2 ** 32 - 1, listHash: id("list 2") };
    await expect(call(anew)).toEmit(world.statements, "Stated", [
      ...told,
      [[residence("HK"), 100n]],
      2n ** 32n - 1n,
      id("list 2"),
    ]);
    expect(await world.statements.isStated(note, world.gamma, DATE)).toBe(true);
  });

  it("is about one note, one account and one date alone", async () => {
    await call();
    await declare(world, 20260201);
    expect(await world.statements.isStated(note, world.gamma, 2)).toBe(false);
    expect(await world.statements.isStated(note, world.alpha, DATE)).toBe(false);
  });

  it("counts what was held at the date, not what is held since", async () => {
    await world.note.connect(world.actors.custodianB.key).move(world.gamma, world.alpha, 30n, id("move"));
    await call();
  });
});

describe("isStated", () => {
  it("refuses to say it of a record date that is open", async () => {
    await declare(world, 20260228);
    for (const date of [0, 2, 3]) {
      await expect(world.statements.isStated(note, world.gamma, date)).toRevertWith(world.note, "Note_RecordDateOpen", [
        BigInt(date),
      ]);
    }
  });
});

describe("isCurrent", () => {
  const isCurrent = () => world.statements.isCurrent(note, world.gamma);

  it("is so where no record date has closed", async () => {
    const fresh = await issued(ledger);
    expect(await fresh.statements.isCurrent(await fresh.note.getAddress(), fresh.gamma)).toBe(true);
  });

  it("asks for the last record date that has closed, from the second after its last one on (R-H8)", async () => {
    await call();
    expect(await isCurrent()).toBe(true);
    await declare(world, 20260228);
    const closesAt = Number(await world.note.recordDateClosesAt(2));
    await networkHelpers.time.increaseTo(closesAt);
    expect(await isCurrent()).toBe(true);
    await networkHelpers.time.increaseTo(closesAt + 1);
    expect(await isCurrent()).toBe(false);
    await nextAt(world, closesAt + 2);
    await call({ date: 2 });
    expect(await isCurrent()).toBe(true);
  });
});

describe("an omnibus account", () => {
  const into = () => world.note.connect(world.actors.custodianA.key).move(world.alpha, world.gamma, 1n, id("move"));

  it("receives nothing while its statement is due, sends all the same, and receives when it is made (R-H8)", async () => {
    await expect(into()).rejects.toThrow(/Note_Restricted/);
    await world.note.connect(world.actors.custodianB.key).move(world.gamma, world.alpha, 1n, id("move"));
    await call();
    await into();
    expect(await world.note.balanceOf(world.gamma)).toBe(100n);
  });
});
