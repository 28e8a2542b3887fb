import { readFileSync } from "node:fs";
import { join } from "node:path";
import { id } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { filingHash, termsHash, termsTypehash, TERMS_TYPE, type FiledContent } from "../../server/chain/termsHash.ts";
import { readDealDocument, termsOf } from "../../server/domain/dealDocument.ts";
import {
  leastCapsMinor,
  noRules,
  UNSET_SECONDS,
  type ClassTerms,
  type DealTerms,
  type RuleTerms,
  type StepTerms,
} from "../../server/domain/dealTerms.ts";
import { sha256, type Hex } from "../../server/domain/hex.ts";
import type { DealTermsStruct } from "../../types/contracts/DealRegistry.ts";
import { smallDeal, smallDealPartyIds } from "../domain/smallDeal.ts";
import * as steps from "../support/steps.ts";
import { termsTypeString } from "../support/terms.ts";
import { deployed, openLedger, type World } from "../support/world.ts";

const root = join(import.meta.dirname, "../..");
const terms = termsOf(readDealDocument(smallDeal()), smallDealPartyIds);
const nalt = readDealDocument(JSON.parse(readFileSync(join(root, "deals/nalt-2004-a.json"), "utf8")));
const naltTerms = termsOf(nalt, smallDealPartyIds);
const filed: FiledContent = {
  bundleHash: sha256("bundle"),
  termsHash: sha256("terms"),
  capsMinor: [1n, 2n ** 128n - 1n],
  filingEntity: 2,
  issuer: 3,
};

let world: World;

/** The ledger's own view of terms; it takes the same struct, so the cast changes no value. */
const structOf = (given: DealTerms) => given as unknown as DealTermsStruct;

beforeAll(async () => {
  world = await deployed(await openLedger());
});

const otherHash: Hex = `0x${"11".repeat(32)}`;

const dealChanges: { [Field in keyof Required<DealTerms>]: DealTerms[Field] } = {
  version: 3,
  dealDocumentHash: otherHash,
  filingEntity: 7,
  issuer: 7,
  trustee: 7,
  payingAgent: 7,
  servicer: 7,
  currency: "0x484b44",
  utcOffsetMinutes: -480,
  calendarTableHash: otherHash,
  cutoffDate: 20260130,
  closingDateEarliest: 20260211,
  closingDateLatest: 20260219,
  firstPaymentDate: 20260316,
  legalFinalMaturityDate: 20310316,
  classes: terms.classes.slice(0, 2),
  steps: terms.steps.toReversed(),
};

const classChanges: { [Field in keyof Required<ClassTerms>]: ClassTerms[Field] } = {
  label: "A-9",
  isin: "0x555330333738333331303036",
  tokenised: false,
  unitFaceMinor: 100_001n,
  originalBalanceLowestMinor: 1n,
  originalBalanceHighestMinor: 2n ** 128n - 1n,
  rateKind: 2,
  rateLowestE10: 1n,
  rateHighestE10: 2n ** 64n - 1n,
  dayCount: 0,
  adjustedAccrual: true,
  rounding: 1,
  admittedCategories: 2,
  rules: { ...noRules, minimumUnits: 1 },
};

const ruleChanges: { [Field in keyof Required<RuleTerms>]: RuleTerms[Field] } = {
  lockUpSeconds: 1,
  complianceSeconds: UNSET_SECONDS,
  minimumUnits: 2 ** 32 - 1,
  maxHolders: 1,
  residences: [{ residence: "0x4d4f", categories: 0xffff }],
};

const stepChanges: { [Field in keyof Required<StepTerms>]: StepTerms[Field] } = {
  kind: 1,
  classes: 1,
  payee: 7,
  capMinor: 1n,
};

