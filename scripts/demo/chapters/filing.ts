import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { manifestOf } from "../../../server/domain/bundle.ts";
import { readBundleFolder } from "../../bundleFolder.ts";
import { reference } from "../cast.ts";
import { examineFiling } from "./examination.ts";
import { StoryError, describe, type Problem } from "../client.ts";
import { act, expectThat, instantIn, mustRefuse, type Stage } from "../stage.ts";

const DEALS = new URL("../../../deals/", import.meta.url);
const BUNDLE = new URL("nalt-2004-a.bundle/", DEALS);
const DAY_SECONDS = 86_400;

/** What was filed, and the deal that was made of it. */
export type Filed = {
  filingId: string;
  dealId: string;
  bundleHash: string;
  termsHash: string;
  capsMinor: string[];
};

type DealDocument = { classes: { label: string; interest: { ratePercent?: string } }[] };
type Hashes = { dealDocumentHash: string; termsHash: string; capsMinor: string[] };

function readDealDocument(): DealDocument {
  return JSON.parse(readFileSync(new URL("nalt-2004-a.json", DEALS), "utf8")) as DealDocument;
}

async function keepDealDocument(stage: Stage, step: string, document: DealDocument): Promise<Hashes> {
  const answer = await stage.client.post<Hashes & Problem>("issuer", step, "/v1/deal-documents", document);
  if (answer.status >= 300) throw new StoryError(`${step}: ${describe(answer.body)}`);
  return answer.body;
}

/** The filing entity sends its documents, the issuer its deal document, and the filing is examined and submitted. */
export async function submitFiling(stage: Stage): Promise<Filed> {
  const { client, narrator } = stage;
  narrator.chapter("3  Documents, deal and filing");
  const { documents, contents } = readBundleFolder(fileURLToPath(BUNDLE));
  for (const { name, sha256, mediaType } of documents) {
    await client.put("filing-entity", `/v1/documents/${sha256}`, contents.get(name)!, mediaType);
  }
  const bundle = await client.post<{ bundleHash: string; complete: boolean } & Problem>(
    "filing-entity",
    "bundle",
    "/v1/bundles",
    manifestOf(documents),
  );
  if (bundle.status >= 300) throw new StoryError(`bundle: ${describe(bundle.body)}`);
  const { bundleHash, complete } = bundle.body;
  expectThat(complete, "every document of the bundle is kept.");
  narrator.done(`Filing entity sends ${documents.length} documents · bundle hash ${bundleHash}`, bundle.replayed);

  const hashes = await keepDealDocument(stage, "deal-document", readDealDocument());
  narrator.done(`Issuer sends the deal document · terms hash ${hashes.termsHash}`);

  const drafted = await act(stage, {
    party: "filing-entity",
    step: "filing",
    path: "/v1/filings",
    body: () => ({
      filingRef: "NALT-2004-A-MADE-UP",
      bundleHash,
      termsHash: hashes.termsHash,
      capsMinor: hashes.capsMinor,
      issuer: "issuer",
      windowOpensAt: instantIn(-DAY_SECONDS),
      windowClosesAt: instantIn(90 * DAY_SECONDS),
    }),
    text: "Filing entity drafts the filing",
  });
  const filings = await client.get<{ items: { filingId: string }[] }>("filing-entity", "/v1/filings");
  const { filingId } = filings.items[0]!;
  expectThat(drafted.state === "final", "the filing is on the ledger.");
  await examineFiling(stage, filingId, bundleHash);

  await act(stage, {
    party: "issuer",
    step: "deal",
    path: "/v1/deals",
    body: () => ({ filingId, dealDocumentHash: hashes.dealDocumentHash }),
    text: "Issuer creates the deal of the filing",
  });
  const deals = await client.get<{ items: { dealId: string }[] }>("issuer", "/v1/deals");
  const { dealId } = deals.items[0]!;
  // One transaction makes three notes at most.
  for (const classes of ["A-1 to A-3", "A-4a, A-4b and the retained one"]) {
    await act(stage, {
      party: "issuer",
      step: `open ${classes}`,
      path: `/v1/deals/${dealId}/class-openings`,
      body: () => ({ count: 3 }),
      text: `Issuer opens classes ${classes}`,
    });
  }
  return { filingId, dealId, bundleHash, ...hashes };
}

