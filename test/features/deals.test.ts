import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isinCheckDigit } from "../../server/domain/isin.ts";
import {
  dealDocument,
  fileDeal,
  keepDocument,
  pricing,
  pricingWith,
  recordDeal,
  type FiledDeal,
} from "../support/deals.ts";
import { command, hashOf, post, recordFiling, refusalOf, submission, submitFiling } from "../support/filings.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { Stack } from "../support/stack.ts";

const otherIsin = `ZZNALT04B01${isinCheckDigit("ZZNALT04B01")}`;
const UNKNOWN = `0x${"12".repeat(32)}`;

let stack: Stack;

beforeAll(async () => {
  stack = await startCheckedStack();
});
afterAll(() => stack.stop());

const get = async (path: string, party = "peak-custody") => stack.request(party, "GET", path);
const readDeal = async (dealId: string, asOfBlock?: number) =>
  (await get(`/v1/deals/${dealId}${asOfBlock === undefined ? "" : `?asOfBlock=${asOfBlock}`}`)).body;

/** Of each class whether it is open, and its note. */
const stateOfClasses = (deal: { classes: { opened: boolean; note: string | null }[] }) =>
  deal.classes.map(({ opened, note }) => [opened, note]);
const manyOf = (count: number, opened: boolean, note: unknown) => Array.from({ length: count }, () => [opened, note]);

describe("POST /v1/deal-documents", () => {
  const path = "/v1/deal-documents";
  const changed = (change: (document: any) => void) => {
    const document = dealDocument();
    change(document);
    return document;
  };

  const wrong: [what: string, document: unknown, pointer: string][] = [
    ["an unknown field", changed((d) => (d.tranches = [])), "/body/tranches"],
    ["a missing field", changed((d) => delete d.currency), "/body/currency"],
    ["a balance as a number", changed((d) => (d.classes[0].originalBalance = 1)), "/body/classes/0/originalBalance"],
    ["a negative face", changed((d) => (d.classes[0].unitFace = "-1000")), "/body/classes/0/unitFace"],
    ["an ISIN with a wrong check digit", changed((d) => (d.classes[0].isin = "ZZNALT04A018")), "/body/classes/0/isin"],
    ["a day of no calendar", changed((d) => (d.dates.cutoff = "2004-02-30")), "/body/dates/cutoff"],
    [
      "a first payment before closing",
      changed((d) => (d.dates.firstPayment = "2004-10-28")),
      "/body/dates/firstPayment",
    ],
    [
      "a face that does not divide the balance",
      changed((d) => (d.classes[0].unitFace = "999")),
      "/body/classes/0/unitFace",
    ],
    ["a party that the ledger does not know", changed((d) => (d.parties.trustee = "nobody")), "/body/parties/trustee"],
  ];
  it.each(wrong)("refuses %s", async (_, document, pointer) => {
    expect(refusalOf(await post(stack, "issuer", path, document))).toEqual([400, "validation", pointer]);
  });

  it("refuses a member that is named twice", async () => {
    const twice = JSON.stringify(dealDocument()).replace('"currency":"USD"', '"currency":"USD","currency":"HKD"');
    expect(refusalOf(await post(stack, "issuer", path, twice))).toEqual([400, "malformed-json"]);
  });

  it("refuses a body of more than a megabyte", async () => {
    const large = { ...dealDocument(), remarks: ["x".repeat(1_000_001)] };
    expect(refusalOf(await post(stack, "issuer", path, large))).toEqual([413, "body-too-large"]);
  });

  it("refuses parties that write no deals", async () => {
    expect(refusalOf(await post(stack, "trustee", path, dealDocument()))).toEqual([403, "forbidden"]);
  });

  it("answers the hash of the canonical text, whatever the order of members", async () => {
    const canonical = readFileSync(new URL("../../deals/nalt-2004-a.bundle/deal.json", import.meta.url));
    const reversed = Object.fromEntries(Object.entries(dealDocument()).reverse());
    const answer = await post(stack, "issuer", path, JSON.stringify(reversed, null, 2));
    expect(answer.status).toBe(201);
    expect(answer.body.dealDocumentHash).toBe(`0x${createHash("sha256").update(canonical).digest("hex")}`);
    expect(answer.headers.get("location")).toBe(`${path}/${answer.body.dealDocumentHash}`);
    expect(answer.body.capsMinor).toEqual([
      "26500000000",
      "26000000000",
      "35700000000",
      "48800000000",
      "10000000000",
      "0",
    ]);
  });
});

