import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../server/domain/canonicalJson.ts";
import { openDatabase, type Database } from "../../server/store/database.ts";
import { post, refusalOf } from "../support/filings.ts";
import { holderRefOf, identityOf } from "../support/identities.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { Stack } from "../support/stack.ts";

const PEAK = "peak-custody";
const MERLION = "merlion-custody";

let server: TestServer;
let stack: Stack;
let database: Database;
beforeAll(async () => {
  server = await startTestServer();
  const url = await server.createDatabase("vault");
  stack = await startCheckedStack({ DATABASE_URL: url });
  database = await openDatabase({ url });
});
afterAll(async () => {
  await stack.stop();
  await database.close();
  await server.stop();
});

const get = (party: string, path: string) => stack.request(party, "GET", path);
const put = (party: string, label: string, changes: object = {}) =>
  post(stack, party, "/v1/vault/identities", { holderRef: holderRefOf(label), identity: identityOf(label, changes) });
const open = (label: string, purpose = "Look-through of holders of NALT 2004-A") =>
  post(stack, "regulator", "/v1/vault/accesses", { holderRef: holderRefOf(label), purpose });

describe("putting an identity into the vault", () => {
  it("is refused to everybody but custodians", async () => {
    for (const party of ["registrar", "regulator", "issuer", "trustee"]) {
      expect(refusalOf(await put(party, "nobody"))).toEqual([403, "forbidden"]);
    }
  });

  it.each([
    ["a wrong LEI", { lei: "HWUPKR0MPOU8FGXBT395" }, "/body/identity/lei", "check-digit"],
    ["a control character", { legalName: "Harbour\u0007" }, "/body/identity/legalName", "control-character"],
    ["a right-to-left mark", { legalName: "Harbour\u200f" }, "/body/identity/legalName", "bidirectional-mark"],
    ["look-alike letters", { legalName: "Hаrbour" }, "/body/identity/legalName", "mixed-scripts"],
    ["decomposed letters", { legalName: "Socie\u0301te" }, "/body/identity/legalName", "not-nfc"],
    [
      "a screen that lies ahead",
      { sanctionsScreen: { listVersion: "1", clearedOn: "2999-01-01" } },
      "/body/identity/sanctionsScreen/clearedOn",
      "lies-ahead",
    ],
  ])("is refused with %s, and the answer repeats nothing of it", async (_what, changes, pointer, code) => {
    const answer = await put(PEAK, "refused", changes);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ pointer, code, message: expect.any(String) }]);
    expect(answer.text).not.toContain("Harbour");
    expect((await get(PEAK, `/v1/vault/identities/${holderRefOf("refused")}`)).status).toBe(404);
  });

  it("answers the commitment to register: SHA-256 of a random salt and the canonical JSON (R-D1)", async () => {
    const kept = await put(PEAK, "kept");
    expect(kept.status).toBe(201);
    const { items } = (await get(PEAK, kept.headers.get("location")!)).body;
    expect(items).toEqual([{ ...kept.body, salt: expect.any(String), identity: identityOf("kept") }]);
    const hash = createHash("sha256")
      .update(Buffer.from(items[0].salt.slice(2), "hex"))
      .update(canonicalJson(identityOf("kept")));
    expect(kept.body.evidenceCommitment).toBe(`0x${hash.digest("hex")}`);
  });

  it("takes a new salt for an equal identity, as the next version, and keeps the earlier one", async () => {
    const [first, second] = [await put(PEAK, "twice"), await put(PEAK, "twice")];
    expect([first.body.version, second.body.version]).toEqual([1, 2]);
    expect(second.body.evidenceCommitment).not.toBe(first.body.evidenceCommitment);
    const { items } = (await get(PEAK, `/v1/vault/identities/${holderRefOf("twice")}`)).body;
    expect(items.map(({ version }: { version: number }) => version)).toEqual([1, 2]);
  });

  it("gives versions that come at once a number each", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => put(PEAK, "at once")));
    expect(answers.map(({ body }) => body.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  });

  it("says until when the holder is eligible and which date ends it (R-H4, R-H5)", async () => {
    const { eligibility } = (await put(PEAK, "dated")).body;
    expect(eligibility).toEqual({
      eligibleUntil: "2026-05-02T23:59:59Z",
      boundBy: ["sanctionsClearedOn"],
      policy: { maxAgeDays: 90, source: expect.any(String), verified: false },
    });
    const screened = await put(PEAK, "dated", { sanctionsScreen: { listVersion: "2", clearedOn: "2026-11-20" } });
    expect(screened.body.eligibility).toMatchObject({ eligibleUntil: "2027-02-18T23:59:59Z" });
    const dates = { kycUntil: "2026-12-31", categoryUntil: "2026-12-31", sanctionsClearedOn: "2026-11-20" };
    const checked = await stack.request("issuer", "POST", "/v1/eligibility/check", { body: dates });
    expect(checked.body).toMatchObject({
      eligibleUntil: "2026-12-31T23:59:59Z",
      boundBy: ["kycUntil", "categoryUntil"],
    });
  });
});

