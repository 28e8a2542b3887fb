import { ZeroHash } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Register } from "../../server/features/oversight/oversight.schema.ts";
import { OrderAsOf, OrderList } from "../../server/features/orders/orders.schema.ts";
import { TransferCheck, TransferList } from "../../server/features/transfers/transfers.schema.ts";
import { decide, orderRequest, pauseScope } from "../support/authorityOrders.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, instantIn, post, refusalOf } from "../support/filings.ts";
import {
  MERLION,
  PEAK,
  factsOf,
  issue,
  openMarket,
  priceDeal,
  reasonsOf,
  recordDeal,
  transfer,
  type Market,
} from "../support/market.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const NOBODY = "0x1111111111111111111111111111111111111111";

let market: Market;
/** Another account of kestrel's holder with the same custodian. */
let second: string;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
  await recordDeal(market);
  await priceDeal(market);
  await issue(market, 0, { kestrel: 1_000, heron: 500, dugong: 800 });
  const accountRef = hashOf("kestrel second");
  await command(market.stack, PEAK, "/v1/accounts", { accountRef, ...factsOf("kestrel") });
  second = (await get(PEAK, `/v1/accounts?accountRef=${accountRef}`)).body.items[0].account;
});
afterAll(() => market.stack.stop());

const get = (party: string, path: string) => market.stack.request(party, "GET", path);
const tell = (party: string, path: string, body: unknown = {}) => post(market.stack, party, path, body);
const carryOut = (party: string, path: string, body: unknown = {}) => command(market.stack, party, path, body);
const classId = (classIndex = 0) => `${market.dealId}.${classIndex}`;
const act = (orderId: string, name: string) => `/v1/orders/${orderId}/${name}`;

const order = (overrides: Record<string, unknown> = {}) => orderRequest(market, overrides);

/** Files an order. @returns its id */
async function filed(overrides: Record<string, unknown> = {}, party = "regulator"): Promise<string> {
  return (await carryOut(party, "/v1/orders", order(overrides))).facts!["orderId"];
}

const read = async (orderId: string, party = "regulator", query = "") =>
  OrderAsOf.parse((await get(party, `/v1/orders/${orderId}${query}`)).body);
const list = async (party: string, query = "") => OrderList.parse((await get(party, `/v1/orders?${query}`)).body).items;
const check = async (from: string, to: string, units: number) => {
  const body = { classId: classId(), from, to, units: String(units) };
  const answer = TransferCheck.parse((await market.stack.request(PEAK, "POST", "/v1/transfers/check", { body })).body);
  return answer.restrictions.map(({ code }) => code);
};
const move = (units: number) =>
  tell(PEAK, "/v1/transfers", {
    classId: classId(),
    from: market.at.kestrel,
    to: market.at.heron,
    units: String(units),
  });
const registerOf = async (party: string, query = "") => {
  const { rows } = Register.parse((await get(party, `/v1/classes/${classId()}/register${query}`)).body);
  return new Map(rows.map(({ account, units, frozenUnits }) => [account, [Number(units), Number(frozenUnits)]]));
};
const newestMovement = async (party: string) =>
  TransferList.parse((await get(party, "/v1/transfers?limit=1")).body).items[0]!;

