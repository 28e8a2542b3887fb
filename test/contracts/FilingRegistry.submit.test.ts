import { AbiCoder, id, keccak256, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { examine, handIn, permit } from "../support/scrutiny.ts";
import { attest, byThree, draft, fields, filingState, record, resubmit, submission } from "../support/steps.ts";
import { dealTerms, termsHashOf } from "../support/terms.ts";
import { deployed, openLedger, submitted, type FiledWorld, type Ledger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

/** A filing of the small deal, drafted and examined. */
async function examined(of: Ledger): Promise<FiledWorld> {
  const world = await deployed(of);
  const terms = dealTerms(world.actors);
  const filing = await draft(world, terms);
  await examine(world, filing);
  return { ...world, filing, terms, termsHash: termsHashOf(terms) };
}

let world: FiledWorld;
const stateOf = () => world.filings.stateOf(world.filing);
const roleMissing = (party: { id: bigint }, name: string) => ["Parties_RoleMissing", [party.id, role(name)]] as const;
const subjectOf = (name: string, version?: number) =>
  version === undefined
    ? keccak256(AbiCoder.defaultAbiCoder().encode(["string", "bytes32"], [name, world.filing]))
    : keccak256(AbiCoder.defaultAbiCoder().encode(["string", "bytes32", "uint16"], [name, world.filing, version]));

describe("submit", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(examined);
  });
  const submit = (key: Key, version = 1, receiptHash = id("receipt")) =>
    world.filings.connect(key).submit(world.filing, version, receiptHash);

  it("refuses everybody but the filing entity of the filing and a registrar (R-G1)", async () => {
    const { issuer, regulator, otherFilingEntity, attesterA, outsider } = world.actors;
    for (const party of [issuer, regulator, otherFilingEntity, attesterA]) {
      await expect(submit(party.key)).toRevertWith(world.parties, ...roleMissing(party, "REGISTRAR"));
    }
    await expect(submit(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("refuses a registrar who is first: it countersigns, it does not submit (R-G1)", async () => {
    await expect(submit(world.actors.registrar.key)).toRevertWith(world.filings, "FilingRegistry_FilingEntityFirst", [
      world.filing,
    ]);
  });

  it("refuses a receipt without a hash, another version, and a receipt that differs", async () => {
    const { filingEntity, registrar } = world.actors;
    await expect(submit(filingEntity.key, 1, ZeroHash)).toRevertWith(world.filings, "FilingRegistry_HashMissing", []);
    for (const version of [0, 2]) {
      await expect(submit(filingEntity.key, version)).toRevertWith(world.filings, "FilingRegistry_OtherVersion", [
        world.filing,
        1n,
      ]);
    }
    await submit(filingEntity.key);
    await expect(submit(registrar.key, 1, id("other"))).toRevertWith(world.approvals, "Approvals_PayloadDiffers", [
      subjectOf("submit", 1),
      id("receipt"),
      id("other"),
    ]);
    expect(await stateOf()).toBe(filingState.draft);
  });

  it("refuses the filing entity's other key as its countersignature (R-G1)", async () => {
    const { filingEntity } = world.actors;
    await submit(filingEntity.key);
    await expect(submit(filingEntity.otherKey)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subjectOf("submit", 1),
      filingEntity.id,
    ]);
  });

  it("refuses the countersignature once the filing entity lost its role (R-G1)", async () => {
    const { filingEntity, registrar } = world.actors;
    await submit(filingEntity.key);
    await byThree(world, (key) => world.parties.connect(key).end(filingEntity.id, role("FILING_ENTITY"), id("end")));
    await expect(submit(registrar.key)).toRevertWith(world.parties, ...roleMissing(filingEntity, "FILING_ENTITY"));
  });

  it("takes effect with the registrar's equal call, and tells of the receipt (R-F4)", async () => {
    const { filingEntity, registrar } = world.actors;
    await submit(filingEntity.key);
    expect(await stateOf()).toBe(filingState.draft);
    await expect(submit(registrar.otherKey)).toEmit(world.filings, "FilingSubmitted", [
      world.filing,
      registrar.id,
      1n,
      id("receipt"),
    ]);
    expect(await stateOf()).toBe(filingState.submitted);
  });
});

describe("the ways out of a filing that is not recorded", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(submitted);
  });

  it("are each for whom they belong to (R-F4)", async () => {
    const { filingEntity, otherFilingEntity, registrar, regulator } = world.actors;
    const by = (key: Key) => world.filings.connect(key);
    for (const party of [filingEntity, regulator]) {
      await expect(by(party.key).requestSupplement(world.filing, id("request"))).toRevertWith(
        world.parties,
        ...roleMissing(party, "REGISTRAR"),
      );
    }
    await expect(by(registrar.key).withdraw(world.filing, id("reason"))).toRevertWith(
      world.parties,
      ...roleMissing(registrar, "FILING_ENTITY"),
    );
    await expect(by(otherFilingEntity.key).withdraw(world.filing, id("reason"))).toRevertWith(
      world.filings,
      "FilingRegistry_NotFilingEntity",
      [world.filing, otherFilingEntity.id],
    );
  });

  it("each need the hash of what they are based on (R-F4)", async () => {
    const { filingEntity, registrar } = world.actors;
    const missing = ["FilingRegistry_HashMissing", []] as const;
    const registrars = world.filings.connect(registrar.key);
    await expect(registrars.requestSupplement(world.filing, ZeroHash)).toRevertWith(world.filings, ...missing);
    await expect(registrars.refuse(world.filing, ZeroHash)).toRevertWith(world.filings, ...missing);
    await expect(world.filings.connect(filingEntity.key).withdraw(world.filing, ZeroHash)).toRevertWith(
      world.filings,
      ...missing,
    );
  });

  it("tell who, when and why (R-F4)", async () => {
    const { filingEntity, registrar } = world.actors;
    await expect(world.filings.connect(registrar.key).requestSupplement(world.filing, id("request"))).toEmit(
      world.filings,
      "FilingSupplementRequested",
      [world.filing, registrar.id, 1n, id("request")],
    );
    await expect(world.filings.connect(filingEntity.key).withdraw(world.filing, id("reason"))).toEmit(
      world.filings,
      "FilingWithdrawn",
      [world.filing, filingEntity.id, id("reason")],
    );
  });

  it("lead from a supplement request only through a new version, which is examined and submitted anew (R-F5, R-F6)", async () => {
    const { registrar, filingEntity, attesterA } = world.actors;
    await world.filings.connect(registrar.key).requestSupplement(world.filing, id("request"));
    await expect(attest(world, attesterA.key, world.filing)).toRevertWith(world.filings, "FilingRegistry_WrongState", [
      world.filing,
      filingState.supplementRequested,
    ]);
    const next = submission(world.terms, { bundleHash: id("supplemented") });
    await world.filings.connect(filingEntity.key).supersede(world.filing, next);
    await expect(handIn(world, world.filing)).toRevertWith(world.scrutiny, "Scrutiny_CheckNotPassed", [
      world.filing,
      0n,
    ]);
    await examine(world, world.filing);
    await handIn(world, world.filing);
    expect(fields(await world.filings.filingOf(world.filing))).toMatchObject({
      version: 2n,
      state: filingState.submitted,
      bundleHash: id("supplemented"),
    });
  });
});

