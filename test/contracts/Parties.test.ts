import { id, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { cast, genesisOf, role, type Key, type PartyName } from "../support/actors.ts";
import { byThree } from "../support/steps.ts";
import { deployed, GRANT_DELAY_SECONDS, issued, openLedger, type World } from "../support/world.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;

const RETIRED = 65_535n;
const NOBODY = 0n;
const UNKNOWN = 99n;
/** The party that follows the cast. */
const BOTH = BigInt(Object.keys(cast).length) + 1n;

let world: World;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(deployed);
});

describe("constructor", () => {
  const build = async (change: (genesis: ReturnType<typeof genesisOf>) => void) => {
    const genesis = genesisOf(world.actors);
    change(genesis);
    return ethers.deployContract("Parties", [world.wiring, genesis, GRANT_DELAY_SECONDS]);
  };

  it("refuses a party reference that is zero or in use", async () => {
    await expect(build(([first]) => (first!.ref = ZeroHash))).toRevertWith(world.parties, "Parties_RefTaken", [
      ZeroHash,
    ]);
    await expect(build(([first, second]) => (second!.ref = first!.ref))).toRevertWith(
      world.parties,
      "Parties_RefTaken",
      [id("party registrar")],
    );
  });

  it("refuses the zero address as a key, and a key of two parties", async () => {
    const { registrar } = world.actors;
    await expect(build(([first]) => first!.keys.push(ZeroAddress))).toRevertWith(world.parties, "Parties_KeyZero", []);
    await expect(build(([, second]) => second!.keys.push(registrar.key.address))).toRevertWith(
      world.parties,
      "Parties_KeyTaken",
      [registrar.key.address, registrar.id],
    );
  });

  it("refuses a role that has no name", async () => {
    await expect(build(([first]) => first!.roles.push(role("ADMIN")))).toRevertWith(
      world.parties,
      "Parties_UnknownRole",
      [role("ADMIN")],
    );
  });

  const control = ["REGISTRAR", "REGULATOR", "ATTESTER", "APPROVER"];
  const controlled = ["CUSTODIAN", "FILING_ENTITY", "ISSUER", "SERVICER", "PAYING_AGENT"];
  it.each(control.flatMap((one) => controlled.map((other) => [one, other] as const)))(
    "refuses a party that would control as %s and be controlled as %s, in either order (R-G1)",
    async (one, other) => {
      for (const [first, second] of [
        [one, other],
        [other, one],
      ] as const) {
        await expect(
          build((genesis) => genesis.push({ ref: id("both"), keys: [], roles: [role(first), role(second)] })),
        ).toRevertWith(world.parties, "Parties_RolesConflict", [BOTH, role(second), role(first)]);
      }
    },
  );

  it("admits a trustee who also attests or pays, since a trustee stands between", async () => {
    const roles = (name: string) => [role("TRUSTEE"), role(name)];
    const parties = await build((genesis) =>
      genesis.push(
        { ref: id("one"), keys: [], roles: roles("ATTESTER") },
        { ref: id("other"), keys: [], roles: roles("PAYING_AGENT") },
      ),
    );
    expect(await parties.holds(BOTH, role("ATTESTER"))).toBe(true);
    expect(await parties.holds(BOTH + 1n, role("PAYING_AGENT"))).toBe(true);
  });

  it("refuses a grant delay that could outlive the approvals waiting for it", async () => {
    const limit = Number(await world.parties.MAX_GRANT_DELAY_SECONDS());
    expect(limit).toBe(14 * 24 * 3_600);
    const build = (delay: number) => ethers.deployContract("Parties", [world.wiring, genesisOf(world.actors), delay]);
    await expect(build(limit + 1)).toRevertWith(world.parties, "Parties_DelayTooLong", [BigInt(limit + 1)]);
    expect(await (await build(limit)).GRANT_DELAY_SECONDS()).toBe(BigInt(limit));
  });

  it("numbers the parties from 1 in their order", async () => {
    expect(await world.parties.partyCount()).toBe(BigInt(Object.keys(cast).length));
    for (const name of Object.keys(cast) as PartyName[]) {
      const { id, key, otherKey } = world.actors[name];
      expect(await world.parties.partyOf(key.address)).toBe(id);
      expect(await world.parties.partyOf(otherKey.address)).toBe(id);
    }
  });
});

