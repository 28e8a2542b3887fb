import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../server/domain/hex.ts";
import { checkerOf } from "../support/api.ts";
import { command, hashOf, instantIn, refusalOf } from "../support/filings.ts";
import { holderRefOf } from "../support/identities.ts";
import { MERLION, PEAK } from "../support/market.ts";
import { startStack, type RawAnswer, type Stack } from "../support/stack.ts";

const DAY_SECONDS = 86_400;
const today = new Date().toISOString().slice(0, 10);
const inDays = (days: number) => instantIn(days * DAY_SECONDS).slice(0, 10);

let stack: Stack;
let check: ReturnType<typeof checkerOf>;
beforeAll(async () => {
  stack = await startStack();
  check = checkerOf((await stack.request(null, "GET", "/openapi.json")).body);
});
afterAll(() => stack.stop());

const COLUMNS = [
  "accountRef",
  "holderRef",
  "residence",
  "category",
  "lookThrough",
  "kycUntil",
  "categoryUntil",
  "sanctionsClearedOn",
  "omnibus",
  "usPerson",
  "acceptsFreeDelivery",
  "evidenceCommitment",
] as const;
type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

const rowOf = (label: string, changes: Cells = {}): Cells => ({
  accountRef: hashOf(label),
  holderRef: holderRefOf(label),
  residence: "HK",
  category: "hong-kong-institutional",
  lookThrough: "no-mainland-owner",
  kycUntil: inDays(700),
  categoryUntil: inDays(60),
  sanctionsClearedOn: today,
  omnibus: "",
  usPerson: "false",
  acceptsFreeDelivery: "true",
  evidenceCommitment: hashOf(`evidence ${label}`),
  ...changes,
});
const fileOf = (rows: readonly Cells[], columns: readonly string[] = COLUMNS) =>
  [
    columns.join(","),
    ...rows.map((row) => columns.map((column) => row[column as keyof Cells] ?? "").join(",")),
    "",
  ].join("\r\n");

/** Sends a file as bytes. */
async function send(
  party: string,
  text: string | Uint8Array<ArrayBuffer>,
  name: string = sha256(text),
): Promise<RawAnswer> {
  const key = readFileSync(join(stack.dataDir, "service", "keys", party), "utf8").trim();
  const path = `/v1/account-files/${name}`;
  const headers = { authorization: `Bearer ${key}`, "content-type": "text/csv" };
  const response = await fetch(stack.url + path, { method: "PUT", headers, body: text });
  const body = await response.text();
  const answer = { status: response.status, headers: response.headers, text: body, body: JSON.parse(body) };
  check("PUT", path, answer);
  return answer;
}

const read = async (party: string, text: string) => {
  const path = `/v1/account-files/${sha256(text)}`;
  const answer = await stack.request(party, "GET", path);
  check("GET", path, answer);
  return answer;
};

/** A file once nothing of it is on its way any more. */
async function settled(text: string): Promise<any> {
  await expect.poll(async () => (await read(PEAK, text)).body.counts.pending, { timeout: 20_000 }).toBe(0);
  return (await read(PEAK, text)).body;
}

const accounts = async (party = PEAK) => {
  const items: any[] = [];
  for (let next: string | null = ""; next !== null;) {
    const page: any = (await stack.request(party, "GET", `/v1/accounts?limit=200${next && `&cursor=${next}`}`)).body;
    items.push(...page.items);
    ({ next } = page);
  }
  return items;
};

