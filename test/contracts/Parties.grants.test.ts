import { AbiCoder, id, keccak256, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { cast, role, type Key, type PartyName } from "../support/actors.ts";
import { byThree, now, reach } from "../support/steps.ts";
import { deployed, GRANT_DELAY_SECONDS, openLedger, type World } from "../support/world.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;

const NOBODY = 0n;
const UNKNOWN = 99n;
const RETIRED = 65_535n;
const ref = id("operation");

let world: World;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(deployed);
});

/** The subject under which `Approvals` keeps a matter of `Parties`. */
const subjectOf = (types: string[], values: unknown[]) =>
  keccak256(AbiCoder.defaultAbiCoder().encode(["string", ...types], values));

/** A guarded call by three parties, repeated by the maker when the delay has passed. */
async function effective<T>(call: (key: Key) => Promise<T>): Promise<T> {
  await byThree(world, call);
  await reach(world, (await now(world)) + GRANT_DELAY_SECONDS);
  return call(world.actors.registrar.key);
}

describe("grant", () => {
  const call = (key: Key, roleName = "ATTESTER") =>
    world.parties.connect(key).grant(world.actors.trustee.id, role(roleName), ref);
  const subject = () =>
    subjectOf(["uint16", "bytes32", "bytes32"], ["grant", world.actors.trustee.id, role("ATTESTER"), ref]);
  const isHeld = () => world.parties.holds(world.actors.trustee.id, role("ATTESTER"));

  it.each([NOBODY, UNKNOWN, RETIRED])("refuses party %i, which was never registered", async (party) => {
    const { registrar } = world.actors;
    await expect(world.parties.connect(registrar.key).grant(party, role("ATTESTER"), ref)).toRevertWith(
      world.parties,
      "Parties_UnknownParty",
      [party],
    );
  });

  it("refuses a maker who is neither registrar nor regulator", async () => {
    const { outsider, deployer, approverA, trustee } = world.actors;
    for (const key of [outsider, deployer]) {
      await expect(call(key)).toRevertWith(world.parties, "Parties_UnknownKey", [key.address]);
    }
    for (const party of [approverA, trustee]) {
      await expect(call(party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, role("REGISTRAR")]);
    }
  });

  it("refuses a second party that is no approver, the regulator too", async () => {
    const { registrar, regulator, trustee, outsider } = world.actors;
    await call(registrar.key);
    for (const party of [regulator, trustee]) {
      await expect(call(party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, role("APPROVER")]);
    }
    await expect(call(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("refuses another key of the maker or of the first approver, whatever its roles (R-G1)", async () => {
    const { registrar, approverA } = world.actors;
    await call(registrar.key);
    await expect(call(registrar.otherKey)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subject(),
      registrar.id,
    ]);
    await call(approverA.key);
    await expect(call(approverA.otherKey)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subject(),
      approverA.id,
    ]);
    expect(await isHeld()).toBe(false);
  });

  it("rests for the delay to the second, then takes effect once", async () => {
    const { registrar, approverA, approverB } = world.actors;
    await byThree(world, call);
    const readyAt = (await now(world)) + GRANT_DELAY_SECONDS;
    expect(await isHeld()).toBe(false);
    await networkHelpers.time.setNextBlockTimestamp(readyAt - 1);
    await expect(call(approverB.key)).toRevertWith(world.approvals, "Approvals_Resting", [subject(), BigInt(readyAt)]);
    await networkHelpers.time.setNextBlockTimestamp(readyAt);
    await expect(call(approverA.key)).toEmit(world.parties, "RoleHeld", [world.actors.trustee.id, role("ATTESTER")]);
    expect(await isHeld()).toBe(true);
    await expect(call(registrar.key)).toRevertWith(world.approvals, "Approvals_Spent", [subject()]);
  });

  it("refuses a role that has no name, and one that conflicts with a role held, with the first call", async () => {
    const { registrar, custodianA } = world.actors;
    await expect(call(registrar.key, "ADMIN")).toRevertWith(world.parties, "Parties_UnknownRole", [role("ADMIN")]);
    await expect(world.parties.connect(registrar.key).grant(custodianA.id, role("APPROVER"), ref)).toRevertWith(
      world.parties,
      "Parties_RolesConflict",
      [custodianA.id, role("APPROVER"), role("CUSTODIAN")],
    );
  });

  it("refuses to take effect when a conflicting role was granted meanwhile (R-G1)", async () => {
    const { trustee, registrar } = world.actors;
    const grant = (name: string) => (key: Key) => world.parties.connect(key).grant(trustee.id, role(name), ref);
    await byThree(world, grant("ATTESTER"));
    await byThree(world, grant("CUSTODIAN"));
    await reach(world, (await now(world)) + GRANT_DELAY_SECONDS);
    await grant("ATTESTER")(registrar.key);
    await expect(grant("CUSTODIAN")(registrar.key)).toRevertWith(world.parties, "Parties_RolesConflict", [
      trustee.id,
      role("CUSTODIAN"),
      role("ATTESTER"),
    ]);
  });

  it("refuses to take effect when one of the three lost its role meanwhile (R-G1)", async () => {
    const { approverB, registrar } = world.actors;
    await byThree(world, call);
    await byThree(world, (key) => world.parties.connect(key).end(approverB.id, role("APPROVER"), ref));
    await reach(world, (await now(world)) + GRANT_DELAY_SECONDS);
    await expect(call(registrar.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      approverB.id,
      role("APPROVER"),
    ]);
    expect(await isHeld()).toBe(false);
  });

  it("refuses to become effective by an approver who had no part in it", async () => {
    const { regulator, approverA, approverB, registrar } = world.actors;
    await byThree(world, call, [regulator.key, approverA.key, approverB.key]);
    await reach(world, (await now(world)) + GRANT_DELAY_SECONDS);
    await expect(call(registrar.key)).toRevertWith(world.approvals, "Approvals_NotEndorser", [subject(), registrar.id]);
  });
});

describe("end", () => {
  it("refuses a party that was never registered", async () => {
    await expect(world.parties.connect(world.actors.registrar.key).end(UNKNOWN, role("ATTESTER"), ref)).toRevertWith(
      world.parties,
      "Parties_UnknownParty",
      [UNKNOWN],
    );
  });

  it("takes a role away by three parties, at once and not before", async () => {
    const { attesterA, registrar, approverA, approverB } = world.actors;
    const call = (key: Key) => world.parties.connect(key).end(attesterA.id, role("ATTESTER"), ref);
    await call(registrar.key);
    await call(approverA.key);
    expect(await world.parties.holds(attesterA.id, role("ATTESTER"))).toBe(true);
    await expect(call(approverB.key)).toEmit(world.parties, "RoleEnded", [attesterA.id, role("ATTESTER")]);
    expect(await world.parties.holds(attesterA.id, role("ATTESTER"))).toBe(false);
  });
});

describe("addKey", () => {
  it("refuses a party that was never registered, the zero address and a key that has a party", async () => {
    const { registrar, issuer, otherIssuer } = world.actors;
    await expect(world.parties.connect(registrar.key).addKey(UNKNOWN, ZeroAddress, ref)).toRevertWith(
      world.parties,
      "Parties_UnknownParty",
      [UNKNOWN],
    );
    await expect(world.parties.connect(registrar.key).addKey(issuer.id, ZeroAddress, ref)).toRevertWith(
      world.parties,
      "Parties_KeyZero",
      [],
    );
    await expect(world.parties.connect(registrar.key).addKey(otherIssuer.id, issuer.key.address, ref)).toRevertWith(
      world.parties,
      "Parties_KeyTaken",
      [issuer.key.address, issuer.id],
    );
  });

  it("adds a key by three parties after the delay", async () => {
    const { issuer, spare } = world.actors;
    await expect(effective((key) => world.parties.connect(key).addKey(issuer.id, spare.address, ref))).toEmit(
      world.parties,
      "KeyAdded",
      [issuer.id, spare.address],
    );
    expect(await world.parties.requireRole(spare.address, role("ISSUER"))).toBe(issuer.id);
  });
});

describe("register", () => {
  it("refuses a reference in use, and registers nothing of a party with a taken key", async () => {
    const { issuer, spare } = world.actors;
    const count = await world.parties.partyCount();
    const taken = { ref: id("party issuer"), keys: [spare.address], roles: [] };
    await expect(world.parties.connect(world.actors.registrar.key).register(taken, ref)).toRevertWith(
      world.parties,
      "Parties_RefTaken",
      [id("party issuer")],
    );
    const half = { ref: id("new party"), keys: [spare.address, issuer.key.address], roles: [] };
    await expect(effective((key) => world.parties.connect(key).register(half, ref))).toRevertWith(
      world.parties,
      "Parties_KeyTaken",
      [issuer.key.address, issuer.id],
    );
    expect(await world.parties.partyCount()).toBe(count);
    expect(await world.parties.partyOf(spare.address)).toBe(NOBODY);
  });

  it("registers a party with its keys and roles by three parties after the delay", async () => {
    const { spare } = world.actors;
    const genesis = { ref: id("new party"), keys: [spare.address], roles: [role("CUSTODIAN")] };
    const party = (await world.parties.partyCount()) + 1n;
    await expect(effective((key) => world.parties.connect(key).register(genesis, ref))).toEmit(
      world.parties,
      "PartyRegistered",
      [party, id("new party")],
    );
    expect(await world.parties.partyOf(spare.address)).toBe(party);
    expect(await world.parties.holds(party, role("CUSTODIAN"))).toBe(true);
  });
});

describe("every key alone", () => {
  const writes = [
    "addKey",
    "assignDealRole",
    "end",
    "grant",
    "grantRole",
    "register",
    "removeKey",
    "renounceRole",
    "revokeRole",
  ];

  it("meets only functions that this file knows", () => {
    const found: string[] = [];
    world.parties.interface.forEachFunction((f) => void (f.stateMutability === "nonpayable" && found.push(f.name)));
    expect(found.sort()).toEqual(writes);
  });

  it("is refused by AccessControl's own functions, since nobody holds the admin role (R-G1)", async () => {
    const { parties, actors } = world;
    const admin = await parties.DEFAULT_ADMIN_ROLE();
    const member = (party: bigint) => ethers.toBeHex(party, 20);
    for (const key of await ethers.getSigners()) {
      const mine = parties.connect(key);
      const refused = [key.address, admin];
      await expect(mine.grantRole(role("ISSUER"), key.address)).toRevertWith(
        parties,
        "AccessControlUnauthorizedAccount",
        refused,
      );
      await expect(mine.grantRole(admin, key.address)).toRevertWith(
        parties,
        "AccessControlUnauthorizedAccount",
        refused,
      );
      await expect(mine.revokeRole(role("ISSUER"), member(actors.issuer.id))).toRevertWith(
        parties,
        "AccessControlUnauthorizedAccount",
        refused,
      );
      await expect(mine.renounceRole(role("ISSUER"), member(actors.issuer.id))).toRevertWith(
        parties,
        "AccessControlBadConfirmation",
        [],
      );
    }
    expect(await parties.holds(actors.issuer.id, role("ISSUER"))).toBe(true);
  });

  it("reaches no grant by any function, also with a second key of its party and after the delay (R-G1)", async () => {
    const { parties, actors } = world;
    const from = (await ethers.provider.getBlockNumber()) + 1;
    const organisations = Object.keys(cast).map((name) => actors[name as PartyName]);
    const alone: Key[][] = [
      ...organisations.map(({ key, otherKey }) => [key, otherKey]),
      ...[actors.deployer, actors.outsider, actors.holder].map((key) => [key, key]),
    ];
    const attempts = async (key: Key, own: string) => {
      const mine = parties.connect(key);
      const genesis = { ref: id(own), keys: [], roles: [role("ISSUER")] };
      await mine.register(genesis, id(own)).catch(refused);
      await mine.addKey(actors.issuer.id, actors.spare.address, id(own)).catch(refused);
      await mine.grant(actors.servicer.id, role("ISSUER"), id(own)).catch(refused);
      await mine.end(actors.issuer.id, role("ISSUER"), id(own)).catch(refused);
      if ((await parties.partyOf(key.address)) !== actors.otherIssuer.id) {
        await mine.removeKey(actors.otherIssuer.key.address, id(own)).catch(refused);
      }
      await mine.assignDealRole(id("deal"), role("ISSUER"), actors.servicer.id).catch(refused);
    };
    for (const keys of alone) for (const key of keys) await attempts(key, keys[0]!.address);
    await reach(world, (await now(world)) + GRANT_DELAY_SECONDS);
    for (const keys of alone) for (const key of keys) await attempts(key, keys[0]!.address);
    const events = ["PartyRegistered", "KeyAdded", "RoleHeld", "RoleEnded", "KeyRemoved", "RoleGranted", "RoleRevoked"];
    const topics = [events.map((event) => parties.interface.getEvent(event as "KeyAdded").topicHash)];
    expect(await ethers.provider.getLogs({ address: world.wiring.parties, fromBlock: from, topics })).toEqual([]);
  });
});

/** Lets a refusal of the ledger pass, and nothing else. */
function refused(error: Error): void {
  if (!error.message.includes("reverted with custom error")) throw error;
}
