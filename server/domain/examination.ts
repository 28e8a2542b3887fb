/**
 * The checks of the negative list (N1 to N6) and of the list for asset-backed securities (A1 to A8), in the order of
 * the ledger's word of results (R-F6).
 */
export const checks = ["N1", "N2", "N3", "N4", "N5", "N6", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"] as const;

export type Check = (typeof checks)[number];

/** The checks that are stated again before each issuance, since their results can change after the filing. */
export const repeatedChecks = ["N3", "N4"] as const satisfies readonly Check[];

/** Results of a check, in the order of the ledger's numbers. */
export const checkResults = ["not-assessed", "passed", "failed"] as const;

export type CheckResult = (typeof checkResults)[number];

/** Heads under which assets and structure are examined, in the order of the ledger's `Head`. */
export const heads = ["asset-authenticity", "structure-compliance", "risk-isolation"] as const;

export type Head = (typeof heads)[number];

/** Kinds of permit that a filing may need, in the order of the ledger's `PermitKind` (R-F9). */
export const permitKinds = [
  "outbound-investment",
  "foreign-debt",
  "foreign-exchange",
  "data-export",
  "cyber-security",
  "sector-consent",
] as const;

export type PermitKind = (typeof permitKinds)[number];

/** Classes of assets, in the order of the ledger's `AssetClass`; the first stands for none (R-A1). */
export const assetClasses = [
  "none",
  "infrastructure-toll",
  "infrastructure-utility",
  "trade-receivable",
  "lease",
  "real-estate-income",
  "credit",
  "trust-beneficial",
  "supply-chain",
  "other-recognised",
] as const;

/** A class that a pool may have. */
export type AssetClass = Exclude<(typeof assetClasses)[number], "none">;

/** How many obligors a pool has, in the order of the ledger's `ObligorBand`; the first stands for none. */
export const obligorBands = ["none", "one", "up-to-10", "up-to-100", "up-to-1000", "more-than-1000"] as const;

/** A number of obligors that a pool may have. */
export type ObligorBand = Exclude<(typeof obligorBands)[number], "none">;

/**
 * Packs results into the word that the ledger keeps.
 * @returns Two bits for each check; a check that is not named is not assessed.
 */
export function checksWord(results: Readonly<Partial<Record<Check, CheckResult>>>): number {
  return checks.reduce(
    (word, check, i) => word | (checkResults.indexOf(results[check] ?? "not-assessed") << (2 * i)),
    0,
  );
}

/** The result of each check that a word of the ledger holds. */
export function checkResultsOf(word: number): Record<Check, CheckResult> {
  const entries = checks.map((check, i) => [check, checkResults[(word >>> (2 * i)) & 3]]);
  return Object.fromEntries(entries) as Record<Check, CheckResult>;
}
