import { AbiCoder, id, keccak256, toBeHex, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { accountOf, byThree, now, reach, register } from "../support/steps.ts";
import { deployed, openLedger, type World } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const HOUR = 3_600;
const LIMIT = 72 * HOUR;
/** Last second that any stop may name. */
const LAST_SECOND = 2 ** 32 - 2;

let world: World;
let account: string;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(deployed);
  account = await register(world, world.actors.custodianA, "account");
});

const at = (second: number) => networkHelpers.time.setNextBlockTimestamp(second);
const subjectOf = (types: string[], values: unknown[]) =>
  keccak256(AbiCoder.defaultAbiCoder().encode(["string", ...types], values));

/** The same rules for the two that can be stopped: an account, and a custodian with all its accounts. */
const stoppables = {
  account: {
    target: () => account,
    subject: () => toBeHex(account, 32),
    type: "address",
    words: ["stopAccount", "keepAccountStopped", "liftAccount"] as const,
    events: ["AccountStopped", "AccountStopLifted"] as const,
    until: async () => BigInt((await accountOf(world, account)).stoppedUntil),
    stop: (key: Key, orderId: string, until: number) => world.holders.connect(key).stopAccount(account, orderId, until),
    keep: (key: Key, orderId: string, until: number) =>
      world.holders.connect(key).keepAccountStopped(account, orderId, until),
    lift: (key: Key, orderId: string) => world.holders.connect(key).liftAccount(account, orderId),
  },
  custodian: {
    target: () => world.actors.custodianA.id,
    subject: () => toBeHex(world.actors.custodianA.id, 32),
    type: "uint16",
    words: ["stopCustodian", "keepCustodianStopped", "liftCustodian"] as const,
    events: ["CustodianStopped", "CustodianStopLifted"] as const,
    until: async () => (await world.holders.custodianOf(world.actors.custodianA.id)).stoppedUntil,
    stop: (key: Key, orderId: string, until: number) =>
      world.holders.connect(key).stopCustodian(world.actors.custodianA.id, orderId, until),
    keep: (key: Key, orderId: string, until: number) =>
      world.holders.connect(key).keepCustodianStopped(world.actors.custodianA.id, orderId, until),
    lift: (key: Key, orderId: string) => world.holders.connect(key).liftCustodian(world.actors.custodianA.id, orderId),
  },
};

describe("an unknown subject", () => {
  it("is refused: an account that nobody registered", async () => {
    const { regulator, outsider } = world.actors;
    const until = (await now(world)) + HOUR;
    const holders = world.holders.connect(regulator.key);
    const unknown = ["HolderRegistry_UnknownAccount", [outsider.address]] as const;
    await expect(holders.stopAccount(outsider.address, id("o"), until)).toRevertWith(holders, ...unknown);
    await expect(holders.keepAccountStopped(outsider.address, id("o"), until)).toRevertWith(holders, ...unknown);
    await expect(holders.liftAccount(outsider.address, id("o"))).toRevertWith(holders, ...unknown);
  });

  it("is refused: a custodian that was never licensed", async () => {
    const { regulator, unlicensed } = world.actors;
    const until = (await now(world)) + HOUR;
    const holders = world.holders.connect(regulator.key);
    const inactive = ["HolderRegistry_CustodianInactive", [unlicensed.id]] as const;
    await expect(holders.stopCustodian(unlicensed.id, id("o"), until)).toRevertWith(holders, ...inactive);
    await expect(holders.keepCustodianStopped(unlicensed.id, id("o"), until)).toRevertWith(holders, ...inactive);
    await expect(holders.liftCustodian(unlicensed.id, id("o"))).toRevertWith(holders, ...inactive);
  });
});

