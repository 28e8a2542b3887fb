import { AbiCoder, encodeBytes32String, id, keccak256, zeroPadBytes, toUtf8Bytes, type ParamType } from "ethers";
import type {
  ClassTermsStruct,
  DealTermsStruct,
  PricingStruct,
  ResidenceRuleStruct,
  RuleTermsStruct,
  StepTermsStruct,
} from "../../types/contracts/DealRegistry.ts";
import { DealRegistry__factory } from "../../types/contracts/factories/DealRegistry__factory.ts";
import type { Actors } from "./actors.ts";

export const rateKind = { zero: 0, fixed: 1, floating: 2 } as const;
export const stepKind = { fee: 0, classInterest: 1, principalSequential: 2, principalProRata: 3, residual: 4 } as const;
export const category = {
  none: 0,
  hongKongInstitutional: 1,
  hongKongCorporate: 2,
  hongKongIndividual: 3,
  singaporeInstitutional: 4,
  singaporeAccredited: 5,
  otherInstitutional: 6,
} as const;

/** Classes of the small deal, by their index. */
export const classes = { open: 0, exact: 1, retained: 2 } as const;

/** One unit of the tokenised classes: 1,000.00. */
export const UNIT_FACE_MINOR = 100_000n;

/** What the small deal leaves open at pricing; the exact class has lowest and highest equal. */
export const bounds = {
  closingDate: [20260210, 20260220],
  openUnits: [900n, 1_000n],
  openRateE10: [400_000_000n, 600_000_000n],
  exactUnits: 500n,
  exactRateE10: 150_000_000n,
} as const;

/** Most that may be issued per class: the open class has room above its highest balance. */
export const capsMinor = [1_100n * UNIT_FACE_MINOR, bounds.exactUnits * UNIT_FACE_MINOR, 250_000_007n];

const bits = (...numbers: number[]) => numbers.reduce((set, number) => set | (1 << number), 0);

const everyCategory = bits(1, 2, 3, 4, 5, 6);

/** A compliance period that nobody has set. */
export const UNSET_SECONDS = 2 ** 32 - 1;

/** Rules that forbid nothing. */
export function ruleTerms(overrides: Partial<RuleTermsStruct> = {}): RuleTermsStruct {
  return { lockUpSeconds: 0, complianceSeconds: 0, minimumUnits: 0, maxHolders: 0, residences: [], ...overrides };
}

/** Admits holders of one residence by these categories only; nobody where none is named. */
export function residenceRule(residence: string, ...categories: number[]): ResidenceRuleStruct {
  return { residence: toUtf8Bytes(residence), categories: bits(...categories) };
}

/** A class that is tokenised and filed exactly. */
export function classTerms(overrides: Partial<ClassTermsStruct> = {}): ClassTermsStruct {
  return {
    label: "A-2",
    isin: toUtf8Bytes("XS0000000029"),
    tokenised: true,
    unitFaceMinor: UNIT_FACE_MINOR,
    originalBalanceLowestMinor: bounds.exactUnits * UNIT_FACE_MINOR,
    originalBalanceHighestMinor: bounds.exactUnits * UNIT_FACE_MINOR,
    rateKind: rateKind.floating,
    rateLowestE10: bounds.exactRateE10,
    rateHighestE10: bounds.exactRateE10,
    dayCount: 0,
    adjustedAccrual: true,
    rounding: 1,
    admittedCategories: everyCategory,
    rules: ruleTerms({ residences: [residenceRule("AQ"), residenceRule("BV", category.otherInstitutional)] }),
    ...overrides,
  };
}

const openClass = (): ClassTermsStruct =>
  classTerms({
    label: "A-1",
    isin: toUtf8Bytes("XS0000000011"),
    originalBalanceLowestMinor: bounds.openUnits[0] * UNIT_FACE_MINOR,
    originalBalanceHighestMinor: bounds.openUnits[1] * UNIT_FACE_MINOR,
    rateKind: rateKind.fixed,
    rateLowestE10: bounds.openRateE10[0],
    rateHighestE10: bounds.openRateE10[1],
    dayCount: 1,
    adjustedAccrual: false,
    rounding: 0,
    admittedCategories: bits(
      category.hongKongInstitutional,
      category.singaporeInstitutional,
      category.otherInstitutional,
    ),
    rules: ruleTerms(),
  });

