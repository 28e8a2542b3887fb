import { id, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { type Key } from "../support/actors.ts";
import type { Approvals } from "../../types/contracts/index.ts";
import { byThree, now } from "../support/steps.ts";
import { deployed, openLedger, type World } from "../support/world.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;

const [A, B, C, D] = [3n, 4n, 5n, 6n];
const NOBODY = 0n;
const subject = id("subject");
const payload = id("payload");
const LIFETIME_SECONDS = 30 * 24 * 3_600;

let world: World;
/** The approvals as one of the singletons sees them. */
let asModule: Approvals;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(deployed);
  asModule = world.approvals.connect(await ethers.getImpersonatedSigner(world.wiring.filings));
});

const quorum = (parties: number, delaySeconds = 0) => ({ parties, delaySeconds });

/** Endorses and answers whether the matter took effect. */
async function endorse(party: bigint, needed = quorum(2), content = payload): Promise<boolean> {
  const effective = await asModule.endorse.staticCall(subject, content, party, needed);
  await asModule.endorse(subject, content, party, needed);
  return effective;
}

const at = (second: number) => networkHelpers.time.setNextBlockTimestamp(second);

/** The matter as anybody reads it. */
async function matter(module = world.wiring.filings) {
  const [payloadHash, parties, openedAt, completedAt, spent] = await world.approvals.endorsementsOf(module, subject);
  return { payloadHash, parties: [...parties], openedAt, completedAt, spent };
}

const forgotten = {
  payloadHash: ZeroHash,
  parties: [NOBODY, NOBODY, NOBODY],
  openedAt: 0n,
  completedAt: 0n,
  spent: false,
};