describe("filing an order", () => {
  it("is for registrar and regulator (R-O1, R-O3)", async () => {
    for (const party of [PEAK, "issuer", "trustee", "attester-one"]) {
      expect((await tell(party, "/v1/orders", order())).status).toBe(403);
    }
  });

  const wrong: [what: string, change: () => Record<string, unknown>, refusal: unknown[]][] = [
    ["an unknown kind", () => ({ kind: "seize" }), [400, "validation", "/body/kind"]],
    ["an unknown field", () => ({ note: NOBODY }), [400, "validation", "/body/note"]],
    ["units beyond 64 bits", () => ({ units: String(2n ** 64n) }), [400, "validation", "/body/units"]],
    ["no expiry", () => ({ expiresAt: undefined }), [400, "validation", "/body/expiresAt"]],
    ["a class that does not exist", () => ({ classId: classId(9) }), [404, "unknown-class"]],
    ["a class without a note", () => ({ classId: classId(5) }), [404, "unknown-class"]],
    ["an account that nobody registered", () => ({ account: NOBODY }), [404, "order-unknown-account"]],
    ["an expiry that has passed", () => ({ expiresAt: instantIn(-60) }), [422, "order-malformed"]],
    ["a receipt that lies ahead", () => ({ receivedAt: instantIn(HOUR_SECONDS) }), [422, "order-malformed"]],
    ["no basis", () => ({ basisHash: ZeroHash }), [422, "order-malformed"]],
    ["a freeze of nothing", () => ({ units: "0" }), [422, "order-malformed"]],
    ["a pause of units", () => ({ kind: "pause", account: undefined }), [422, "order-malformed"]],
    ["a movement to itself", () => ({ kind: "force", destination: market.at.kestrel }), [422, "order-same-account"]],
  ];
  it.each(wrong)("is refused with %s (R-O1)", async (_what, change, refusal) => {
    expect(refusalOf(await tell("regulator", "/v1/orders", order(change())))).toEqual(refusal);
  });

  it("names the field that makes no sense, and refuses a reference that was used (R-O1)", async () => {
    const answer = await tell("regulator", "/v1/orders", order({ jurisdiction: "hk" }));
    expect(answer.body.values).toEqual({ field: "jurisdiction" });
    const request = order();
    await carryOut("regulator", "/v1/orders", request);
    expect(refusalOf(await tell("regulator", "/v1/orders", request))).toEqual([409, "order-exists"]);
  });

  it("changes nothing, and is not shown to the account's custodian before anything is done (R-O1)", async () => {
    const request = order();
    const { facts, blockNumber } = await carryOut("regulator", "/v1/orders", request);
    const orderId = facts!["orderId"];
    expect((await get(PEAK, `/v1/orders/${orderId}`)).status).toBe(404);
    expect(await list(PEAK)).toEqual([]);
    expect((await get("issuer", `/v1/orders/${orderId}`)).status).toBe(403);
    const iso = (field: string) => new Date(request[field] as string).toISOString();
    for (const party of ["regulator", "registrar", "attester-one"]) {
      expect(await read(orderId, party)).toMatchObject({
        ...request,
        orderId,
        state: "filed",
        expired: false,
        filedBy: "regulator",
        destination: null,
        frozenUnits: "0",
        receivedAt: iso("receivedAt"),
        expiresAt: iso("expiresAt"),
        reviewAt: iso("reviewAt"),
        blockNumber,
        effects: [],
      });
    }
    expect((await registerOf("registrar")).get(market.at.kestrel)).toEqual([1_000, 0]);
    expect((await get("regulator", `/v1/orders/${orderId}?asOfBlock=${blockNumber! - 1}`)).status).toBe(404);
  });
});

describe("acts under an order", () => {
  const acts = ["freezes", "releases", "forced-transfers", "recoveries", "pauses", "pause-extensions", "pause-lifts"];
  const bodyOf = (name: string) => {
    if (name === "releases") return { groundHash: hashOf("grounds") };
    return /^pauses|extensions/.test(name) ? { until: instantIn(DAY_SECONDS) } : {};
  };

  it.each(acts)("need an order, of their own kind: %s (R-O2)", async (name) => {
    expect(refusalOf(await tell("regulator", act(hashOf("no order"), name), bodyOf(name)))).toEqual([
      404,
      "unknown-order",
    ]);
    const orderId = await filed(/freezes|releases/.test(name) ? pauseScope : {});
    expect(refusalOf(await tell("regulator", act(orderId, name), bodyOf(name)))).toEqual([422, "order-other-kind"]);
  });

  it.each(acts)("are refused to those who neither file nor approve: %s (R-O2)", async (name) => {
    for (const party of [PEAK, "issuer", "servicer"]) {
      expect((await tell(party, act(hashOf("no order"), name), bodyOf(name))).status).toBe(403);
    }
  });

  it("of the regulator alone move and freeze nothing (R-O2, R-O3)", async () => {
    const body = { classId: classId(), from: market.at.kestrel, to: market.at.heron, units: "1" };
    for (const path of ["/v1/transfers", `/v1/classes/${classId()}/issuances`]) {
      expect((await tell("regulator", path, body)).status).toBe(403);
    }
    const force = { kind: "force", destination: market.at.heron };
    for (const name of ["forced-transfers", "freezes"]) {
      const path = act(await filed(name === "freezes" ? {} : force), name);
      await carryOut("regulator", path);
      expect(refusalOf(await tell("regulator", path))).toEqual([422, "approval-same-party"]);
      expect(refusalOf(await tell("registrar", path))).toEqual([403, "role-missing"]);
      await carryOut("attester-two", path);
    }
    expect((await registerOf("regulator")).get(market.at.kestrel)).toEqual([1_000, 0]);
    expect((await list("regulator")).flatMap(({ effects }) => effects)).toEqual([]);
  });

  it("are prepared for the regulator, who signs outside (R-O3)", async () => {
    const answer = await tell("regulator", "/v1/orders", order());
    expect([answer.status, answer.body.state]).toEqual([202, "prepared"]);
    expect(answer.body.transaction).toMatchObject({ type: 0, gasPrice: "0x0" });
  });
});