describe("requireRole", () => {
  it("refuses a key that belongs to nobody", async () => {
    const { outsider } = world.actors;
    await expect(world.parties.requireRole(outsider.address, role("ISSUER"))).toRevertWith(
      world.parties,
      "Parties_UnknownKey",
      [outsider.address],
    );
  });

  it("refuses a party without the role, naming both", async () => {
    const { issuer } = world.actors;
    await expect(world.parties.requireRole(issuer.key.address, role("REGISTRAR"))).toRevertWith(
      world.parties,
      "Parties_RoleMissing",
      [issuer.id, role("REGISTRAR")],
    );
  });

  it("answers the party for each of its keys", async () => {
    const { issuer } = world.actors;
    for (const key of [issuer.key, issuer.otherKey]) {
      expect(await world.parties.requireRole(key.address, role("ISSUER"))).toBe(issuer.id);
    }
  });
});

describe("requireEitherRole", () => {
  const [first, second] = [role("REGISTRAR"), role("REGULATOR")];

  it("refuses nobody, and names the first role to a party that has neither", async () => {
    const { outsider, issuer } = world.actors;
    await expect(world.parties.requireEitherRole(outsider.address, first, second)).toRevertWith(
      world.parties,
      "Parties_UnknownKey",
      [outsider.address],
    );
    await expect(world.parties.requireEitherRole(issuer.key.address, first, second)).toRevertWith(
      world.parties,
      "Parties_RoleMissing",
      [issuer.id, first],
    );
  });

  it("answers the party that has one of them", async () => {
    const { registrar, regulator } = world.actors;
    for (const party of [registrar, regulator]) {
      expect(await world.parties.requireEitherRole(party.key.address, first, second)).toBe(party.id);
    }
  });
});

describe("requireDealRole", () => {
  it("refuses nobody, and a party whose platform-wide role is not one in this deal", async () => {
    const { parties, deal, actors } = await networkHelpers.loadFixture(issued);
    const { outsider, otherIssuer, issuer } = actors;
    await expect(parties.requireDealRole(outsider.address, deal, role("ISSUER"))).toRevertWith(
      parties,
      "Parties_UnknownKey",
      [outsider.address],
    );
    await expect(parties.requireDealRole(otherIssuer.key.address, deal, role("ISSUER"))).toRevertWith(
      parties,
      "Parties_RoleMissing",
      [otherIssuer.id, role("ISSUER")],
    );
    await expect(parties.requireDealRole(issuer.key.address, id("other deal"), role("ISSUER"))).toRevertWith(
      parties,
      "Parties_RoleMissing",
      [issuer.id, role("ISSUER")],
    );
  });

  it("answers the parties that the terms name", async () => {
    const { parties, deal, actors } = await networkHelpers.loadFixture(issued);
    for (const [name, party] of [
      ["ISSUER", actors.issuer],
      ["TRUSTEE", actors.trustee],
      ["PAYING_AGENT", actors.payingAgent],
      ["SERVICER", actors.servicer],
    ] as const) {
      expect(await parties.requireDealRole(party.key.address, deal, role(name))).toBe(party.id);
    }
  });
});

describe("a role that ended", () => {
  it.each(["ISSUER", "PAYING_AGENT"])("platform-wide ends in every deal too: %s", async (name) => {
    const { parties, deal, actors } = await networkHelpers.loadFixture(issued);
    const party = name === "ISSUER" ? actors.issuer : actors.payingAgent;
    await byThree({ ...world, actors }, (key) => parties.connect(key).end(party.id, role(name), id("end")));
    await expect(parties.requireDealRole(party.key.address, deal, role(name))).toRevertWith(
      parties,
      "Parties_RoleMissing",
      [party.id, role(name)],
    );
  });
});

