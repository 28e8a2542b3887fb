/** What has to be reported after a filing was recorded, in the order of the ledger's `DutyKind`. */
export const dutyKinds = ["issuance-completion", "material-risk", "other-material"] as const;

export type DutyKind = (typeof dutyKinds)[number];

/** A row of the policy table that a ledger is deployed with (R-E3). */
export interface DutyPolicy {
  readonly kind: DutyKind;
  /** Calendar days after the event within which the report is due. */
  readonly periodDays: number;
  /** Whether counsel confirmed the period against its source. */
  readonly isVerified: boolean;
  /** Words that name the source; the ledger keeps their hash. */
  readonly source: string;
}

/**
 * The rows that a registry is deployed with unless its genesis names others. No public source that we found gives the
 * periods of the filing guidelines, so every row borrows one from a neighbouring regime and none is verified.
 */
export const unverifiedDutyPolicies: readonly DutyPolicy[] = [
  {
    kind: "issuance-completion",
    periodDays: 21,
    isVerified: false,
    source:
      "Unverified. The guidelines' own period is not known to us. Borrowed from the overseas-listing regime: fifteen " +
      "working days after the offering, written as twenty-one calendar days.",
  },
  {
    kind: "material-risk",
    periodDays: 3,
    isVerified: false,
    source:
      "Unverified. The guidelines' own period is not known to us. Borrowed from the overseas-listing regime: three " +
      "working days, written as three calendar days to be on the safe side.",
  },
  {
    kind: "other-material",
    periodDays: 3,
    isVerified: false,
    source:
      "Unverified. The guidelines' own period is not known to us. Borrowed from the overseas-listing regime: three " +
      "working days, written as three calendar days to be on the safe side.",
  },
];
