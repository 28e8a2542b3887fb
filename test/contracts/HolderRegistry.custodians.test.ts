import { id, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import { asSingleton, ringed, told, type RingWorld } from "../support/rings.ts";
import { byThree, license, now, register } from "../support/steps.ts";
import { openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: RingWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(ringed);
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

describe("a key that registered accounts", () => {
  const keysOf = () => [world.actors.custodianA.key, world.actors.custodianA.otherKey];
  let labels = 0;
  const tryAll = () =>
    Promise.all(
      keysOf().map((key) =>
        register(world, { ...world.actors.custodianA, key }, `label ${++labels}`).then(
          () => true,
          (error: Error) => {
            expect(error.message).toMatch(/HolderRegistry_CustodianInactive/);
            return false;
          },
        ),
      ),
    );

  beforeEach(async () => {
    expect(await tryAll()).toEqual([true, true]);
  });

  it("follows every change of its custodian, as the custodian's other key does (R-H7)", async () => {
    const { custodianA, custodianB, registrar, regulator } = world.actors;
    const holders = world.holders.connect(regulator.key);
    await holders.stopCustodian(custodianA.id, id("stop"), (await now(world)) + 1_000);
    expect(await tryAll()).toEqual([false, false]);
    await register(world, custodianB, "of another custodian");
    await byThree(world, (key) => world.holders.connect(key).liftCustodian(custodianA.id, id("stop")));
    expect(await tryAll()).toEqual([true, true]);
    const until = (await now(world)) + 1_000;
    await byThree(world, (key) => world.holders.connect(key).keepCustodianStopped(custodianA.id, id("kept"), until));
    expect(await tryAll()).toEqual([false, false]);
    await networkHelpers.time.increaseTo(until + 1);
    expect(await tryAll()).toEqual([true, true]);
    await license(world, custodianA, (await now(world)) - 1);
    expect(await tryAll()).toEqual([false, false]);
    await license(world, custodianA);
    expect(await tryAll()).toEqual([true, true]);
    await byThree(world, (key) => world.parties.connect(key).end(custodianA.id, role("CUSTODIAN"), id("end")));
    expect(await tryAll()).toEqual([false, false]);
    expect((await world.holders.custodianOf(custodianA.id)).licensedUntil).toBeGreaterThan(0n);
    await expect(
      world.holders.connect(registrar.key).license(custodianA.id, until * 2, ZeroHash, id("e")),
    ).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [custodianA.id]);
  });

  it("registers to the last second of the licence and not in the next (R-H7)", async () => {
    const { custodianA } = world.actors;
    const until = (await now(world)) + 100;
    await license(world, custodianA, until);
    await networkHelpers.time.setNextBlockTimestamp(until);
    await register(world, custodianA, "in time");
    await networkHelpers.time.setNextBlockTimestamp(until + 1);
    await expect(register(world, custodianA, "late")).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
      custodianA.id,
    ]);
  });

  it("and was removed registers none any more, while the custodian's other key does and follows (R-H7)", async () => {
    const { custodianA } = world.actors;
    await world.parties.connect(custodianA.otherKey).removeKey(custodianA.key.address, id("removal"));
    await expect(register(world, custodianA, "late")).toRevertWith(world.parties, "Parties_UnknownKey", [
      custodianA.key.address,
    ]);
    await register(world, { ...custodianA, key: custodianA.otherKey }, "late");
    await license(world, custodianA, (await now(world)) - 1);
    await expect(register(world, { ...custodianA, key: custodianA.otherKey }, "later")).toRevertWith(
      world.holders,
      "HolderRegistry_CustodianInactive",
      [custodianA.id],
    );
  });
});