describe("a file of accounts is refused as a whole", () => {
  it("to everybody but custodians, and under another hash", async () => {
    const text = fileOf([rowOf("nobody")]);
    expect(refusalOf(await send("issuer", text))).toEqual([403, "forbidden"]);
    expect(refusalOf(await send(PEAK, text, hashOf("another")))).toEqual([422, "document-hash-mismatch"]);
  });

  it("while the custodian may not register, so that the same file can be sent again", async () => {
    const text = fileOf([rowOf("early"), rowOf("early two", { residence: "CN" })]);
    expect(refusalOf(await send(PEAK, text))).toEqual([422, "custodian-inactive"]);
    expect((await read(PEAK, text)).status).toBe(404);
    const licence = { licensedUntil: instantIn(365 * DAY_SECONDS), evidenceHash: hashOf("licence") };
    for (const custodian of [PEAK, MERLION])
      await command(stack, "registrar", `/v1/custodians/${custodian}/licences`, licence);
    expect((await send(PEAK, text)).body.counts).toMatchObject({ pending: 1, refused: 1 });
    await settled(text);
  });

  const without = (column: string) => COLUMNS.filter((name) => name !== column);
  const wrong: [what: string, text: string | Uint8Array<ArrayBuffer>, errors: string[]][] = [
    ["nothing in it", "", ["/header/accountRef missing"]],
    ["a header alone", fileOf([]), ["/rows out-of-range"]],
    ["more rows than it may have", fileOf(Array.from({ length: 2_001 }, () => ({}))), ["/rows out-of-range"]],
    ["a column that is not known", fileOf([rowOf("x")], [...COLUMNS, "legalName"]), ["/header/12 unknown-field"]],
    ["a column twice", fileOf([rowOf("x")], [...COLUMNS, "residence"]), ["/header/residence repeated"]],
    ["a column missing", fileOf([rowOf("x")], without("kycUntil")), ["/header/kycUntil missing"]],
    ["a quote that is never closed", `${COLUMNS.join(",")}\n"x`, [" malformed"]],
    ["bytes that are no UTF-8", Uint8Array.from([0xff, 0xfe, 0x41]), [" malformed"]],
  ];
  it.each(wrong)("with %s", async (_what, text, errors) => {
    const answer = await send(PEAK, text);
    expect([answer.status, answer.body.code]).toEqual([400, "validation"]);
    const found = answer.body.errors.map(({ pointer, code }: any) => `${pointer} ${code}`);
    expect(found).toEqual(expect.arrayContaining(errors));
  });

  it("when it is larger than any file of that many rows", async () => {
    expect(refusalOf(await send(PEAK, `${fileOf([rowOf("x")])}${" ".repeat(1_500_000)}`))).toEqual([
      413,
      "body-too-large",
    ]);
  });
});

