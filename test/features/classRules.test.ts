import { setTimeout as sleep } from "node:timers/promises";
import { ZeroHash } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClassRulesAsOf } from "../../server/features/deals/deals.schema.ts";
import { TransferCheck } from "../../server/features/transfers/transfers.schema.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, post, refusalOf } from "../support/filings.ts";
import { PEAK, issue, openMarket, priceDeal, recordDeal, type Market } from "../support/market.ts";

let market: Market;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
  await recordDeal(market);
  await priceDeal(market);
  await issue(market, 0, { kestrel: 1_000, heron: 500 });
});
afterAll(() => market.stack.stop());

const classId = (classIndex = 0) => `${market.dealId}.${classIndex}`;
const changes = (id = classId()) => `/v1/classes/${id}/rule-changes`;
const tell = (party: string, body: unknown, id?: string) => post(market.stack, party, changes(id), body);
const get = (path: string) => market.stack.request("issuer", "GET", path);
const read = async (query = "") => ClassRulesAsOf.parse((await get(`/v1/classes/${classId()}/rules${query}`)).body);
const shown = async () => (await get(`/v1/classes/${classId()}`)).body.rules;
const check = async (units: number) => {
  const body = { classId: classId(), from: market.at.kestrel, to: market.at.heron, units: String(units) };
  const { body: answer } = await market.stack.request(PEAK, "POST", "/v1/transfers/check", { body });
  return TransferCheck.parse(answer).restrictions.map(({ code }) => code);
};

/** Rules as the demo's deal has them, but for these. */
const rules = (overrides: Record<string, unknown> = {}) => ({
  lockUpSeconds: 0,
  complianceSeconds: 0,
  minimumUnits: 1,
  maxHolders: 0,
  residences: [{ residence: "US", categories: [] }],
  ...overrides,
});
const change = (overrides: Record<string, unknown> = {}, label = "change") => ({
  rules: rules(overrides),
  evidenceHash: hashOf(`grounds of ${label}`),
  operationRef: hashOf(label),
});

describe("a change of rules is refused", () => {
  it("to those who neither decide nor approve (R-T4)", async () => {
    for (const party of [PEAK, "issuer", "paying-agent", "servicer"]) {
      expect((await tell(party, change())).status).toBe(403);
    }
    expect(refusalOf(await tell("trustee", change()))).toEqual([403, "role-missing"]);
  });

  const wrong: [what: string, body: unknown, refusal: unknown[]][] = [
    ["a negative period", change({ lockUpSeconds: -1 }), [400, "validation", "/body/rules/lockUpSeconds"]],
    [
      "a period of 32 set bits",
      change({ complianceSeconds: 2 ** 32 - 1 }),
      [400, "validation", "/body/rules/complianceSeconds"],
    ],
    ["a field left out", change({ maxHolders: undefined }), [400, "validation", "/body/rules/maxHolders"]],
    [
      "a category that nobody has",
      change({ residences: [{ residence: "SG", categories: ["none"] }] }),
      [400, "validation", "/body/rules/residences/0/categories/0"],
    ],
    [
      "a rule for the mainland",
      change({ residences: [{ residence: "CN", categories: [] }] }),
      [422, "rules-malformed"],
    ],
    ["a period of twenty years", change({ lockUpSeconds: 20 * 365 * 86_400 }), [422, "rules-malformed"]],
    ["a minimum above the class", change({ minimumUnits: 2 ** 32 - 1 }), [422, "rules-malformed"]],
    ["no grounds", { ...change(), evidenceHash: ZeroHash }, [422, "rules-grounds-missing"]],
    ["no reference", { ...change(), operationRef: ZeroHash }, [422, "rules-grounds-missing"]],
  ];
  it.each(wrong)("with %s (R-T4)", async (_what, body, refusal) => {
    expect(refusalOf(await tell("registrar", body))).toEqual(refusal);
  });

  it("for a class that has no note, or does not exist (R-T4)", async () => {
    expect(refusalOf(await tell("registrar", change(), classId(5)))).toEqual([422, "class-not-tokenised"]);
    expect(refusalOf(await tell("registrar", change(), `${hashOf("none")}.0`))).toEqual([404, "unknown-deal"]);
    expect(refusalOf(await get(`/v1/classes/${classId(5)}/rules`))).toEqual([404, "unknown-class"]);
    expect(refusalOf(await get(`/v1/classes/${classId(9)}/rules`))).toEqual([404, "unknown-class"]);
  });
});

describe("a change of rules", () => {
  const overrides = {
    minimumUnits: 100,
    maxHolders: 3,
    complianceSeconds: null,
    residences: [
      { residence: "US", categories: [] },
      { residence: "SG", categories: ["singapore-institutional"] },
    ],
  };
  const inOrder = { ...rules(overrides), residences: overrides.residences.toReversed() };

  it("rests after three parties decided it, and takes effect when one of them repeats it (R-T4)", async () => {
    const { history: filed } = await read();
    expect(filed).toMatchObject([{ rules: rules(), operationRef: null, evidenceHash: null }]);
    const body = change(overrides);
    await command(market.stack, "regulator", changes(), body);
    const otherOrder = { ...body, rules: inOrder };
    await command(market.stack, "trustee", changes(), otherOrder);
    expect(await shown()).toEqual(rules());
    await command(market.stack, "attester-two", changes(), body);
    const early = await tell("regulator", body);
    expect(refusalOf(early)).toEqual([422, "approval-resting"]);
    expect(await shown()).toEqual(rules());
    expect(await check(5)).toEqual([]);

    const outsider = await tell("attester-one", body);
    expect(refusalOf(outsider)).toEqual([422, "approval-not-endorser"]);
    await sleep(Number(early.body.values.readyAt) * 1_000 - Date.now() + 1_000);
    const { blockNumber } = await command(market.stack, "trustee", changes(), body);
    expect(await shown()).toEqual(inOrder);
    const { rules: now, history } = await read();
    expect(now).toEqual(inOrder);
    expect(history).toEqual([
      ...filed,
      {
        rules: inOrder,
        operationRef: body.operationRef,
        evidenceHash: body.evidenceHash,
        at: expect.any(String),
        blockNumber,
      },
    ]);
    const before = await read(`?asOfBlock=${blockNumber! - 1}`);
    expect([before.rules, before.history]).toEqual([rules(), filed]);
  });

  it("binds every transfer from then on (R-T4)", async () => {
    expect(await check(5)).toEqual(["COMPLIANCE_PERIOD_UNSET", "BELOW_MINIMUM"]);
    const spent = await tell("trustee", change(overrides));
    expect(refusalOf(spent)).toEqual([409, "approval-spent"]);
  });
});
