import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOutsideKeys } from "../../scripts/demo/outsideKeys.ts";
import { encodeCall } from "../../server/chain/contracts.ts";
import { filingHash } from "../../server/chain/termsHash.ts";
import { readConfig } from "../../server/config.ts";
import type { Hex } from "../../server/domain/hex.ts";
import { readParties } from "../../server/parties.ts";
import {
  attestation,
  command,
  hashOf,
  instantIn,
  post,
  recordFiling,
  refusalOf,
  submission,
  submitFiling,
} from "../support/filings.ts";
import { examineFiling, handIn } from "../support/examination.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { Stack } from "../support/stack.ts";

const HOUR_SECONDS = 3_600;
const UNKNOWN = `0x${"12".repeat(32)}`;

let stack: Stack;

beforeAll(async () => {
  stack = await startCheckedStack();
});
afterAll(() => stack.stop());

const filings = "/v1/filings";
const on = (filingId: string, name: string) => `${filings}/${filingId}/${name}`;
const read = async (filingId: string, asOfBlock?: number) => {
  const query = asOfBlock === undefined ? "" : `?asOfBlock=${asOfBlock}`;
  return (await stack.request("peak-custody", "GET", `${filings}/${filingId}${query}`)).body;
};

describe("POST /v1/filings", () => {
  const wrong: [what: string, change: Record<string, unknown>, pointer: string][] = [
    ["an unknown field", { tranche: 1 }, "/body/tranche"],
    ["a cap as a number", { capsMinor: [1] }, "/body/capsMinor/0"],
    ["a negative cap", { capsMinor: ["-1"] }, "/body/capsMinor/0"],
    ["a fractional cap", { capsMinor: ["1.5"] }, "/body/capsMinor/0"],
    ["a cap that is no number", { capsMinor: ["many"] }, "/body/capsMinor/0"],
    ["a cap beyond 128 bits", { capsMinor: [String(2n ** 128n)] }, "/body/capsMinor/0"],
    ["a cap of forty digits", { capsMinor: ["9".repeat(40)] }, "/body/capsMinor/0"],
    ["a short hash", { bundleHash: "0x12" }, "/body/bundleHash"],
    ["a hash in capitals", { termsHash: `0x${"AB".repeat(32)}` }, "/body/termsHash"],
    ["a local time", { windowOpensAt: "2026-11-22T09:30:00+08:00" }, "/body/windowOpensAt"],
    ["a fraction of a second", { windowOpensAt: "2026-11-22T09:30:00.5Z" }, "/body/windowOpensAt"],
    ["a day without its time", { windowClosesAt: "2026-11-22" }, "/body/windowClosesAt"],
    ["an instant before 1970", { windowOpensAt: "1969-12-31T23:59:59Z" }, "/body/windowOpensAt"],
    ["an empty reference", { filingRef: "" }, "/body/filingRef"],
    ["a reference of 65 characters", { filingRef: "x".repeat(65) }, "/body/filingRef"],
    ["a reference outside ASCII", { filingRef: "备案" }, "/body/filingRef"],
    ["a party code in capitals", { issuer: "ISSUER" }, "/body/issuer"],
    ["a number for a party", { issuer: 3 }, "/body/issuer"],
  ];
  it.each(wrong)("refuses %s", async (_, change, pointer) => {
    const answer = await post(stack, "filing-entity", filings, { ...submission(), filingRef: "wrong", ...change });
    expect(refusalOf(answer)).toEqual([400, "validation", pointer]);
  });

  it("refuses a body that is missing, no object, or not JSON", async () => {
    expect(refusalOf(await post(stack, "filing-entity", filings, undefined))).toEqual([400, "validation", "/body"]);
    expect(refusalOf(await post(stack, "filing-entity", filings, []))).toEqual([400, "validation", "/body"]);
    expect(refusalOf(await post(stack, "filing-entity", filings, "{"))).toEqual([400, "malformed-json"]);
  });

  it("refuses a request without an idempotency key", async () => {
    const body = { ...submission(), filingRef: "KEYLESS" };
    const answer = await stack.request("filing-entity", "POST", filings, { body });
    expect(refusalOf(answer)).toEqual([400, "idempotency-key-missing"]);
  });

  it("refuses every party but filing entities", async () => {
    for (const party of ["issuer", "registrar", "regulator", "attester-one", "peak-custody"]) {
      const answer = await post(stack, party, filings, { ...submission(), filingRef: "role" });
      expect(refusalOf(answer)).toEqual([403, "forbidden"]);
    }
  });

  const refused: [what: string, change: Record<string, unknown>, status: number, code: string][] = [
    ["an issuer that nobody knows", { issuer: "nobody" }, 404, "unknown-party"],
    ["an issuer without the role", { issuer: "peak-custody" }, 422, "bad-issuer"],
    ["itself as issuer", { issuer: "filing-entity" }, 422, "bad-issuer"],
    ["no caps", { capsMinor: [] }, 422, "bad-submission"],
    ["more caps than a deal has classes", { capsMinor: Array(17).fill("1") }, 422, "bad-submission"],
    ["an empty bundle hash", { bundleHash: `0x${"0".repeat(64)}` }, 422, "bad-submission"],
    ["an empty terms hash", { termsHash: `0x${"0".repeat(64)}` }, 422, "bad-submission"],
    ["a window that has closed", { windowClosesAt: instantIn(-60) }, 422, "bad-submission"],
    ["a window that closes first", { windowOpensAt: instantIn(9e6) }, 422, "bad-submission"],
  ];
  it.each(refused)("passes on the refusal of %s", async (_, change, status, code) => {
    const answer = await post(stack, "filing-entity", filings, { ...submission(), filingRef: "refused", ...change });
    expect(refusalOf(answer)).toEqual([status, code]);
  });

  it("submits once for a key: repeated it answers the same, and another body is refused", async () => {
    const body = { ...submission(), filingRef: "ONCE" };
    const key = "submit-once-and-only-once";
    const first = await stack.request("filing-entity", "POST", filings, { body, key });
    const again = await stack.request("filing-entity", "POST", filings, { body, key });
    expect([first.status, again.status, again.headers.get("idempotency-replayed")]).toEqual([202, 202, "true"]);
    expect(again.text).toBe(first.text);
    const other = await stack.request("filing-entity", "POST", filings, { body: { ...body, filingRef: "TWO" }, key });
    expect(refusalOf(other)).toEqual([422, "idempotency-key-reuse"]);
  });

  it("refuses a reference that the filing entity has used", async () => {
    await submitFiling(stack, "TWICE");
    const answer = await post(stack, "filing-entity", filings, { ...submission(), filingRef: "TWICE" });
    expect(refusalOf(answer)).toEqual([409, "filing-exists"]);
  });

  it("names the filing's id before it is final, shows the filing with its hash afterwards, and says that recording is no endorsement (R-F11)", async () => {
    const given = submission({ capsMinor: ["1", String(2n ** 128n - 1n)] });
    const { facts } = await command(stack, "filing-entity", filings, { ...given, filingRef: "HAPPY 2026/1" });
    const filing = await read(facts!["filingId"]);
    expect(filing).toMatchObject({
      filingRef: "HAPPY 2026/1",
      filingEntity: "filing-entity",
      issuer: "issuer",
      version: 1,
      state: "draft",
      suspendedUntil: null,
      evidenceHash: null,
      capsMinor: given.capsMinor,
      issuedMinor: ["0", "0"],
      windowOpensAt: given.windowOpensAt.replace("Z", ".000Z"),
      recordedAt: null,
      dealId: null,
    });
    expect(filing.disclaimer).toContain("not a judgement or endorsement by any authority");
    expect(filing.filingHash).toBe(
      filingHash({
        bundleHash: given.bundleHash as Hex,
        termsHash: given.termsHash as Hex,
        capsMinor: given.capsMinor.map(BigInt),
        filingEntity: 2,
        issuer: 3,
      }),
    );
  });

  it("keeps a reference of more than 32 characters as its hash, and finds it by its text", async () => {
    const filingRef = "a reference of more than thirty-two characters";
    const filingId = await submitFiling(stack, filingRef);
    expect(await read(filingId)).toMatchObject({ filingRef: hashOf(filingRef) });
  });
});