describe("a file of accounts", () => {
  it("tells what is wrong with each row, and registers the others (R-H2, R-H3, R-H4)", async () => {
    const before = (await accounts()).length;
    const wrong: [Cells, string, string][] = [
      [{ residence: "CN" }, "residence-onshore", "/residence"],
      [{ residence: "hk" }, "residence-malformed", "/residence"],
      [{ residence: "XX" }, "residence-not-allowed", "/residence"],
      [{ residence: "HKG" }, "malformed", "/residence"],
      [{ lookThrough: "unresolved" }, "look-through-failed", "/lookThrough"],
      [{ lookThrough: "mainland-owner" }, "look-through-failed", "/lookThrough"],
      [{ category: "none" }, "category-missing", "/category"],
      [{ category: "retail" }, "not-one-of", "/category"],
      [{ usPerson: "true" }, "us-person", "/usPerson"],
      [{ omnibus: "yes" }, "not-one-of", "/omnibus"],
      [{ kycUntil: "2020-01-01" }, "eligibility-past", "/kycUntil"],
      [{ sanctionsClearedOn: "2020-01-01" }, "eligibility-past", "/sanctionsClearedOn"],
      [{ sanctionsClearedOn: "2999-01-01" }, "lies-ahead", "/sanctionsClearedOn"],
      [{ categoryUntil: "2027-02-29" }, "malformed", "/categoryUntil"],
      [{ holderRef: "=cmd()" }, "malformed", "/holderRef"],
      [{ accountRef: "=1+1" }, "malformed", "/accountRef"],
      [{ accountRef: hashOf("good 0") }, "repeated", "/accountRef"],
      [{ evidenceCommitment: `0x${"0".repeat(64)}` }, "reference-missing", ""],
      [{ evidenceCommitment: "a,b" }, "malformed", ""], // a cell too many
    ];
    const rows = wrong.flatMap(([changes], i) => [rowOf(`good ${i}`), rowOf(`bad ${i}`, changes)]);
    const text = fileOf(rows);
    const answer = await send(PEAK, text);
    expect(answer.status).toBe(201);
    const done = await settled(text);
    expect(done.counts).toEqual({
      pending: 0,
      registered: wrong.length,
      renewed: 0,
      unchanged: 0,
      refused: wrong.length,
    });
    const refused = done.rows.filter(({ state }: any) => state === "refused");
    expect(refused.map(({ row, code, pointer }: any) => [row, code, pointer])).toEqual(
      wrong.map(([, code, pointer], i) => [2 * i + 2, code, pointer]),
    );
    const first = done.rows[0];
    expect(first).toMatchObject({ row: 1, eligibleUntil: `${inDays(60)}T23:59:59.000Z`, boundBy: ["categoryUntil"] });
    const [account] = (await stack.request(PEAK, "GET", `/v1/accounts?accountRef=${hashOf("good 0")}`)).body.items;
    expect(account).toMatchObject({
      account: first.account,
      eligibleUntil: first.eligibleUntil,
      acceptsFreeDelivery: true,
    });
    expect(await accounts()).toHaveLength(before + wrong.length);
  });

  it("registers in operations of at most a hundred, and nothing twice when it is sent again (R-H9)", async () => {
    const before = (await accounts()).length;
    const text = fileOf(Array.from({ length: 250 }, (_, i) => rowOf(`many ${i}`, { kycUntil: inDays(30 + (i % 9)) })));
    const [first, ...again] = await Promise.all(Array.from({ length: 4 }, () => send(PEAK, text)));
    expect([first!, ...again].map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201]);
    const done = await settled(text);
    expect(done.counts).toMatchObject({ registered: 250, refused: 0 });
    expect(new Set(done.rows.map(({ operationId }: any) => operationId)).size).toBe(3);
    expect(await accounts()).toHaveLength(before + 250);
    const late = await send(PEAK, text);
    expect([late.status, late.body]).toEqual([200, done]);
    expect(await accounts()).toHaveLength(before + 250);
  });

  it("renews accounts whose facts changed, leaves the others, and refuses another holder", async () => {
    const [kept, renewed, moved] = ["kept", "renewed", "moved"].map((label) => rowOf(label));
    await settledAfter(fileOf([kept!, renewed!, moved!]));
    const text = fileOf([
      kept!,
      { ...renewed!, categoryUntil: inDays(50), lookThrough: "unresolved" },
      { ...moved!, holderRef: holderRefOf("somebody else") },
      rowOf("new among them"),
    ]);
    const done = await settledAfter(text);
    expect(done.rows.map(({ state, code, pointer }: any) => [state, code, pointer])).toEqual([
      ["unchanged", null, null],
      ["renewed", null, null],
      ["refused", "holder-changed", "/holderRef"],
      ["registered", null, null],
    ]);
    const [account] = (await stack.request(PEAK, "GET", `/v1/accounts?accountRef=${hashOf("renewed")}`)).body.items;
    expect(account).toMatchObject({ lookThrough: "unresolved", eligibleUntil: `${inDays(50)}T23:59:59.000Z` });
  });

  it("is the sender's alone; another custodian registers its own accounts by the very same file", async () => {
    const text = fileOf([rowOf("same file")]);
    const [peak] = (await settledAfter(text)).rows;
    expect(refusalOf(await read(MERLION, text))).toEqual([404, "not-found"]);
    expect(refusalOf(await read("registrar", text))).toEqual([403, "forbidden"]);
    expect((await send(MERLION, text)).status).toBe(201);
    await expect.poll(async () => (await read(MERLION, text)).body.counts.registered, { timeout: 20_000 }).toBe(1);
    expect((await read(MERLION, text)).body.rows[0].account).not.toBe(peak.account);
  });

  it("answers its rows as CSV too", async () => {
    const text = fileOf([rowOf("as csv"), rowOf("as csv, wrong", { residence: "CN" })]);
    const { rows } = await settledAfter(text);
    const answer = await stack.request(PEAK, "GET", `/v1/account-files/${sha256(text)}/rows.csv`);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toBe("attachment");
    const [header, first, second, end] = answer.text.split("\r\n");
    expect(header).toBe("row,accountRef,state,account,eligibleUntil,boundBy,operationId,code,pointer,message");
    const { account, operationId } = rows[0];
    const until = `${inDays(60)}T23:59:59.000Z`;
    expect(first).toBe(`1,${hashOf("as csv")},registered,${account},${until},categoryUntil,${operationId},,,`);
    expect(second).toMatch(/^2,0x[0-9a-f]{64},refused,,.*,residence-onshore,\/residence,/);
    expect(end).toBe("");
  });
});

async function settledAfter(text: string) {
  const answer = await send(PEAK, text);
  expect(answer.status).toBe(201);
  return settled(text);
}
