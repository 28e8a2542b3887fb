import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AssetCommitmentList, AssetPool } from "../../server/features/filings/assets.schema.ts";
import { Permits, Scrutiny } from "../../server/features/filings/scrutiny.schema.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { allPassed, examineFiling, handIn, pool, recheck } from "../support/examination.ts";
import {
  attestation,
  command,
  draftFiling,
  hashOf,
  instantIn,
  post,
  recordFiling,
  refusalOf,
  submission,
} from "../support/filings.ts";
import type { Stack } from "../support/stack.ts";

const FILER = "filing-entity";
const HOUR_SECONDS = 3_600;
const UNKNOWN = `0x${"12".repeat(32)}`;

let stack: Stack;
beforeAll(async () => {
  stack = await startCheckedStack();
});
afterAll(() => stack.stop());

const on = (filingId: string, name: string) => `/v1/filings/${filingId}/${name}`;
const get = (party: string, filingId: string, name: string) => stack.request(party, "GET", on(filingId, name));
const scrutinyOf = async (filingId: string, query = "") =>
  Scrutiny.parse((await get("regulator", filingId, `scrutiny${query}`)).body);
const permitsOf = async (filingId: string, query = "") =>
  Permits.parse((await get("regulator", filingId, `permits${query}`)).body);
const poolOf = async (filingId: string, query = "") =>
  AssetPool.parse((await get("regulator", filingId, `pool${query}`)).body);

const assessment = (overrides: Record<string, unknown> = {}) => ({
  version: 1,
  bundleHash: hashOf("bundle"),
  checks: allPassed,
  evidenceRoot: hashOf("checks"),
  ...overrides,
});
const scrutiny = (overrides: Record<string, unknown> = {}) => ({
  version: 1,
  head: "risk-isolation",
  isSound: true,
  examinedOn: "2026-02-01",
  evidenceHash: hashOf("report"),
  ...overrides,
});
const permit = (overrides: Record<string, unknown> = {}) => ({
  kind: "foreign-exchange",
  isRequired: true,
  isObtained: true,
  referenceHash: hashOf("permit"),
  expiresAt: null,
  ...overrides,
});
const title = { version: 1, titleEvidenceHash: hashOf("title"), transferEvidenceHash: hashOf("transfer") };
const receipt = { version: 1, receiptHash: hashOf("receipt") };
const rechecked = { checks: { N3: "passed", N4: "passed" }, evidenceHash: hashOf("again") };