describe("POST /v1/filings/{filingId}/versions", () => {
  it("refuses an unknown filing and a malformed id", async () => {
    const unknown = await post(stack, "filing-entity", on(UNKNOWN, "versions"), submission());
    expect(refusalOf(unknown)).toEqual([404, "unknown-filing"]);
    const malformed = await post(stack, "filing-entity", on("0x12", "versions"), submission());
    expect(refusalOf(malformed)).toEqual([400, "validation", "/path/filingId"]);
  });

  it("replaces what was filed and voids the attestation of the earlier version", async () => {
    const filingId = await submitFiling(stack, "VERSIONS");
    await command(stack, "attester-one", on(filingId, "attestations"), attestation());
    expect(await read(filingId)).toMatchObject({ state: "attested", version: 1 });
    const next = submission({ bundleHash: hashOf("second bundle"), capsMinor: ["5"] });
    const { blockNumber } = await command(stack, "filing-entity", on(filingId, "versions"), next);
    const filing = await read(filingId);
    expect(filing).toMatchObject({ state: "draft", version: 2, capsMinor: ["5"] });
    expect(filing.versions.map(({ bundleHash }: { bundleHash: string }) => bundleHash)).toEqual([
      hashOf("bundle"),
      hashOf("second bundle"),
    ]);
    expect(await read(filingId, blockNumber! - 1)).toMatchObject({ state: "attested", version: 1 });

    await examineFiling(stack, filingId, hashOf("second bundle"), 2);
    await handIn(stack, filingId, 2);
    expect(await read(filingId)).toMatchObject({ state: "submitted", version: 2 });
    const stale = await post(stack, "attester-two", on(filingId, "attestations"), attestation());
    expect(refusalOf(stale)).toEqual([422, "attestation-mismatch"]);
  });
});

