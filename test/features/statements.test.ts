import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, post, refusalOf } from "../support/filings.ts";
import {
  MERLION,
  PEAK,
  errorsOf,
  factsOf,
  issue,
  openMarket,
  priceDeal,
  reasonsOf,
  recordDeal,
  transfer,
  type Market,
} from "../support/market.ts";

let market: Market;
let omnibus: string;
let block: number;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
  await recordDeal(market);
  await priceDeal(market);
  const account = {
    accountRef: hashOf("omnibus"),
    ...factsOf("loris", { omnibus: true, holderRef: hashOf("omnibus").slice(0, 34) }),
  };
  await command(market.stack, MERLION, "/v1/accounts", account);
  omnibus = (await get(MERLION, `/v1/accounts?accountRef=${hashOf("omnibus")}`)).body.items[0].account;
  await issue(market, 0, { kestrel: 1_000, dugong: 500 });
  await toOmnibus(300);
  // Declared after its day, a record date closes in the block that declares it.
  block = (
    await command(market.stack, "paying-agent", `/v1/deals/${market.dealId}/record-dates`, { recordDate: "2004-11-14" })
  ).blockNumber!;
});
afterAll(() => market.stack.stop());

const get = (party: string, path: string) => market.stack.request(party, "GET", path);
const classId = () => `${market.dealId}.0`;
const path = () => `/v1/accounts/${omnibus}/statements`;
const movement = (units: number) => ({ classId: classId(), from: market.at.dugong, to: omnibus, units: String(units) });
const toOmnibus = (units: number) => command(market.stack, MERLION, "/v1/transfers", movement(units));
const statement = (changes: object = {}) => ({
  classId: classId(),
  recordDateId: 1,
  totals: [
    { residence: "HK", units: "100" },
    { residence: "SG", units: "200" },
  ],
  subHolders: 7,
  listHash: hashOf("list"),
  ...changes,
});
const tell = (party: string, body: unknown) => post(market.stack, party, path(), body);
const dutiesPath = (recordDateId = 1) => `/v1/classes/${classId()}/record-dates/${recordDateId}/statements`;

describe("an omnibus account without a statement (R-H8)", () => {
  it("is shown as due to its custodian, registrar and regulator, with what it held", async () => {
    for (const party of [MERLION, "registrar", "regulator"]) {
      const { body } = await get(party, dutiesPath());
      expect(body).toMatchObject({ recordDateId: 1, recordDate: "2004-11-14" });
      expect(body.items).toEqual([{ account: omnibus, custodian: MERLION, units: "300", statement: null }]);
    }
    expect((await get(PEAK, dutiesPath())).body.items).toEqual([]);
    expect(refusalOf(await get("issuer", dutiesPath()))).toEqual([403, "forbidden"]);
    expect(refusalOf(await get(MERLION, dutiesPath(2)))).toEqual([404, "not-found"]);
  });

  it("receives nothing, and may send", async () => {
    const refused = await post(market.stack, MERLION, "/v1/transfers", movement(10));
    expect(reasonsOf(refused)).toEqual([422, "restricted", "RECEIVER_STATEMENT_DUE"]);
    const back = { classId: classId(), from: omnibus, to: market.at.dugong, units: "1" };
    await command(market.stack, MERLION, "/v1/transfers", back);
  });
});

