import { Wallet, ZeroAddress, id } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IssuanceList } from "../../server/features/issuance/issuance.schema.ts";
import { recheck } from "../support/examination.ts";
import { attestation, command } from "../support/filings.ts";
import {
  errorsOf,
  issue,
  labels,
  openMarket,
  priceDeal,
  reasonsOf,
  type AccountLabel,
  type Market,
} from "../support/market.ts";
import { startCheckedStack } from "../support/checkedStack.ts";

/** Units of class A-1 up to its cap, and the face of one. */
const A1_UNITS = 265_000n;
const UNIT_FACE_MINOR = 100_000n;

let market: Market;
let keys = 0;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
});
afterAll(() => market.stack.stop());

const pathOf = (classIndex: number) => `/v1/classes/${market.dealId}.${classIndex}/issuances`;
const tryToIssue = (allocations: unknown, classIndex = 0, key = `issuance-test-key-${++keys}`, party = "issuer") =>
  market.stack.request(party, "POST", pathOf(classIndex), { body: { allocations }, key });
const to = (label: AccountLabel, units: bigint | number | string = 1n) => ({
  account: market.at[label],
  units: String(units),
});
const get = (party: string, path: string) => market.stack.request(party, "GET", path);
const listOf = async (classIndex = 0, query = "", party = "regulator") =>
  IssuanceList.parse((await get(party, pathOf(classIndex) + query)).body);

describe("issuing before the filing is recorded", () => {
  it("knows no deal that was not created", async () => {
    const body = { allocations: [to("kestrel")] };
    const path = `/v1/classes/${id("no deal")}.0/issuances`;
    const command = await market.stack.request("issuer", "POST", path, { body, key: "issuance-unknown-deal" });
    expect([command.status, command.body.code]).toEqual([404, "unknown-deal"]);
    expect((await get("issuer", path)).status).toBe(404);
  });

  it("is refused with exactly one reason after submission, and after the first attestation", async () => {
    const { stack, filingId, termsHash } = market;
    const refusals = [await tryToIssue([to("kestrel")])];
    const attestations = `/v1/filings/${filingId}/attestations`;
    await command(stack, "attester-one", attestations, attestation({ termsHash }));
    refusals.push(await tryToIssue([to("kestrel"), to("heron", 5)], 2));
    expect(refusals.map(reasonsOf)).toEqual([
      [422, "restricted", "FILING_NOT_RECORDED"],
      [422, "restricted", "FILING_NOT_RECORDED"],
    ]);
    expect(refusals[0]!.body.restrictions[0]).toMatchObject({ number: 0, textZh: expect.stringMatching(/备案/) });
    await command(stack, "attester-two", attestations, attestation({ termsHash }));
    await recheck(stack, filingId);
  });

  it("is refused with exactly one reason before the price", async () => {
    expect(reasonsOf(await tryToIssue([to("kestrel")]))).toEqual([422, "restricted", "DEAL_NOT_PRICED"]);
    await priceDeal(market);
  });
});

