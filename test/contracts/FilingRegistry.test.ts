import { AbiCoder, id, keccak256, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import {
  attest,
  bundleHash,
  fields,
  filingState,
  grant,
  now,
  record,
  resubmit,
  submission,
  window,
} from "../support/steps.ts";
import { examine, handIn } from "../support/scrutiny.ts";
import { capsMinor } from "../support/terms.ts";
import { openLedger, submitted, type FiledWorld } from "../support/world.ts";
import type { IFilingRegistry } from "../../types/contracts/FilingRegistry.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;
const coder = AbiCoder.defaultAbiCoder();

let world: FiledWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(submitted);
});

const secondRef = id("second filing");

const draft = (
  overrides: Partial<IFilingRegistry.SubmissionStruct> = {},
  key = world.actors.filingEntity.key,
  filingRef = secondRef,
) => world.filings.connect(key).draft(filingRef, submission(world.terms, overrides));

/** What the ledger must find wrong in a submission. */
const badSubmissions: [string, (now: number) => Partial<IFilingRegistry.SubmissionStruct>][] = [
  ["no bundle hash", () => ({ bundleHash: ZeroHash })],
  ["no terms hash", () => ({ termsHash: ZeroHash })],
  ["no caps", () => ({ capsMinor: [] })],
  ["caps of more than sixteen classes", () => ({ capsMinor: Array(17).fill(1n) })],
  ["a window that closes when it opens", () => ({ windowOpensAt: window.closesAt })],
  ["a window that closes before it opens", () => ({ windowOpensAt: window.closesAt + 1 })],
  ["a window that closes in this second", (now) => ({ windowOpensAt: 1, windowClosesAt: now })],
];

describe("draft", () => {
  it("refuses everybody but a filing entity, the issuer too (R-F7)", async () => {
    const { outsider, issuer, registrar } = world.actors;
    await expect(draft({}, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    for (const party of [issuer, registrar]) {
      await expect(draft({}, party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("FILING_ENTITY"),
      ]);
    }
  });

  it.each(badSubmissions)("refuses %s", async (_, overrides) => {
    const second = (await now(world)) + 10;
    await networkHelpers.time.setNextBlockTimestamp(second);
    await expect(draft(overrides(second))).toRevertWith(world.filings, "FilingRegistry_BadSubmission", []);
  });

  it("refuses as issuer the filing entity itself, whatever its roles, and a party that is no issuer (R-F7)", async () => {
    const { filingEntity, trustee } = world.actors;
    await grant(world, filingEntity, "ISSUER");
    for (const issuer of [filingEntity.id, trustee.id, 0n, 99n]) {
      await expect(draft({ issuer })).toRevertWith(world.filings, "FilingRegistry_BadIssuer", [issuer]);
    }
  });

  it("refuses a reference that this filing entity used, from either of its keys", async () => {
    const { filingEntity } = world.actors;
    for (const key of [filingEntity.key, filingEntity.otherKey]) {
      await expect(draft({ bundleHash: id("other") }, key, id("filing"))).toRevertWith(
        world.filings,
        "FilingRegistry_AlreadyDrafted",
        [world.filing],
      );
    }
  });

  it("keeps the references of two filing entities apart", async () => {
    const { otherFilingEntity } = world.actors;
    await draft({}, otherFilingEntity.key, id("filing"));
    const filing = keccak256(coder.encode(["uint16", "bytes32"], [otherFilingEntity.id, id("filing")]));
    expect((await world.filings.filingOf(filing)).filingEntity).toBe(otherFilingEntity.id);
    expect((await world.filings.filingOf(world.filing)).filingEntity).toBe(world.actors.filingEntity.id);
  });

  it("keeps what was submitted, under the one hash of bundle, terms, caps, filing entity and issuer (R-F5)", async () => {
    const { filingEntity, issuer } = world.actors;
    const filingHash = keccak256(
      coder.encode(
        ["bytes32", "bytes32", "uint128[]", "uint16", "uint16"],
        [bundleHash, world.termsHash, capsMinor, filingEntity.id, issuer.id],
      ),
    );
    expect(fields(await world.filings.filingOf(world.filing))).toEqual({
      filingHash,
      bundleHash,
      termsHash: world.termsHash,
      evidenceHash: ZeroHash,
      filingEntity: filingEntity.id,
      issuer: issuer.id,
      version: 1n,
      state: filingState.submitted,
      windowOpensAt: BigInt(window.opensAt),
      windowClosesAt: BigInt(window.closesAt),
      suspendedUntil: 0n,
      capsMinor,
    });
    await expect(draft()).toEmit(world.filings, "FilingDrafted", [
      keccak256(coder.encode(["uint16", "bytes32"], [filingEntity.id, secondRef])),
      filingEntity.id,
      issuer.id,
      1n,
      secondRef,
      filingHash,
      bundleHash,
      world.termsHash,
      capsMinor,
      BigInt(window.opensAt),
      BigInt(window.closesAt),
    ]);
    expect(await world.filings.filingHashOf(bundleHash, world.termsHash, capsMinor, filingEntity.id, issuer.id)).toBe(
      filingHash,
    );
  });
});

describe("supersede", () => {
  const supersede = (
    overrides: Partial<IFilingRegistry.SubmissionStruct> = { bundleHash: id("version 2") },
    key = world.actors.filingEntity.key,
  ) => world.filings.connect(key).supersede(world.filing, submission(world.terms, overrides));

  it("refuses another filing entity, and a party that is none", async () => {
    const { otherFilingEntity, issuer } = world.actors;
    await expect(supersede({}, otherFilingEntity.key)).toRevertWith(world.filings, "FilingRegistry_NotFilingEntity", [
      world.filing,
      otherFilingEntity.id,
    ]);
    await expect(supersede({}, issuer.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      issuer.id,
      role("FILING_ENTITY"),
    ]);
  });

  it("judges the new version like a first one", async () => {
    await expect(supersede({ bundleHash: ZeroHash })).toRevertWith(world.filings, "FilingRegistry_BadSubmission", []);
    await expect(supersede({ issuer: world.actors.trustee.id })).toRevertWith(
      world.filings,
      "FilingRegistry_BadIssuer",
      [world.actors.trustee.id],
    );
    expect((await world.filings.filingOf(world.filing)).version).toBe(1n);
  });

  it("counts the version up and voids the attestations of the earlier one (R-F5)", async () => {
    const { attesterA, attesterB } = world.actors;
    await attest(world, attesterA.key, world.filing);
    await supersede();
    const { version, state } = await world.filings.filingOf(world.filing);
    expect([version, state]).toEqual([2n, filingState.draft]);
    await examine(world, world.filing);
    await handIn(world, world.filing);
    await attest(world, attesterB.key, world.filing);
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.attested);
    await attest(world, attesterA.key, world.filing);
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.recorded);
  });
});