/** Two attesters, two parties, equal evidence; everything else is refused. */
export async function recordFiling(stage: Stage, filed: Filed, stillRefused: (step: string) => Promise<void>) {
  stage.narrator.chapter("4  Recorded filing evidence");
  const { filingId, bundleHash, termsHash } = filed;
  const path = `/v1/filings/${filingId}/attestations`;
  const body = (pageHash: string) => () => ({
    version: 1,
    bundleHash,
    termsHash,
    evidence: {
      filingReference: "MADE-UP-2026-0001",
      url: "https://filings.example/2026/0001",
      pageHash,
      // Attesters have to give equal evidence, the time of the capture included.
      capturedAt: stage.memory.bodyOf("captured-at", () => ({ at: instantIn(-60) })).at,
    },
  });
  const seen = `0x${createHash("sha256").update("captured page, made up").digest("hex")}`;
  await mustRefuse(stage, {
    party: "issuer",
    step: "attest-issuer",
    path,
    body: body(seen),
    text: "The issuer attests its own filing",
    code: "attester-conflicted",
  });
  await act(stage, {
    party: "attester-one",
    step: "attest-one",
    path,
    body: body(seen),
    text: "First attester signs what it saw published",
  });
  await stillRefused("issue-attested");
  await mustRefuse(stage, {
    party: "attester-one",
    step: "attest-one-again",
    path,
    body: body(seen),
    key: stage.outside["attester-one"]![1]!,
    text: "The same party attests with its other key",
    code: "approval-same-party",
  });
  await mustRefuse(stage, {
    party: "attester-two",
    step: "attest-two-differs",
    path,
    body: body(reference("another page")),
    text: "Second attester signs other evidence",
    code: "approval-differs",
  });
  await act(stage, {
    party: "attester-two",
    step: "attest-two",
    path,
    body: body(seen),
    text: "Second attester signs equal evidence: the filing is recorded",
  });
  await act(stage, {
    party: "assessor",
    step: "recheck",
    path: `/v1/filings/${filingId}/rechecks`,
    body: () => ({ checks: { N3: "passed", N4: "passed" }, evidenceHash: reference("checked again") }),
    text: "Assessor states checks N3 and N4 again, as every issuance needs within a day",
  });
}

/** The deal may not differ from what was filed, and is priced once, inside its bounds, by two parties. */
export async function priceDeal(stage: Stage, filed: Filed): Promise<void> {
  stage.narrator.chapter("5  Terms and price");
  const changed = readDealDocument();
  const second = changed.classes[1]!;
  second.interest.ratePercent = "2.56";
  const { dealDocumentHash } = await keepDealDocument(stage, "deal-document-changed", changed);
  await mustRefuse(stage, {
    party: "issuer",
    step: "deal-changed",
    path: "/v1/deals",
    body: () => ({ filingId: filed.filingId, dealDocumentHash }),
    text: `The issuer creates a deal in which class ${second.label} pays 2.56 % instead of 2.55 %`,
    code: "terms-not-filed",
  });
  const path = `/v1/deals/${filed.dealId}/pricing`;
  const price = (spread: string) => ({
    closingDate: "2004-10-28",
    classes: [
      { originalBalance: "265000000.00", rate: "2.10563" },
      { originalBalance: "260000000.00", rate: "2.55" },
      { originalBalance: "357000000.00", rate: "2.90" },
      { originalBalance: "488000000.00", rate: spread },
      { originalBalance: "100000000.00", rate: "3.18" },
      { originalBalance: "210098819.60", rate: "0" },
    ],
  });
  await mustRefuse(stage, {
    party: "issuer",
    step: "price-outside",
    path,
    body: () => price("0.11"),
    text: "The issuer prices class A-4a above its filed bounds",
    code: "price-outside-bounds",
  });
  await act(stage, {
    party: "issuer",
    step: "price-issuer",
    path,
    body: () => price("0.07"),
    text: "Issuer prices the open fields: closing 2004-10-28, A-4a spread 0.07 %",
  });
  await act(stage, {
    party: "trustee",
    step: "price-trustee",
    path,
    body: () => price("0.07"),
    text: "Trustee prices alike: the price stands",
  });
}
