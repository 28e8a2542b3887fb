import { reference } from "../cast.ts";
import { act, mustRefuse, type Stage } from "../stage.ts";

const CHECKS = ["N1", "N2", "N3", "N4", "N5", "N6", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"];
const HEADS = ["asset-authenticity", "structure-compliance", "risk-isolation"];
const PERMITS = [
  "outbound-investment",
  "foreign-debt",
  "foreign-exchange",
  "data-export",
  "cyber-security",
  "sector-consent",
];
const VERSION = 1;

/** Before a filing is handed in: fourteen checks, three heads, six kinds of permit, the pool and its assets. */
export async function examineFiling(stage: Stage, filingId: string, bundleHash: string): Promise<void> {
  const on = (name: string) => `/v1/filings/${filingId}/${name}`;
  const handIn = { path: on("submissions"), body: () => ({ version: VERSION, receiptHash: reference("receipt") }) };
  const assess = (party: string, step: string, failed: readonly string[]) => ({
    party,
    step,
    path: on("assessments"),
    body: () => ({
      version: VERSION,
      bundleHash,
      checks: Object.fromEntries(CHECKS.map((check) => [check, failed.includes(check) ? "failed" : "passed"])),
      evidenceRoot: reference("evidence of the checks"),
    }),
  });
  await act(stage, { ...assess("assessor", "assess-a5", ["A5"]), text: "Assessor finds that check A5 has failed" });
  await mustRefuse(stage, {
    ...handIn,
    party: "filing-entity",
    step: "submit-failed",
    text: "The filing entity hands in a filing with a failed check",
    code: "check-not-passed",
  });
  await act(stage, { ...assess("assessor", "assess", []), text: "Assessor corrects itself: fourteen checks passed" });
  for (const head of HEADS) {
    await act(stage, {
      party: "assessor",
      step: `scrutiny-${head}`,
      path: on("scrutinies"),
      body: () => ({
        version: VERSION,
        head,
        isSound: true,
        examinedOn: "2026-02-06",
        evidenceHash: reference(`report on ${head}`),
      }),
      text: `Assessor finds the filing sound under "${head}"`,
    });
  }
  for (const kind of PERMITS) {
    const isRequired = kind === "foreign-exchange";
    await act(stage, {
      party: "filing-entity",
      step: `permit-${kind}`,
      path: on("permits"),
      body: () => ({
        kind,
        isRequired,
        isObtained: isRequired,
        referenceHash: isRequired ? reference("permit, made up") : null,
        expiresAt: null,
      }),
      text: `Filing entity states of the permit "${kind}": ${isRequired ? "needed and obtained" : "not needed"}`,
    });
  }
  await statePool(stage, on);
  await act(stage, {
    ...handIn,
    party: "filing-entity",
    step: "submit",
    text: "Filing entity hands in the filing, with the receipt",
  });
  await act(stage, {
    ...handIn,
    party: "registrar",
    step: "submit-registrar",
    text: "Registrar countersigns: the filing is submitted",
  });
}

async function statePool(stage: Stage, on: (name: string) => string): Promise<void> {
  await act(stage, {
    party: "filing-entity",
    step: "pool",
    path: on("pool"),
    body: () => ({
      version: VERSION,
      assetClass: "lease",
      tapeHash: reference("pool tape"),
      cutoffDate: "2004-08-31",
      balanceMinor: "168009881960",
      currency: "USD",
      obligorBand: "more-than-1000",
      reasonHash: null,
      relatedAssetsOpinionHash: null,
      spvAccount: reference("account of the vehicle"),
      collectionAccount: reference("collection account"),
      distributionAccount: reference("distribution account"),
    }),
    text: "Filing entity states the pool of leases, with three separate accounts",
  });
  await act(stage, {
    party: "filing-entity",
    step: "title",
    path: on("title"),
    body: () => ({
      version: VERSION,
      titleEvidenceHash: reference("title"),
      transferEvidenceHash: reference("transfer to the vehicle"),
    }),
    text: "Filing entity states the evidence of title and of its transfer",
  });
  const commitments = [1, 2, 3].map((n) => reference(`leases, part ${n}`));
  await act(stage, {
    party: "filing-entity",
    step: "commitments",
    path: on("asset-commitments"),
    body: () => ({ version: VERSION, commitments }),
    text: "Filing entity commits the assets; none of them can back a second live pool",
  });
}
