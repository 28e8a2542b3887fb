import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changed, nasty, nastyText, pathsOf } from "../support/anything.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { hashOf, instantIn, post } from "../support/filings.ts";
import { MERLION, PEAK, factsOf, issue, openMarket, priceDeal, recordDeal, type Market } from "../support/market.ts";

const RUNS = 60;

let market: Market;
let bodies: [party: string, path: string, body: unknown][];

beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
  await recordDeal(market);
  await priceDeal(market);
  await issue(market, 0, { kestrel: 1_000, dugong: 1_000 });
  const { at, dealId } = market;
  const account = (label: string) => ({ accountRef: hashOf(label), ...factsOf("heron") });
  const stop = { orderId: hashOf("order"), until: instantIn(60) };
  const leg = { from: at.kestrel, to: at.heron, units: "1" };
  const movement = { classId: `${dealId}.0`, ...leg };
  bodies = [
    ["registrar", `/v1/custodians/${PEAK}/licences`, { licensedUntil: instantIn(9_999), evidenceHash: hashOf("l") }],
    [PEAK, "/v1/accounts", account("fuzzed")],
    [PEAK, "/v1/account-batches", { accounts: [account("one"), account("two")] }],
    [PEAK, "/v1/self-kept-accounts", { account: at.tapir, ...factsOf("tapir"), signature: `0x${"11".repeat(65)}` }],
    [PEAK, "/v1/self-kept-accounts/key-proof", { account: at.tapir, holderRef: factsOf("tapir").holderRef }],
    [PEAK, `/v1/accounts/${at.osprey}/facts`, factsOf("osprey")],
    ["registrar", `/v1/accounts/${at.loris}/stops`, stop],
    ["registrar", `/v1/accounts/${at.loris}/stop-extensions`, stop],
    ["registrar", `/v1/custodians/${MERLION}/stop-lifts`, { orderId: stop.orderId }],
    ["issuer", `/v1/classes/${dealId}.0/issuances`, { allocations: [{ account: at.kestrel, units: "1" }] }],
    [PEAK, "/v1/transfers", movement],
    [PEAK, "/v1/transfers/check", movement],
    [PEAK, "/v1/transfer-batches", { classId: `${dealId}.0`, transfers: [leg, leg] }],
  ];
});
afterAll(() => market.stack.stop());

describe("commands with one field turned into anything", () => {
  it.each(Array.from({ length: 13 }, (_, i) => i))(
    "are answered as documented and never with a failure (%i)",
    async (i) => {
      const [party, path, body] = bodies[i]!;
      const place = fc.constantFrom(...pathsOf(body));
      await fc.assert(
        fc.asyncProperty(place, nasty, async (at, replacement) => {
          const { status, text } = await post(market.stack, party, path, changed(body, at, replacement));
          expect(status, text).toBeLessThan(500);
        }),
        { numRuns: RUNS },
      );
    },
  );
});

describe("questions with anything in them", () => {
  it("are answered as documented and never with a failure", async () => {
    const { stack, dealId, at } = market;
    const paths = [
      "/v1/accounts",
      `/v1/accounts/${at.kestrel}`,
      "/v1/custodians",
      "/v1/transfers",
      "/v1/oversight",
      `/v1/classes/${dealId}.0/register`,
      `/v1/classes/${dealId}.0/issuances`,
    ];
    const names = ["limit", "cursor", "asOfBlock", "account", "accountRef", "holderRef", "custodian", "classId"];
    const cursor = fc
      .array(nastyText, { maxLength: 3 })
      .map((of) => Buffer.from(JSON.stringify(of)).toString("base64url"));
    const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), nastyText, cursor);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.constantFrom(...names), text, async (path, name, value) => {
        const query = new URLSearchParams({ [name]: value });
        const { status, text: body } = await stack.request("registrar", "GET", `${path}?${query}`);
        expect(status, body).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  });
});
