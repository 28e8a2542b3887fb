import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, instantIn, post, refusalOf } from "../support/filings.ts";
import { MERLION, PEAK, issue, openMarket, priceDeal, recordDeal, transfer, type Market } from "../support/market.ts";

let market: Market;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
  await recordDeal(market);
  await priceDeal(market);
  await issue(market, 0, { kestrel: 1_000, heron: 500, dugong: 700 });
});
afterAll(() => market.stack.stop());

const get = (party: string, path: string) => market.stack.request(party, "GET", path);
const tell = (party: string, body: unknown) => post(market.stack, party, "/v1/account-reassignments", body);
const carryOut = (party: string, body: unknown) => command(market.stack, party, "/v1/account-reassignments", body);
const registerOf = async (party: string, block = "") => {
  const { rows } = (await get(party, `/v1/classes/${market.dealId}.0/register${block}`)).body;
  return Object.fromEntries(rows.map(({ account, custodian, units }: any) => [account, `${custodian} ${units}`]));
};

describe("reassigning accounts (R-G3, R-H7)", () => {
  it("is refused for nobody, to nobody, to the custodian that has them, and to parties without a say", async () => {
    const { kestrel } = market.at;
    const body = (changes: object) => ({ accounts: [kestrel], custodian: MERLION, reference: hashOf("r"), ...changes });
    expect(refusalOf(await tell("registrar", body({ accounts: [] })))).toEqual([400, "validation", "/body/accounts"]);
    expect(refusalOf(await tell("registrar", body({ custodian: "nobody" })))).toEqual([404, "unknown-party"]);
    expect(refusalOf(await tell("registrar", body({ custodian: "issuer" })))).toEqual([422, "custodian-inactive"]);
    expect(refusalOf(await tell(PEAK, body({ custodian: PEAK })))).toEqual([422, "same-custodian"]);
    expect(refusalOf(await tell(PEAK, body({ accounts: [Wallet.createRandom().address] })))).toEqual([
      404,
      "unknown-account",
    ]);
    expect(refusalOf(await tell("registrar", body({ accounts: [kestrel, market.at.dugong] })))).toEqual([
      404,
      "unknown-account",
    ]);
    expect(refusalOf(await tell("issuer", body({})))).toEqual([403, "forbidden"]);
    expect(refusalOf(await tell("trustee", body({})))).toEqual([403, "role-missing"]);
  });

  it("by both custodians takes the account over with its units and all that is known of it", async () => {
    const { kestrel } = market.at;
    const before = await registerOf("registrar");
    const body = { accounts: [kestrel], custodian: MERLION, reference: hashOf("agreement") };
    await carryOut(PEAK, body);
    expect((await get(PEAK, `/v1/accounts/${kestrel}`)).status).toBe(200);
    expect(refusalOf(await tell(MERLION, { ...body, reference: hashOf("another") })).slice(0, 1)).toEqual([202]);
    const { blockNumber } = await carryOut(MERLION, body);

    expect(refusalOf(await get(PEAK, `/v1/accounts/${kestrel}`))).toEqual([404, "unknown-account"]);
    const shown = (await get(MERLION, `/v1/accounts/${kestrel}`)).body;
    expect([shown.custodian, shown.accountRef, shown.facts.length]).toEqual([MERLION, hashOf("kestrel"), 2]);
    expect(Object.keys(await registerOf(PEAK))).toEqual([market.at.heron]);
    expect((await registerOf(MERLION))[kestrel]).toBe(`${MERLION} 1000`);
    expect(await registerOf("registrar", `?asOfBlock=${blockNumber! - 1}`)).toEqual(before);
    expect((await registerOf("registrar"))[kestrel]).toBe(`${MERLION} 1000`);
  });

  it("lets the new custodian move and the old one not", async () => {
    const { kestrel, dugong } = market.at;
    const body = { classId: `${market.dealId}.0`, from: kestrel, to: dugong, units: "10" };
    expect(refusalOf(await post(market.stack, PEAK, "/v1/transfers", body))).toEqual([404, "unknown-account"]);
    await command(market.stack, MERLION, "/v1/transfers", body);
    expect((await registerOf(MERLION))[kestrel]).toBe(`${MERLION} 990`);
    await transfer(market, 0, "dugong", "heron", 5);
  });

  it("under an order takes three parties, and frees the clients of a custodian that is stopped", async () => {
    const { heron, osprey } = market.at;
    const stop = { orderId: hashOf("stop"), until: new Date(instantIn(3_600)).toISOString() };
    await command(market.stack, "registrar", `/v1/custodians/${PEAK}/stops`, stop);
    const body = { accounts: [heron, osprey], custodian: MERLION, reference: hashOf("order") };
    for (const party of ["registrar", "trustee"]) await carryOut(party, body);
    expect((await registerOf(PEAK))[heron]).toBe(`${PEAK} 505`);
    await carryOut("attester-one", body);
    expect(await registerOf(PEAK)).toEqual({});
    expect((await registerOf(MERLION))[heron]).toBe(`${MERLION} 505`);
    const movement = { classId: `${market.dealId}.0`, from: heron, to: market.at.dugong, units: "5" };
    await command(market.stack, MERLION, "/v1/transfers", movement);
    expect((await registerOf(MERLION))[heron]).toBe(`${MERLION} 500`);
  });
});