describe("GET /v1/deal-documents/{dealDocumentHash}", () => {
  it("is shown to parties it names and to attesters, and to others once a deal is made of it", async () => {
    const document = { ...dealDocument(), name: "A document of its own" };
    const { dealDocumentHash, termsHash, capsMinor } = await keepDocument(stack, document);
    const path = `/v1/deal-documents/${dealDocumentHash}`;
    for (const party of ["peak-custody", "merlion-custody"]) {
      expect(refusalOf(await get(path, party))).toEqual([404, "unknown-deal-document"]);
    }
    for (const party of ["issuer", "filing-entity", "trustee", "paying-agent", "servicer"]) {
      expect((await get(path, party)).body).toEqual({ dealDocumentHash, termsHash, capsMinor, document });
    }
    for (const party of ["attester-one", "registrar", "regulator"]) expect((await get(path, party)).status).toBe(200);

    const filingId = await submitFiling(stack, "OWN DOCUMENT", { termsHash, capsMinor });
    await command(stack, "issuer", "/v1/deals", { filingId, dealDocumentHash });
    expect((await get(path, "peak-custody")).body.document).toEqual(document);
  });

  it("refuses an unknown hash and a malformed one", async () => {
    expect(refusalOf(await get(`/v1/deal-documents/${UNKNOWN}`, "registrar"))).toEqual([404, "unknown-deal-document"]);
    expect(refusalOf(await get("/v1/deal-documents/x"))).toEqual([400, "validation", "/path/dealDocumentHash"]);
  });
});