describe("a freeze", () => {
  let freeze: string;

  it("takes three parties, and then holds its units and no more (R-O2)", async () => {
    freeze = await filed();
    const blockNumber = await decide(market, act(freeze, "freezes"));
    expect(await check(market.at.kestrel, market.at.heron, 401)).toEqual(["UNITS_FROZEN"]);
    const refused = await move(401);
    expect(reasonsOf(refused)).toEqual([422, "units-frozen"]);
    expect(refused.body.values).toMatchObject({ unfrozen: "400" });
    await transfer(market, 0, "kestrel", "heron", 100);
    expect(await read(freeze)).toMatchObject({
      state: "in-force",
      frozenUnits: "600",
      effects: [{ effect: "frozen", units: "600", frozenUnits: "600", by: null, blockNumber }],
    });
    expect(await read(freeze, "regulator", `?asOfBlock=${blockNumber - 1}`)).toMatchObject({
      state: "filed",
      frozenUnits: "0",
      effects: [],
    });
    expect((await registerOf("registrar", `?asOfBlock=${blockNumber - 1}`)).get(market.at.kestrel)).toEqual([1_000, 0]);
  });

  it("shows to the account's custodian, the registrar and the regulator, and to nobody else (R-O1)", async () => {
    for (const party of ["registrar", "regulator", PEAK]) {
      expect((await registerOf(party)).get(market.at.kestrel)).toEqual([900, 600]);
      expect((await read(freeze, party)).account).toBe(market.at.kestrel);
    }
    expect((await get(MERLION, `/v1/orders/${freeze}`)).status).toBe(404);
    expect((await list(PEAK)).map(({ orderId }) => orderId)).toEqual([freeze]);
  });

  it("is not carried out twice, and is not ended without grounds (R-O2)", async () => {
    expect(refusalOf(await tell("registrar", act(freeze, "freezes")))).toEqual([409, "order-other-state"]);
    const groundless = await tell("registrar", act(freeze, "releases"), { groundHash: ZeroHash });
    expect(refusalOf(groundless)).toEqual([422, "order-grounds-missing"]);
  });

  it("gives units to a forced movement that names it, which the register shows with its order (R-O2)", async () => {
    const force = { kind: "force", destination: market.at.dugong, units: "500" };
    const unnamed = act(await filed(force), "forced-transfers");
    for (const party of ["registrar", "trustee"]) await carryOut(party, unnamed);
    expect(refusalOf(await tell("attester-one", unnamed))).toEqual([422, "units-frozen"]);
    const orderId = await filed({ ...force, releases: freeze });
    const blockNumber = await decide(market, act(orderId, "forced-transfers"), {}, [
      "regulator",
      "trustee",
      "attester-two",
    ]);
    const after = await registerOf("regulator");
    expect([after.get(market.at.kestrel), after.get(market.at.dugong)]).toEqual([
      [400, 100],
      [1_300, 0],
    ]);
    const movement = {
      kind: "forced-transfer",
      orderId,
      operationRef: null,
      from: market.at.kestrel,
      to: market.at.dugong,
      units: "500",
      blockNumber,
    };
    expect(await newestMovement("regulator")).toMatchObject(movement);
    expect(await newestMovement(PEAK)).toMatchObject({ ...movement, to: null });
    expect(await newestMovement(MERLION)).toMatchObject({ ...movement, from: null });
    expect(await read(orderId)).toMatchObject({ state: "done", releases: freeze, effects: [{ effect: "forced" }] });
    expect(await read(freeze)).toMatchObject({
      state: "in-force",
      frozenUnits: "100",
      effects: [{ effect: "frozen" }, { effect: "released", units: "500", frozenUnits: "100", ground: orderId }],
    });
  });

  it("hides from a custodian the account of another in the order of a movement", async () => {
    const [seen] = await list(MERLION);
    expect([seen!.account, seen!.custodian, seen!.destination]).toEqual([null, null, market.at.dugong]);
    expect(await list(MERLION, `account=${market.at.kestrel}`)).toEqual([]);
    expect(await list(MERLION, `account=${market.at.dugong}`)).toEqual([seen]);
  });

  it("ends by three parties on grounds, and all units are free (R-O2)", async () => {
    const groundHash = hashOf("the court lifted its order");
    await decide(market, act(freeze, "releases"), { groundHash });
    expect(await check(market.at.kestrel, market.at.heron, 400)).toEqual([]);
    const { state, effects } = await read(freeze);
    expect(state).toBe("done");
    expect(effects.at(-1)).toMatchObject({ effect: "released", units: "100", frozenUnits: "0", ground: groundHash });
  });
});

