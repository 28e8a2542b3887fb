import { id, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { asSingleton, ringed, told, type RingWorld } from "../support/rings.ts";
import { accountOf, byThree, now, register } from "../support/steps.ts";
import { openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: RingWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(ringed);
});

const stopA = async () =>
  world.holders
    .connect(world.actors.regulator.key)
    .stopCustodian(world.actors.custodianA.id, id("stop"), (await now(world)) + 1_000);

describe("reassign", () => {
  const ref = id("operation");
  const call = (key: Key, accounts = [world.first, world.other], to = world.actors.custodianB.id, operationRef = ref) =>
    world.holders.connect(key).reassign(accounts, to, operationRef);
  const custodians = async (...accounts: string[]) =>
    Promise.all(accounts.map(async (account) => BigInt((await accountOf(world, account)).custodian)));

  it("refuses no account, more than 200, unknown ones, and a call without a reference", async () => {
    const { registrar, outsider } = world.actors;
    for (const size of [0, 201]) {
      await expect(call(registrar.key, Array(size).fill(world.first))).toRevertWith(
        world.holders,
        "HolderRegistry_BatchSize",
        [BigInt(size), 200n],
      );
    }
    for (const unknown of [outsider.address, ZeroAddress]) {
      for (const accounts of [[unknown], [world.first, unknown]]) {
        await expect(call(registrar.key, accounts)).toRevertWith(world.holders, "HolderRegistry_UnknownAccount", [
          unknown,
        ]);
      }
    }
    await expect(call(registrar.key, undefined, undefined, ZeroHash)).toRevertWith(
      world.holders,
      "HolderRegistry_ReferenceMissing",
      [],
    );
  });

  it("refuses accounts of two custodians, the custodian that has them, and one that is not active (R-H7)", async () => {
    const { registrar, custodianA, unlicensed } = world.actors;
    await expect(call(registrar.key, [world.first, world.foreign])).toRevertWith(
      world.holders,
      "HolderRegistry_NotCustodianOf",
      [world.foreign, custodianA.id],
    );
    await expect(call(registrar.key, undefined, custodianA.id)).toRevertWith(
      world.holders,
      "HolderRegistry_SameCustodian",
      [custodianA.id],
    );
    for (const to of [unlicensed.id, registrar.id, 0n, 65_535n]) {
      await expect(call(registrar.key, undefined, to)).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
        to,
      ]);
    }
  });

  it("takes registrar or regulator and two approvers under an order, whatever the custodian says", async () => {
    const { custodianA, custodianB, approverA, outsider } = world.actors;
    await expect(call(approverA.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      approverA.id,
      role("REGISTRAR"),
    ]);
    await expect(call(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    await stopA();
    const last = byThree(world, (key) => call(key));
    await expect(last).toEmit(world.holders, "AccountsReassigned", [
      custodianA.id,
      custodianB.id,
      ref,
      [world.first, world.other],
    ]);
    expect(await told(world, last)).toEqual([["Forgotten", [world.first, world.other]]]);
    expect(await custodians(world.first, world.other, world.second)).toEqual([
      custodianB.id,
      custodianB.id,
      custodianA.id,
    ]);
  });

  it("takes both custodians without an order, of which the one that has the accounts may be stopped", async () => {
    const { custodianA, custodianB, approverA, registrar } = world.actors;
    await stopA();
    await call(custodianB.key);
    await expect(call(custodianB.otherKey)).rejects.toThrow(/Approvals_SameParty/);
    // A consent and a decision are two matters: approvers do not stand in for a custodian, nor a custodian for them.
    await call(registrar.key);
    await call(approverA.key);
    expect(await custodians(world.first)).toEqual([custodianA.id]);
    await call(custodianA.key);
    expect(await custodians(world.first, world.other)).toEqual([custodianB.id, custodianB.id]);
  });

  it("keeps address, holder and facts, and its new custodian alone may update it", async () => {
    const { custodianA, custodianB } = world.actors;
    const before = await accountOf(world, world.first);
    await call(custodianA.key);
    await call(custodianB.key);
    expect(await accountOf(world, world.first)).toEqual({ ...before, custodian: Number(custodianB.id) });
    expect(await world.holders.accountsOf(world.first)).toContain(world.foreign);
    const word = await world.holders.accountOf(world.other);
    const facts = word & ~(0xffffn << 144n);
    await expect(world.holders.connect(custodianA.key).updateAccount(world.other, facts, id("evidence"))).toRevertWith(
      world.holders,
      "HolderRegistry_NotCustodianOf",
      [world.other, custodianA.id],
    );
    await world.holders.connect(custodianB.key).updateAccount(world.other, facts, id("evidence"));
    await expect(register(world, custodianA, "first")).toRevertWith(world.holders, "HolderRegistry_AlreadyRegistered", [
      world.first,
    ]);
  });
});