describe("refuse", () => {
  it("refuses everybody but the registrar, the regulator too", async () => {
    const { regulator, filingEntity } = world.actors;
    for (const party of [regulator, filingEntity]) {
      await expect(world.filings.connect(party.key).refuse(world.filing, id("notice"))).toRevertWith(
        world.parties,
        "Parties_RoleMissing",
        [party.id, role("REGISTRAR")],
      );
    }
  });

  it("closes the filing with its notice", async () => {
    const { registrar } = world.actors;
    await expect(world.filings.connect(registrar.key).refuse(world.filing, id("notice"))).toEmit(
      world.filings,
      "FilingRefused",
      [world.filing, registrar.id, id("notice")],
    );
  });
});

describe("consume", () => {
  const consume = async (amountMinor: bigint, classIndex = 0) =>
    world.filings
      .connect(await ethers.getImpersonatedSigner(world.wiring.deals))
      .consume(world.filing, classIndex, amountMinor);

  it("refuses everybody but the deal registry, the issuer too (R-F1)", async () => {
    await record(world, world.filing);
    for (const key of [world.actors.issuer.key, world.actors.registrar.key, world.actors.deployer]) {
      await expect(world.filings.connect(key).consume(world.filing, 0, 1n)).toRevertWith(
        world.filings,
        "FilingRegistry_NotDealRegistry",
        [key.address],
      );
    }
  });

  it("refuses the second before the window and the second after it (R-F3)", async () => {
    const opensAt = (await now(world)) + 1_000;
    const closesAt = opensAt + 1_000;
    await resubmit(world, world.filing, world.terms, { windowOpensAt: opensAt, windowClosesAt: closesAt });
    await record(world, world.filing);
    const outside = ["FilingRegistry_OutsideWindow", [world.filing, BigInt(opensAt), BigInt(closesAt)]] as const;
    await networkHelpers.time.setNextBlockTimestamp(opensAt - 1);
    await expect(consume(1n)).toRevertWith(world.filings, ...outside);
    for (const second of [opensAt, closesAt]) {
      await networkHelpers.time.setNextBlockTimestamp(second);
      await consume(1n);
    }
    await networkHelpers.time.setNextBlockTimestamp(closesAt + 1);
    await expect(consume(1n)).toRevertWith(world.filings, ...outside);
  });

  it("refuses one minor unit above the cap of the class, at once and in steps (R-F3)", async () => {
    await record(world, world.filing);
    const capMinor = capsMinor[1]!;
    await expect(consume(capMinor + 1n, 1)).toRevertWith(world.filings, "FilingRegistry_CapExceeded", [
      world.filing,
      1n,
      capMinor,
      0n,
      capMinor + 1n,
    ]);
    await expect(consume(capMinor - 5n, 1)).toEmit(world.filings, "HeadroomConsumed", [
      world.filing,
      1n,
      capMinor - 5n,
      capMinor - 5n,
    ]);
    await expect(consume(6n, 1)).toRevertWith(world.filings, "FilingRegistry_CapExceeded", [
      world.filing,
      1n,
      capMinor,
      capMinor - 5n,
      6n,
    ]);
    await consume(5n, 1);
    expect(await world.filings.issuedMinorOf(world.filing, 1)).toBe(capMinor);
    expect(await world.filings.issuedMinorOf(world.filing, 0)).toBe(0n);
    const most = 2n ** 256n - 1n;
    await expect(consume(most, 1)).toRevertWith(world.filings, "FilingRegistry_CapExceeded", [
      world.filing,
      1n,
      capMinor,
      capMinor,
      most,
    ]);
  });
});