describe("a recovery", () => {
  const recovery = (destination: string) => ({ kind: "recover", destination, units: "50" });

  it("is refused to an account of another holder (R-O2)", async () => {
    const path = act(await filed(recovery(market.at.heron)), "recoveries");
    expect(refusalOf(await tell("registrar", path))).toEqual([422, "order-other-holder"]);
  });

  it("moves units to another account of the holder, marked with its order (R-O2)", async () => {
    const orderId = await filed(recovery(second), "registrar");
    await decide(market, act(orderId, "recoveries"), {}, ["registrar", "regulator", "trustee"]);
    expect((await registerOf(PEAK)).get(second)).toEqual([50, 0]);
    expect(await newestMovement(PEAK)).toMatchObject({
      kind: "recovery",
      orderId,
      from: market.at.kestrel,
      to: second,
    });
    expect(await read(orderId, PEAK)).toMatchObject({ state: "done", effects: [{ effect: "recovered", units: "50" }] });
  });
});

describe("a pause", () => {
  const pausedUntil = async (query = "") => {
    const { body } = await get("issuer", `/v1/classes/${classId()}${query}`);
    return [body.pausedUntil, body.pauseOrderId];
  };
  const until = new Date(instantIn(DAY_SECONDS)).toISOString();
  const keptUntil = new Date(instantIn(10 * DAY_SECONDS)).toISOString();
  let standing: string;

  it("by one key ends within 72 hours and not after its order, and is for registrar and regulator (R-O4)", async () => {
    const short = await filed({ ...pauseScope, expiresAt: instantIn(HOUR_SECONDS), reviewAt: instantIn(HOUR_SECONDS) });
    const refused = [422, "stop-out-of-range"];
    expect(refusalOf(await tell("regulator", act(short, "pauses"), { until }))).toEqual(refused);
    standing = await filed(pauseScope);
    const long = { until: instantIn(4 * DAY_SECONDS) };
    expect(refusalOf(await tell("regulator", act(standing, "pauses"), long))).toEqual(refused);
    expect((await tell("trustee", act(standing, "pauses"), { until })).status).toBe(403);
    expect(await pausedUntil()).toEqual([null, null]);
  });

  it("stops transfers and issuances of its class alone, and no forced movement (R-O4)", async () => {
    const { blockNumber } = await carryOut("regulator", act(standing, "pauses"), { until });
    expect(await pausedUntil()).toEqual([until, standing]);
    expect(await pausedUntil(`?asOfBlock=${blockNumber! - 1}`)).toEqual([null, null]);
    expect((await get("issuer", `/v1/classes/${classId(3)}`)).body.pausedUntil).toBeNull();
    expect(await check(market.at.kestrel, market.at.heron, 1)).toEqual(["CLASS_PAUSED"]);
    expect(reasonsOf(await move(1))).toEqual([422, "restricted", "CLASS_PAUSED"]);
    const allocations = [{ account: market.at.heron, units: "1" }];
    const issuance = await tell("issuer", `/v1/classes/${classId()}/issuances`, { allocations });
    expect(reasonsOf(issuance)).toEqual([422, "restricted", "CLASS_PAUSED"]);
    const force = await filed({ kind: "force", destination: market.at.heron, units: "1" });
    await decide(market, act(force, "forced-transfers"));
    expect(await newestMovement("registrar")).toMatchObject({ kind: "forced-transfer", orderId: force, units: "1" });
    const { deals } = (await get("regulator", "/v1/oversight")).body;
    expect(deals[0].classes.map(({ pausedUntil: end }: { pausedUntil: string | null }) => end)).toEqual([
      until,
      ...Array<null>(deals[0].classes.length - 1).fill(null),
    ]);
  });

  it("stands when a shorter one follows, and is kept by three parties (R-O4)", async () => {
    const shorter = await filed(pauseScope, "registrar");
    await carryOut("registrar", act(shorter, "pauses"), { until: instantIn(HOUR_SECONDS) });
    expect(await pausedUntil()).toEqual([until, standing]);
    expect([(await read(standing)).state, (await read(shorter)).state]).toEqual(["in-force", "done"]);
    const kept = await filed(pauseScope);
    await decide(market, act(kept, "pause-extensions"), { until: keptUntil });
    expect(await pausedUntil()).toEqual([keptUntil, kept]);
    expect(await read(standing)).toMatchObject({
      state: "done",
      effects: [{ effect: "paused", pausedUntil: until, by: "regulator" }],
    });
    expect(refusalOf(await tell("registrar", act(standing, "pause-lifts")))).toEqual([422, "order-differs"]);
    standing = kept;
  });

  it("is lifted by three parties, and transfers go on (R-O4)", async () => {
    await decide(market, act(standing, "pause-lifts"));
    expect(await pausedUntil()).toEqual([null, null]);
    const { state, effects } = await read(standing, MERLION);
    expect([state, effects.map(({ effect }) => effect)]).toEqual(["done", ["paused", "pause-lifted"]]);
    await transfer(market, 0, "kestrel", "heron", 1);
  });
});