describe("statements about a draft", () => {
  let filingId: string;
  beforeAll(async () => {
    filingId = await draftFiling(stack, "EXAMINED");
  });

  const forbidden: [name: string, body: unknown, others: string[]][] = [
    ["assessments", assessment(), [FILER, "issuer", "registrar", "regulator", "attester-one"]],
    ["scrutinies", scrutiny(), [FILER, "issuer", "registrar", "regulator", "attester-one"]],
    ["rechecks", rechecked, [FILER, "issuer", "registrar", "regulator", "attester-one"]],
    ["permits", permit(), ["assessor", "issuer", "registrar", "regulator"]],
    ["pool", pool(), ["assessor", "issuer", "registrar", "regulator"]],
    ["title", title, ["assessor", "issuer", "registrar", "regulator"]],
    ["asset-commitments", { version: 1, commitments: [hashOf("a")] }, ["assessor", "issuer", "registrar", "regulator"]],
    ["submissions", receipt, ["assessor", "issuer", "regulator", "attester-one"]],
  ];
  it.each(forbidden)("are refused to the wrong role: %s (R-F6)", async (name, body, others) => {
    for (const party of others) {
      expect(refusalOf(await post(stack, party, on(filingId, name), body))).toEqual([403, "forbidden"]);
    }
  });

  const wrong: [what: string, party: string, name: string, body: unknown, refusal: unknown[]][] = [
    [
      "a check that nobody knows",
      "assessor",
      "assessments",
      assessment({ checks: { ...allPassed, N7: "passed" } }),
      [400, "validation", "/body/checks/N7"],
    ],
    [
      "a result that does not exist",
      "assessor",
      "assessments",
      assessment({ checks: { ...allPassed, A8: "waived" } }),
      [400, "validation", "/body/checks/A8"],
    ],
    ["another bundle", "assessor", "assessments", assessment({ bundleHash: hashOf("x") }), [422, "other-bundle"]],
    ["another version", "assessor", "assessments", assessment({ version: 2 }), [409, "filing-version"]],
    ["no evidence", "assessor", "scrutinies", scrutiny({ evidenceHash: `0x${"0".repeat(64)}` }), [422, "hash-missing"]],
    [
      "a day that has not begun",
      "assessor",
      "scrutinies",
      scrutiny({ examinedOn: "2099-01-01" }),
      [422, "bad-examination-date"],
    ],
    ["a permit without its reference", FILER, "permits", permit({ referenceHash: null }), [422, "hash-missing"]],
    [
      "a permit that has expired",
      FILER,
      "permits",
      permit({ expiresAt: instantIn(-HOUR_SECONDS) }),
      [422, "permit-expired"],
    ],
    ["a pool without a balance", FILER, "pool", pool({ balanceMinor: "0" }), [422, "bad-pool"]],
    [
      "accounts that are not segregated",
      FILER,
      "pool",
      pool({ collectionAccount: hashOf("distribution account") }),
      [422, "accounts-not-segregated"],
    ],
    [
      "no assets",
      FILER,
      "asset-commitments",
      { version: 1, commitments: [] },
      [400, "validation", "/body/commitments"],
    ],
    [
      "an asset twice in one list",
      FILER,
      "asset-commitments",
      { version: 1, commitments: [hashOf("twin"), hashOf("twin")] },
      [409, "asset-pledged"],
    ],
    ["a recheck before it is recorded", "assessor", "rechecks", rechecked, [409, "filing-state"]],
  ];
  it.each(wrong)("are refused: %s (R-F6, R-F9, R-A1)", async (_, party, name, body, refusal) => {
    expect(refusalOf(await post(stack, party, on(filingId, name), body))).toEqual(refusal);
  });

  it("show nothing that nobody stated", async () => {
    const shown = await scrutinyOf(filingId);
    expect(shown).toMatchObject({ version: 1, assessment: null, rechecks: [], isRechecked: false });
    expect(shown.checks).toHaveLength(14);
    expect(new Set(shown.checks.map(({ result }) => result))).toEqual(new Set(["not-assessed"]));
    expect(shown.heads.map(({ finding }) => finding)).toEqual([null, null, null]);
    expect((await permitsOf(filingId)).items.map(({ stated }) => stated)).toEqual(Array(6).fill(null));
    expect(await poolOf(filingId)).toMatchObject({ pool: null, title: null, assets: 0 });
  });
});