describe("stating an omnibus account (R-H8)", () => {
  it.each([
    ["a total that is not what it held", { totals: [{ residence: "HK", units: "299" }] }, 422, "statement-unequal"],
    ["residents of the mainland (R-H2)", { totals: [{ residence: "CN", units: "300" }] }, 422, "statement-malformed"],
    ["a residence in small letters", { totals: [{ residence: "hk", units: "300" }] }, 422, "statement-malformed"],
    [
      "residences out of order",
      {
        totals: [
          { residence: "SG", units: "200" },
          { residence: "HK", units: "100" },
        ],
      },
      422,
      "statement-malformed",
    ],
    [
      "a residence twice",
      {
        totals: [
          { residence: "HK", units: "100" },
          { residence: "HK", units: "200" },
        ],
      },
      422,
      "statement-malformed",
    ],
    [
      "a residence without units",
      {
        totals: [
          { residence: "HK", units: "300" },
          { residence: "SG", units: "0" },
        ],
      },
      422,
      "statement-malformed",
    ],
    ["fewer sub-holders than residences", { subHolders: 1 }, 422, "statement-malformed"],
    ["no list", { listHash: `0x${"0".repeat(64)}` }, 422, "statement-malformed"],
  ])("refuses %s", async (_what, changes, status, code) => {
    expect(refusalOf(await tell(MERLION, statement(changes)))).toEqual([status, code]);
  });

  it.each([
    ["a record date of no number", { recordDateId: 0 }, "/body/recordDateId out-of-range"],
    ["a record date beyond 24 bits", { recordDateId: 2 ** 24 }, "/body/recordDateId out-of-range"],
    ["sub-holders beyond 32 bits", { subHolders: 2 ** 32 }, "/body/subHolders out-of-range"],
    [
      "units beyond 64 bits",
      { totals: [{ residence: "HK", units: String(2n ** 64n) }] },
      "/body/totals/0/units out-of-range",
    ],
    ["a name of a client", { clients: ["Chan Tai Man"] }, "/body/clients unknown-field"],
  ])("answers 400 to %s", async (_what, changes, error) => {
    const answer = await tell(MERLION, statement(changes));
    expect([answer.status, errorsOf(answer)]).toEqual([400, [error]]);
  });

  it("is refused to everybody but its custodian, and for an account that is not omnibus", async () => {
    expect(refusalOf(await tell(PEAK, statement()))).toEqual([404, "unknown-account"]);
    for (const party of ["registrar", "issuer"])
      expect(refusalOf(await tell(party, statement()))).toEqual([403, "forbidden"]);
    const plain = await post(market.stack, MERLION, `/v1/accounts/${market.at.dugong}/statements`, statement());
    expect(refusalOf(plain)).toEqual([422, "statement-not-omnibus"]);
    const nobodys = await post(
      market.stack,
      MERLION,
      `/v1/accounts/${Wallet.createRandom().address}/statements`,
      statement(),
    );
    expect(refusalOf(nobodys)).toEqual([404, "unknown-account"]);
    const noClass = await tell(MERLION, statement({ classId: `${hashOf("nothing")}.0` }));
    expect(refusalOf(noClass)).toEqual([404, "unknown-class"]);
  });

  it("cures the account, and shows by residence who stands behind it", async () => {
    await command(market.stack, MERLION, path(), statement());
    const shown = {
      account: omnibus,
      classId: classId(),
      recordDateId: 1,
      recordDate: "2004-11-14",
      custodian: MERLION,
      totals: statement().totals,
      units: "300",
      subHolders: 7,
      listHash: hashOf("list"),
      stands: true,
    };
    expect((await get("regulator", path())).body.items).toMatchObject([shown]);
    expect((await get(MERLION, dutiesPath())).body.items).toMatchObject([
      { account: omnibus, units: "300", statement: shown },
    ]);
    await toOmnibus(10);
    await transfer(market, 0, "kestrel", "heron", 5);
  });

  it("may be done again: the last one counts and the earlier one stays to be seen", async () => {
    const again = statement({ totals: [{ residence: "SG", units: "300" }], listHash: hashOf("list again") });
    await command(market.stack, MERLION, path(), again);
    const { items, next } = (await get(MERLION, `${path()}?classId=${classId()}&limit=1`)).body;
    expect(items).toMatchObject([{ totals: again.totals, stands: true }]);
    const older = (await get(MERLION, `${path()}?classId=${classId()}&limit=1&cursor=${next}`)).body;
    expect(older.items).toMatchObject([{ totals: statement().totals, stands: false }]);
    expect((await get(MERLION, dutiesPath())).body.items[0].statement.totals).toEqual(again.totals);
  });

  it("is seen by the account's custodian, registrar and regulator alone", async () => {
    expect(refusalOf(await get(PEAK, path()))).toEqual([404, "unknown-account"]);
    expect(refusalOf(await get("trustee", path()))).toEqual([403, "forbidden"]);
    expect((await get("registrar", path())).body.asOf.blockNumber).toBeGreaterThan(block);
  });
});