describe("POST /v1/deals", () => {
  let filingId: string;
  let dealDocumentHash: string;
  beforeAll(async () => {
    const kept = await keepDocument(stack, dealDocument());
    dealDocumentHash = kept.dealDocumentHash;
    filingId = await submitFiling(stack, "DEALS", { termsHash: kept.termsHash, capsMinor: kept.capsMinor });
  });

  it("refuses every party but issuers", async () => {
    for (const party of ["filing-entity", "trustee", "registrar"]) {
      const answer = await post(stack, party, "/v1/deals", { filingId, dealDocumentHash });
      expect(refusalOf(answer)).toEqual([403, "forbidden"]);
    }
  });

  it("refuses unknown ids", async () => {
    const document = await post(stack, "issuer", "/v1/deals", { filingId, dealDocumentHash: UNKNOWN });
    expect(refusalOf(document)).toEqual([404, "unknown-deal-document"]);
    const filing = await post(stack, "issuer", "/v1/deals", { filingId: UNKNOWN, dealDocumentHash });
    expect(refusalOf(filing)).toEqual([404, "unknown-filing"]);
  });

  const changes: [what: string, change: (document: any) => void][] = [
    ["a word of a remark", (d) => (d.remarks[0] += ".")],
    ["a label", (d) => (d.classes[0].label = d.steps[0].classes[0] = d.steps[1].classes[0] = "A-0")],
    ["an ISIN", (d) => (d.classes[0].isin = otherIsin)],
    ["a face", (d) => (d.classes[0].unitFace = "500.00")],
    ["a balance", (d) => (d.classes[0].originalBalance = "264999000.00")],
    ["a bound of a spread", (d) => (d.classes[3].interest.spreadPercent.highest = "0.11")],
    ["a rate", (d) => (d.classes[1].interest.ratePercent = "2.56")],
    ["a day count", (d) => (d.classes[1].interest.dayCount = "ACT/360")],
    ["an accrual", (d) => (d.classes[1].interest.accrual = "adjusted")],
    ["a rounding", (d) => (d.classes[1].interest.rounding = "FLOOR")],
    ["a rule of transfer", (d) => (d.classes[0].rules.maxHolders = 99)],
    ["a category", (d) => d.classes[0].admittedCategories.pop()],
    ["the order of the waterfall", (d) => d.steps.reverse()],
    ["the currency", (d) => (d.currency = "HKD")],
    ["the time zone", (d) => (d.utcOffset = "+08:00")],
    ["a date", (d) => (d.dates.legalFinalMaturity = "2010-01-14")],
    ["a holiday", (d) => d.paymentDates.calendars[0].holidays.shift()],
    ["the trustee", (d) => (d.parties.trustee = "servicer")],
  ];
  it.each(changes)("refuses terms in which %s is not what was filed", async (_, change) => {
    const document = dealDocument();
    change(document);
    const kept = await keepDocument(stack, document);
    const answer = await post(stack, "issuer", "/v1/deals", { filingId, dealDocumentHash: kept.dealDocumentHash });
    expect(refusalOf(answer)).toEqual([422, "terms-not-filed"]);
    expect(answer.body.values.given).toBe(kept.termsHash);
  });

  it("creates the deal as it was filed, with no class open", async () => {
    const { facts, blockNumber } = await command(stack, "issuer", "/v1/deals", { filingId, dealDocumentHash });
    const deal = await readDeal(facts!["dealId"]);
    expect(deal).toMatchObject({
      filingId,
      filingVersion: 1,
      filingState: "submitted",
      state: "created",
      closingDate: null,
      pricedAt: null,
      currency: "USD",
      utcOffsetMinutes: -300,
      dealDocumentHash,
      parties: { filingEntity: "filing-entity", issuer: "issuer", trustee: "trustee", payingAgent: "paying-agent" },
      dates: { cutoff: "2004-08-31", closingEarliest: "2004-10-25", closingLatest: "2004-10-29" },
    });
    expect(deal.classes.map(({ label }: { label: string }) => label)).toEqual([
      "A-1",
      "A-2",
      "A-3",
      "A-4a",
      "A-4b",
      "Certificates",
    ]);
    expect(deal.openedClasses).toBe(0);
    expect(stateOfClasses(deal)).toEqual(manyOf(6, false, null));
    expect(deal.classes[3]).toMatchObject({
      unitFaceMinor: "100000",
      originalBalanceMinor: null,
      originalBalanceBoundsMinor: { lowest: "48800000000", highest: "48800000000" },
      capMinor: "48800000000",
      issuedMinor: "0",
      interest: { kind: "floating", rate: null, rateBounds: { lowest: "0.05", highest: "0.1" }, dayCount: "ACT/360" },
      admittedCategories: ["hong-kong-institutional", "singapore-institutional", "other-institutional"],
      rules: {
        lockUpSeconds: 0,
        complianceSeconds: 0,
        minimumUnits: 1,
        maxHolders: 0,
        residences: [{ residence: "US", categories: [] }],
      },
    });
    expect(deal.classes[5].rules).toBeNull();
    expect(deal.steps.map(({ kind }: { kind: string }) => kind)).toEqual([
      "class-interest",
      "principal-sequential",
      "residual",
    ]);
    expect((await get(`/v1/filings/${filingId}`)).body.dealId).toBe(deal.dealId);
    expect((await get(`/v1/filings/${filingId}?asOfBlock=${blockNumber! - 1}`)).body.dealId).toBeNull();

    const again = await post(stack, "issuer", "/v1/deals", { filingId, dealDocumentHash });
    expect(refusalOf(again)).toEqual([409, "deal-exists"]);
  });
});