describe("handing in and recording", () => {
  const submit = (filingId: string) => post(stack, FILER, on(filingId, "submissions"), receipt);

  it("is blocked by a failed check and an unsound head, and by nothing once all passed (R-F6)", async () => {
    const filingId = await draftFiling(stack, "FAILED CHECK");
    await examineFiling(stack, filingId);
    const failed = assessment({ checks: { ...allPassed, A5: "failed" } });
    const { blockNumber } = await command(stack, "assessor", on(filingId, "assessments"), failed);
    const refused = await submit(filingId);
    expect(refusalOf(refused)).toEqual([422, "check-not-passed"]);
    const { checks, assessment: stated } = await scrutinyOf(filingId);
    expect(checks.filter(({ result }) => result !== "passed")).toEqual([{ check: "A5", result: "failed" }]);
    expect(stated).toMatchObject({ assessor: "assessor", evidenceRoot: hashOf("checks"), blockNumber });
    const before = await scrutinyOf(filingId, `?asOfBlock=${blockNumber! - 1}`);
    expect(new Set(before.checks.map(({ result }) => result))).toEqual(new Set(["passed"]));

    await command(stack, "assessor", on(filingId, "assessments"), assessment());
    await command(stack, "assessor", on(filingId, "scrutinies"), scrutiny({ isSound: false }));
    expect(refusalOf(await submit(filingId))).toEqual([422, "not-sound"]);
    await command(stack, "assessor", on(filingId, "scrutinies"), scrutiny());
    const { heads } = await scrutinyOf(filingId);
    expect(heads.find(({ head }) => head === "risk-isolation")!.finding).toMatchObject({
      isSound: true,
      examinedOn: "2026-02-01",
      assessor: "assessor",
      evidenceHash: hashOf("report"),
    });
    await handIn(stack, filingId);
    const late = await post(stack, "assessor", on(filingId, "assessments"), assessment());
    expect(refusalOf(late)).toEqual([409, "filing-state"]);
  });

  it("is blocked while a permit is undeclared, a pool or its assets are missing (R-F9, R-A1)", async () => {
    const filingId = await draftFiling(stack, "EMPTY");
    await command(stack, "assessor", on(filingId, "assessments"), assessment());
    for (const head of ["asset-authenticity", "structure-compliance", "risk-isolation"]) {
      await command(stack, "assessor", on(filingId, "scrutinies"), scrutiny({ head }));
    }
    expect(refusalOf(await submit(filingId))).toEqual([422, "permit-undeclared"]);
    for (const { kind } of (await permitsOf(filingId)).items) {
      const given = { kind, isRequired: false, isObtained: false, referenceHash: null };
      await command(stack, FILER, on(filingId, "permits"), permit(given));
    }
    expect(refusalOf(await submit(filingId))).toEqual([422, "pool-missing"]);
    await command(stack, FILER, on(filingId, "pool"), pool());
    expect(refusalOf(await submit(filingId))).toEqual([422, "pool-missing"]);
  });

  it("is blocked for a required permit that was not obtained, until it is (R-F9)", async () => {
    const filingId = await draftFiling(stack, "PERMIT");
    await examineFiling(stack, filingId);
    const missing = permit({ isObtained: false, referenceHash: null });
    await command(stack, FILER, on(filingId, "permits"), missing);
    await handIn(stack, filingId);
    const stated = async () =>
      (await permitsOf(filingId)).items.find(({ kind }) => kind === "foreign-exchange")!.stated;
    expect(await stated()).toMatchObject({ isRequired: true, isObtained: false, isMissing: true, referenceHash: null });

    const denied = await post(stack, FILER, on(filingId, "permits"), { ...missing, isRequired: false });
    expect(refusalOf(denied)).toEqual([422, "permit-fixed"]);
    const path = on(filingId, "attestations");
    await command(stack, "attester-one", path, attestation());
    expect(refusalOf(await post(stack, "attester-two", path, attestation()))).toEqual([422, "permit-missing"]);

    const expiresAt = instantIn(HOUR_SECONDS);
    await command(stack, FILER, on(filingId, "permits"), permit({ expiresAt }));
    expect(await stated()).toMatchObject({
      isObtained: true,
      isExpired: false,
      isMissing: false,
      referenceHash: hashOf("permit"),
      expiresAt: expiresAt.replace("Z", ".000Z"),
    });
    await command(stack, "attester-two", path, attestation());
    expect((await stack.request("issuer", "GET", `/v1/filings/${filingId}`)).body.state).toBe("recorded");
  });

  it("is blocked for an asset that backs another live pool, and free once that filing ended (R-A2)", async () => {
    const [first, second] = [await draftFiling(stack, "PLEDGED"), await draftFiling(stack, "PLEDGED AGAIN")];
    const commitments = [hashOf("asset pledged")];
    await command(stack, FILER, on(first, "asset-commitments"), { version: 1, commitments });
    const twice = await post(stack, FILER, on(second, "asset-commitments"), { version: 1, commitments });
    expect(refusalOf(twice)).toEqual([409, "asset-pledged"]);
    expect((await poolOf(second)).assets).toBe(0);
    await command(stack, FILER, on(first, "withdrawals"), { reasonHash: hashOf("reason") });
    await command(stack, FILER, on(second, "asset-commitments"), { version: 1, commitments });
    expect((await poolOf(second)).assets).toBe(1);
  });
});