describe("POST /v1/filings/{filingId}/attestations", () => {
  let filingId: string;
  let path: string;
  beforeAll(async () => {
    filingId = await submitFiling(stack, "ATTESTED");
    path = on(filingId, "attestations");
  });

  it.each(["issuer", "filing-entity", "registrar"])("refuses the %s, which has a part in the filing", async (party) => {
    expect(refusalOf(await post(stack, party, path, attestation()))).toEqual([422, "attester-conflicted"]);
  });

  it("refuses a party that is no attester", async () => {
    expect(refusalOf(await post(stack, "peak-custody", path, attestation()))).toEqual([403, "role-missing"]);
  });

  const wrong: [what: string, body: unknown, pointer: string][] = [
    ["version 0", attestation({ version: 0 }), "/body/version"],
    ["version 65536", attestation({ version: 65_536 }), "/body/version"],
    ["a version as text", attestation({ version: "1" }), "/body/version"],
    ["an empty reference", attestation({}, { filingReference: "" }), "/body/evidence/filingReference"],
    ["a reference with a NUL", attestation({}, { filingReference: "a\0b" }), "/body/evidence/filingReference"],
    ["half a surrogate pair", attestation({}, { filingReference: "\ud800" }), "/body/evidence/filingReference"],
    ["an address that is none of the web", attestation({}, { url: "ftp://example" }), "/body/evidence/url"],
    ["an unknown field of the evidence", attestation({}, { note: "" }), "/body/evidence/note"],
  ];
  it.each(wrong)("refuses %s", async (_, body, pointer) => {
    expect(refusalOf(await post(stack, "attester-one", path, body))).toEqual([400, "validation", pointer]);
  });

  const refused: [what: string, body: unknown, code: string][] = [
    ["another version", attestation({ version: 2 }), "attestation-mismatch"],
    ["another bundle", attestation({ bundleHash: hashOf("other") }), "attestation-mismatch"],
    ["other terms", attestation({ termsHash: hashOf("other") }), "attestation-mismatch"],
    ["evidence of the future", attestation({}, { capturedAt: instantIn(HOUR_SECONDS) }), "bad-evidence"],
    ["an empty page hash", attestation({}, { pageHash: `0x${"0".repeat(64)}` }), "bad-evidence"],
  ];
  it.each(refused)("passes on the refusal of %s", async (_, body, code) => {
    expect(refusalOf(await post(stack, "attester-one", path, body))).toEqual([422, code]);
  });

  it("records the filing when a second party attests equal evidence, and neither before nor otherwise", async () => {
    await command(stack, "attester-one", path, attestation());
    expect(await read(filingId)).toMatchObject({ state: "attested", recordedAt: null });

    const otherKey = { "signing-key": stack.outside["attester-one"]![1]!.address };
    const again = await post(stack, "attester-one", path, attestation(), otherKey);
    expect(refusalOf(again)).toEqual([422, "approval-same-party"]);
    const other = await post(stack, "attester-two", path, attestation({}, { pageHash: hashOf("other page") }));
    expect(refusalOf(other)).toEqual([422, "approval-differs"]);

    const { blockNumber } = await command(stack, "attester-two", path, attestation());
    const filing = await read(filingId);
    expect(filing).toMatchObject({ state: "recorded", version: 1 });
    expect(filing.attestations.map(({ attester }: { attester: string }) => attester)).toEqual([
      "attester-one",
      "attester-two",
    ]);
    expect(filing.attestations[1]).toMatchObject({ evidence: { pageHash: hashOf("page") }, blockNumber });
    expect(filing.attestations[1].evidenceHash).toBe(filing.evidenceHash);
    expect(await read(filingId, blockNumber! - 1)).toMatchObject({ state: "attested", evidenceHash: null });

    const late = await post(stack, "attester-one", path, attestation());
    expect(refusalOf(late)).toEqual([409, "filing-state"]);
  });

  it("refuses a signing key of somebody else", async () => {
    const foreign = { "signing-key": stack.outside["attester-two"]![0]!.address };
    const answer = await post(stack, "attester-one", path, attestation(), foreign);
    expect(refusalOf(answer)).toEqual([422, "signing-key-unknown"]);
  });
});

