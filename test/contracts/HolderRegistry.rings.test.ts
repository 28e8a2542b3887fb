import { id, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import { asSingleton, HOLDER, registerOne, ringed, told, type RingWorld } from "../support/rings.ts";
import { accountOf, lookThrough, now, ref16, register, registerSelfKept, residence } from "../support/steps.ts";
import { ELIGIBLE_UNTIL, update, type Statement } from "../support/steps.ts";
import { category } from "../support/terms.ts";
import { openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: RingWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(ringed);
});

const ringOf = async (account: string) => [...(await world.holders.accountsOf(account))].sort();

describe("join", () => {
  const call = (account: string, sibling: string, key = world.actors.registrar.key) =>
    world.holders.connect(key).join(account, sibling);
  const notCustodian = (account: string, party: bigint) => ["HolderRegistry_NotCustodianOf", [account, party]] as const;

  it("refuses everybody but the registrar and the custodian of all accounts of both (R-H1)", async () => {
    const { custodianA, custodianB, regulator, outsider } = world.actors;
    await expect(call(world.other, world.first, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
    await expect(call(world.other, world.first, regulator.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      regulator.id,
      role("CUSTODIAN"),
    ]);
    for (const [account, sibling] of [
      [world.other, world.first],
      [world.first, world.other],
    ] as const) {
      await expect(call(account, sibling, custodianA.key)).toRevertWith(
        world.holders,
        ...notCustodian(world.foreign, custodianA.id),
      );
    }
    await expect(call(world.other, world.first, custodianB.key)).toRevertWith(
      world.holders,
      ...notCustodian(world.other, custodianB.id),
    );
    const until = (await now(world)) + 100;
    await world.holders.connect(regulator.key).stopCustodian(custodianA.id, id("order"), until);
    const another = call(world.other, world.other, custodianA.key);
    await expect(another).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [custodianA.id]);
  });

  it("refuses an account that is not registered, on either side", async () => {
    for (const unknown of [world.actors.outsider.address, ZeroAddress]) {
      const refused = ["HolderRegistry_UnknownAccount", [unknown]] as const;
      await expect(call(unknown, world.first)).toRevertWith(world.holders, ...refused);
      await expect(call(world.first, unknown)).toRevertWith(world.holders, ...refused);
    }
  });

  it("refuses an account with itself, and two of one holder", async () => {
    for (const [account, sibling] of [
      [world.other, world.other],
      [world.first, world.foreign],
      [world.foreign, world.second],
    ] as const) {
      await expect(call(account, sibling)).toRevertWith(world.holders, "HolderRegistry_SameHolder", [account, sibling]);
    }
  });

  it("keeps 32 accounts of a holder together and refuses the 33rd, from either side", async () => {
    const { custodianB } = world.actors;
    expect(await world.holders.MAX_ACCOUNTS()).toBe(32n);
    for (let i = 4; i <= 32; i++) await call(await registerOne(world, custodianB, `account ${i}`), world.foreign);
    expect(await ringOf(world.first)).toHaveLength(32);
    const refused = ["HolderRegistry_TooManyAccounts", [33n, 32n]] as const;
    await expect(call(world.other, world.first)).toRevertWith(world.holders, ...refused);
    await expect(call(world.first, world.other)).toRevertWith(world.holders, ...refused);
  });

  it("gives all accounts the sibling's reference and tells of it; facts and custodians stay (R-H1)", async () => {
    const before = await accountOf(world, world.foreign);
    await expect(call(world.first, world.other)).toEmit(world.holders, "AccountsJoined", [
      world.other,
      ref16("other"),
      [world.first, world.second, world.foreign],
    ]);
    expect(await accountOf(world, world.foreign)).toEqual({ ...before, holderRef: ref16("other") });
    const all = [world.first, world.second, world.foreign, world.other].sort();
    for (const account of all) {
      expect(await ringOf(account)).toEqual(all);
      expect((await world.holders.accountsOf(account))[0]).toBe(account);
    }
  });

  it("is told to live notes with both rings, before it is so, and what they remember of the changed words ends", async () => {
    const ring = [world.first, world.second, world.foreign];
    expect(await told(world, call(world.first, world.other))).toEqual([
      ["Joined", ring, [world.other]],
      ["Forgotten", ring],
    ]);
  });

  it.each([
    ["a failed look-through", { lookThrough: lookThrough.mainlandOwner }],
    ["no category", { category: category.none }],
    ["a US person (R-T3)", { usPerson: true }],
  ])("closes the accounts of either side with %s of the other (R-H1, R-H3)", async (_, worse) => {
    const { custodianA, custodianB } = world.actors;
    const [foreign, other] = [await accountOf(world, world.foreign), await accountOf(world, world.other)];
    await update(world, custodianB.key, world.foreign, "", { holderRef: HOLDER, ...worse });
    const joined = call(world.other, world.first);
    await joined;
    expect(await accountOf(world, world.other)).toEqual({ ...other, ...worse, holderRef: HOLDER });
    expect(await accountOf(world, world.foreign)).toEqual({ ...foreign, ...worse });
    const word = await world.holders.accountOf(world.other);
    await expect(joined).toEmit(world.holders, "AccountUpdated", [world.other, word, ZeroHash]);
    // What stood against an account already stays as its own custodian stated it.
    const own = { lookThrough: lookThrough.unresolved };
    const third = await register(world, custodianA, "third");
    await update(world, custodianA.key, third, "third", own);
    await call(world.first, third);
    expect(await accountOf(world, third)).toMatchObject({ ...worse, ...own });
    for (const account of [world.first, world.second, world.foreign, world.other]) {
      expect(await accountOf(world, account)).toMatchObject({ ...own, ...worse });
    }
  });

  it("ends what live notes remember of every account that it closes", async () => {
    const ring = [world.first, world.second, world.foreign];
    await update(world, world.actors.custodianA.key, world.other, "other", { usPerson: true });
    expect(await told(world, call(world.other, world.first))).toEqual([
      ["Joined", [world.other], ring],
      ["Forgotten", [world.other]],
      ["Forgotten", ring],
    ]);
  });

  it("is open to the custodian that keeps all accounts", async () => {
    const { custodianA } = world.actors;
    const another = await register(world, custodianA, "another");
    await call(another, world.other, custodianA.key);
    expect(await ringOf(another)).toEqual([another, world.other].sort());
  });
});

describe("accountsOf", () => {
  it("refuses an account that is not registered", async () => {
    const { outsider } = world.actors;
    await expect(world.holders.accountsOf(outsider.address)).toRevertWith(
      world.holders,
      "HolderRegistry_UnknownAccount",
      [outsider.address],
    );
  });

  it("is the account alone where the holder has no other", async () => {
    expect(await ringOf(world.other)).toEqual([world.other]);
  });
});

describe("an update", () => {
  const { HK, SG } = { HK: residence("HK"), SG: residence("SG") };
  const restate = (overrides: Partial<Statement>, account = world.first, custodian = world.actors.custodianA) =>
    update(world, custodian.key, account, "", { holderRef: HOLDER, ...overrides });

  it("reaches every account of the holder at once: those of the custodian take all facts (R-H1, R-H6)", async () => {
    const facts = { category: category.hongKongCorporate, eligibleUntil: ELIGIBLE_UNTIL + 5, residence: SG };
    await restate({ ...facts, omnibus: true, acceptsFreeDelivery: false });
    const flags = { omnibus: true, acceptsFreeDelivery: false };
    expect(await accountOf(world, world.first)).toMatchObject({ ...facts, ...flags });
    // Omnibus and free delivery are said of one account, not of its holder.
    expect(await accountOf(world, world.second)).toMatchObject({ ...facts, omnibus: false, acceptsFreeDelivery: true });
    expect((await accountOf(world, world.other)).residence).toBe(HK);
  });

  it("leaves an omnibus account one: nobody states away that a statement is due (R-H8)", async () => {
    await restate({ omnibus: true });
    await restate({ omnibus: false });
    expect((await accountOf(world, world.first)).omnibus).toBe(true);
  });

  it.each([
    ["a failed look-through", { lookThrough: lookThrough.mainlandOwner }],
    ["no category", { category: category.none }],
    ["a US person (R-T3)", { usPerson: true }],
    ["an earlier end of eligibility", { eligibleUntil: ELIGIBLE_UNTIL - 5 }],
  ])("closes the accounts of other custodians with %s", async (_, worse) => {
    const before = await accountOf(world, world.foreign);
    await restate(worse);
    expect(await accountOf(world, world.foreign)).toEqual({ ...before, ...worse });
  });

  it("writes a residence that changed, which ends eligibility with other custodians until they state it", async () => {
    const { custodianA, custodianB } = world.actors;
    await restate({ residence: SG });
    const second = await now(world);
    expect(await accountOf(world, world.foreign)).toMatchObject({ residence: SG, eligibleUntil: second - 1 });
    expect((await accountOf(world, world.second)).eligibleUntil).toBe(ELIGIBLE_UNTIL);
    await restate({ residence: SG }, world.foreign, custodianB);
    expect((await accountOf(world, world.foreign)).eligibleUntil).toBe(ELIGIBLE_UNTIL);
    await restate({ residence: SG, eligibleUntil: ELIGIBLE_UNTIL + 1 }, world.first, custodianA);
    expect((await accountOf(world, world.foreign)).eligibleUntil).toBe(ELIGIBLE_UNTIL);
  });

  it("never opens an account of another custodian", async () => {
    const { custodianA, custodianB } = world.actors;
    const closed = { lookThrough: lookThrough.unresolved, category: category.none, usPerson: true, eligibleUntil: 1 };
    await restate(closed, world.foreign, custodianB);
    const before = await accountOf(world, world.foreign);
    await restate({}, world.first, custodianA);
    expect(await accountOf(world, world.foreign)).toEqual(before);
    expect(await accountOf(world, world.first)).toMatchObject({ lookThrough: lookThrough.noMainlandOwner });
  });

  it("keeps stop, key and custodian of every account", async () => {
    const { custodianA, holder, regulator, registrar } = world.actors;
    const own = await registerSelfKept(world, custodianA, holder, { holderRef: HOLDER });
    await world.holders.connect(registrar.key).join(own, world.first);
    const until = (await now(world)) + 1_000;
    await world.holders.connect(regulator.key).stopHolder(own, id("order"), until);
    await restate({ category: category.otherInstitutional });
    for (const [account, selfKept, custodian] of [
      [own, true, custodianA],
      [world.second, false, custodianA],
      [world.foreign, false, world.actors.custodianB],
    ] as const) {
      const kept = { selfKept, custodian: Number(custodian.id), stoppedUntil: until };
      expect(await accountOf(world, account)).toMatchObject(kept);
    }
  });

  it("ends what live notes remember of the ring, unless eligibility only lasts longer", async () => {
    expect(await told(world, restate({ category: category.otherInstitutional }))).toEqual([
      ["Forgotten", [world.first, world.second, world.foreign]],
    ]);
    const longer = { category: category.otherInstitutional, eligibleUntil: ELIGIBLE_UNTIL + 9 };
    expect(await told(world, restate(longer))).toEqual([]);
    expect(await told(world, restate({ ...longer, eligibleUntil: ELIGIBLE_UNTIL + 8 }))).toHaveLength(1);
    expect(
      await told(
        world,
        register(world, world.actors.custodianA, "new").then(() => restate(longer)),
      ),
    ).toEqual([]);
  });
});

describe("stopHolder", () => {
  const call = (account: string, until: number, key = world.actors.regulator.key, order = id("order")) =>
    world.holders.connect(key).stopHolder(account, order, until);

  it("refuses everybody but registrar and regulator, unknown accounts and used orders (R-O2)", async () => {
    const { custodianA, regulator, outsider } = world.actors;
    const until = (await now(world)) + 1_000;
    await expect(call(world.first, until, custodianA.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      custodianA.id,
      role("REGISTRAR"),
    ]);
    await expect(call(outsider.address, until)).toRevertWith(world.holders, "HolderRegistry_UnknownAccount", [
      outsider.address,
    ]);
    await world.holders.connect(regulator.key).stopAccount(world.foreign, id("order"), until);
    await expect(call(world.first, until)).toRevertWith(world.holders, "Stoppable_OrderUsed", [
      ledger.ethers.zeroPadValue(world.foreign, 32).toLowerCase(),
      id("order"),
    ]);
    expect((await accountOf(world, world.first)).stoppedUntil).toBe(0);
  });

  it("stops every account of the holder by one order and no other (R-O2)", async () => {
    const { regulator } = world.actors;
    const until = (await now(world)) + 1_000;
    const ring = [world.second, world.foreign, world.first];
    const sent = call(world.second, until);
    await expect(sent).toEmit(world.holders, "AccountStopped", [
      world.foreign,
      regulator.id,
      id("order"),
      BigInt(until),
    ]);
    expect(await told(world, sent)).toEqual([["Forgotten", ring]]);
    for (const account of ring) expect((await accountOf(world, account)).stoppedUntil).toBe(until);
    expect((await accountOf(world, world.other)).stoppedUntil).toBe(0);
  });
});

describe("live notes", () => {
  it("forget all they remember where naming every account to each of them could take too much gas (R-H6)", async () => {
    const { custodianA, regulator } = world.actors;
    const holders = world.holders.connect(await asSingleton(world, "deals"));
    for (let i = 4; i <= 32; i++) {
      const account = await registerOne(world, custodianA, `account ${i}`);
      await world.holders.connect(world.actors.registrar.key).join(account, world.first);
    }
    const admit = async () =>
      holders.admitNote(await (await ledger.ethers.deployContract("ListeningNote")).getAddress());
    for (let i = 2; i <= 31; i++) await admit();
    const until = (await now(world)) + 1_000;
    const stop = (order: string) => world.holders.connect(regulator.key).stopHolder(world.first, id(order), until);
    // 31 notes times 32 accounts are 992 pairs, 32 notes 1,024.
    expect(await told(world, stop("1"))).toEqual([
      ["Forgotten", expect.toSatisfy((all: string[]) => all.length === 32)],
    ]);
    await admit();
    expect(await told(world, stop("2"))).toEqual([["EpochMoved"]]);
  });

  it("are admitted and dismissed by the deal registry alone", async () => {
    for (const key of [world.actors.registrar.key, await asSingleton(world, "parties")]) {
      const holders = world.holders.connect(key);
      const refused = ["HolderRegistry_NotDealRegistry", [key.address]] as const;
      await expect(holders.admitNote(world.listener)).toRevertWith(holders, ...refused);
      await expect(holders.dismissNote(world.listener)).toRevertWith(holders, ...refused);
    }
  });

  it("hear of nothing once they are dismissed, while the others still do; both twice is once", async () => {
    const holders = world.holders.connect(await asSingleton(world, "deals"));
    const note = await (await ledger.ethers.deployContract("ListeningNote")).getAddress();
    await holders.admitNote(note);
    await holders.admitNote(note);
    const until = (await now(world)) + 1_000;
    const stop = (order: string) =>
      world.holders.connect(world.actors.regulator.key).stopAccount(world.other, id(order), until);
    expect(await told({ ...world, listener: note }, stop("1"))).toEqual([["Forgotten", [world.other]]]);
    await holders.dismissNote(world.listener);
    await holders.dismissNote(world.listener);
    expect([await holders.isLive(world.listener), await holders.isLive(note)]).toEqual([false, true]);
    const last = stop("2");
    expect(await told(world, last)).toEqual([]);
    expect(await told({ ...world, listener: note }, last)).toEqual([["Forgotten", [world.other]]]);
  });

  it("are no more than 1,000", async () => {
    const holders = world.holders.connect(await asSingleton(world, "deals"));
    expect(await holders.MAX_NOTES()).toBe(1_000n);
    const slots = await Promise.all(
      [...Array(16).keys()].map((slot) => networkHelpers.getStorageAt(world.wiring.holders, slot)),
    );
    const length = slots.findIndex((value) => BigInt(value) === 1n);
    const another = world.actors.outsider.address;
    await networkHelpers.setStorageAt(world.wiring.holders, length, 1_000n);
    await expect(holders.admitNote(another)).toRevertWith(holders, "HolderRegistry_TooManyNotes", [1_000n]);
    await networkHelpers.setStorageAt(world.wiring.holders, length, 999n);
    await holders.admitNote(another);
    expect(await holders.isLive(another)).toBe(true);
  });

  it("move their epoch with every write to a custodian, and when a key is removed (R-H7)", async () => {
    const { custodianB, registrar, regulator } = world.actors;
    const holders = world.holders.connect(registrar.key);
    const until = (await now(world)) + 1_000;
    const moved = [["EpochMoved"]];
    expect(await told(world, holders.license(custodianB.id, ELIGIBLE_UNTIL, ZeroHash, id("evidence")))).toEqual(moved);
    const stop = world.holders.connect(regulator.key).stopCustodian(custodianB.id, id("order"), until);
    expect(await told(world, stop)).toEqual(moved);
    const removal = world.parties.connect(custodianB.key).removeKey(custodianB.otherKey.address, id("removal"));
    expect(await told(world, removal)).toEqual(moved);
  });
});
