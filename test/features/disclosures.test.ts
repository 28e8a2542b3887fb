import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Disclosures, DutyPolicies } from "../../server/features/disclosures/disclosures.schema.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, draftFiling, hashOf, instantIn, post, refusalOf } from "../support/filings.ts";
import { PEAK, issue, openMarket, priceDeal, recordDeal, type Market } from "../support/market.ts";

const FILER = "filing-entity";
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const UNKNOWN = `0x${"12".repeat(32)}`;
const NO_HASH = `0x${"0".repeat(64)}`;

let market: Market;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
  await recordDeal(market);
  await priceDeal(market);
});
afterAll(() => market.stack.stop());

const on = (name: string, filingId = market.filingId) => `/v1/filings/${filingId}/${name}`;
const tell = (party: string, path: string, body: unknown) => post(market.stack, party, path, body);
const carryOut = (party: string, path: string, body: unknown) => command(market.stack, party, path, body);
const get = (path: string) => market.stack.request(PEAK, "GET", path);
const read = async (query = "") => Disclosures.parse((await get(`${on("disclosures")}${query}`)).body);
const policies = async (query = "") => DutyPolicies.parse((await get(`/v1/duty-policies${query}`)).body);

const completion = (overrides: Record<string, unknown> = {}) => ({
  reportHash: hashOf("completion report"),
  receiptHash: hashOf("receipt of it"),
  ...overrides,
});
const event = (overrides: Record<string, unknown> = {}) => ({
  kind: "material-risk",
  subCode: "SERVICER-REPLACED",
  occurredAt: instantIn(-2 * HOUR_SECONDS),
  knownAt: instantIn(-HOUR_SECONDS),
  reportHash: hashOf("report of the event"),
  ...overrides,
});
const policy = (overrides: Record<string, unknown> = {}) => ({
  kind: "other-material",
  periodDays: 5,
  isVerified: false,
  source: "Unverified. Made up for a test.",
  operationRef: hashOf("policy"),
  ...overrides,
});

describe("the policy table", () => {
  it("shows every period with its source, and none as verified (R-E3)", async () => {
    const { items } = await policies();
    expect(items.map(({ kind }) => kind)).toEqual(["issuance-completion", "material-risk", "other-material"]);
    for (const { verified, source, periodDays } of items) {
      expect(verified).toBe(false);
      expect(source).toMatch(/^Unverified\. /);
      expect(periodDays).toBeGreaterThan(0);
    }
  });

  it("is changed by nobody who neither decides nor approves (R-E3)", async () => {
    for (const party of [FILER, "issuer", PEAK, "assessor", "paying-agent"]) {
      expect(refusalOf(await tell(party, "/v1/duty-policies", policy()))).toEqual([403, "forbidden"]);
    }
    expect(refusalOf(await tell("trustee", "/v1/duty-policies", policy()))).toEqual([403, "role-missing"]);
  });

  const wrong: [what: string, body: unknown, pointer: string][] = [
    ["no days", policy({ periodDays: 0 }), "/body/periodDays"],
    ["more days than sixteen bits hold", policy({ periodDays: 65_536 }), "/body/periodDays"],
    ["a kind that nobody knows", policy({ kind: "annual-report" }), "/body/kind"],
    ["no source", policy({ source: "" }), "/body/source"],
    ["a source with a control character", policy({ source: "a\u0000b" }), "/body/source"],
  ];
  it.each(wrong)("refuses %s (R-E3)", async (_, body, pointer) => {
    expect(refusalOf(await tell("registrar", "/v1/duty-policies", body))).toEqual([400, "validation", pointer]);
  });

  it("changes when three parties sent equal content, and keeps what was before (R-E3)", async () => {
    await carryOut("registrar", "/v1/duty-policies", policy());
    await carryOut("attester-one", "/v1/duty-policies", policy());
    const differing = await tell("trustee", "/v1/duty-policies", policy({ periodDays: 6 }));
    expect(refusalOf(differing)).toEqual([403, "role-missing"]);
    expect((await policies()).items[2]).toMatchObject({ periodDays: 3 });
    const { blockNumber } = await carryOut("trustee", "/v1/duty-policies", policy());
    const { items, history } = await policies();
    expect(items[2]).toMatchObject({ periodDays: 5, verified: false, source: policy().source, blockNumber });
    expect(history).toHaveLength(4);
    expect((await policies(`?asOfBlock=${blockNumber! - 1}`)).items[2]).toMatchObject({ periodDays: 3 });
  });
});