describe("POST /v1/filings/{filingId}/refusals", () => {
  it("refuses every party but the registrar", async () => {
    const filingId = await submitFiling(stack, "REFUSED BY NONE");
    const answer = await post(stack, "regulator", on(filingId, "refusals"), { noticeHash: hashOf("notice") });
    expect(refusalOf(answer)).toEqual([403, "forbidden"]);
  });

  it("closes a filing for good", async () => {
    const filingId = await submitFiling(stack, "REFUSED");
    await command(stack, "registrar", on(filingId, "refusals"), { noticeHash: hashOf("notice") });
    const filing = await read(filingId);
    expect(filing.state).toBe("refused");
    expect(filing.history.at(-1)).toMatchObject({ cause: "refused", by: "registrar", basisHash: hashOf("notice") });
    const next = await post(stack, "filing-entity", on(filingId, "versions"), submission());
    expect(refusalOf(next)).toEqual([409, "filing-state"]);
  });
});

describe("stopping a recorded filing", () => {
  const order = (name: string, seconds = HOUR_SECONDS) => ({
    orderId: hashOf(name),
    until: instantIn(seconds),
    basisHash: hashOf("basis"),
  });
  const lift = { orderId: hashOf("order one"), basisHash: hashOf("basis of the lift") };
  let filingId: string;
  let recordedAt: number;
  beforeAll(async () => {
    filingId = await submitFiling(stack, "STOPPED");
  });

  it("is refused before the filing is recorded, and to parties without the power", async () => {
    const early = await post(stack, "registrar", on(filingId, "suspensions"), order("early"));
    expect(refusalOf(early)).toEqual([409, "filing-state"]);
    recordedAt = await recordFiling(stack, filingId);
    for (const party of ["issuer", "peak-custody", "attester-one"]) {
      const answer = await post(stack, party, on(filingId, "suspensions"), order("powerless"));
      expect(refusalOf(answer)).toEqual([403, "forbidden"]);
    }
  });

  it("is refused with an end in the past or beyond what one key may order", async () => {
    const past = await post(stack, "registrar", on(filingId, "suspensions"), order("past", -60));
    expect(refusalOf(past)).toEqual([422, "stop-out-of-range"]);
    const far = await post(stack, "registrar", on(filingId, "suspensions"), order("far", 73 * HOUR_SECONDS));
    expect(refusalOf(far)).toEqual([422, "stop-out-of-range"]);
  });

  it("is refused while nothing is stopped that could be lifted", async () => {
    const answer = await post(stack, "registrar", on(filingId, "suspension-lifts"), lift);
    expect(refusalOf(answer)).toEqual([409, "not-stopped"]);
  });

  it("stops by one key and shows since which block; an order serves once", async () => {
    const { blockNumber } = await command(stack, "registrar", on(filingId, "suspensions"), order("order one"));
    const filing = await read(filingId);
    expect(filing.state).toBe("suspended");
    expect(filing.history.at(-1)).toMatchObject({ cause: "suspended", by: "registrar", orderId: hashOf("order one") });
    expect(filing.suspendedUntil).toBe(filing.history.at(-1).suspendedUntil);
    expect(await read(filingId, blockNumber! - 1)).toMatchObject({ state: "recorded", suspendedUntil: null });

    const again = await post(stack, "regulator", on(filingId, "suspensions"), order("order one", 2 * HOUR_SECONDS));
    expect(refusalOf(again)).toEqual([409, "order-used"]);
  });

  it("is lifted by three parties and by none fewer", async () => {
    const path = on(filingId, "suspension-lifts");
    const other = await post(stack, "registrar", path, { ...lift, orderId: hashOf("another") });
    expect(refusalOf(other)).toEqual([422, "order-differs"]);
    const approverFirst = await post(stack, "trustee", path, lift);
    expect(refusalOf(approverFirst)).toEqual([403, "role-missing"]);

    await command(stack, "registrar", path, lift);
    expect(refusalOf(await post(stack, "registrar", path, lift))).toEqual([422, "approval-same-party"]);
    await command(stack, "attester-one", path, lift);
    expect((await read(filingId)).state).toBe("suspended");
    const { blockNumber } = await command(stack, "trustee", path, lift);
    const filing = await read(filingId);
    expect(filing).toMatchObject({ state: "recorded", suspendedUntil: null });
    expect(filing.history.at(-1)).toMatchObject({ cause: "suspension-lifted", by: null, suspendedUntil: null });
    expect((await read(filingId, blockNumber! - 1)).state).toBe("suspended");
    expect((await read(filingId, recordedAt)).state).toBe("recorded");
  });

  it("ends by the clock alone", async () => {
    const brief = await submitFiling(stack, "BRIEF");
    await recordFiling(stack, brief);
    const { blockNumber } = await command(stack, "regulator", on(brief, "suspensions"), order("brief", 3));
    expect((await read(brief, blockNumber!)).state).toBe("suspended");
    await expect.poll(() => read(brief), { timeout: 20_000, interval: 1_000 }).toMatchObject({ state: "suspended" });
    // Time passes on the ledger with its blocks, so something has to happen on it.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await submitFiling(stack, "SOMETHING ELSE");
    expect(await read(brief)).toMatchObject({ state: "recorded", suspendedUntil: null });
    expect((await read(brief, blockNumber!)).state).toBe("suspended");
  });

  it("is kept by three parties for longer than one key may order", async () => {
    const kept = await submitFiling(stack, "KEPT");
    await recordFiling(stack, kept);
    await command(stack, "regulator", on(kept, "suspensions"), order("kept"));
    const longer = order("kept longer", 240 * HOUR_SECONDS);
    for (const party of ["regulator", "attester-one", "trustee"]) {
      await command(stack, party, on(kept, "suspension-extensions"), longer);
    }
    expect(await read(kept)).toMatchObject({ state: "suspended", suspendedUntil: longer.until.replace("Z", ".000Z") });
  });

  it("is for good once three parties revoke", async () => {
    const path = on(filingId, "revocations");
    const revocation = { orderId: hashOf("revocation"), noticeHash: hashOf("notice") };
    expect(refusalOf(await post(stack, "issuer", path, revocation))).toEqual([403, "forbidden"]);
    for (const party of ["regulator", "attester-two", "trustee"]) {
      expect((await read(filingId)).state).toBe("recorded");
      await command(stack, party, path, revocation);
    }
    expect((await read(filingId)).state).toBe("revoked");
    const answer = await post(stack, "registrar", on(filingId, "suspensions"), order("too late"));
    expect(refusalOf(answer)).toEqual([409, "filing-state"]);
  });
});

