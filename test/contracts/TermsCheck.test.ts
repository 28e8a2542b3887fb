import { id, toUtf8Bytes, ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import type {
  ClassTermsStruct,
  DealTermsStruct,
  RuleTermsStruct,
  StepTermsStruct,
} from "../../types/contracts/DealRegistry.ts";
import { submit } from "../support/steps.ts";
import {
  capsMinor,
  classes,
  classTerms,
  dealTerms,
  rateKind,
  residualStep,
  stepKind,
  stepTerms,
  UNSET_SECONDS,
  residenceRule,
  ruleTerms,
  bounds,
  category,
  UNIT_FACE_MINOR,
  withClass,
  withStep,
} from "../support/terms.ts";
import { deployed, openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const { actors } = await networkHelpers.loadFixture(deployed);
const sound = dealTerms(actors);

type Case = {
  readonly what: string;
  readonly terms: DealTermsStruct;
  readonly field: string;
  readonly i?: number;
  readonly caps?: readonly bigint[];
};

const ofDeal = (what: string, field: string, overrides: Partial<DealTermsStruct>, i = 0): Case => ({
  what,
  terms: { ...sound, ...overrides },
  field,
  i,
});
const ofClass = (what: string, field: string, i: number, overrides: Partial<ClassTermsStruct>): Case => ({
  what,
  terms: withClass(sound, i, overrides),
  field,
  i,
});
const ofStep = (what: string, field: string, i: number, overrides: Partial<StepTermsStruct>): Case => ({
  what,
  terms: withStep(sound, i, overrides),
  field,
  i,
});

const withRules = (rules: Partial<RuleTermsStruct>) => withClass(sound, classes.open, { rules: ruleTerms(rules) });
const ofRules = (what: string, field: string, rules: Partial<RuleTermsStruct>): Case => ({
  what,
  terms: withRules(rules),
  field,
  i: classes.open,
});
const MAX_PERIOD_SECONDS = 3_660 * 86_400;
/** Residences in order: AA, AB, … AZ, BA, …. */
const manyResidences = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    residenceRule(String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)), category.otherInstitutional),
  );

const noDates = [0, 20260000, 20261301, 20260230, 20250229, 19691231, 99991232, 100000101, 4294960101];
const dates = ["cutoffDate", "closingDateEarliest", "closingDateLatest", "firstPaymentDate", "legalFinalMaturityDate"];

const manyClasses = (count: number, tokenised: number) =>
  Array.from({ length: count }, (_, i) =>
    i < tokenised ? classTerms() : classTerms({ tokenised: false, unitFaceMinor: 0n, admittedCategories: 0 }),
  );
const capsOf = (count: number) => Array<bigint>(count).fill(500n * UNIT_FACE_MINOR);
const exact = (balance: bigint, overrides: Partial<ClassTermsStruct> = {}) => ({
  originalBalanceLowestMinor: balance,
  originalBalanceHighestMinor: balance,
  ...overrides,
});
const { open, retained } = classes;
const HUGE = 2n ** 64n;

