import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import {
  createDeal,
  fields,
  filingState,
  issue,
  noteOf,
  now,
  price,
  reasons,
  record,
  register,
  resubmit,
  submit,
} from "../support/steps.ts";
import {
  classes,
  classTerms,
  dealTerms,
  encodedTerms,
  pricing,
  residualStep,
  stepTerms,
  termsHashOf,
  UNIT_FACE_MINOR,
} from "../support/terms.ts";
import { openLedger, recorded, submitted, type FiledWorld } from "../support/world.ts";
import type { DealTermsStruct } from "../../types/contracts/DealRegistry.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const coder = AbiCoder.defaultAbiCoder();

let world: FiledWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(submitted);
});

const dealState = { created: 1n, priced: 2n, outstanding: 3n } as const;

const create = (key = world.actors.issuer.key, terms = world.terms, filing = world.filing) =>
  world.deals.connect(key).create(filing, terms);

const dealId = (filing: string, version: number, termsHash: string) =>
  keccak256(coder.encode(["bytes32", "uint16", "bytes32"], [filing, version, termsHash]));

/** Terms that leave nothing open at pricing. */
const exactTerms = (overrides: Partial<DealTermsStruct> = {}): DealTermsStruct =>
  dealTerms(world.actors, {
    closingDateLatest: 20260210,
    classes: [classTerms(), classTerms({ tokenised: false, unitFaceMinor: 0n, admittedCategories: 0 })],
    steps: [stepTerms(), residualStep(1)],
    ...overrides,
  });
const exactCaps = [500n * UNIT_FACE_MINOR, 1n];