describe("material events", () => {
  it("are reported and corrected by nobody but the filing entity of the filing (R-E2)", async () => {
    for (const party of ["issuer", "registrar", "regulator", "trustee", "assessor"]) {
      expect(refusalOf(await tell(party, on("material-events"), event()))).toEqual([403, "forbidden"]);
      const correction = await tell(party, on("material-events/1/corrections"), { reportHash: hashOf("c") });
      expect(refusalOf(correction)).toEqual([403, "forbidden"]);
    }
  });

  const wrong: [what: string, body: unknown, refusal: unknown[]][] = [
    ["the kind with a report of its own", event({ kind: "issuance-completion" }), [400, "validation", "/body/kind"]],
    ["no code", event({ subCode: "" }), [400, "validation", "/body/subCode"]],
    ["a code of 33 characters", event({ subCode: "X".repeat(33) }), [400, "validation", "/body/subCode"]],
    ["a code outside ASCII", event({ subCode: "违约" }), [400, "validation", "/body/subCode"]],
    ["knowledge before the event", event({ knownAt: instantIn(-3 * HOUR_SECONDS) }), [422, "bad-event"]],
    ["knowledge of the future", event({ knownAt: instantIn(HOUR_SECONDS) }), [422, "bad-event"]],
    ["an empty hash", event({ reportHash: NO_HASH }), [422, "hash-missing"]],
  ];
  it.each(wrong)("refuse %s (R-E2)", async (_, body, refusal) => {
    expect(refusalOf(await tell(FILER, on("material-events"), body))).toEqual(refusal);
  });

  it("are refused of a filing that is not recorded, and of one that nobody knows (R-E2)", async () => {
    const draft = await draftFiling(market.stack, "DRAFT OF EVENTS");
    expect(refusalOf(await tell(FILER, on("material-events", draft), event()))).toEqual([409, "filing-state"]);
    expect(refusalOf(await tell(FILER, on("material-events", UNKNOWN), event()))[0]).toBe(404);
    expect(refusalOf(await get(on("disclosures", UNKNOWN)))).toEqual([404, "unknown-filing"]);
  });

  it("stand for good, late ones with their delay, corrected ones with every report (R-E2)", async () => {
    await carryOut(FILER, on("material-events"), event());
    const knownAt = instantIn(-10 * DAY_SECONDS);
    const late = event({ kind: "other-material", knownAt, occurredAt: knownAt, reportHash: hashOf("late report") });
    const { blockNumber } = await carryOut(FILER, on("material-events"), late);
    const { events } = await read();
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ number: 1, subCode: "SERVICER-REPLACED", late: false, delaySeconds: 0 });
    const [, second] = events;
    expect(second).toMatchObject({ number: 2, by: FILER, late: true, reportHash: hashOf("late report"), blockNumber });
    expect(second!.delaySeconds).toBe((Date.parse(second!.at) - Date.parse(second!.dueAt)) / 1_000);
    // The row in force gives five days.
    expect(Date.parse(second!.dueAt) - Date.parse(knownAt)).toBe(5 * DAY_SECONDS * 1_000);

    const none = await tell(FILER, on("material-events/3/corrections"), { reportHash: hashOf("c") });
    expect(refusalOf(none)).toEqual([404, "unknown-event"]);
    const empty = await tell(FILER, on("material-events/2/corrections"), { reportHash: NO_HASH });
    expect(refusalOf(empty)).toEqual([422, "hash-missing"]);
    await carryOut(FILER, on("material-events/2/corrections"), { reportHash: hashOf("corrected") });
    const corrected = (await read()).events[1]!;
    expect(corrected).toMatchObject({ reportHash: hashOf("late report"), late: true });
    expect(corrected.corrections).toMatchObject([{ by: FILER, reportHash: hashOf("corrected") }]);
    expect((await read(`?asOfBlock=${blockNumber! - 1}`)).events).toHaveLength(1);
  });
});