describe("GET /v1/filings/{filingId}", () => {
  it("refuses an unknown id, a malformed one and a block that has not been read", async () => {
    const unknown = await stack.request("registrar", "GET", `${filings}/${UNKNOWN}`);
    expect(refusalOf(unknown)).toEqual([404, "unknown-filing"]);
    const malformed = await stack.request("registrar", "GET", `${filings}/1`);
    expect(refusalOf(malformed)).toEqual([400, "validation", "/path/filingId"]);
    const filingId = await submitFiling(stack, "AS OF");
    for (const block of ["-1", "1.5", "1e3", "0x10", "", "latest", "9007199254740993"]) {
      const answer = await stack.request("registrar", "GET", `${filings}/${filingId}?asOfBlock=${block}`);
      expect(refusalOf(answer)).toEqual([400, "validation", "/query/asOfBlock"]);
    }
    const later = await stack.request("registrar", "GET", `${filings}/${filingId}?asOfBlock=100000000`);
    expect(refusalOf(later)).toEqual([404, "unknown-block"]);
  });

  it("does not know a filing before the block in which it was submitted", async () => {
    const { facts, blockNumber } = await command(stack, "filing-entity", filings, {
      ...submission(),
      filingRef: "NOT YET",
    });
    const path = `${filings}/${facts!["filingId"]}`;
    const before = await stack.request("registrar", "GET", `${path}?asOfBlock=${blockNumber! - 1}`);
    expect(refusalOf(before)).toEqual([404, "unknown-filing"]);
    const then = await stack.request("registrar", "GET", `${path}?asOfBlock=${blockNumber}`);
    expect(then.body.asOf.blockNumber).toBe(blockNumber);
    expect(then.headers.get("ledger-block")).toBe(`${blockNumber};hash=${then.body.asOf.blockHash}`);
  });
});