describe("endorse", () => {
  it("refuses everybody who is not one of the singletons", async () => {
    const noteFactory = await ethers.getImpersonatedSigner(world.wiring.noteFactory);
    for (const key of [world.actors.registrar.key, world.actors.deployer, world.actors.outsider, noteFactory]) {
      await expect(world.approvals.connect(key).endorse(subject, payload, A, quorum(2))).toRevertWith(
        world.approvals,
        "Approvals_NotModule",
        [key.address],
      );
    }
  });

  it("refuses a second party whose content differs, and keeps the first", async () => {
    await endorse(A);
    await expect(asModule.endorse(subject, id("other"), B, quorum(2))).toRevertWith(
      world.approvals,
      "Approvals_PayloadDiffers",
      [subject, payload, id("other")],
    );
    expect((await matter()).parties).toEqual([A, NOBODY, NOBODY]);
  });

  it("refuses a party that endorses twice, as first and as second", async () => {
    await endorse(A, quorum(3));
    await expect(endorse(A, quorum(3))).toRevertWith(world.approvals, "Approvals_SameParty", [subject, A]);
    await endorse(B, quorum(3));
    for (const party of [A, B]) {
      await expect(endorse(party, quorum(3))).toRevertWith(world.approvals, "Approvals_SameParty", [subject, party]);
    }
  });

  it("refuses a matter that took effect, for ever", async () => {
    await endorse(A);
    expect(await endorse(B)).toBe(true);
    await at((await now(world)) + 2 * LIFETIME_SECONDS);
    for (const party of [A, B, C]) {
      await expect(endorse(party)).toRevertWith(world.approvals, "Approvals_Spent", [subject]);
    }
  });

  it("refuses a complete matter until the last second of its delay has come, and then a stranger to it", async () => {
    const needed = quorum(2, 600);
    await endorse(A, needed);
    expect(await endorse(B, needed)).toBe(false);
    const readyAt = (await now(world)) + 600;
    await at(readyAt - 1);
    await expect(asModule.endorse(subject, payload, A, needed)).toRevertWith(world.approvals, "Approvals_Resting", [
      subject,
      BigInt(readyAt),
    ]);
    await at(readyAt);
    await expect(asModule.endorse(subject, payload, C, needed)).toRevertWith(world.approvals, "Approvals_NotEndorser", [
      subject,
      C,
    ]);
    await at(readyAt);
    await expect(asModule.endorse(subject, payload, A, needed)).toEmit(world.approvals, "Effective", [
      world.wiring.filings,
      subject,
      payload,
    ]);
    expect((await matter()).spent).toBe(true);
  });

  it("takes effect with the second of two parties, and with the third of three", async () => {
    expect(await endorse(A)).toBe(false);
    expect(await endorse(B)).toBe(true);
    await networkHelpers.loadFixture(deployed);
    expect(await endorse(A, quorum(3))).toBe(false);
    expect(await endorse(B, quorum(3))).toBe(false);
    expect(await endorse(C, quorum(3))).toBe(true);
    expect((await matter()).parties).toEqual([A, B, C]);
  });

  it("tells of each endorsement with its count", async () => {
    for (const [i, party] of [A, B, C].entries()) {
      await expect(asModule.endorse(subject, payload, party, quorum(3))).toEmit(world.approvals, "Endorsed", [
        world.wiring.filings,
        subject,
        party,
        payload,
        BigInt(i + 1),
      ]);
    }
  });

  it("keeps an incomplete matter for its lifetime to the second, then forgets it", async () => {
    await endorse(A);
    const openedAt = await now(world);
    expect(await world.approvals.LIFETIME_SECONDS()).toBe(BigInt(LIFETIME_SECONDS));
    await networkHelpers.time.increaseTo(openedAt + LIFETIME_SECONDS);
    expect((await matter()).parties).toEqual([A, NOBODY, NOBODY]);
    await networkHelpers.time.increaseTo(openedAt + LIFETIME_SECONDS + 1);
    expect(await matter()).toEqual(forgotten);
  });

  it("takes effect in the last second of the lifetime, and opens the matter anew in the next", async () => {
    await endorse(A);
    const openedAt = await now(world);
    const snapshot = await networkHelpers.takeSnapshot();
    await at(openedAt + LIFETIME_SECONDS);
    await expect(asModule.endorse(subject, payload, B, quorum(2))).toEmit(world.approvals, "Effective", [
      world.wiring.filings,
      subject,
      payload,
    ]);
    await snapshot.restore();
    await at(openedAt + LIFETIME_SECONDS + 1);
    await asModule.endorse(subject, id("other"), B, quorum(2));
    expect(await matter()).toEqual({
      payloadHash: id("other"),
      parties: [B, NOBODY, NOBODY],
      openedAt: BigInt(openedAt + LIFETIME_SECONDS + 1),
      completedAt: 0n,
      spent: false,
    });
  });

  it("forgets a complete matter too that nobody makes effective within the lifetime after it was complete", async () => {
    const needed = quorum(2, 600);
    await endorse(A, needed);
    await at((await now(world)) + LIFETIME_SECONDS);
    await endorse(B, needed);
    const completedAt = await now(world);
    const snapshot = await networkHelpers.takeSnapshot();
    await at(completedAt + LIFETIME_SECONDS);
    await expect(asModule.endorse(subject, payload, A, needed)).toEmit(world.approvals, "Effective", [
      world.wiring.filings,
      subject,
      payload,
    ]);
    await snapshot.restore();
    await networkHelpers.time.increaseTo(completedAt + LIFETIME_SECONDS + 1);
    expect(await matter()).toEqual(forgotten);
    expect(await endorse(A, needed)).toBe(false);
    expect((await matter()).parties).toEqual([A, NOBODY, NOBODY]);
  });

  it("keeps the matters of two modules apart", async () => {
    await endorse(A);
    const holders = world.approvals.connect(await ethers.getImpersonatedSigner(world.wiring.holders));
    await holders.endorse(subject, id("other"), A, quorum(2));
    expect((await matter()).payloadHash).toBe(payload);
    expect((await matter(world.wiring.holders)).payloadHash).toBe(id("other"));
  });
});