/** Terms that contradict themselves or the caps of their filing, and the field that is named. */
const unsound: Case[] = [
  ofDeal("version 0", "version", { version: 0 }),
  ofDeal("version 1, which had no rules", "version", { version: 1 }),
  ofDeal("version 3", "version", { version: 3 }),
  ofDeal("no deal document", "dealDocumentHash", { dealDocumentHash: ZeroHash }),
  ofDeal("no calendar table", "calendarTableHash", { calendarTableHash: ZeroHash }),
  ofDeal("no currency", "currency", { currency: "0x000000" }),
  ofDeal("the issuer as trustee", "trustee", { trustee: actors.issuer.id }),
  ofDeal("the paying agent as trustee", "payingAgent", { payingAgent: actors.trustee.id }),
  ofDeal("the filing entity as trustee", "trustee", { trustee: actors.filingEntity.id }),
  ofDeal("no classes", "classes", { classes: [] }),
  { ...ofDeal("17 classes", "classes", { classes: manyClasses(17, 1) }, 17), caps: capsOf(16) },
  { ...ofDeal("caps of one class fewer", "capsMinor", {}, 2), caps: capsMinor.slice(0, 2) },
  { ...ofDeal("caps of one class more", "capsMinor", {}, 4), caps: [...capsMinor, 1n] },
  ofDeal("an offset beyond -12:00", "utcOffsetMinutes", { utcOffsetMinutes: -12 * 60 - 1 }),
  ofDeal("an offset beyond +14:00", "utcOffsetMinutes", { utcOffsetMinutes: 14 * 60 + 1 }),
  ...dates.flatMap((field) => noDates.map((date) => ofDeal(`${field} ${date}`, field, { [field]: date }))),
  ofDeal("an earliest closing after the latest", "closingDateLatest", { closingDateEarliest: 20260221 }),
  ofDeal("a first payment on the latest closing", "firstPaymentDate", { firstPaymentDate: 20260220 }),
  ofDeal("a maturity before the first payment", "legalFinalMaturityDate", { legalFinalMaturityDate: 20260314 }),
  ofClass("no label", "label", 1, { label: "" }),
  ofClass("a label of 17 characters", "label", 1, { label: "A".repeat(17) }),
  ofClass("a lowest balance of zero", "originalBalanceLowestMinor", open, { originalBalanceLowestMinor: 0n }),
  ofClass("a retained balance of zero", "originalBalanceLowestMinor", retained, exact(0n)),
  ofClass("a lowest balance above the highest", "originalBalanceLowestMinor", open, {
    originalBalanceLowestMinor: 1_001n * UNIT_FACE_MINOR,
  }),
  ofClass("a lowest rate above the highest", "rateLowestE10", open, { rateLowestE10: 600_000_001n }),
  ofClass("a rate of a class without interest", "rateHighestE10", retained, { rateHighestE10: 1n }),
  ofClass("a rate above a hundred per cent", "rateHighestE10", open, { rateHighestE10: 10n ** 10n + 1n }),
  ofClass("no ISIN of a note", "isin", open, { isin: new Uint8Array(12) }),
  ofClass("a highest balance one unit above the cap (R-F3)", "originalBalanceHighestMinor", open, {
    originalBalanceHighestMinor: 1_101n * UNIT_FACE_MINOR,
  }),
  {
    ...ofDeal("a cap one minor unit too small (R-F3)", "originalBalanceHighestMinor", {}, 1),
    caps: capsMinor.with(1, capsMinor[1]! - 1n),
  },
  ofClass("a unit face of zero", "unitFaceMinor", 1, { unitFaceMinor: 0n }),
  ofClass("a lowest balance that does not divide into units", "unitFaceMinor", open, {
    originalBalanceLowestMinor: 900n * UNIT_FACE_MINOR + 1n,
  }),
  ofClass("a highest balance that does not divide into units", "unitFaceMinor", open, {
    originalBalanceHighestMinor: 1_000n * UNIT_FACE_MINOR - 1n,
  }),
  {
    ...ofClass("more units than a balance can count", "unitFaceMinor", 1, exact(HUGE, { unitFaceMinor: 1n })),
    caps: capsMinor.with(1, HUGE),
  },
  ofClass("no category (R-H4)", "admittedCategories", open, { admittedCategories: 0 }),
  ofClass("holders without a category (R-H4)", "admittedCategories", open, { admittedCategories: 0b11 }),
  ofClass("a category that has no name (R-H4)", "admittedCategories", open, { admittedCategories: 0b10000010 }),
  ofRules("a lock-up of more than ten years (R-T4)", "lockUpSeconds", { lockUpSeconds: MAX_PERIOD_SECONDS + 1 }),
  ofRules("a compliance period of more than ten years (R-T3)", "complianceSeconds", {
    complianceSeconds: MAX_PERIOD_SECONDS + 1,
  }),
  ofRules("a compliance period one second short of being unset (R-T3)", "complianceSeconds", {
    complianceSeconds: UNSET_SECONDS - 1,
  }),
  ofRules("a minimum above the lowest balance (R-T4)", "minimumUnits", { minimumUnits: bounds.openUnits[0] + 1n }),
  ofRules("a rule for the mainland (R-H2, R-T4)", "residences", { residences: [residenceRule("CN", 1)] }),
  ofRules("a residence in small letters (R-T4)", "residences", { residences: [residenceRule("jp", 1)] }),
  ofRules("no residence (R-T4)", "residences", { residences: [{ residence: "0x0000", categories: 2 }] }),
  ofRules("a residence twice (R-T4)", "residences", { residences: [residenceRule("JP", 1), residenceRule("JP", 2)] }),
  ofRules("residences out of order (R-T4)", "residences", {
    residences: [residenceRule("JP", 1), residenceRule("HK", 1)],
  }),
  ofRules("holders without a category from one residence (R-H4)", "residences", {
    residences: [residenceRule("JP", 0)],
  }),
  ofRules("a category of one residence that has no name (R-H4)", "residences", {
    residences: [residenceRule("JP", 7)],
  }),
  ofRules("33 residences (R-T4)", "residences", { residences: manyResidences(33) }),
  { ...ofDeal("no class that is tokenised", "tokenised", { classes: manyClasses(2, 0) }), caps: capsOf(2) },
  ofDeal("no steps", "steps", { steps: [] }),
  ofDeal("65 steps", "steps", { steps: Array(65).fill(stepTerms()) }, 65),
  ofStep("a last step that leaves something", "residual", 3, { kind: stepKind.classInterest }),
  ofStep("a residual ahead of others", "residual", 1, { kind: stepKind.residual, classes: 0b100 }),
  ofStep("a residual for two classes", "classes", 3, { classes: 0b101 }),
  ofStep("a fee that names classes", "classes", 0, { classes: 1 }),
  ofStep("a payment to no class", "classes", 2, { classes: 0 }),
  ofStep("a class that the deal does not have", "classes", 3, { classes: 0b1000 }),
  ofStep("a fee to nobody", "payee", 0, { payee: 0n }),
  ofStep("a payee of what is no fee", "payee", 1, { payee: 1n }),
  ofStep("a cap of what is no fee", "capMinor", 1, { capMinor: 1n }),
];