describe("POST /v1/deals/{dealId}/class-openings", () => {
  let dealId: string;
  let path: string;
  beforeAll(async () => {
    const { dealDocumentHash, termsHash, capsMinor } = await keepDocument(stack, dealDocument());
    const filingId = await submitFiling(stack, "OPENED", { termsHash, capsMinor });
    const created = await command(stack, "issuer", "/v1/deals", { filingId, dealDocumentHash });
    dealId = created.facts!["dealId"];
    path = `/v1/deals/${dealId}/class-openings`;
  });

  it("refuses every party but issuers, and an unknown deal", async () => {
    for (const party of ["filing-entity", "trustee", "paying-agent", "registrar"]) {
      expect(refusalOf(await post(stack, party, path, { count: 1 }))).toEqual([403, "forbidden"]);
    }
    const unknown = await post(stack, "issuer", `/v1/deals/${UNKNOWN}/class-openings`, { count: 1 });
    expect(refusalOf(unknown)).toEqual([404, "unknown-deal"]);
  });

  it.each([0, -1, 1.5, 17, "3", null])("refuses a count of %j", async (count) => {
    const answer = await post(stack, "issuer", path, { count });
    expect(refusalOf(answer)).toEqual([400, "validation", "/body/count"]);
  });

  it("refuses more classes than there are, and more notes than fit into one transaction", async () => {
    const tooMany = await post(stack, "issuer", path, { count: 7 });
    expect(refusalOf(tooMany)).toEqual([422, "opening-count"]);
    expect(tooMany.body.values).toMatchObject({ count: "7", left: "6" });
    const tooLarge = await post(stack, "issuer", path, { count: 4 });
    expect(refusalOf(tooLarge)).toEqual([422, "opening-too-large"]);
    expect(tooLarge.body.values).toMatchObject({ classIndex: "3", limit: "3" });
  });

  it("opens the next classes, with a note for each that is tokenised, and forgets no earlier state", async () => {
    const first = await command(stack, "issuer", path, { count: 3 });
    const half = await readDeal(dealId);
    expect(half.openedClasses).toBe(3);
    const note = expect.stringMatching(/^0x[0-9a-fA-F]{40}$/);
    expect(stateOfClasses(half)).toEqual([...manyOf(3, true, note), ...manyOf(3, false, null)]);
    const early = await post(stack, "paying-agent", `/v1/deals/${dealId}/record-dates`, { recordDate: "2026-05-01" });
    expect(refusalOf(early)).toEqual([409, "classes-not-opened"]);
    expect(refusalOf(await get(`/v1/classes/${dealId}.3/register`, "registrar"))).toEqual([404, "unknown-class"]);

    await command(stack, "issuer", path, { count: 3 });
    const whole = await readDeal(dealId);
    expect(whole.openedClasses).toBe(6);
    expect(stateOfClasses(whole)).toEqual([...manyOf(5, true, note), [true, null]]);
    expect(new Set(whole.classes.map((noteClass: { note: string }) => noteClass.note)).size).toBe(6);
    expect(await readDeal(dealId, first.blockNumber!)).toMatchObject({ openedClasses: 3, classes: half.classes });
    const again = await post(stack, "issuer", path, { count: 1 });
    expect(refusalOf(again)).toEqual([422, "opening-count"]);
  });
});

