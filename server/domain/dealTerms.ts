import type { Hex } from "./hex.ts";

// The ledger writes each of these as its position in the list, so the order is that of the enums in DealTerms.sol.
export const rateKinds = ["zero", "fixed", "floating"] as const;
export const dayCounts = ["ACT/360", "30/360"] as const;
export const roundings = ["HALF_UP", "FLOOR"] as const;
export const stepKinds = ["fee", "class-interest", "principal-sequential", "principal-pro-rata", "residual"] as const;

/** Version of the layout below. */
export const TERMS_VERSION = 2;

/** Number of a party that stands for nobody. */
export const NOBODY = 0;

/** Compliance period that nobody has set: the ledger lets nothing be transferred until somebody does. */
export const UNSET_SECONDS = 0xffff_ffff;

/** Categories that holders of one residence may be of, field by field as `ResidenceRule` of the ledger. */
export interface ResidenceRule {
  /** Two bytes of ASCII, ISO 3166-1. */
  readonly residence: Hex;
  /** Bit k is set for investor category k; 0 admits nobody. */
  readonly categories: number;
}

/** Rules that bind every transfer of a class, field by field as `RuleTerms` of the ledger. */
export interface RuleTerms {
  readonly lockUpSeconds: number;
  /** `UNSET_SECONDS` where nobody has set it. */
  readonly complianceSeconds: number;
  readonly minimumUnits: number;
  /** 0 is no limit. */
  readonly maxHolders: number;
  /** In ascending order of residence. */
  readonly residences: readonly ResidenceRule[];
}

/** Rules of a class that has none: a retained one. */
export const noRules: RuleTerms = {
  lockUpSeconds: 0,
  complianceSeconds: 0,
  minimumUnits: 0,
  maxHolders: 0,
  residences: [],
};

/** Terms of one class, field by field as `ClassTerms` of the ledger; enums are positions in the lists above. */
export interface ClassTerms {
  readonly label: string;
  /** Twelve bytes of ASCII; zeros for a retained class, which has no note to identify. */
  readonly isin: Hex;
  readonly tokenised: boolean;
  /** Minor units; 0n for a retained class. */
  readonly unitFaceMinor: bigint;
  readonly originalBalanceLowestMinor: bigint;
  readonly originalBalanceHighestMinor: bigint;
  readonly rateKind: number;
  /** Units of 1e-10 a year; the spread of a floating class. */
  readonly rateLowestE10: bigint;
  readonly rateHighestE10: bigint;
  readonly dayCount: number;
  readonly adjustedAccrual: boolean;
  readonly rounding: number;
  /** Bit k is set for investor category k. */
  readonly admittedCategories: number;
  readonly rules: RuleTerms;
}

/** One step of the waterfall, field by field as `StepTerms` of the ledger. */
export interface StepTerms {
  readonly kind: number;
  /** Bit k is set for class k. */
  readonly classes: number;
  readonly payee: number;
  /** Minor units; 0n except for a fee. */
  readonly capMinor: bigint;
}

/** Terms of a deal, field by field as `DealTerms` of the ledger. Dates are numbers yyyymmdd. */
export interface DealTerms {
  readonly version: number;
  readonly dealDocumentHash: Hex;
  readonly filingEntity: number;
  readonly issuer: number;
  readonly trustee: number;
  readonly payingAgent: number;
  readonly servicer: number;
  /** Three bytes of ASCII. */
  readonly currency: Hex;
  readonly utcOffsetMinutes: number;
  readonly calendarTableHash: Hex;
  readonly cutoffDate: number;
  readonly closingDateEarliest: number;
  readonly closingDateLatest: number;
  readonly firstPaymentDate: number;
  readonly legalFinalMaturityDate: number;
  readonly classes: readonly ClassTerms[];
  readonly steps: readonly StepTerms[];
}

/**
 * The least caps under which the ledger accepts a filing's terms: the highest balance that each class may be priced at.
 * @returns Minor units by class; 0n for a retained class, which is never issued.
 */
export function leastCapsMinor(terms: DealTerms): bigint[] {
  return terms.classes.map((noteClass) => (noteClass.tokenised ? noteClass.originalBalanceHighestMinor : 0n));
}
