import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import { as, byThree, createDeal, noteOf, now, reach, register, submit } from "../support/steps.ts";
import { capsMinor, dealTerms } from "../support/terms.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const at = (second: number) => networkHelpers.time.setNextBlockTimestamp(second);
const declare = (date: number, key = world.actors.payingAgent.key, deal = world.deal) =>
  world.deals.connect(key).declareRecordDate(deal, date);
const move = (from: string, to: string, units: bigint) =>
  world.note.connect(world.actors.custodianA.key).move(from, to, units, id("move"));
const unitsAt = (account: string, recordDateId: number) => world.note.unitsAt(account, recordDateId);

/** End of a day in Hong Kong, where the deal's dates are. */
const endOf = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day, 15, 59, 59) / 1_000;
const [feb15, mar15] = [endOf(2026, 2, 15), endOf(2026, 3, 15)];

describe("declareRecordDate", () => {
  it("refuses a deal that nobody created", async () => {
    await expect(declare(20260215, undefined, id("no deal"))).toRevertWith(world.deals, "DealRegistry_UnknownDeal", [
      id("no deal"),
    ]);
  });

  it("refuses everybody but the deal's paying agent, also one whose role was ended", async () => {
    const { issuer, trustee, registrar, outsider, payingAgent } = world.actors;
    const missing = (party: bigint) => ["Parties_RoleMissing", [party, role("PAYING_AGENT")]] as const;
    for (const party of [issuer, trustee, registrar]) {
      await expect(declare(20260215, party.key)).toRevertWith(world.parties, ...missing(party.id));
    }
    await expect(declare(20260215, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    await byThree(world, (key) => world.parties.connect(key).end(payingAgent.id, role("PAYING_AGENT"), id("end")));
    await expect(declare(20260215)).toRevertWith(world.parties, ...missing(payingAgent.id));
  });

  it.each([0, 20260229, 20260431, 20261315, 20260200, 19691231, 100000101, 4294960101])(
    "refuses %i, which is no day of the calendar",
    async (date) => {
      await expect(declare(date)).toRevertWith(world.deals, "DealRegistry_BadDate", [BigInt(date)]);
    },
  );

  it("refuses a day after legal final maturity, so that a slip cannot block all later dates", async () => {
    for (const date of [20310316, 99991231]) {
      await expect(declare(date)).toRevertWith(world.deals, "DealRegistry_BadDate", [BigInt(date)]);
    }
    await declare(20310315);
  });

  it("refuses a day that is not later than the last, whether that one is open, closed or closed late", async () => {
    const order = (last: number, given: number) =>
      ["DealRegistry_RecordDateOrder", [world.deal, BigInt(last), BigInt(given)]] as const;
    await declare(20260131);
    for (const date of [20260131, 20260130])
      await expect(declare(date)).toRevertWith(world.deals, ...order(20260131, date));
    await declare(20260215);
    for (const date of [20260215, 20260214])
      await expect(declare(date)).toRevertWith(world.deals, ...order(20260215, date));
    await reach(world, feb15 + 1);
    for (const date of [20260215, 20260214])
      await expect(declare(date)).toRevertWith(world.deals, ...order(20260215, date));
    expect(await world.note.recordDateCount()).toBe(2n);
  });

  it("schedules the last second of the day for every class at once", async () => {
    const declared = declare(20260215);
    for (const note of [world.note, world.exactNote]) {
      await expect(declared).toEmit(note, "RecordDateScheduled", [1n, 20260215n, BigInt(feb15)]);
      expect(await note.recordDateClosesAt(1)).toBe(BigInt(feb15));
      expect(await note.recordDateCount()).toBe(1n);
    }
    await expect(declared).toEmit(world.deals, "RecordDateDeclared", [world.deal, 20260215n, 1n, BigInt(feb15)]);
    expect((await world.deals.dealOf(world.deal)).lastRecordDate).toBe(20260215n);
  });

  it.each([
    [-720, Date.UTC(2026, 1, 16, 11, 59, 59)],
    [-300, Date.UTC(2026, 1, 16, 4, 59, 59)],
    [0, Date.UTC(2026, 1, 15, 23, 59, 59)],
    [345, Date.UTC(2026, 1, 15, 18, 14, 59)],
    [840, Date.UTC(2026, 1, 15, 9, 59, 59)],
  ])("ends the day in the deal's time zone, %i minutes from UTC", async (utcOffsetMinutes, milliseconds) => {
    const terms = dealTerms(world.actors, { utcOffsetMinutes });
    const filing = await submit(world, terms, { capsMinor }, id("elsewhere"));
    const deal = await createDeal(world, filing, terms);
    await declare(20260215, undefined, deal);
    const note = await noteOf(world, deal, 0);
    expect(await note.recordDateClosesAt(1)).toBe(BigInt(milliseconds / 1_000));
  });
});

describe("unitsAt", () => {
  it("refuses a record date that nobody declared, and number zero", async () => {
    await declare(20260215);
    await reach(world, feb15 + 1);
    for (const recordDateId of [0, 2]) {
      await expect(unitsAt(world.alpha, recordDateId)).toRevertWith(world.note, "Note_RecordDateOpen", [
        BigInt(recordDateId),
      ]);
    }
  });

  it("refuses a record date in its last second, and answers in the next (R-H9)", async () => {
    await declare(20260215);
    for (const second of [feb15 - 1, feb15]) {
      await reach(world, second);
      await expect(unitsAt(world.alpha, 1)).toRevertWith(world.note, "Note_RecordDateOpen", [1n]);
    }
    await reach(world, feb15 + 1);
    expect(await unitsAt(world.alpha, 1)).toBe(100n);
  });

  it("counts a transfer in the last second of the day, and none in the next second (R-H9)", async () => {
    await declare(20260215);
    await at(feb15);
    await move(world.alpha, world.beta, 1n);
    await at(feb15);
    await move(world.alpha, world.beta, 2n);
    await at(feb15 + 1);
    await move(world.alpha, world.beta, 4n);
    expect([await unitsAt(world.alpha, 1), await unitsAt(world.beta, 1)]).toEqual([97n, 103n]);
    expect([await world.note.balanceOf(world.alpha), await world.note.balanceOf(world.beta)]).toEqual([93n, 107n]);
  });

  it("answers for several dates that passed without any transaction, and for those after it", async () => {
    const days = [20260215, 20260216, 20260217, 20260218];
    for (const day of days) await declare(day);
    await at(endOf(2026, 2, 15) - 5);
    await move(world.alpha, world.beta, 10n);
    await at(endOf(2026, 2, 17) + 5);
    await move(world.alpha, world.gamma, 20n);
    await at(endOf(2026, 2, 18) + 5);
    await move(world.beta, world.gamma, 5n);
    const of = (account: string) => Promise.all([1, 2, 3, 4].map((i) => unitsAt(account, i)));
    expect(await of(world.alpha)).toEqual([90n, 90n, 90n, 70n]);
    expect(await of(world.beta)).toEqual([110n, 110n, 110n, 110n]);
    expect(await of(world.gamma)).toEqual([100n, 100n, 100n, 120n]);
    expect(await of(world.selfKept)).toEqual([100n, 100n, 100n, 100n]);
  });

  it("answers nothing for who came later, held never, or was no account at all", async () => {
    const late = await register(world, world.actors.custodianA, "late");
    await declare(20260215);
    await declare(20260315);
    await at(feb15 + 1);
    await move(world.alpha, late, 30n);
    await reach(world, mar15 + 1);
    expect([await unitsAt(late, 1), await unitsAt(late, 2)]).toEqual([0n, 30n]);
    expect(await unitsAt(world.actors.outsider.address, 2)).toBe(0n);
  });

  it("keeps all units under the zero address, those issued before the date alone (R-H9)", async () => {
    await declare(20260215);
    // By the deal registry's own hand: what it judges itself has its own tests.
    const note = world.note.connect(await as(world, "deals"));
    await at(feb15);
    await note.issue([{ account: world.alpha, units: 11n }], 0n);
    await at(feb15 + 1);
    await note.issue([{ account: world.alpha, units: 22n }], 0n);
    expect([await unitsAt(ZeroAddress, 1), await unitsAt(world.alpha, 1)]).toEqual([411n, 111n]);
    expect(await world.note.totalSupply()).toBe(433n);
  });

  it("answers for a class that no unit was issued of", async () => {
    await declare(20260215);
    await reach(world, feb15 + 1);
    expect(await world.exactNote.unitsAt(ZeroAddress, 1)).toBe(0n);
  });
});

describe("a record date that lies in the past", () => {
  it("closes in the block that declares it, says so, and answers at once", async () => {
    const second = (await now(world)) + 10;
    await at(second);
    const declared = declare(20260131);
    await expect(declared).toEmit(world.note, "RecordDateClosedLate", [1n, 20260131n, BigInt(second)]);
    await expect(declared).toEmit(world.deals, "RecordDateDeclared", [
      world.deal,
      20260131n,
      1n,
      BigInt(endOf(2026, 1, 31)),
    ]);
    expect(await unitsAt(world.alpha, 1)).toBe(100n);
    expect(await world.note.recordDateClosesAt(1)).toBe(BigInt(second));
  });

  it("is one whose last second is this very second, and not one second earlier", async () => {
    await at(feb15 - 1);
    await expect(declare(20260215)).toEmit(world.note, "RecordDateScheduled", [1n, 20260215n, BigInt(feb15)]);
    await networkHelpers.loadFixture(issued);
    await at(feb15);
    await expect(declare(20260215)).toEmit(world.note, "RecordDateClosedLate", [1n, 20260215n, BigInt(feb15)]);
  });

  it("holds what was done before it in its block, and nothing after it in the same second", async () => {
    const send = (method: string, params: unknown[] = []) => ethers.provider.send(method, params);
    await send("evm_setAutomine", [false]);
    try {
      const { custodianA, payingAgent } = world.actors;
      const date = await world.deals.declareRecordDate.populateTransaction(world.deal, 20260131);
      const moved = (units: bigint) => world.note.move.populateTransaction(world.alpha, world.beta, units, id("move"));
      for (const [key, { to, data }] of [
        [custodianA.key, await moved(1n)],
        [payingAgent.key, date],
        [custodianA.key, await moved(2n)],
      ] as const) {
        await send("eth_sendTransaction", [{ from: key.address, to, data, gas: "0xf4240" }]);
      }
      await send("evm_mine");
    } finally {
      await send("evm_setAutomine", [true]);
    }
    expect(await unitsAt(world.alpha, 1)).toBe(99n);
    expect(await world.note.balanceOf(world.alpha)).toBe(97n);
  });

  it("may follow others in one second, and be followed by a date in the future", async () => {
    const second = (await now(world)) + 10;
    for (const day of [20251231, 20260115, 20260131]) {
      await at(second);
      await declare(day);
    }
    await at(second);
    await move(world.alpha, world.beta, 50n);
    await declare(20260215);
    await reach(world, feb15 + 1);
    const of = (account: string) => Promise.all([1, 2, 3, 4].map((i) => unitsAt(account, i)));
    expect(await of(world.alpha)).toEqual([100n, 100n, 100n, 50n]);
    expect(await of(ZeroAddress)).toEqual([400n, 400n, 400n, 400n]);
  });
});