describe("reading what a filing was examined on", () => {
  let filingId: string;
  beforeAll(async () => {
    filingId = await draftFiling(stack, "READ");
    await examineFiling(stack, filingId);
  });
  const names = ["scrutiny", "permits", "pool", "asset-commitments"];

  it("is refused to custodians and other parties without a part in filings", async () => {
    for (const name of names) {
      for (const party of ["peak-custody", "servicer", "paying-agent", "trustee"]) {
        expect(refusalOf(await get(party, filingId, name))).toEqual([403, "forbidden"]);
      }
    }
  });

  it("is open to the parties of the filing, attesters, assessor, registrar and regulator", async () => {
    for (const name of names) {
      for (const party of [FILER, "issuer", "attester-two", "assessor", "registrar", "regulator"]) {
        expect((await get(party, filingId, name)).status).toBe(200);
      }
    }
  });

  it("refuses a filing that nobody knows, a block that was not read, a cursor that was not given out", async () => {
    for (const name of names) {
      expect(refusalOf(await get("registrar", UNKNOWN, name))).toEqual([404, "unknown-filing"]);
      expect(refusalOf(await get("registrar", filingId, `${name}?asOfBlock=100000000`))).toEqual([
        404,
        "unknown-block",
      ]);
    }
    const answer = await get("registrar", filingId, "asset-commitments?cursor=WyIxIl0");
    expect(refusalOf(answer)).toEqual([400, "bad-cursor"]);
  });

  it("shows pool and title as stated (R-A1, R-A2)", async () => {
    const { version: _, ...stated } = pool();
    expect(await poolOf(filingId)).toMatchObject({
      version: 1,
      pool: stated,
      title: { titleEvidenceHash: hashOf("title"), transferEvidenceHash: hashOf("transfer") },
      assets: 1,
    });
  });

  it("goes through the assets page by page, each once (R-A1)", async () => {
    const commitments = Array.from({ length: 7 }, (_, i) => hashOf(`asset ${i}`));
    await command(stack, FILER, on(filingId, "asset-commitments"), { version: 1, commitments });
    const seen: string[] = [];
    for (let query: string | null = "?limit=3"; query !== null;) {
      const page = AssetCommitmentList.parse((await get(FILER, filingId, `asset-commitments${query}`)).body);
      seen.push(...page.items.map(({ commitment }) => commitment));
      query = page.next === null ? null : `?limit=3&cursor=${page.next}`;
    }
    expect(seen).toHaveLength(8);
    expect(seen.toSorted()).toEqual([...commitments, hashOf(`asset of ${filingId} 1`)].sort());
    expect((await poolOf(filingId)).assets).toBe(8);
  });

  it("starts anew with a new version, while the old one is shown as of then (R-F6)", async () => {
    const { asOf } = await scrutinyOf(filingId);
    await command(stack, FILER, on(filingId, "versions"), submission({ bundleHash: hashOf("second") }));
    expect(await scrutinyOf(filingId)).toMatchObject({ version: 2, assessment: null });
    expect(await poolOf(filingId)).toMatchObject({ version: 2, pool: null, title: null, assets: 0 });
    const earlier = await scrutinyOf(filingId, `?asOfBlock=${asOf.blockNumber}`);
    expect(earlier).toMatchObject({ version: 1, assessment: { bundleHash: hashOf("bundle") } });
    expect((await poolOf(filingId, `?asOfBlock=${asOf.blockNumber}`)).assets).toBe(8);
  });
});

describe("checks that are stated again", () => {
  it("serve an issuance only when both passed (R-F6)", async () => {
    const filingId = await draftFiling(stack, "RECHECKED");
    await examineFiling(stack, filingId);
    await handIn(stack, filingId);
    await recordFiling(stack, filingId);
    expect(await scrutinyOf(filingId)).toMatchObject({ isRechecked: true });

    const failed = { checks: { N3: "passed", N4: "failed" }, evidenceHash: hashOf("failed") };
    const half = await post(stack, "assessor", on(filingId, "rechecks"), { ...failed, checks: { N3: "passed" } });
    expect(refusalOf(half)[0]).toBe(400);
    await command(stack, "assessor", on(filingId, "rechecks"), failed);
    const shown = await scrutinyOf(filingId);
    expect(shown.isRechecked).toBe(false);
    expect(shown.rechecks.at(-1)).toMatchObject({
      assessor: "assessor",
      validUntil: null,
      evidenceHash: hashOf("failed"),
      checks: [
        { check: "N3", result: "passed" },
        { check: "N4", result: "failed" },
      ],
    });
    await recheck(stack, filingId);
    const { rechecks, isRechecked } = await scrutinyOf(filingId);
    expect(isRechecked).toBe(true);
    const { at, validUntil } = rechecks.at(-1)!;
    expect(Date.parse(validUntil!) - Date.parse(at)).toBe(24 * HOUR_SECONDS * 1_000);
  });
});