describe.each(Object.entries(stoppables))("a stop of the %s", (_, { stop, keep, lift, until, ...named }) => {
  const outOfRange = (given: number, latest: number) =>
    ["Stoppable_UntilOutOfRange", [named.subject(), BigInt(given), BigInt(latest)]] as const;

  it("refuses by one key everybody but registrar and regulator, its custodian too (R-O3)", async () => {
    const { custodianA, approverA, outsider } = world.actors;
    const second = (await now(world)) + HOUR;
    for (const party of [custodianA, approverA]) {
      await expect(stop(party.key, id("order"), second)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("REGISTRAR"),
      ]);
    }
    await expect(stop(outsider, id("order"), second)).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
  });

  it("refuses an end in this second, and one second beyond 72 hours (R-O4)", async () => {
    const { regulator } = world.actors;
    const second = (await now(world)) + 10;
    for (const given of [0, second, second + LIMIT + 1]) {
      await at(second);
      await expect(stop(regulator.key, id("order"), given)).toRevertWith(
        world.holders,
        ...outOfRange(given, second + LIMIT),
      );
    }
    await at(second);
    await stop(regulator.key, id("order"), second + LIMIT);
    expect(await until()).toBe(BigInt(second + LIMIT));
  });

  it("refuses an order without an id, and one that served before (R-O1)", async () => {
    const { regulator, registrar } = world.actors;
    const second = (await now(world)) + HOUR;
    await stop(regulator.key, id("order"), second);
    for (const orderId of [ZeroHash, id("order")]) {
      const used = ["Stoppable_OrderUsed", [named.subject(), orderId]] as const;
      await expect(stop(regulator.key, orderId, second + 1)).toRevertWith(world.holders, ...used);
      await expect(keep(registrar.key, orderId, second + 1)).toRevertWith(world.holders, ...used);
    }
  });

  it("refuses keys that take turns in renewing, until three parties keep it (R-O4)", async () => {
    const { regulator, registrar } = world.actors;
    const since = (await now(world)) + 10;
    await at(since);
    await stop(regulator.key, id("first"), since + LIMIT);
    await at(since + LIMIT);
    await expect(stop(registrar.key, id("second"), since + LIMIT + 1)).toRevertWith(
      world.holders,
      ...outOfRange(since + LIMIT + 1, since + LIMIT),
    );
    await at(since + LIMIT - 1);
    const kept = since + 100 * LIMIT;
    await byThree(world, (key) => keep(key, id("kept"), kept));
    expect(await until()).toBe(BigInt(kept));
  });

  it("refuses a decision to keep that does not prolong (R-O4)", async () => {
    const { regulator, registrar } = world.actors;
    const second = (await now(world)) + HOUR;
    await stop(regulator.key, id("order"), second);
    for (const given of [0, second - 1, second, LAST_SECOND + 1]) {
      await expect(keep(registrar.key, id("kept"), given)).toRevertWith(
        world.holders,
        ...outOfRange(given, LAST_SECOND),
      );
    }
  });

  it("can be kept to the last second there is, and one key may stop on top of it without effect", async () => {
    const { regulator } = world.actors;
    await byThree(world, (key) => keep(key, id("kept"), LAST_SECOND));
    await stop(regulator.key, id("order"), (await now(world)) + HOUR);
    expect(await until()).toBe(BigInt(LAST_SECOND));
  });

  it("refuses a lift where none stands, and the lift of another order than that which stands", async () => {
    const { regulator, registrar } = world.actors;
    const notStopped = ["Stoppable_NotStopped", [named.subject()]] as const;
    await expect(lift(registrar.key, id("order"))).toRevertWith(world.holders, ...notStopped);
    const second = (await now(world)) + HOUR;
    await stop(regulator.key, id("order"), second);
    for (const orderId of [ZeroHash, id("other")]) {
      await expect(lift(registrar.key, orderId)).toRevertWith(world.holders, "Stoppable_OtherOrder", [
        named.subject(),
        id("order"),
        orderId,
      ]);
    }
    await reach(world, second + 1);
    await expect(lift(registrar.key, id("order"))).toRevertWith(world.holders, ...notStopped);
  });

  it("is not ended by a lift that was decided about an earlier one", async () => {
    const { regulator, registrar, approverA, approverB } = world.actors;
    await stop(regulator.key, id("first"), (await now(world)) + HOUR);
    await lift(registrar.key, id("first"));
    await lift(approverA.key, id("first"));
    await reach(world, (await now(world)) + 10 * 24 * HOUR);
    await stop(regulator.key, id("second"), (await now(world)) + HOUR);
    await expect(lift(approverB.key, id("first"))).toRevertWith(world.holders, "Stoppable_OtherOrder", [
      named.subject(),
      id("second"),
      id("first"),
    ]);
  });

  it.each(["keep", "lift"] as const)(
    "refuses to %s it in a wrong order of roles or by one party twice (R-O2)",
    async (which) => {
      const { regulator, registrar, approverA, custodianA, outsider } = world.actors;
      await stop(regulator.key, id("order"), (await now(world)) + HOUR);
      const call = (key: Key) => (which === "keep" ? keep(key, id("kept"), LAST_SECOND) : lift(key, id("order")));
      const content =
        which === "keep"
          ? subjectOf([named.type, "bytes32", "uint40"], [named.words[1], named.target(), id("kept"), LAST_SECOND])
          : subjectOf([named.type, "bytes32"], [named.words[2], named.target(), id("order")]);
      const missing = (party: bigint, name: string) => ["Parties_RoleMissing", [party, role(name)]] as const;
      const sameParty = (party: bigint) => ["Approvals_SameParty", [content, party]] as const;
      await expect(call(approverA.key)).toRevertWith(world.parties, ...missing(approverA.id, "REGISTRAR"));
      await expect(call(custodianA.key)).toRevertWith(world.parties, ...missing(custodianA.id, "REGISTRAR"));
      await expect(call(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
      await call(registrar.key);
      await expect(call(regulator.key)).toRevertWith(world.parties, ...missing(regulator.id, "APPROVER"));
      await expect(call(custodianA.key)).toRevertWith(world.parties, ...missing(custodianA.id, "APPROVER"));
      await expect(call(registrar.otherKey)).toRevertWith(world.approvals, ...sameParty(registrar.id));
      await call(approverA.key);
      await expect(call(approverA.otherKey)).toRevertWith(world.approvals, ...sameParty(approverA.id));
      expect(await until()).not.toBe(0n);
      expect(await until()).not.toBe(BigInt(LAST_SECOND));
    },
  );

  it("tells who stopped, under which order and until when, and of the lift", async () => {
    const { regulator, approverB } = world.actors;
    const second = (await now(world)) + HOUR;
    const stopped = (by: bigint, orderId: string, end: number) => [named.target(), by, orderId, BigInt(end)];
    await expect(stop(regulator.key, id("order"), second)).toEmit(
      world.holders,
      named.events[0],
      stopped(regulator.id, id("order"), second),
    );
    await expect(byThree(world, (key) => keep(key, id("kept"), second + LIMIT))).toEmit(
      world.holders,
      named.events[0],
      stopped(approverB.id, id("kept"), second + LIMIT),
    );
    await expect(byThree(world, (key) => lift(key, id("kept")))).toEmit(world.holders, named.events[1], [
      named.target(),
      id("kept"),
    ]);
    expect(await until()).toBe(0n);
  });
});

it("keeps the orders of an account and of its custodian apart", async () => {
  const { regulator } = world.actors;
  const second = (await now(world)) + HOUR;
  await stoppables.account.stop(regulator.key, id("order"), second);
  await stoppables.custodian.stop(regulator.key, id("order"), second);
  expect([await stoppables.account.until(), await stoppables.custodian.until()]).toEqual([
    BigInt(second),
    BigInt(second),
  ]);
});