describe("who sees an identity", () => {
  it("is the custodian that put it in; for every other one the holder does not exist", async () => {
    await put(PEAK, "seen");
    const path = `/v1/vault/identities/${holderRefOf("seen")}`;
    const [foreign, nobodys] = [
      await get(MERLION, path),
      await get(MERLION, `/v1/vault/identities/${holderRefOf("?")}`),
    ];
    expect(refusalOf(foreign)).toEqual([404, "not-found"]);
    expect({ ...foreign.body, instance: "" }).toEqual({ ...nobodys.body, instance: "" });
    await put(MERLION, "seen", { legalName: "Known to Merlion (made up)" });
    const { items } = (await get(MERLION, path)).body;
    expect(items.map(({ custodian }: { custodian: string }) => custodian)).toEqual([MERLION]);
    for (const party of ["registrar", "regulator", "issuer"])
      expect(refusalOf(await get(party, path))).toEqual([403, "forbidden"]);
  });

  it("is a regulator that has said why, for all custodians of the holder, as long as its access is open", async () => {
    await Promise.all([put(PEAK, "asked"), put(MERLION, "asked"), put(PEAK, "not asked")]);
    const access = await open("asked");
    expect(access.status).toBe(201);
    const path = access.headers.get("location")!;
    const { items } = (await get("regulator", path)).body;
    expect(items.map(({ custodian }: { custodian: string }) => custodian)).toEqual([MERLION, PEAK]);
    expect(items[0].identity).toEqual(identityOf("asked"));

    const rows = async () =>
      (await database.read(regulator, (db) => db.query("select * from records.identity"))).rows.length;
    const regulator = { party: "regulator", partyId: 0, seesAll: true };
    expect(await rows()).toBe(2);
    await database.tx(async (tx) => {
      // The list refuses changes, so time is set back for this test alone.
      await tx.query("alter table records.vault_access disable trigger append_only");
      await tx.query("update records.vault_access set ends_at = now() - interval '1 second'");
      await tx.query("alter table records.vault_access enable trigger append_only");
    });
    expect(refusalOf(await get("regulator", path))).toEqual([404, "not-found"]);
    expect(await rows()).toBe(0);
  });

  it("is nobody else, not even by the id of an access", async () => {
    await put(PEAK, "foreign access");
    const path = (await open("foreign access")).headers.get("location")!;
    for (const party of [PEAK, "registrar", "attester-one"])
      expect(refusalOf(await get(party, path))).toEqual([403, "forbidden"]);
    const registrar = { party: "registrar", partyId: 1, seesAll: true };
    expect((await database.read(registrar, (db) => db.query("select * from records.identity"))).rows).toEqual([]);
  });
});

describe("looks into the vault", () => {
  it("need a purpose that can be read, and a regulator", async () => {
    expect(refusalOf(await open("asked", ""))).toEqual([400, "validation", "/body/purpose"]);
    expect(refusalOf(await open("asked", "why \u202eyhw"))).toEqual([400, "validation", "/body/purpose"]);
    for (const party of [PEAK, "registrar", "issuer"]) {
      const answer = await post(stack, party, "/v1/vault/accesses", {
        holderRef: holderRefOf("asked"),
        purpose: "why",
      });
      expect(refusalOf(answer)).toEqual([403, "forbidden"]);
    }
  });

  it("are listed for registrar and regulator, newest first, and for nobody else", async () => {
    const purposes = ["first purpose", "second purpose", "third purpose"];
    for (const purpose of purposes) await open("listed", purpose);
    for (const party of ["registrar", "regulator"]) {
      const first = (await get(party, "/v1/vault/accesses?limit=2")).body;
      expect(first.items.map(({ purpose }: { purpose: string }) => purpose)).toEqual([
        "third purpose",
        "second purpose",
      ]);
      expect(first.items[0]).toMatchObject({ party: "regulator", holderRef: holderRefOf("listed") });
      const second = (await get(party, `/v1/vault/accesses?limit=1&cursor=${first.next}`)).body;
      expect(second.items).toMatchObject([{ purpose: "first purpose" }]);
    }
    expect(refusalOf(await get(PEAK, "/v1/vault/accesses"))).toEqual([403, "forbidden"]);
  });

  it.each([
    "update records.vault_access set purpose = 'none'",
    "delete from records.vault_access",
    "truncate records.vault_access",
  ])("stay: %s is refused by the database", async (statement) => {
    await open("listed");
    await expect(database.query(statement)).rejects.toThrow("records.vault_access is append-only");
  });
});

describe("the vault at rest (R-D1)", () => {
  it("holds no text of an identity in the database, and no key", async () => {
    await put(PEAK, "At Rest", { address: ["7 Quiet Street"] });
    const tables = await database.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('records', 'readmodel')",
    );
    const dumps = tables.rows.map(({ name }) => database.query(`select t::text as row from ${name} t`));
    const text = (await Promise.all(dumps)).flatMap(({ rows }) => rows.map(({ row }) => String(row))).join("\n");
    const hexOf = (word: string) => Buffer.from(word).toString("hex");
    const { lei, legalName } = identityOf("At Rest");
    const lower = text.toLowerCase();
    expect(lower).toContain(holderRefOf("At Rest").slice(2)); // so that the search would find something
    for (const word of [legalName, "At Rest", "Quiet Street", lei!]) {
      for (const form of [word, hexOf(word), createHash("sha256").update(word).digest("hex")]) {
        expect(lower).not.toContain(form.toLowerCase());
      }
    }
    const keyFile = readFileSync(join(stack.dataDir, "service", "vault-keys"), "utf8");
    expect(lower).not.toContain(Buffer.from(keyFile.split(":")[1]!, "base64").toString("hex"));
  });

  it("does not open a record that was moved under another holder", async () => {
    const victim = holderRefOf("victim");
    await put(PEAK, "moved");
    await database.query("update records.identity set holder_ref = $1 where holder_ref = $2", [
      Buffer.from(victim.slice(2), "hex"),
      Buffer.from(holderRefOf("moved").slice(2), "hex"),
    ]);
    expect(refusalOf(await get(PEAK, `/v1/vault/identities/${victim}`))).toEqual([500, "internal"]);
    await database.query("delete from records.identity where holder_ref = $1", [Buffer.from(victim.slice(2), "hex")]);
  });
});