describe("GET /v1/filings", () => {
  it("refuses a cursor that it did not give out", async () => {
    for (const cursor of ["x", "W10", "WyIxIl0"]) {
      const answer = await stack.request("registrar", "GET", `${filings}?cursor=${cursor}`);
      expect(refusalOf(answer)).toEqual([400, "bad-cursor"]);
    }
  });

  it("goes through all filings newest first, page by page, each once", async () => {
    const whole = (await stack.request("regulator", "GET", `${filings}?limit=200`)).body;
    const seen: string[] = [];
    let query = "?limit=4";
    for (;;) {
      const { body } = await stack.request("regulator", "GET", `${filings}${query}`);
      seen.push(...body.items.map(({ filingId }: { filingId: string }) => filingId));
      if (body.next === null) break;
      query = `?limit=4&cursor=${body.next}`;
    }
    expect(seen).toEqual(whole.items.map(({ filingId }: { filingId: string }) => filingId));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(8);
  });

  it("answers an empty list as of a block before the first filing", async () => {
    const { body } = await stack.request("peak-custody", "GET", `${filings}?asOfBlock=${await firstBlock()}`);
    expect(body).toMatchObject({ items: [], next: null });
  });
});

describe("evidence that is no text", () => {
  it("is shown with replacement characters and does not stop the reading of the ledger", async () => {
    const filingId = await submitFiling(stack, "HOSTILE");
    const { evidence } = attestation({}, { filingReference: "MARK" });
    const seen = { ...evidence, capturedAt: Date.parse(evidence.capturedAt) / 1000 };
    const call = encodeCall("FilingRegistry", "attest", [filingId, 1, hashOf("bundle"), hashOf("terms"), seen]);
    // Not UTF-8, and with a NUL, which no column of text can hold.
    await sendToNode("attester-one", call.replace(Buffer.from("MARK").toString("hex"), "41ff0042"));
    await expect
      .poll(() => read(filingId), { timeout: 10_000 })
      .toMatchObject({
        state: "attested",
        attestations: [{ attester: "attester-one", evidence: { filingReference: "A\ufffd\ufffdB" } }],
      });
  });
});

/** Sends a call to the ledger past the service, as whoever reaches a node can. */
async function sendToNode(party: string, data: string): Promise<void> {
  const parties = await readParties(new URL("../../deals/parties.json", import.meta.url));
  const dataDir = join(stack.dataDir, "service");
  const { outside, sign } = await openOutsideKeys(readConfig({ NARROWGATE_DATA: dataDir }), parties);
  const { address } = outside[party]![0]!;
  const rpc = async (method: string, params: unknown[]) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    const response = await fetch(stack.service.ledgerUrl, { method: "POST", headers, body });
    const { result } = (await response.json()) as { result: string };
    return result;
  };
  const nonce = Number(await rpc("eth_getTransactionCount", [address, "latest"]));
  const to = stack.service.deployment.contracts.FilingRegistry.address;
  const raw = sign(address, { chainId: 20_260_206, nonce, to, data, gasLimit: "0x7a120" });
  expect(await rpc("eth_sendRawTransaction", [raw])).toMatch(/^0x/);
}

/** The first block of the deployment that the read model knows. */
async function firstBlock(): Promise<number> {
  return stack.service.deployment.blockNumber;
}