describe("POST /v1/deals/{dealId}/pricing", () => {
  let deal: FiledDeal;
  let path: string;
  beforeAll(async () => {
    deal = await fileDeal(stack, "PRICED");
    path = `/v1/deals/${deal.dealId}/pricing`;
  });

  it("is refused before the filing is recorded", async () => {
    const answer = await post(stack, "issuer", path, pricing());
    expect(refusalOf(answer)).toEqual([422, "filing-not-recorded"]);
    await recordFiling(stack, deal.filingId, { termsHash: deal.termsHash });
  });

  it("is refused to every party but issuer and trustee, and for an unknown deal", async () => {
    for (const party of ["filing-entity", "registrar", "attester-one"]) {
      expect(refusalOf(await post(stack, party, path, pricing()))).toEqual([403, "forbidden"]);
    }
    const unknown = await post(stack, "issuer", `/v1/deals/${UNKNOWN}/pricing`, pricing());
    expect(refusalOf(unknown)).toEqual([404, "unknown-deal"]);
  });

  const wrong: [what: string, body: unknown, pointer: string][] = [
    ["a balance as a number", pricingWith(0, { originalBalance: 1 as never }), "/body/classes/0/originalBalance"],
    ["a negative balance", pricingWith(0, { originalBalance: "-1" }), "/body/classes/0/originalBalance"],
    ["a tenth of a cent", pricingWith(0, { originalBalance: "1.001" }), "/body/classes/0/originalBalance"],
    [
      "a balance beyond 128 bits",
      pricingWith(0, { originalBalance: "9".repeat(38) }),
      "/body/classes/0/originalBalance",
    ],
    ["a rate above 100 percent", pricingWith(0, { rate: "101" }), "/body/classes/0/rate"],
    ["a rate finer than the ledger's", pricingWith(0, { rate: "1.123456789" }), "/body/classes/0/rate"],
    ["a day of no calendar", pricing({ closingDate: "2004-02-30" }), "/body/closingDate"],
    ["a day before 1970", pricing({ closingDate: "1969-12-31" }), "/body/closingDate"],
    ["an unknown field", pricing({ spread: "0.1" }), "/body/spread"],
  ];
  it.each(wrong)("refuses %s", async (_, body, pointer) => {
    expect(refusalOf(await post(stack, "issuer", path, body))).toEqual([400, "validation", pointer]);
  });

  const outside: [what: string, body: unknown, field: string][] = [
    ["a spread above its bound", pricingWith(3, { rate: "0.11" }), "rateE10"],
    ["a spread below its bound", pricingWith(3, { rate: "0.04" }), "rateE10"],
    ["another rate than was filed exactly", pricingWith(0, { rate: "2.10564" }), "rateE10"],
    ["another balance", pricingWith(0, { originalBalance: "264999000.00" }), "originalBalanceMinor"],
    ["a closing before its window", pricing({ closingDate: "2004-10-24" }), "closingDate"],
    ["a closing after its window", pricing({ closingDate: "2004-10-30" }), "closingDate"],
  ];
  it.each(outside)("passes on the refusal of %s", async (_, body, field) => {
    const answer = await post(stack, "issuer", path, body);
    expect(refusalOf(answer)).toEqual([422, "price-outside-bounds"]);
    expect(answer.body.values.field).toBe(field);
  });

  it("passes on the refusal of prices that do not name each class once", async () => {
    const answer = await post(stack, "issuer", path, pricing({ classes: pricing().classes.slice(1) }));
    expect(refusalOf(answer)).toEqual([422, "pricing-length"]);
  });

  it("prices once issuer and trustee gave the same price, and then never again", async () => {
    const byIssuer = await command(stack, "issuer", path, pricing());
    expect(refusalOf(await post(stack, "issuer", path, pricing()))).toEqual([422, "approval-same-party"]);
    await command(stack, "trustee", path, pricingWith(3, { rate: "0.08" }));
    expect(await readDeal(deal.dealId)).toMatchObject({ state: "created", closingDate: null });

    const { blockNumber } = await command(stack, "trustee", path, pricing());
    const priced = await readDeal(deal.dealId);
    expect(priced).toMatchObject({ state: "priced", closingDate: "2004-10-28", filingState: "recorded" });
    expect(priced.classes[3]).toMatchObject({ originalBalanceMinor: "48800000000", interest: { rate: "0.07" } });
    expect(await readDeal(deal.dealId, blockNumber! - 1)).toMatchObject({ state: "created", pricedAt: null });
    expect(byIssuer.blockNumber).toBeLessThan(blockNumber!);
    expect(refusalOf(await post(stack, "issuer", path, pricing()))).toEqual([409, "already-priced"]);
  });

  it("is refused to a deal whose filing has a newer version", async () => {
    const old = await fileDeal(stack, "SUPERSEDED");
    const next = submission({ termsHash: old.termsHash, capsMinor: old.capsMinor, bundleHash: hashOf("newer") });
    await command(stack, "filing-entity", `/v1/filings/${old.filingId}/versions`, next);
    const answer = await post(stack, "issuer", `/v1/deals/${old.dealId}/pricing`, pricing());
    expect(refusalOf(answer)).toEqual([409, "deal-superseded"]);
    expect(await readDeal(old.dealId)).toMatchObject({ state: "superseded", filingVersion: 1 });
    expect(await readDeal(old.dealId, old.createdAtBlock)).toMatchObject({ state: "created" });
    expect((await get(`/v1/filings/${old.filingId}`)).body.dealId).toBeNull();
  });
});

describe("record dates of a deal", () => {
  let deal: FiledDeal;
  let path: string;
  beforeAll(async () => {
    deal = await recordDeal(stack, "RECORD DATES");
    path = `/v1/deals/${deal.dealId}/record-dates`;
  });

  it("are refused to every party but the paying agent", async () => {
    for (const party of ["issuer", "registrar", "peak-custody"]) {
      expect(refusalOf(await post(stack, party, path, { recordDate: "2004-11-12" }))).toEqual([403, "forbidden"]);
    }
  });

  it("are refused when they are no day, after maturity, or of an unknown deal", async () => {
    for (const recordDate of ["2004-02-30", "20041112", "1969-12-31", 20041112]) {
      const answer = await post(stack, "paying-agent", path, { recordDate });
      expect(refusalOf(answer)).toEqual([400, "validation", "/body/recordDate"]);
    }
    const late = await post(stack, "paying-agent", path, { recordDate: "2010-01-16" });
    expect(refusalOf(late)).toEqual([422, "bad-date"]);
    const unknown = await post(stack, "paying-agent", `/v1/deals/${UNKNOWN}/record-dates`, {
      recordDate: "2004-11-12",
    });
    expect(refusalOf(unknown)).toEqual([404, "unknown-deal"]);
    expect(refusalOf(await get(`/v1/deals/${UNKNOWN}/record-dates`))).toEqual([404, "unknown-deal"]);
  });

  it("are declared in order of their days, and listed as of a block", async () => {
    const first = await command(stack, "paying-agent", path, { recordDate: "2004-11-12" });
    await command(stack, "paying-agent", path, { recordDate: "2004-12-14" });
    const earlier = await post(stack, "paying-agent", path, { recordDate: "2004-12-14" });
    expect(refusalOf(earlier)).toEqual([422, "record-date-order"]);
    const { items } = (await get(path)).body;
    expect(items).toMatchObject([
      { recordDate: "2004-11-12", recordDateId: 1, blockNumber: first.blockNumber },
      { recordDate: "2004-12-14", recordDateId: 2 },
    ]);
    expect((await get(`${path}?asOfBlock=${first.blockNumber}`)).body.items).toHaveLength(1);
  });
});