describe("recording", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(submitted);
  });

  it("is refused to a filing without evidence of title, with the second attestation (R-A2)", async () => {
    const { filingEntity } = world.actors;
    const untitled = await draft(world, world.terms, {}, id("untitled"));
    await examine(world, untitled);
    const next = submission(world.terms, { bundleHash: id("next") });
    await world.filings.connect(filingEntity.key).supersede(untitled, next);
    await examine(world, untitled, { isTitled: false });
    await handIn(world, untitled);
    await expect(record(world, untitled)).toRevertWith(world.assets, "Assets_TitleMissing", [untitled, 2n]);
    await world.assets.connect(filingEntity.key).recordTitle(untitled, 2, id("title"), id("transfer"));
    await attest(world, world.actors.attesterB.key, untitled);
    expect(await world.filings.stateOf(untitled)).toBe(filingState.recorded);
  });

  it("is refused to a filing without a permit that it needs, until the permit is stated (R-F9)", async () => {
    await world.filings
      .connect(world.actors.filingEntity.key)
      .supersede(world.filing, submission(world.terms, { bundleHash: id("next") }));
    await examine(world, world.filing);
    await permit(world, world.filing, 3, { isRequired: true });
    await handIn(world, world.filing);
    await expect(record(world, world.filing)).toRevertWith(world.scrutiny, "Scrutiny_PermitMissing", [
      world.filing,
      3n,
    ]);
    await permit(world, world.filing, 3, { isRequired: true, isObtained: true });
    await attest(world, world.actors.attesterB.key, world.filing);
    expect(await stateOf()).toBe(filingState.recorded);
  });
});

describe("close", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(submitted);
    await record(world, world.filing);
  });
  const close = (key: Key, finalReportHash = id("final report")) =>
    world.filings.connect(key).close(world.filing, finalReportHash);

  it("refuses a registrar who is first, a third party, and no report (R-F4)", async () => {
    const { registrar, filingEntity, regulator } = world.actors;
    await expect(close(registrar.key)).toRevertWith(world.filings, "FilingRegistry_FilingEntityFirst", [world.filing]);
    await expect(close(regulator.key)).toRevertWith(world.parties, ...roleMissing(regulator, "REGISTRAR"));
    await expect(close(filingEntity.key, ZeroHash)).toRevertWith(world.filings, "FilingRegistry_HashMissing", []);
  });

  it("takes effect with the registrar's equal call (R-F4)", async () => {
    const { registrar, filingEntity } = world.actors;
    await close(filingEntity.key);
    expect(await stateOf()).toBe(filingState.recorded);
    await expect(close(registrar.key, id("other"))).toRevertWith(world.approvals, "Approvals_PayloadDiffers", [
      subjectOf("close"),
      id("final report"),
      id("other"),
    ]);
    await expect(close(registrar.key)).toEmit(world.filings, "FilingClosed", [
      world.filing,
      registrar.id,
      id("final report"),
    ]);
    expect(await stateOf()).toBe(filingState.closed);
  });
});

describe("the doors for other contracts", () => {
  it("are shut to everybody else", async () => {
    world = await networkHelpers.loadFixture(submitted);
    await record(world, world.filing);
    const { filingEntity, registrar } = world.actors;
    for (const { key } of [filingEntity, registrar]) {
      await expect(world.filings.connect(key).followReport(world.filing)).toRevertWith(
        world.filings,
        "FilingRegistry_NotDisclosures",
        [key.address],
      );
    }
  });

  it("refuse what names an earlier version", async () => {
    world = await networkHelpers.loadFixture(submitted);
    await resubmit(world, world.filing, world.terms);
    await expect(world.filings.requireUnrecorded(world.filing, 1)).toRevertWith(
      world.filings,
      "FilingRegistry_OtherVersion",
      [world.filing, 2n],
    );
    await expect(world.filings.requireDraft(world.filing, 2)).toRevertWith(world.filings, "FilingRegistry_WrongState", [
      world.filing,
      filingState.submitted,
    ]);
  });
});