describe("the end of a custodian's role", () => {
  const end = (name: string, party: bigint) =>
    byThree(world, (key) => world.parties.connect(key).end(party, role(name), id(`end ${name}`)));

  it("ends its licence in the same transaction (R-H7)", async () => {
    const { custodianA } = world.actors;
    const sent = end("CUSTODIAN", custodianA.id);
    await sent;
    const second = BigInt(await now(world));
    await expect(sent).toEmit(world.holders, "LicenceEnded", [custodianA.id, second - 1n]);
    expect((await world.holders.custodianOf(custodianA.id)).licensedUntil).toBe(second - 1n);
    expect(await told(world, sent)).toEqual([["EpochMoved"]]);
    await expect(register(world, custodianA, "late")).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
      custodianA.id,
    ]);
  });

  it("changes nothing where no licence stands, and another role ends none", async () => {
    const { unlicensed, issuer, custodianB, registrar } = world.actors;
    expect(await told(world, end("CUSTODIAN", unlicensed.id))).toEqual([]);
    expect(await told(world, end("ISSUER", issuer.id))).toEqual([]);
    const past = (await now(world)) - 1;
    await world.holders.connect(registrar.key).license(custodianB.id, past, ZeroHash, id("evidence"));
    expect(await told(world, end("CUSTODIAN", custodianB.id))).toEqual([]);
    expect((await world.holders.custodianOf(custodianB.id)).licensedUntil).toBe(BigInt(past));
  });

  it("and the removal of a key are told by the registry of parties alone", async () => {
    const { custodianA, registrar } = world.actors;
    for (const key of [registrar.key, await asSingleton(world, "deals")]) {
      const holders = world.holders.connect(key);
      const refused = ["HolderRegistry_NotParties", [key.address]] as const;
      await expect(holders.endLicence(custodianA.id)).toRevertWith(holders, ...refused);
      await expect(holders.forgetKey(custodianA.key.address)).toRevertWith(holders, ...refused);
    }
  });

  it("ends a licence in its last second, and leaves one that ended the second before", async () => {
    const { custodianA, registrar } = world.actors;
    const until = (await now(world)) + 100;
    await world.holders.connect(registrar.key).license(custodianA.id, until, ZeroHash, id("evidence"));
    const holders = world.holders.connect(await asSingleton(world, "parties"));
    await networkHelpers.time.setNextBlockTimestamp(until);
    expect(await told(world, holders.endLicence(custodianA.id))).toEqual([["EpochMoved"]]);
    expect((await holders.custodianOf(custodianA.id)).licensedUntil).toBe(BigInt(until - 1));
    expect(await told(world, holders.endLicence(custodianA.id))).toEqual([]);
  });
});

describe("a key that registered accounts and was removed", () => {
  it("registers none any more, while the custodian's other key does (R-H7)", async () => {
    const { custodianA } = world.actors;
    await world.parties.connect(custodianA.otherKey).removeKey(custodianA.key.address, id("removal"));
    await expect(register(world, custodianA, "late")).toRevertWith(world.parties, "Parties_UnknownKey", [
      custodianA.key.address,
    ]);
    await register(world, { ...custodianA, key: custodianA.otherKey }, "late");
  });
});