describe("create", () => {
  it("refuses a filing that nobody submitted", async () => {
    await expect(create(undefined, undefined, id("no filing"))).toRevertWith(
      world.filings,
      "FilingRegistry_UnknownFiling",
      [id("no filing")],
    );
  });

  it("refuses everybody but an issuer, the filing entity too (R-F7)", async () => {
    const { filingEntity, trustee, outsider } = world.actors;
    for (const party of [filingEntity, trustee]) {
      await expect(create(party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, role("ISSUER")]);
    }
    await expect(create(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("refuses an issuer that the terms do not name", async () => {
    const { otherIssuer, issuer } = world.actors;
    await expect(create(otherIssuer.key)).toRevertWith(world.deals, "DealRegistry_NotIssuer", [
      otherIssuer.id,
      issuer.id,
    ]);
  });

  it("refuses terms that name another issuer or filing entity than their filing (R-F7)", async () => {
    const { otherIssuer, otherFilingEntity, issuer } = world.actors;
    const foreign = await submit(world, world.terms, { issuer: otherIssuer.id }, id("foreign issuer"));
    await expect(create(issuer.key, world.terms, foreign)).toRevertWith(world.deals, "DealRegistry_BadTerms", [
      "issuer",
      0n,
    ]);
    const terms = dealTerms(world.actors, { filingEntity: otherFilingEntity.id });
    const filing = await submit(world, terms, {}, id("foreign filing entity"));
    await expect(create(issuer.key, terms, filing)).toRevertWith(world.deals, "DealRegistry_BadTerms", [
      "filingEntity",
      0n,
    ]);
  });

  it.each(["trustee", "payingAgent", "servicer"] as const)(
    "refuses a %s that lacks the role, or is nobody (R-G1)",
    async (name) => {
      const needed = { trustee: "TRUSTEE", payingAgent: "PAYING_AGENT", servicer: "SERVICER" }[name];
      const { regulator, issuer } = world.actors;
      const wrong = dealTerms(world.actors, { [name]: regulator.id });
      const filing = await submit(world, wrong, {}, id("wrong"));
      await expect(create(issuer.key, wrong, filing)).toRevertWith(world.parties, "Parties_RoleMissing", [
        regulator.id,
        role(needed),
      ]);
      const none = dealTerms(world.actors, { [name]: 0n });
      await expect(create(issuer.key, none, await submit(world, none, {}, id("none")))).toRevertWith(
        world.parties,
        "Parties_UnknownParty",
        [0n],
      );
    },
  );

  it("refuses a second deal of one version of a filing", async () => {
    await create();
    await expect(create(world.actors.issuer.otherKey)).toRevertWith(world.deals, "DealRegistry_DealExists", [
      dealId(world.filing, 1, world.termsHash),
    ]);
  });

  it("keeps the very terms that were filed, and opens no class", async () => {
    const deal = dealId(world.filing, 1, world.termsHash);
    const created = create();
    await expect(created).toEmit(world.deals, "DealCreated", [
      deal,
      world.filing,
      world.termsHash,
      encodedTerms(world.terms),
    ]);
    expect(await world.deals.dealOfFiling(world.filing)).toBe(deal);
    expect(fields(await world.deals.dealOf(deal))).toEqual({
      filing: world.filing,
      termsHash: world.termsHash,
      issuer: world.actors.issuer.id,
      filingVersion: 1n,
      state: dealState.created,
      classCount: 3n,
      openedClasses: 0n,
      closingDate: 0n,
      lastRecordDate: 0n,
    });
    expect(termsHashOf(await world.deals.termsOf(deal))).toBe(world.termsHash);
    for (const i of Object.values(classes)) expect(await world.deals.noteOf(deal, i)).toBe(ZeroAddress);
  });

  it("prices a deal at once whose terms leave nothing open", async () => {
    const terms = exactTerms();
    const filing = await submit(world, terms, { capsMinor: exactCaps }, id("exact"));
    const deal = await createDeal(world, filing, terms);
    expect(fields(await world.deals.pricingOf(deal))).toEqual({
      closingDate: 20260210n,
      originalBalanceMinor: [500n * UNIT_FACE_MINOR, 500n * UNIT_FACE_MINOR],
      rateE10: [150_000_000n, 150_000_000n],
    });
    const { state, closingDate } = await world.deals.dealOf(deal);
    expect([state, closingDate]).toEqual([dealState.priced, 20260210n]);
  });

  it.each([
    ["the closing date", { closingDateLatest: 20260211 }],
    ["a balance", { classes: [classTerms({ originalBalanceLowestMinor: 499n * UNIT_FACE_MINOR })] }],
    ["a rate", { classes: [classTerms({ rateLowestE10: 149_999_999n })] }],
  ] as const)("leaves a deal unpriced where %s alone is open", async (_, overrides) => {
    const terms = exactTerms({ ...overrides, steps: [residualStep(0)] } as Partial<DealTermsStruct>);
    const caps = exactCaps.slice(0, terms.classes.length);
    const deal = await createDeal(world, await submit(world, terms, { capsMinor: caps }, id("open")), terms);
    expect((await world.deals.dealOf(deal)).state).toBe(dealState.created);
    const { closingDate, originalBalanceMinor, rateE10 } = await world.deals.pricingOf(deal);
    expect([closingDate, originalBalanceMinor.length, rateE10.length]).toEqual([0n, 0, 0]);
  });

  it("hands a suspension that stands to the notes of a deal created under it (R-F4)", async () => {
    await record(world, world.filing);
    const until = (await now(world)) + 3_600;
    const { regulator, custodianA } = world.actors;
    await world.filings.connect(regulator.key).suspend(world.filing, id("order"), until, id("basis"));
    const alpha = await register(world, custodianA, "alpha");
    const note = await noteOf(world, await createDeal(world, world.filing, world.terms), 0);
    expect(await note.restrictionsOf(ZeroAddress, ZeroAddress, alpha, 1n)).toBe(reasons("FILING_SUSPENDED"));
    await networkHelpers.time.increaseTo(until + 1);
    expect(await note.restrictionsOf(ZeroAddress, ZeroAddress, alpha, 1n)).toBe(0n);
  });
});

describe("a filing that is superseded", () => {
  const supersede = (terms: DealTermsStruct, overrides = {}) => resubmit(world, world.filing, terms, overrides);
  const allocate = async () => [{ account: await register(world, world.actors.custodianA, "alpha"), units: 1n }];

  it("leaves the deal of its earlier version without issuance and price, though the terms are the same (R-F1)", async () => {
    const deal = await createDeal(world, world.filing, world.terms);
    await supersede(world.terms);
    await record(world, world.filing);
    const superseded = ["DealRegistry_Superseded", [deal, 1n, 2n]] as const;
    await expect(issue(world, deal, classes.open, await allocate())).toRevertWith(world.deals, ...superseded);
    await expect(price(world, deal)).toRevertWith(world.deals, ...superseded);
  });

  it("keeps its conflicts: who issues cannot attest by naming another issuer in a new version (R-F2)", async () => {
    const { issuer, otherIssuer } = world.actors;
    const deal = await createDeal(world, world.filing, world.terms);
    await supersede(world.terms, { issuer: otherIssuer.id });
    await record(world, world.filing);
    await expect(issue(world, deal, classes.open, await allocate())).toRevertWith(
      world.deals,
      "DealRegistry_Superseded",
      [deal, 1n, 2n],
    );
    await expect(create(issuer.key)).toRevertWith(world.deals, "DealRegistry_BadTerms", ["issuer", 0n]);
  });

  it("tells the notes of its current version alone that it was recorded", async () => {
    const old = await createDeal(world, world.filing, world.terms);
    await supersede(world.terms);
    const current = await createDeal(world, world.filing, world.terms);
    const [oldNote, note] = [await noteOf(world, old, 0), await noteOf(world, current, 0)];
    await record(world, world.filing);
    const account = await register(world, world.actors.custodianA, "alpha");
    const forbids = (of: typeof note) => of.restrictionsOf(ZeroAddress, ZeroAddress, account, 1n);
    expect([await forbids(oldNote), await forbids(note)]).toEqual([reasons("FILING_NOT_RECORDED"), 0n]);
    expect(await world.deals.dealOfFiling(world.filing)).toBe(current);
  });

  it("has no deal until one is created from its new version", async () => {
    await createDeal(world, world.filing, world.terms);
    await supersede(world.terms);
    expect(await world.deals.dealOfFiling(world.filing)).toBe(ZeroHash);
  });

  it("may return to its first terms and is issued from then", async () => {
    const other = dealTerms(world.actors, { cutoffDate: 20260130 });
    await createDeal(world, world.filing, world.terms);
    await supersede(other);
    await createDeal(world, world.filing, other);
    await supersede(world.terms);
    const deal = await createDeal(world, world.filing, world.terms);
    await record(world, world.filing);
    await price(world, deal);
    await issue(world, deal, classes.open, await allocate());
    expect(await (await noteOf(world, deal, classes.open)).totalSupply()).toBe(1n);
  });
});

describe("followFiling", () => {
  it("refuses everybody but the filing registry", async () => {
    for (const key of [world.actors.registrar.key, world.actors.regulator.key, world.actors.deployer]) {
      await expect(
        world.deals.connect(key).followFiling(world.filing, 1, world.termsHash, filingState.recorded, 0),
      ).toRevertWith(world.deals, "DealRegistry_NotFilingRegistry", [key.address]);
    }
  });
});

describe("the views", () => {
  it("refuse a deal that nobody created", async () => {
    const unknown = ["DealRegistry_UnknownDeal", [id("no deal")]] as const;
    await expect(world.deals.dealOf(id("no deal"))).toRevertWith(world.deals, ...unknown);
    await expect(world.deals.termsOf(id("no deal"))).toRevertWith(world.deals, ...unknown);
    await expect(world.deals.pricingOf(id("no deal"))).toRevertWith(world.deals, ...unknown);
    await expect(world.deals.noteOf(id("no deal"), 0)).toRevertWith(world.deals, ...unknown);
    await expect(world.deals.connect(world.actors.issuer.key).price(id("no deal"), pricing())).toRevertWith(
      world.deals,
      ...unknown,
    );
  });

  it("answer the note of no class beyond the last", async () => {
    const { deals, deal } = await networkHelpers.loadFixture(recorded);
    expect(await deals.noteOf(deal, 3)).toBe(ZeroAddress);
    expect(await deals.noteOf(deal, 255)).toBe(ZeroAddress);
  });
});