describe("GET /v1/deals", () => {
  it("refuses an unknown deal, a malformed id, and a deal before its block", async () => {
    const deal = await fileDeal(stack, "READ");
    expect(refusalOf(await get(`/v1/deals/${UNKNOWN}`))).toEqual([404, "unknown-deal"]);
    expect(refusalOf(await get("/v1/deals/0x"))).toEqual([400, "validation", "/path/dealId"]);
    const before = await get(`/v1/deals/${deal.dealId}?asOfBlock=${deal.createdAtBlock - 1}`);
    expect(refusalOf(before)).toEqual([404, "unknown-deal"]);
  });

  it("goes through all deals newest first, page by page", async () => {
    const whole = (await get("/v1/deals?limit=200")).body.items.map(({ dealId }: { dealId: string }) => dealId);
    const first = (await get("/v1/deals?limit=2")).body;
    const second = (await get(`/v1/deals?limit=2&cursor=${first.next}`)).body;
    const ids = [...first.items, ...second.items].map(({ dealId }: { dealId: string }) => dealId);
    expect(ids).toEqual(whole.slice(0, 4));
  });
});

describe("GET /v1/classes", () => {
  it("refuses an unknown class and malformed ids", async () => {
    const deal = await fileDeal(stack, "CLASSES");
    expect(refusalOf(await get(`/v1/classes/${deal.dealId}.6`))).toEqual([404, "unknown-class"]);
    expect(refusalOf(await get(`/v1/classes/${UNKNOWN}.0`))).toEqual([404, "unknown-class"]);
    for (const id of [deal.dealId, `${deal.dealId}.01`, `${deal.dealId}.-1`, `${deal.dealId}.100`]) {
      expect(refusalOf(await get(`/v1/classes/${id}`))).toEqual([400, "validation", "/path/classId"]);
    }
  });

  it("finds classes by ISIN and by deal, page by page", async () => {
    const deal = await fileDeal(stack, "BY ISIN");
    const { items } = (await get("/v1/classes?isin=ZZNALT04A025&limit=1")).body;
    expect(items).toMatchObject([{ dealId: deal.dealId, classIndex: 1, label: "A-2" }]);
    expect((await get(`/v1/classes?isin=${otherIsin}`)).body.items).toEqual([]);
    const first = (await get(`/v1/classes?dealId=${deal.dealId}&limit=4`)).body;
    const second = (await get(`/v1/classes?dealId=${deal.dealId}&limit=4&cursor=${first.next}`)).body;
    const labels = [...first.items, ...second.items].map(({ label }: { label: string }) => label);
    expect(labels).toEqual(["A-1", "A-2", "A-3", "A-4a", "A-4b", "Certificates"]);
    expect(second.next).toBeNull();
  });

  it("shows one class as it is in its deal", async () => {
    const deal = await fileDeal(stack, "ONE CLASS");
    const { body } = await get(`/v1/classes/${deal.dealId}.5`);
    const { asOf, ...shown } = body;
    expect(shown).toEqual((await readDeal(deal.dealId)).classes[5]);
    expect(shown).toMatchObject({ tokenised: false, note: null, isin: null, unitFaceMinor: null });
    expect(asOf.blockNumber).toBeGreaterThan(0);
  });
});