describe("the list of orders", () => {
  it("has every freeze, forced movement, recovery and pause with its order (R-O1)", async () => {
    const acted = (await list("regulator", "limit=200")).filter(({ effects }) => effects.length > 0);
    expect(acted.map(({ kind, effects }) => [kind, ...effects.map(({ effect }) => effect)])).toEqual([
      ["pause", "paused", "pause-lifted"],
      ["pause", "paused"],
      ["force", "forced"],
      ["pause", "paused"],
      ["recover", "recovered"],
      ["force", "forced"],
      ["freeze", "frozen", "released", "released"],
    ]);
    const { items } = TransferList.parse((await get("regulator", "/v1/transfers?limit=200")).body);
    const moved = acted.filter(({ kind }) => kind === "force" || kind === "recover").map(({ orderId }) => orderId);
    expect(items.flatMap(({ orderId }) => orderId ?? [])).toEqual(moved);
  });

  it("is chosen by kind, class and account, and comes in pages that fit together", async () => {
    const all = await list("registrar", "limit=200");
    for (const [query, fits] of [
      ["kind=recover", ({ kind }) => kind === "recover"],
      [`account=${second}`, ({ destination }) => destination === second],
      [`classId=${classId(3)}`, () => false],
    ] as [string, (of: (typeof all)[number]) => boolean][]) {
      expect(await list("registrar", `limit=200&${query}`)).toEqual(all.filter(fits));
    }
    const paged: unknown[] = [];
    for (let next: string | null = ""; next !== null;) {
      const { body } = await get("registrar", `/v1/orders?limit=4${next && `&cursor=${next}`}`);
      const page = OrderList.parse(body);
      paged.push(...page.items);
      next = page.next;
    }
    expect(paged).toEqual(all);
    expect(refusalOf(await get("registrar", "/v1/orders?cursor=abc"))).toEqual([400, "bad-cursor"]);
  });
});
