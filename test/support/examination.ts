import type { Stack } from "./stack.ts";
import { command, hashOf } from "./filings.ts";

const checks = ["N1", "N2", "N3", "N4", "N5", "N6", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"];
const heads = ["asset-authenticity", "structure-compliance", "risk-isolation"];
const permitKinds = [
  "outbound-investment",
  "foreign-debt",
  "foreign-exchange",
  "data-export",
  "cyber-security",
  "sector-consent",
];

/** Every check passed. */
export const allPassed = Object.fromEntries(checks.map((check) => [check, "passed"]));

/** A pool that the ledger accepts. */
export const pool = (overrides: Record<string, unknown> = {}) => ({
  version: 1,
  assetClass: "lease",
  tapeHash: hashOf("tape"),
  cutoffDate: "2004-08-31",
  balanceMinor: "168009881960",
  currency: "USD",
  obligorBand: "more-than-1000",
  reasonHash: null,
  relatedAssetsOpinionHash: null,
  spvAccount: hashOf("account of the vehicle"),
  collectionAccount: hashOf("collection account"),
  distributionAccount: hashOf("distribution account"),
  ...overrides,
});

/** States all that has to be known of a draft before it is handed in, and the evidence of title. */
export async function examineFiling(
  stack: Stack,
  filingId: string,
  bundleHash: unknown = hashOf("bundle"),
  version = 1,
): Promise<void> {
  const on = (name: string) => `/v1/filings/${filingId}/${name}`;
  const assessor = (name: string, body: object) => command(stack, "assessor", on(name), body);
  const filer = (name: string, body: object) => command(stack, "filing-entity", on(name), body);
  const permit = { isRequired: false, isObtained: false, referenceHash: null, expiresAt: null };
  await Promise.all([
    assessor("assessments", { version, bundleHash, checks: allPassed, evidenceRoot: hashOf("checks") }),
    ...heads.map((head) =>
      assessor("scrutinies", {
        version,
        head,
        isSound: true,
        examinedOn: "2026-02-01",
        evidenceHash: hashOf(head),
      }),
    ),
    ...permitKinds.map((kind) => filer("permits", { kind, ...permit })),
    filer("pool", pool({ version })),
    filer("title", { version, titleEvidenceHash: hashOf("title"), transferEvidenceHash: hashOf("transfer") }),
    filer("asset-commitments", { version, commitments: [hashOf(`asset of ${filingId} ${version}`)] }),
  ]);
}

/** Filing entity and registrar state that a version was handed in. @returns the block from which it is submitted */
export async function handIn(stack: Stack, filingId: string, version = 1): Promise<number> {
  const body = { version, receiptHash: hashOf("receipt") };
  await command(stack, "filing-entity", `/v1/filings/${filingId}/submissions`, body);
  return (await command(stack, "registrar", `/v1/filings/${filingId}/submissions`, body)).blockNumber!;
}

/** States checks N3 and N4 of a recorded filing again, as each issuance needs. */
export async function recheck(stack: Stack, filingId: string): Promise<void> {
  const body = { checks: { N3: "passed", N4: "passed" }, evidenceHash: hashOf("again") };
  await command(stack, "assessor", `/v1/filings/${filingId}/rechecks`, body);
}
