import { AbiCoder, id, keccak256, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import { attest, bundleHash, byThree, evidence, filingState, grant, now, resubmit } from "../support/steps.ts";
import { dealTerms, termsHashOf } from "../support/terms.ts";
import { openLedger, submitted, type FiledWorld } from "../support/world.ts";
import type { IFilingRegistry } from "../../types/contracts/FilingRegistry.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const coder = AbiCoder.defaultAbiCoder();

let world: FiledWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(submitted);
});

const attestSubject = () => keccak256(coder.encode(["string", "bytes32", "uint16"], ["attest", world.filing, 1]));

const evidenceHashOf = (given: IFilingRegistry.EvidenceStruct) =>
  keccak256(
    coder.encode(
      ["tuple(string,string,bytes32,uint40)"],
      [[given.filingReference, given.url, given.pageHash, given.capturedAt]],
    ),
  );

const payloadOf = async (given: IFilingRegistry.EvidenceStruct) => {
  const { filingHash } = await world.filings.filingOf(world.filing);
  return keccak256(coder.encode(["bytes32", "bytes32"], [filingHash, evidenceHashOf(given)]));
};

describe("attest", () => {
  it("refuses the issuer, the filing entity and the registrar with either key, the registrar also where it is an attester (R-F2)", async () => {
    await grant(world, world.actors.registrar, "ATTESTER");
    for (const party of [world.actors.issuer, world.actors.filingEntity, world.actors.registrar]) {
      for (const key of [party.key, party.otherKey]) {
        await expect(attest(world, key, world.filing)).toRevertWith(
          world.filings,
          "FilingRegistry_ConflictedAttester",
          [world.filing, party.id],
        );
      }
    }
  });

  it("refuses a party that is no attester, and nobody (R-F2)", async () => {
    const { trustee, otherIssuer, outsider } = world.actors;
    for (const party of [trustee, otherIssuer]) {
      await expect(attest(world, party.key, world.filing)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("ATTESTER"),
      ]);
    }
    await expect(attest(world, outsider, world.filing)).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
  });

  it("refuses the version, bundle or terms of anything but the filing as it stands (R-F2)", async () => {
    const filings = world.filings.connect(world.actors.attesterA.key);
    const other = id("other");
    for (const [version, bundle, terms] of [
      [0, bundleHash, world.termsHash],
      [2, bundleHash, world.termsHash],
      [1, other, world.termsHash],
      [1, bundleHash, other],
    ] as const) {
      await expect(filings.attest(world.filing, version, bundle, terms, evidence())).toRevertWith(
        world.filings,
        "FilingRegistry_AttestationMismatch",
        [world.filing, 1n],
      );
    }
  });

  it("refuses the attestation of an earlier version after it was superseded (R-F2)", async () => {
    const [bundle, terms] = [id("version 2"), dealTerms(world.actors, { cutoffDate: 20260130 })];
    await resubmit(world, world.filing, terms, { bundleHash: bundle });
    const filings = world.filings.connect(world.actors.attesterA.key);
    const mismatch = ["FilingRegistry_AttestationMismatch", [world.filing, 2n]] as const;
    await expect(filings.attest(world.filing, 1, bundleHash, world.termsHash, evidence())).toRevertWith(
      world.filings,
      ...mismatch,
    );
    await expect(filings.attest(world.filing, 1, bundle, termsHashOf(terms), evidence())).toRevertWith(
      world.filings,
      ...mismatch,
    );
  });

  const incomplete: [string, (now: number) => Partial<IFilingRegistry.EvidenceStruct>][] = [
    ["no reference", () => ({ filingReference: "" })],
    ["no address", () => ({ url: "" })],
    ["no page hash", () => ({ pageHash: ZeroHash })],
    ["no capture time", () => ({ capturedAt: 0 })],
    ["a capture in the future", (now) => ({ capturedAt: now + 1 })],
  ];
  it.each(incomplete)("refuses evidence with %s (R-F2)", async (_, overrides) => {
    const second = (await now(world)) + 10;
    await networkHelpers.time.setNextBlockTimestamp(second);
    await expect(attest(world, world.actors.attesterA.key, world.filing, evidence(overrides(second)))).toRevertWith(
      world.filings,
      "FilingRegistry_BadEvidence",
      [],
    );
  });

  it("admits evidence captured in this very second", async () => {
    const second = (await now(world)) + 10;
    await networkHelpers.time.setNextBlockTimestamp(second);
    await attest(world, world.actors.attesterA.key, world.filing, evidence({ capturedAt: second }));
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.attested);
  });

  it("refuses the second attestation by another key of the first attester (R-F2)", async () => {
    await attest(world, world.actors.attesterA.key, world.filing);
    for (const key of [world.actors.attesterA.key, world.actors.attesterA.otherKey]) {
      await expect(attest(world, key, world.filing)).toRevertWith(world.approvals, "Approvals_SameParty", [
        attestSubject(),
        world.actors.attesterA.id,
      ]);
    }
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.attested);
  });

  const different: [string, Partial<IFilingRegistry.EvidenceStruct>][] = [
    ["reference", { filingReference: "2026-0043" }],
    ["address", { url: "https://filings.example/2026-0043" }],
    ["page hash", { pageHash: id("another page") }],
    ["capture time", { capturedAt: 1_770_000_000 }],
  ];
  it.each(different)("refuses a second attestation with another %s (R-F2)", async (_, overrides) => {
    await attest(world, world.actors.attesterA.key, world.filing);
    const given = evidence(overrides);
    const payloads = [await payloadOf(evidence()), await payloadOf(given)];
    await expect(attest(world, world.actors.attesterB.key, world.filing, given)).toRevertWith(
      world.approvals,
      "Approvals_PayloadDiffers",
      [attestSubject(), ...payloads],
    );
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.attested);
  });

  it("lets an attester take back its evidence and give other, which the second must equal (R-F2)", async () => {
    const { attesterA, attesterB } = world.actors;
    const typo = evidence({ filingReference: "2026-0024" });
    await attest(world, attesterA.key, world.filing, typo);
    await world.approvals.connect(attesterA.key).withdraw(world.wiring.filings, attestSubject());
    await attest(world, attesterB.key, world.filing);
    await attest(world, attesterA.key, world.filing);
    const { state, evidenceHash } = await world.filings.filingOf(world.filing);
    expect([state, evidenceHash]).toEqual([filingState.recorded, evidenceHashOf(evidence())]);
  });

  it("refuses the second attestation when the first attester lost its role, and stays open for a new version", async () => {
    const { attesterA, attesterB, registrar } = world.actors;
    await grant(world, world.actors.trustee, "ATTESTER");
    await attest(world, attesterA.key, world.filing);
    await byThree(world, (key) => world.parties.connect(key).end(attesterA.id, role("ATTESTER"), id("end")));
    const ended = ["Parties_RoleMissing", [attesterA.id, role("ATTESTER")]] as const;
    await expect(attest(world, attesterB.key, world.filing)).toRevertWith(world.parties, ...ended);
    await expect(attest(world, world.actors.trustee.key, world.filing)).toRevertWith(world.parties, ...ended);
    await expect(attest(world, registrar.key, world.filing)).toRevertWith(
      world.filings,
      "FilingRegistry_ConflictedAttester",
      [world.filing, registrar.id],
    );
    await resubmit(world, world.filing, world.terms);
    await attest(world, attesterB.key, world.filing);
    await attest(world, world.actors.trustee.key, world.filing);
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.recorded);
  });

  it("forgets an attestation that no second one joined within 30 days (R-F2)", async () => {
    const { attesterA, attesterB } = world.actors;
    await attest(world, attesterA.key, world.filing);
    await networkHelpers.time.setNextBlockTimestamp((await now(world)) + 30 * 24 * 3_600 + 1);
    await attest(world, attesterB.key, world.filing);
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.attested);
    await attest(world, attesterA.key, world.filing);
    expect((await world.filings.filingOf(world.filing)).state).toBe(filingState.recorded);
  });

  it("records the filing when two parties attested equal evidence, and keeps its hash (R-F2)", async () => {
    const [first, second] = [world.actors.attesterA, world.actors.attesterB];
    const evidenceHash = evidenceHashOf(evidence());
    const values = Object.values({ ...evidence(), capturedAt: BigInt(evidence().capturedAt as number) });
    await expect(attest(world, first.key, world.filing)).toEmit(world.filings, "FilingAttested", [
      world.filing,
      first.id,
      1n,
      evidenceHash,
      values,
    ]);
    expect((await world.filings.filingOf(world.filing)).evidenceHash).toBe(ZeroHash);
    const { filingHash } = await world.filings.filingOf(world.filing);
    await expect(attest(world, second.otherKey, world.filing)).toEmit(world.filings, "FilingRecorded", [
      world.filing,
      1n,
      filingHash,
      evidenceHash,
    ]);
    expect((await world.filings.filingOf(world.filing)).evidenceHash).toBe(evidenceHash);
  });
});