describe("issuing under a recorded filing", () => {
  it("is for the issuer alone", async () => {
    for (const party of ["peak-custody", "registrar", "trustee", "filing-entity"]) {
      const answer = await tryToIssue([to("kestrel")], 0, undefined, party);
      expect([party, ...reasonsOf(answer)]).toEqual([party, 403, "forbidden"]);
    }
  });

  it("is refused one unit above the cap, with the figures", async () => {
    const answer = await tryToIssue([to("kestrel", A1_UNITS), to("heron")]);
    expect(reasonsOf(answer)).toEqual([422, "cap-exceeded"]);
    expect(answer.body.values).toMatchObject({
      capMinor: String(A1_UNITS * UNIT_FACE_MINOR),
      issuedMinor: "0",
      requestedMinor: String((A1_UNITS + 1n) * UNIT_FACE_MINOR),
    });
  });

  it("is refused for a retained class and one that the deal does not have", async () => {
    for (const classIndex of [5, 6, 99]) {
      expect(reasonsOf(await tryToIssue([to("kestrel")], classIndex))).toEqual([422, "class-not-tokenised"]);
    }
  });

  it.each([
    [
      "an account that nobody registered",
      () => [{ account: Wallet.createRandom().address, units: "1" }],
      ["RECEIVER_NOT_REGISTERED"],
    ],
    ["the zero address", () => [{ account: ZeroAddress, units: "1" }], ["RECEIVER_NOT_REGISTERED"]],
    ["no units", () => [to("kestrel", 0)], ["UNITS_ZERO"]],
    ["no units for nobody", () => [{ account: ZeroAddress, units: "0" }], ["UNITS_ZERO", "RECEIVER_NOT_REGISTERED"]],
  ])("is refused as a whole when one allocation is of %s", async (_what, bad, restrictions) => {
    const answer = await tryToIssue([to("kestrel"), ...bad(), to("heron")]);
    expect(reasonsOf(answer)).toEqual([422, "restricted", ...restrictions]);
    expect(answer.body.values).toMatchObject({ leg: "1" });
    expect((await listOf()).items).toEqual([]);
  });

  it.each([
    ["negative units", () => [to("kestrel", "-1")], "/body/allocations/0/units malformed"],
    ["fractional units", () => [to("kestrel", "1.5")], "/body/allocations/0/units malformed"],
    ["an exponent", () => [to("kestrel", "1e3")], "/body/allocations/0/units malformed"],
    ["a leading zero", () => [to("kestrel", "01")], "/body/allocations/0/units malformed"],
    ["units of 2 to the 64th", () => [to("kestrel", 2n ** 64n)], "/body/allocations/0/units out-of-range"],
    ["units of sixty digits", () => [to("kestrel", "9".repeat(60))], "/body/allocations/0/units malformed"],
    ["units as a number", () => [{ account: market.at.kestrel, units: 1 }], "/body/allocations/0/units wrong-type"],
    ["no units at all", () => [{ account: market.at.kestrel }], "/body/allocations/0/units missing"],
    ["an unknown field", () => [{ ...to("kestrel"), price: "1" }], "/body/allocations/0/price unknown-field"],
    ["an account by its name", () => [{ account: "kestrel", units: "1" }], "/body/allocations/0/account malformed"],
    ["an empty list", () => [], "/body/allocations out-of-range"],
    ["201 allocations", () => Array.from({ length: 201 }, () => to("kestrel")), "/body/allocations out-of-range"],
    ["an object in place of the list", () => ({ 0: to("kestrel") }), "/body/allocations wrong-type"],
  ])("answers 400 to %s", async (_what, allocations, error) => {
    const answer = await tryToIssue(allocations());
    expect([answer.status, answer.body.code, errorsOf(answer)]).toEqual([400, "validation", [error]]);
  });

  it("answers 400 to a class id that is none", async () => {
    for (const classId of [
      market.dealId,
      `${market.dealId}.01`,
      `${market.dealId}.-1`,
      `${market.dealId}.256`,
      "A-1",
    ]) {
      const path = `/v1/classes/${classId}/issuances`;
      const body = { allocations: [to("kestrel")] };
      const answer = await market.stack.request("issuer", "POST", path, { body, key: `issuance-test-key-${++keys}` });
      expect([classId, answer.status]).toEqual([classId, 400]);
    }
  });

  it("gives one key one issuance", async () => {
    const before = (await listOf()).asOf.blockNumber;
    const allocations = [to("kestrel", 120_000), { ...to("heron", 45_000), account: market.at.heron.toLowerCase() }];
    const first = await tryToIssue(allocations, 0, "issuance-test-first");
    expect(first.status).toBe(202);
    const again = await tryToIssue(allocations, 0, "issuance-test-first");
    expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([first.text, "true"]);
    const other = await tryToIssue([to("kestrel", 1)], 0, "issuance-test-first");
    expect(reasonsOf(other)).toEqual([422, "idempotency-key-reuse"]);
    await issue(market, 0, { dugong: 60_000 });

    const { items, totals } = await listOf();
    expect(items.map(({ units, amountMinor, issuer }) => [units, amountMinor, issuer])).toEqual([
      ["60000", String(60_000n * UNIT_FACE_MINOR), "issuer"],
      ["165000", String(165_000n * UNIT_FACE_MINOR), "issuer"],
    ]);
    expect(items[1]!.operationRef).toBe(first.body.operationRef);
    expect(totals).toEqual({ issuances: 2, units: "225000", amountMinor: String(225_000n * UNIT_FACE_MINOR) });
    const earlier = await listOf(0, `?asOfBlock=${before}`);
    expect([earlier.items, earlier.totals.units]).toEqual([[], "0"]);
    expect((await listOf(1)).items).toEqual([]);
  });

  it("leaves the rest of the cap, to the unit", async () => {
    expect(reasonsOf(await tryToIssue([to("tapir", 40_001)]))).toEqual([422, "cap-exceeded"]);
    await issue(market, 0, { tapir: 40_000 });
    expect(reasonsOf(await tryToIssue([to("tapir")]))).toEqual([422, "cap-exceeded"]);
  });
});

describe("listing issuances", () => {
  it("comes in pages, newest first", async () => {
    const all = await listOf();
    const first = await listOf(0, "?limit=2");
    const rest = await listOf(0, `?limit=2&cursor=${first.next}`);
    expect([...first.items, ...rest.items]).toEqual(all.items);
    expect([all.items.length, rest.next]).toEqual([3, null]);
    for (const query of ["?cursor=x", "?limit=0", "?account=0x12"]) {
      expect((await get("issuer", pathOf(0) + query)).status).toBe(400);
    }
  });

  it("tells every party how much, and no party to whom", async () => {
    for (const party of ["attester-one", "merlion-custody", "registrar"]) {
      const { status, text } = await get(party, pathOf(0));
      expect(status).toBe(200);
      for (const label of labels) expect(text.toLowerCase()).not.toContain(market.at[label].toLowerCase());
    }
  });
});
