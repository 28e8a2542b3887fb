import { Wallet, ZeroHash } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountAsOf, CustodianList } from "../../server/features/holders/holders.schema.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, instantIn, post } from "../support/filings.ts";
import { MERLION, PEAK, factsOf, openMarket, type Market } from "../support/market.ts";

const DAY_SECONDS = 86_400;

let market: Market;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
});
afterAll(() => market.stack.stop());

const tell = (party: string, path: string, body: unknown) => post(market.stack, party, path, body);
const carryOut = (party: string, path: string, body: unknown) => command(market.stack, party, path, body);
const stop = (label: string, seconds: number) => ({
  orderId: hashOf(`order ${label}`),
  until: new Date(instantIn(seconds)).toISOString(),
});

describe("stopping an account", () => {
  const path = () => `/v1/accounts/${market.at.heron}`;
  const read = async (query = "") => AccountAsOf.parse((await market.stack.request(PEAK, "GET", path() + query)).body);

  it("is refused to those who may not stop", async () => {
    for (const party of [PEAK, "trustee", "issuer"]) {
      expect((await tell(party, `${path()}/stops`, stop("refused", DAY_SECONDS))).status).toBe(403);
    }
  });

  it("is refused beyond 72 hours, into the past, without an order and for nobody", async () => {
    for (const seconds of [4 * DAY_SECONDS, -1]) {
      const answer = await tell("registrar", `${path()}/stops`, stop("refused", seconds));
      expect([answer.status, answer.body.code]).toEqual([422, "stop-out-of-range"]);
    }
    const zero = await tell("registrar", `${path()}/stops`, { ...stop("zero", 60), orderId: ZeroHash });
    expect([zero.status, zero.body.code]).toEqual([409, "order-used"]);
    const unknown = `/v1/accounts/${Wallet.createRandom().address}/stops`;
    expect((await tell("registrar", unknown, stop("refused", 60))).body.code).toBe("unknown-account");
    expect((await tell("registrar", `${path()}/stop-lifts`, { orderId: hashOf("none") })).status).toBe(409);
  });

  it("stands from its block on, and a shorter one changes nothing of it", async () => {
    const standing = stop("standing", DAY_SECONDS);
    const { blockNumber } = await carryOut("registrar", `${path()}/stops`, standing);
    await carryOut("regulator", `${path()}/stops`, stop("shorter", 3_600));
    const stopped = await read();
    expect([stopped.stoppedUntil, stopped.standingOrderId]).toEqual([standing.until, standing.orderId]);
    expect(stopped.stops.map(({ orderId, by }) => [orderId, by])).toEqual([
      [standing.orderId, "registrar"],
      [stop("shorter", 0).orderId, "regulator"],
    ]);
    expect((await read(`?asOfBlock=${blockNumber}`)).stoppedUntil).toBe(standing.until);
    expect((await read(`?asOfBlock=${blockNumber! - 1}`)).stoppedUntil).toBeNull();
  });

  it("is undone by three parties that name its order", async () => {
    const lifts = `${path()}/stop-lifts`;
    const lift = { orderId: (await read()).standingOrderId! };
    const approverFirst = await tell("trustee", lifts, lift);
    expect([approverFirst.status, approverFirst.body.code]).toEqual([403, "role-missing"]);
    await carryOut("registrar", lifts, lift);
    const twice = await tell("registrar", lifts, lift);
    expect([twice.status, twice.body.code]).toEqual([422, "approval-same-party"]);
    await carryOut("trustee", lifts, lift);
    expect((await read()).standingOrderId).toBe(lift.orderId);
    const { blockNumber } = await carryOut("attester-one", lifts, lift);
    const lifted = await read();
    expect([lifted.stoppedUntil, lifted.standingOrderId]).toEqual([null, null]);
    expect(lifted.stops.at(-1)).toMatchObject({ ...lift, until: null, by: null, blockNumber });
    expect((await read(`?asOfBlock=${blockNumber! - 1}`)).standingOrderId).toBe(lift.orderId);
  });
});

describe("stopping a custodian", () => {
  const path = `/v1/custodians/${MERLION}`;
  const shown = async () => {
    const { items } = CustodianList.parse((await market.stack.request(PEAK, "GET", "/v1/custodians")).body);
    const { stoppedUntil, standingOrderId } = items.find(({ custodian }) => custodian === MERLION)!;
    return [stoppedUntil, standingOrderId];
  };

  it("is refused for a party that is unknown, or was never licensed", async () => {
    const unknown = await tell("registrar", "/v1/custodians/nobody/stops", stop("refused", 60));
    expect([unknown.status, unknown.body.code]).toEqual([404, "unknown-party"]);
    const unlicensed = await tell("registrar", "/v1/custodians/issuer/stops", stop("refused", 60));
    expect([unlicensed.status, unlicensed.body.code]).toEqual([422, "custodian-inactive"]);
  });

  it("ends its registrations; three parties keep it stopped, and three let it go on", async () => {
    const [standing, kept] = [stop("custodian", DAY_SECONDS), stop("kept", 30 * DAY_SECONDS)];
    await carryOut("regulator", `${path}/stops`, standing);
    const account = { accountRef: hashOf("late"), ...factsOf("loris", { holderRef: hashOf("late").slice(0, 34) }) };
    const refused = await tell(MERLION, "/v1/accounts", account);
    expect([refused.status, refused.body.code]).toEqual([422, "custodian-inactive"]);
    expect(await shown()).toEqual([standing.until, standing.orderId]);
    for (const party of ["registrar", "trustee", "attester-two"]) {
      await carryOut(party, `${path}/stop-extensions`, kept);
    }
    expect(await shown()).toEqual([kept.until, kept.orderId]);
    for (const party of ["regulator", "trustee", "attester-two"]) {
      await carryOut(party, `${path}/stop-lifts`, { orderId: kept.orderId });
    }
    expect(await shown()).toEqual([null, null]);
    await carryOut(MERLION, "/v1/accounts", account);
  });
});
