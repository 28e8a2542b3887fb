import { id, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { ringed, told, type RingWorld } from "../support/rings.ts";
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