describe("cancelling units", () => {
  const cancellations = (id = `${market.dealId}.0`) => `/v1/classes/${id}/cancellations`;

  it("is refused for no account, more than the limit, and a class that is not repaid", async () => {
    const none = await tell(PEAK, cancellations(), { accounts: [] });
    expect(refusalOf(none)).toEqual([400, "validation", "/body/accounts"]);
    const many = await tell(PEAK, cancellations(), { accounts: Array(201).fill(market.at.kestrel) });
    expect(refusalOf(many)).toEqual([400, "validation", "/body/accounts"]);
    const early = await tell(PEAK, cancellations(), { accounts: [market.at.kestrel] });
    expect(refusalOf(early)).toEqual([409, "not-redeemed"]);
    const unknown = await tell(PEAK, cancellations(`${UNKNOWN}.0`), { accounts: [market.at.kestrel] });
    expect(refusalOf(unknown)).toEqual([404, "unknown-deal"]);
  });
});

describe("completion of issuance", () => {
  it("cannot be reported before anything was issued (R-E1)", async () => {
    expect((await read()).completion).toBeNull();
    expect(refusalOf(await tell(FILER, on("completion-reports"), completion()))).toEqual([409, "nothing-issued"]);
  });

  it("falls due with the first issuance, by the policy in force (R-E1)", async () => {
    const blockNumber = await issue(market, 0, { kestrel: 1_000 });
    const { completion: duty } = await read();
    const { periodDays } = (await policies()).items[0]!;
    expect(duty).toMatchObject({ overdue: false, report: null });
    expect(Date.parse(duty!.dueAt) - Date.parse(duty!.openedAt)).toBe(periodDays * DAY_SECONDS * 1_000);
    expect((await read(`?asOfBlock=${blockNumber - 1}`)).completion).toBeNull();
  });

  it("is reported by nobody but the filing entity, and not without its hashes (R-E1)", async () => {
    for (const party of ["issuer", "registrar", "regulator", "trustee", PEAK]) {
      expect(refusalOf(await tell(party, on("completion-reports"), completion()))).toEqual([403, "forbidden"]);
    }
    const answer = await tell(FILER, on("completion-reports"), completion({ receiptHash: NO_HASH }));
    expect(refusalOf(answer)).toEqual([422, "hash-missing"]);
  });

  it("ends issuance for good once it is reported (R-E1)", async () => {
    const { blockNumber } = await carryOut(FILER, on("completion-reports"), completion());
    const { completion: duty } = await read();
    expect(duty).toMatchObject({
      overdue: false,
      report: { by: FILER, ...completion(), late: false, delaySeconds: 0, blockNumber },
    });
    expect((await get(`/v1/filings/${market.filingId}`)).body.state).toBe("issued-reported");
    expect((await read(`?asOfBlock=${blockNumber! - 1}`)).completion).toMatchObject({ report: null });
    const again = await tell(FILER, on("completion-reports"), completion());
    expect(refusalOf(again)).toEqual([409, "completion-reported"]);
    const allocations = [{ account: market.at.kestrel, units: "1" }];
    const more = await tell("issuer", `/v1/classes/${market.dealId}.0/issuances`, { allocations });
    expect(refusalOf(more)).toEqual([409, "issuance-ended"]);
  });
});