describe("assignDealRole", () => {
  it("refuses everybody but the deal registry", async () => {
    for (const { key, id: party } of [world.actors.registrar, world.actors.issuer]) {
      await expect(world.parties.connect(key).assignDealRole(id("deal"), role("ISSUER"), party)).toRevertWith(
        world.parties,
        "Parties_NotDealRegistry",
        [key.address],
      );
    }
  });

  it("refuses a party that lacks the role platform-wide", async () => {
    const { trustee } = world.actors;
    const deals = await ethers.getImpersonatedSigner(world.wiring.deals);
    await expect(world.parties.connect(deals).assignDealRole(id("deal"), role("ISSUER"), trustee.id)).toRevertWith(
      world.parties,
      "Parties_RoleMissing",
      [trustee.id, role("ISSUER")],
    );
  });

  it("refuses a party that was never registered", async () => {
    const deals = await ethers.getImpersonatedSigner(world.wiring.deals);
    await expect(world.parties.connect(deals).assignDealRole(id("deal"), role("ISSUER"), UNKNOWN)).toRevertWith(
      world.parties,
      "Parties_UnknownParty",
      [UNKNOWN],
    );
  });
});

describe("removeKey", () => {
  const operationRef = id("removal");
  const remove = (by: Key, key: string) => world.parties.connect(by).removeKey(key, operationRef);

  it("refuses a key of nobody, as target and as caller", async () => {
    const { outsider, registrar, issuer } = world.actors;
    await expect(remove(registrar.key, outsider.address)).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
    await expect(remove(outsider, issuer.key.address)).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
  });

  it("refuses another party that is neither registrar nor regulator", async () => {
    const { issuer, approverA, trustee } = world.actors;
    for (const party of [approverA, trustee]) {
      await expect(remove(party.key, issuer.key.address)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("REGISTRAR"),
      ]);
    }
  });

  it("lets no party take the voice of another alone, the registrar and the regulator neither (R-G1)", async () => {
    const targets = (Object.keys(cast) as PartyName[]).map((name) => world.actors[name]);
    for (const by of [world.actors.registrar, world.actors.regulator]) {
      for (const { id: party, key, otherKey } of targets.filter((target) => target !== by)) {
        for (const target of [key, otherKey]) {
          await remove(by.key, target.address).catch((error: Error) => expect(error.message).toContain("Parties_"));
          expect(await world.parties.partyOf(target.address)).toBe(party);
        }
      }
    }
  });

  it("takes a key from another party by three parties, at once", async () => {
    const { registrar, approverA, approverB, issuer } = world.actors;
    await remove(registrar.key, issuer.key.address);
    await remove(approverA.key, issuer.key.address);
    await expect(remove(approverB.key, issuer.key.address)).toEmit(world.parties, "KeyRemoved", [
      issuer.id,
      issuer.key.address,
      approverB.id,
    ]);
    expect(await world.parties.partyOf(issuer.key.address)).toBe(NOBODY);
  });

  it("lets a party remove a key of its own alone and at once", async () => {
    const { issuer } = world.actors;
    await expect(remove(issuer.key, issuer.otherKey.address)).toEmit(world.parties, "KeyRemoved", [
      issuer.id,
      issuer.otherKey.address,
      issuer.id,
    ]);
    expect(await world.parties.partyOf(issuer.otherKey.address)).toBe(NOBODY);
    expect(await world.parties.partyOf(issuer.key.address)).toBe(issuer.id);
    await expect(world.parties.requireRole(issuer.otherKey.address, role("ISSUER"))).toRevertWith(
      world.parties,
      "Parties_UnknownKey",
      [issuer.otherKey.address],
    );
  });

  it("retires a key for good: no party, not even its own, can take it again", async () => {
    const { issuer, otherIssuer, registrar } = world.actors;
    const retired = issuer.otherKey.address;
    await remove(issuer.key, retired);
    await expect(remove(registrar.key, retired)).toRevertWith(world.parties, "Parties_UnknownKey", [retired]);
    for (const party of [issuer, otherIssuer]) {
      await expect(world.parties.connect(registrar.key).addKey(party.id, retired, id("operation"))).toRevertWith(
        world.parties,
        "Parties_KeyTaken",
        [retired, RETIRED],
      );
    }
  });
});