const retainedClass = (): ClassTermsStruct =>
  classTerms({
    label: "Certificates",
    isin: zeroPadBytes("0x", 12),
    tokenised: false,
    unitFaceMinor: 0n,
    originalBalanceLowestMinor: capsMinor[classes.retained]!,
    originalBalanceHighestMinor: capsMinor[classes.retained]!,
    rateKind: rateKind.zero,
    rateLowestE10: 0n,
    rateHighestE10: 0n,
    admittedCategories: 0,
    rules: ruleTerms(),
  });

export function stepTerms(overrides: Partial<StepTermsStruct> = {}): StepTermsStruct {
  return { kind: stepKind.classInterest, classes: 0b011, payee: 0n, capMinor: 0n, ...overrides };
}

/** The last step of every waterfall: what is left goes to one class. */
export const residualStep = (classIndex: number): StepTermsStruct =>
  stepTerms({ kind: stepKind.residual, classes: 1 << classIndex });

/** A small deal of three classes in Hong Kong time: one open at pricing, one filed exactly, one retained. */
export function dealTerms(actors: Actors, overrides: Partial<DealTermsStruct> = {}): DealTermsStruct {
  return {
    version: 2,
    dealDocumentHash: id("deal document"),
    filingEntity: actors.filingEntity.id,
    issuer: actors.issuer.id,
    trustee: actors.trustee.id,
    payingAgent: actors.payingAgent.id,
    servicer: actors.servicer.id,
    currency: toUtf8Bytes("USD"),
    utcOffsetMinutes: 8 * 60,
    calendarTableHash: encodeBytes32String("calendar"),
    cutoffDate: 20260131,
    closingDateEarliest: bounds.closingDate[0],
    closingDateLatest: bounds.closingDate[1],
    firstPaymentDate: 20260315,
    legalFinalMaturityDate: 20310315,
    classes: [openClass(), classTerms(), retainedClass()],
    steps: [
      stepTerms({ kind: stepKind.fee, classes: 0, payee: actors.servicer.id, capMinor: 5_000_000n }),
      stepTerms(),
      stepTerms({ kind: stepKind.principalSequential }),
      residualStep(classes.retained),
    ],
    ...overrides,
  };
}

/** Terms with one class changed. */
export const withClass = (
  terms: DealTermsStruct,
  i: number,
  overrides: Partial<ClassTermsStruct>,
): DealTermsStruct => ({
  ...terms,
  classes: terms.classes.with(i, { ...terms.classes[i]!, ...overrides }),
});

/** Terms with one step changed. */
export const withStep = (terms: DealTermsStruct, i: number, overrides: Partial<StepTermsStruct>): DealTermsStruct => ({
  ...terms,
  steps: terms.steps.with(i, { ...terms.steps[i]!, ...overrides }),
});

/** A pricing inside the bounds of the small deal. */
export function pricing(overrides: Partial<PricingStruct> = {}): PricingStruct {
  return {
    closingDate: 20260212,
    originalBalanceMinor: [950n * UNIT_FACE_MINOR, bounds.exactUnits * UNIT_FACE_MINOR, capsMinor[classes.retained]!],
    rateE10: [512_500_000n, bounds.exactRateE10, 0n],
    ...overrides,
  };
}

const struct = DealRegistry__factory.createInterface().getFunction("create").inputs[1]! as ParamType;

/** Structs of the terms by the field that holds them, since the ABI names fields only. */
const structNames: Record<string, string> = {
  classes: "ClassTerms",
  steps: "StepTerms",
  rules: "RuleTerms",
  residences: "ResidenceRule",
};

/** The layout of terms in the manner of EIP-712, read off the ABI; an enum stands as its number. */
export function termsTypeString(): string {
  const written = new Map<string, string>();
  const typeOf = (of: ParamType, field: string): string => {
    if (of.isArray()) return `${typeOf(of.arrayChildren, field)}[]`;
    if (!of.isTuple()) return of.type;
    const name = structNames[field]!;
    written.set(name, write(name, of));
    return name;
  };
  const write = (name: string, of: ParamType) =>
    `${name}(${of.components!.map((member) => `${typeOf(member, member.name)} ${member.name}`).join(",")})`;
  const root = write("DealTerms", struct);
  return (
    root +
    [...written.keys()]
      .sort()
      .map((name) => written.get(name)!)
      .join("")
  );
}

/** Terms as the ledger encodes, hashes and stores them, computed apart from it. */
export const encodedTerms = (terms: DealTermsStruct): string =>
  AbiCoder.defaultAbiCoder().encode(["bytes32", struct], [id(termsTypeString()), terms]);

/** The hash under which terms are filed, computed apart from the ledger. */
export const termsHashOf = (terms: DealTermsStruct): string => keccak256(encodedTerms(terms));
