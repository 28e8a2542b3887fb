import { canonicalJson } from "./canonicalJson.ts";
import { parseCivilDate } from "./civilDates.ts";
import { refuseContradictions } from "./dealDocumentRules.ts";
import {
  boundsOf,
  closingWindowOf,
  dealDocumentShape,
  type ClassOfDocument,
  type DealDocument,
  type RulesOfDocument,
  type StepOfDocument,
} from "./dealDocumentShape.ts";
import {
  dayCounts,
  NOBODY,
  rateKinds,
  roundings,
  stepKinds,
  TERMS_VERSION,
  noRules,
  UNSET_SECONDS,
  type ClassTerms,
  type DealTerms,
  type RuleTerms,
  type StepTerms,
} from "./dealTerms.ts";
import { InvalidFieldsError, parseFields, pointerOf, type FieldError } from "./fieldErrors.ts";
import { asciiHex, sha256, type Hex } from "./hex.ts";
import { categoryBits } from "./investorCategories.ts";
import { parseMinor, type Currency } from "./money.ts";
import { parseRateE10 } from "./rates.ts";

const subject = "The deal document";
const largestPartyId = 65_535;
const SECONDS_PER_DAY = 86_400;

/** Schema of the deal document: the terms of a deal as its issuer writes them, in words and figures. */
export const dealDocumentSchema = dealDocumentShape.superRefine(refuseContradictions, {
  when: ({ issues }) => issues.length === 0,
});

/**
 * Reads a deal document.
 * @param value Parsed JSON.
 * @throws InvalidFieldsError naming every wrong field.
 */
export function readDealDocument(value: unknown): DealDocument {
  return parseFields(dealDocumentSchema, value, subject);
}

/** The hash that binds the words of a deal to its terms: SHA-256 of the document in canonical JSON. */
export function dealDocumentHash(document: DealDocument): Hex {
  return sha256(canonicalJson(document));
}

/**
 * Derives the terms that are filed and that the ledger enforces.
 * @param document As `readDealDocument` returned it.
 * @param partyIds Number of each party on the ledger, by its code.
 * @throws InvalidFieldsError naming every party of the document that has no number.
 */
export function termsOf(document: DealDocument, partyIds: ReadonlyMap<string, number>): DealTerms {
  refuseUnknownParties(document, partyIds);
  const idOf = (code: string) => partyIds.get(code) ?? NOBODY;
  const { parties, dates } = document;
  const closing = closingWindowOf(dates);
  return {
    version: TERMS_VERSION,
    dealDocumentHash: dealDocumentHash(document),
    filingEntity: idOf(parties.filingEntity),
    issuer: idOf(parties.issuer),
    trustee: idOf(parties.trustee),
    payingAgent: idOf(parties.payingAgent),
    servicer: idOf(parties.servicer),
    currency: asciiHex(document.currency),
    utcOffsetMinutes: offsetMinutesOf(document.utcOffset),
    calendarTableHash: sha256(canonicalJson(document.paymentDates.calendars)),
    cutoffDate: parseCivilDate(dates.cutoff),
    closingDateEarliest: parseCivilDate(closing.earliest),
    closingDateLatest: parseCivilDate(closing.latest),
    firstPaymentDate: parseCivilDate(dates.firstPayment),
    legalFinalMaturityDate: parseCivilDate(dates.legalFinalMaturity),
    classes: document.classes.map((noteClass) => classTermsOf(noteClass, document.currency)),
    steps: document.steps.map((step) => stepTermsOf(step, document, idOf)),
  };
}

function refuseUnknownParties(document: DealDocument, partyIds: ReadonlyMap<string, number>): void {
  const named: [string, PropertyKey[]][] = Object.entries(document.parties).map(([role, code]) => [
    code,
    ["parties", role],
  ]);
  for (const [index, step] of document.steps.entries()) {
    if (step.pay === "fee") named.push([step.payee, ["steps", index, "payee"]]);
  }
  const errors = named.flatMap(([code, path]): FieldError[] => {
    const id = partyIds.get(code);
    if (id !== undefined && Number.isInteger(id) && id > NOBODY && id <= largestPartyId) return [];
    return [{ pointer: pointerOf(path), code: "unknown-party", message: `No party number is known for ${code}.` }];
  });
  if (errors.length > 0) throw new InvalidFieldsError(subject, errors);
}

function offsetMinutesOf(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return offset.startsWith("-") ? 0 - minutes : minutes;
}

function classTermsOf(noteClass: ClassOfDocument, currency: Currency): ClassTerms {
  const balance = boundsOf(noteClass.originalBalance);
  return {
    label: noteClass.label,
    isin: noteClass.tokenised ? asciiHex(noteClass.isin) : `0x${"00".repeat(12)}`,
    tokenised: noteClass.tokenised,
    unitFaceMinor: noteClass.tokenised ? parseMinor(noteClass.unitFace, currency) : 0n,
    originalBalanceLowestMinor: parseMinor(balance.lowest, currency),
    originalBalanceHighestMinor: parseMinor(balance.highest, currency),
    ...interestTermsOf(noteClass.interest),
    admittedCategories: noteClass.tokenised ? categoryBits(noteClass.admittedCategories) : 0,
    rules: noteClass.tokenised ? ruleTermsOf(noteClass.rules) : noRules,
  };
}

function ruleTermsOf(rules: RulesOfDocument): RuleTerms {
  const { lockUpDays, compliancePeriodDays: days, minimumUnits, maxHolders } = rules;
  return {
    lockUpSeconds: lockUpDays * SECONDS_PER_DAY,
    complianceSeconds: days === null ? UNSET_SECONDS : days * SECONDS_PER_DAY,
    minimumUnits,
    maxHolders,
    residences: rules.residences.map(({ residence, categories }) => ({
      residence: asciiHex(residence),
      categories: categoryBits(categories),
    })),
  };
}

type InterestTerms = Pick<
  ClassTerms,
  "rateKind" | "rateLowestE10" | "rateHighestE10" | "dayCount" | "adjustedAccrual" | "rounding"
>;

function interestTermsOf(interest: ClassOfDocument["interest"]): InterestTerms {
  const rateKind = rateKinds.indexOf(interest.kind);
  if (interest.kind === "zero") {
    return { rateKind, rateLowestE10: 0n, rateHighestE10: 0n, dayCount: 0, adjustedAccrual: false, rounding: 0 };
  }
  const rate = boundsOf(interest.kind === "fixed" ? interest.ratePercent : interest.spreadPercent);
  return {
    rateKind,
    rateLowestE10: parseRateE10(rate.lowest),
    rateHighestE10: parseRateE10(rate.highest),
    dayCount: dayCounts.indexOf(interest.dayCount),
    adjustedAccrual: interest.accrual === "adjusted",
    rounding: roundings.indexOf(interest.rounding),
  };
}

function stepTermsOf(step: StepOfDocument, document: DealDocument, idOf: (code: string) => number): StepTerms {
  const kind = stepKinds.indexOf(step.pay);
  if (step.pay === "fee") {
    return { kind, classes: 0, payee: idOf(step.payee), capMinor: parseMinor(step.cap, document.currency) };
  }
  const labels = document.classes.map(({ label }) => label);
  const classes = step.classes.reduce((bits, label) => bits | (1 << labels.indexOf(label)), 0);
  return { kind, classes, payee: NOBODY, capMinor: 0n };
}