/** Terms at the very edge of what is sound. */
const edges: Omit<Case, "field" | "i">[] = [
  {
    what: "sixteen tokenised classes and 64 steps",
    terms: {
      ...sound,
      classes: manyClasses(16, 16),
      steps: [...Array(63).fill(stepTerms({ classes: 0xffff })), residualStep(15)],
    },
    caps: capsOf(16),
  },
  {
    what: "one class and one step",
    terms: { ...sound, classes: [classTerms()], steps: [residualStep(0)] },
    caps: capsOf(1),
  },
  { what: "an offset of -12:00", terms: { ...sound, utcOffsetMinutes: -720 } },
  { what: "an offset of +14:00", terms: { ...sound, utcOffsetMinutes: 840 } },
  {
    what: "a first payment on the day after closing, at maturity",
    terms: { ...sound, firstPaymentDate: 20260221, legalFinalMaturityDate: 20260221 },
  },
  { what: "the last day there is", terms: { ...sound, legalFinalMaturityDate: 99991231 } },
  { what: "a leap day", terms: { ...sound, cutoffDate: 20240229 } },
  { what: "a label of 16 characters", terms: withClass(sound, 1, { label: "A".repeat(16) }) },
  { what: "a rate of a hundred per cent", terms: withClass(sound, open, { rateHighestE10: 10n ** 10n }) },
  {
    what: "a spread of zero",
    terms: withClass(sound, 1, { rateLowestE10: 0n, rateHighestE10: 0n, rateKind: rateKind.floating }),
  },
  {
    what: "as many units as a balance can count",
    terms: withClass(sound, 1, exact(HUGE - 1n, { unitFaceMinor: 1n })),
    caps: capsMinor.with(1, HUGE - 1n),
  },
  { what: "a retained class above its cap", terms: sound, caps: capsMinor.with(retained, 1n) },
  { what: "one category only", terms: withClass(sound, open, { admittedCategories: 0b1000000 }) },
  {
    what: "rules at every limit (R-T4)",
    terms: withRules({
      lockUpSeconds: MAX_PERIOD_SECONDS,
      complianceSeconds: MAX_PERIOD_SECONDS,
      minimumUnits: bounds.openUnits[0],
      maxHolders: 2 ** 32 - 1,
      residences: manyResidences(32),
    }),
  },
  {
    what: "a compliance period that nobody has set (R-T3)",
    terms: withRules({ complianceSeconds: UNSET_SECONDS }),
  },
  { what: "a currency of another country", terms: { ...sound, currency: toUtf8Bytes("HKD") } },
];

async function create({ terms, caps }: Pick<Case, "terms" | "caps">) {
  const world = await networkHelpers.loadFixture(deployed);
  const filing = await submit(world, terms, { capsMinor: [...(caps ?? capsMinor)] }, id("terms"));
  return { world, filing, created: world.deals.connect(world.actors.issuer.key).create(filing, terms) };
}

describe("terms", () => {
  it.each(unsound)("are refused with $what", async ({ field, i = 0, ...given }) => {
    const { world, created } = await create(given);
    await expect(created).toRevertWith(world.deals, "DealRegistry_BadTerms", [field, BigInt(i)]);
  });

  it.each(edges)("are accepted with $what", async (given) => {
    const { world, filing, created } = await create(given);
    await created;
    expect(await world.deals.dealOfFiling(filing)).not.toBe(ZeroHash);
  });
});