describe("decide", () => {
  const decide = (key: Key, delaySeconds = 0) => asModule.decide(subject, key.address, delaySeconds);

  it("refuses everybody who is not one of the singletons", async () => {
    const { registrar } = world.actors;
    await expect(world.approvals.connect(registrar.key).decide(subject, registrar.key.address, 0)).toRevertWith(
      world.approvals,
      "Approvals_NotModule",
      [registrar.key.address],
    );
  });

  it("refuses every order of roles but a registrar or regulator, then two approvers", async () => {
    const { registrar, regulator, approverA, issuer, outsider } = world.actors;
    const missing = (party: bigint, name: string): [Approvals | World["parties"], string, unknown[]] => [
      world.parties,
      "Parties_RoleMissing",
      [party, id(name)],
    ];
    await expect(decide(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    await expect(decide(approverA.key)).toRevertWith(...missing(approverA.id, "REGISTRAR"));
    await expect(decide(issuer.key)).toRevertWith(...missing(issuer.id, "REGISTRAR"));
    await decide(registrar.key);
    await expect(decide(regulator.key)).toRevertWith(...missing(regulator.id, "APPROVER"));
    await expect(decide(registrar.otherKey)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subject,
      registrar.id,
    ]);
    await decide(approverA.key);
    await expect(decide(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    await expect(decide(issuer.key)).toRevertWith(...missing(issuer.id, "APPROVER"));
    await expect(decide(approverA.otherKey)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subject,
      approverA.id,
    ]);
  });

  it("counts the registrar as an approver only where the regulator made the matter", async () => {
    const { registrar, regulator, approverA } = world.actors;
    await decide(regulator.key);
    await decide(registrar.key);
    await expect(decide(approverA.key)).toEmit(world.approvals, "Effective", [world.wiring.filings, subject, subject]);
    expect((await matter()).parties).toEqual([regulator.id, registrar.id, approverA.id]);
  });

  it("does not let an approver open a matter anew that was forgotten", async () => {
    const { registrar, approverA } = world.actors;
    await decide(registrar.key);
    await at((await now(world)) + LIFETIME_SECONDS + 1);
    await expect(decide(approverA.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      approverA.id,
      id("REGISTRAR"),
    ]);
  });

  it("refuses to take effect when one of the three lost its role after it endorsed", async () => {
    const { registrar, approverA, approverB } = world.actors;
    await decide(registrar.key);
    await decide(approverA.key);
    await byThree(world, (key) => world.parties.connect(key).end(approverA.id, id("APPROVER"), id("end")));
    await expect(decide(approverB.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      approverA.id,
      id("APPROVER"),
    ]);
    expect((await matter()).spent).toBe(false);
  });

  it("refuses to take effect when its maker lost its role while it rested", async () => {
    const { registrar, approverA, approverB } = world.actors;
    for (const party of [registrar, approverA, approverB]) await decide(party.key, 600);
    await byThree(world, (key) => world.parties.connect(key).end(registrar.id, id("REGISTRAR"), id("end")));
    await at((await now(world)) + 600);
    for (const key of [registrar.key, approverA.key]) {
      await expect(decide(key, 600)).toRevertWith(world.parties, "Parties_RoleMissing", [
        registrar.id,
        id("REGISTRAR"),
      ]);
    }
  });
});

describe("withdraw", () => {
  const withdraw = (key: Key, module = world.wiring.filings) => world.approvals.connect(key).withdraw(module, subject);

  it("refuses everybody who did not endorse the matter, whatever its roles", async () => {
    const { outsider, registrar, approverA, attesterA } = world.actors;
    await endorse(attesterA.id, quorum(3));
    for (const party of [registrar, approverA]) {
      await expect(withdraw(party.key)).toRevertWith(world.approvals, "Approvals_NotEndorser", [subject, party.id]);
    }
    await expect(withdraw(outsider)).toRevertWith(world.approvals, "Approvals_NotEndorser", [subject, NOBODY]);
    await expect(withdraw(attesterA.key, world.wiring.holders)).toRevertWith(world.approvals, "Approvals_NotEndorser", [
      subject,
      attesterA.id,
    ]);
  });

  it("refuses a matter that took effect", async () => {
    const { attesterA, attesterB } = world.actors;
    await endorse(attesterA.id);
    await endorse(attesterB.id);
    for (const party of [attesterA, attesterB]) {
      await expect(withdraw(party.key)).toRevertWith(world.approvals, "Approvals_Spent", [subject]);
    }
  });

  it.each(["attesterA", "attesterB"] as const)(
    "clears a matter by %s, one of those who endorsed it, also a complete one that rests",
    async (name) => {
      const { attesterA, attesterB } = world.actors;
      const by = world.actors[name];
      await endorse(attesterA.id, quorum(2, 600));
      await endorse(attesterB.id, quorum(2, 600));
      await expect(withdraw(by.otherKey)).toEmit(world.approvals, "Withdrawn", [world.wiring.filings, subject, by.id]);
      expect(await matter()).toEqual(forgotten);
      await endorse(B, quorum(2), id("other"));
      expect((await matter()).parties).toEqual([B, NOBODY, NOBODY]);
    },
  );
});

describe("endorsementsOf", () => {
  it("answers nothing where nobody endorsed", async () => {
    expect(await matter()).toEqual(forgotten);
  });

  it("answers party, content and times of an open matter", async () => {
    await endorse(D);
    expect(await matter()).toEqual({
      payloadHash: payload,
      parties: [D, NOBODY, NOBODY],
      openedAt: BigInt(await now(world)),
      completedAt: 0n,
      spent: false,
    });
  });
});