describe("termsHash", () => {
  const withClass = (change: Partial<ClassTerms>) => ({
    ...terms,
    classes: terms.classes.map((one, index) => (index === 0 ? { ...one, ...change } : one)),
  });
  const withStep = (change: Partial<StepTerms>) => ({
    ...terms,
    steps: terms.steps.map((one, index) => (index === 0 ? { ...one, ...change } : one)),
  });
  const variants: [string, DealTerms][] = [
    ...Object.entries(dealChanges).map(([field, value]): [string, DealTerms] => [field, { ...terms, [field]: value }]),
    ...Object.entries(classChanges).map(([field, value]): [string, DealTerms] => [
      `classes[0].${field}`,
      withClass({ [field]: value }),
    ]),
    ...Object.entries(ruleChanges).map(([field, value]): [string, DealTerms] => [
      `classes[0].rules.${field}`,
      withClass({ rules: { ...terms.classes[0]!.rules, [field]: value } }),
    ]),
    ...Object.entries(stepChanges).map(([field, value]): [string, DealTerms] => [
      `steps[0].${field}`,
      withStep({ [field]: value }),
    ]),
  ];

  it("refuses a number that does not fit its field", () => {
    expect(() => termsHash({ ...terms, issuer: 65_536 })).toThrow(/out-of-bounds/);
    expect(() => termsHash(withClass({ unitFaceMinor: 2n ** 64n }))).toThrow(/out-of-bounds/);
  });

  it.each(variants)("changes with %s, and is the ledger's then too", async (_, variant) => {
    expect(termsHash(variant)).not.toBe(termsHash(terms));
    expect(await world.deals.termsHashOf(structOf(variant))).toBe(termsHash(variant));
  });

  it("tells all those changes apart", () => {
    expect(new Set(variants.map(([, variant]) => termsHash(variant))).size).toBe(variants.length);
  });

  it("is the ledger's for the demo's deal", async () => {
    expect(await world.deals.termsHashOf(structOf(naltTerms))).toBe(termsHash(naltTerms));
  });
});

describe("TERMS_TYPE", () => {
  it("is the layout that the ledger's ABI has", () => {
    expect(TERMS_TYPE).toBe(termsTypeString());
    expect(termsTypehash).toBe(id(TERMS_TYPE));
  });

  it("is the string that the ledger hashes", () => {
    expect(readFileSync(join(root, "contracts/types/DealTerms.sol"), "utf8")).toContain(`"${TERMS_TYPE}"`);
  });
});

describe("filingHash", () => {
  const changes: { [Field in keyof Required<FiledContent>]: FiledContent[Field] } = {
    bundleHash: otherHash,
    termsHash: otherHash,
    capsMinor: [2n, 2n ** 128n - 1n],
    filingEntity: 4,
    issuer: 4,
  };

  it.each(Object.entries(changes))("changes with %s, and is the ledger's then too", async (field, value) => {
    const given: FiledContent = { ...filed, [field]: value };
    expect(filingHash(given)).not.toBe(filingHash(filed));
    const theirs = await world.filings.filingHashOf(
      given.bundleHash,
      given.termsHash,
      [...given.capsMinor],
      given.filingEntity,
      given.issuer,
    );
    expect(theirs).toBe(filingHash(given));
  });
});

describe("the terms of the demo's deal", () => {
  it("are such that the ledger creates and prices the deal under its least caps", async () => {
    const { filingEntity, issuer, trustee, payingAgent, servicer } = world.actors;
    const ids = { "filing-entity": filingEntity, issuer, trustee, "paying-agent": payingAgent, servicer };
    const partyIds = new Map(Object.entries(ids).map(([code, party]) => [code, Number(party.id)]));
    const accepted = termsOf(nalt, partyIds);
    const capsMinor = leastCapsMinor(accepted);
    const filing = await steps.submit(world, structOf(accepted), { capsMinor });
    expect((await world.filings.filingOf(filing)).termsHash).toBe(termsHash(accepted));
    const deal = await steps.createDeal(world, filing, structOf(accepted));
    await steps.record(world, filing);
    await steps.price(world, deal, {
      closingDate: 20041028,
      originalBalanceMinor: accepted.classes.map((one) => one.originalBalanceHighestMinor),
      rateE10: accepted.classes.map((one) => (one.label === "A-4a" ? 7_000_000n : one.rateHighestE10)),
    });
    expect((await world.deals.dealOf(deal)).closingDate).toBe(20041028n);
  });
});
