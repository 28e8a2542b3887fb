import { setTimeout as sleep } from "node:timers/promises";
import { JsonRpcProvider } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Oversight, Register } from "../../server/features/oversight/oversight.schema.ts";
import { Note__factory } from "../../types/contracts/factories/Note__factory.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, instantIn } from "../support/filings.ts";
import {
  MERLION,
  PEAK,
  factsOf,
  issue,
  labels,
  openMarket,
  priceDeal,
  recordDeal,
  transfer,
  type AccountLabel,
  type Market,
} from "../support/market.ts";

const CAP_A1_MINOR = "26500000000";
const UNIT_FACE_MINOR = 100_000n;

let market: Market;
/** Blocks at which something had just happened, by what it was. */
const blocks: Record<string, number> = {};
beforeAll(async () => {
  const stack = await startCheckedStack();
  blocks["nothing"] = (await stack.request("regulator", "GET", "/v1/oversight")).body.asOf.blockNumber;
  market = await openMarket(stack);
  const { body } = await stack.request("regulator", "GET", "/v1/oversight");
  blocks["submitted"] = body.asOf.blockNumber;
  blocks["recorded"] = await recordDeal(market);
  await priceDeal(market);
  blocks["issued"] = await issue(market, 0, { kestrel: 1_000, heron: 500, dugong: 800 });
  await issue(market, 2, { kestrel: 200, tapir: 300 });
  blocks["moved"] = await transfer(market, 0, "kestrel", "loris", 1_000);
});
afterAll(() => market.stack.stop());

const get = (party: string, path: string) => market.stack.request(party, "GET", path);
const asOf = (block: string | undefined) => (block === undefined ? "" : `asOfBlock=${blocks[block]}`);

async function dealAt(block?: string) {
  const { deals, asOf: at } = Oversight.parse((await get("regulator", `/v1/oversight?${asOf(block)}`)).body);
  expect(deals).toHaveLength(1);
  return { ...deals[0]!, at };
}

const registerPath = (classIndex = 0) => `/v1/classes/${market.dealId}.${classIndex}/register`;
async function registerAt(block?: string, party = "regulator", query = "") {
  return Register.parse((await get(party, `${registerPath()}?${asOf(block)}${query}`)).body);
}
const unitsOf = ({ rows }: Awaited<ReturnType<typeof registerAt>>) =>
  Object.fromEntries(
    rows.map(({ account, units }) => [labels.find((label) => market.at[label] === account)!, Number(units)]),
  );

describe("who may ask", () => {
  it("is registrar and regulator for oversight", async () => {
    for (const party of [PEAK, "issuer", "trustee", "attester-one", "filing-entity"]) {
      expect([party, (await get(party, "/v1/oversight")).status]).toEqual([party, 403]);
    }
    const seen = await Promise.all(
      ["registrar", "regulator"].map((party) => get(party, `/v1/oversight?${asOf("moved")}`)),
    );
    expect(seen[0]!.body).toEqual(seen[1]!.body);
  });

  it("is also a custodian for the register, and nobody else", async () => {
    for (const party of ["issuer", "trustee", "attester-one", "filing-entity"]) {
      expect([party, (await get(party, registerPath())).status]).toEqual([party, 403]);
    }
  });
});

describe("what cannot be asked", () => {
  it("is a block ahead, a block that is none, or a class without a register", async () => {
    const ahead = blocks["moved"]! + 1_000_000;
    for (const path of ["/v1/oversight", registerPath()]) {
      const answer = await get("regulator", `${path}?asOfBlock=${ahead}`);
      expect([answer.status, answer.body.code]).toEqual([404, "unknown-block"]);
      for (const block of ["-1", "1.5", "1e2", "", "0x10", "latest", "9".repeat(30)]) {
        expect([block, (await get("regulator", `${path}?asOfBlock=${block}`)).status]).toEqual([block, 400]);
      }
      expect((await get("regulator", `${path}?block=1`)).status).toBe(400);
    }
    for (const path of [registerPath(5), registerPath(6), `/v1/classes/${hashOf("no deal")}.0/register`]) {
      expect([path, (await get("regulator", path)).status]).toEqual([path, 404]);
    }
    expect((await get("regulator", `${registerPath()}?${asOf("nothing")}`)).status).toBe(404);
    for (const query of ["limit=0", "limit=10001", "cursor=x", "account=kestrel"]) {
      expect([query, (await get("regulator", `${registerPath()}?${query}`)).status]).toEqual([query, 400]);
    }
  });
});

describe("oversight", () => {
  it("knows no deal before there was one", async () => {
    const { deals, asOf: at } = Oversight.parse((await get("regulator", `/v1/oversight?${asOf("nothing")}`)).body);
    expect([deals, at.blockNumber]).toEqual([[], blocks["nothing"]]);
  });

  it("follows the filing from block to block", async () => {
    const states = await Promise.all(["submitted", "recorded", "moved"].map(dealAt));
    expect(states.map(({ filing }) => filing.state)).toEqual(["submitted", "recorded", "recorded"]);
    expect(states.map(({ filing }) => filing.evidenceHash !== null)).toEqual([false, true, true]);
    const { body: filing } = await get("regulator", `/v1/filings/${market.filingId}`);
    expect(states[2]!.filing).toMatchObject({ filingHash: filing.filingHash, version: 1, issuer: "issuer" });
    expect(states[2]!.filing.disclaimer).toMatch(/recorded filing evidence/);
    expect(states[2]!.superseded).toBe(false);
  });

  it("says of each block which it was", async () => {
    const provider = new JsonRpcProvider(market.stack.service.ledgerUrl);
    for (const block of ["recorded", "issued", "moved"]) {
      const { at } = await dealAt(block);
      const { hash, timestamp } = (await provider.getBlock(blocks[block]!))!;
      expect(at).toEqual({
        blockNumber: blocks[block],
        blockHash: hash,
        timestamp: new Date(timestamp * 1_000).toISOString(),
      });
      const answer = await get("registrar", `/v1/oversight?${asOf(block)}`);
      expect(answer.headers.get("ledger-block")).toBe(`${blocks[block]};hash=${hash}`);
    }
    provider.destroy();
  });

  it("counts caps, issues, holders and residences as of the block", async () => {
    const before = await dealAt("recorded");
    expect([before.holders, before.accounts, before.residences]).toEqual([0, 0, []]);
    expect(before.classes[0]).toMatchObject({ capMinor: CAP_A1_MINOR, issuedMinor: "0", unitsHeld: "0", holders: 0 });

    const issued = await dealAt("issued");
    expect(issued.classes[0]).toMatchObject({
      label: "A-1",
      capMinor: CAP_A1_MINOR,
      issuedMinor: String(2_300n * UNIT_FACE_MINOR),
      unitsHeld: "2300",
      faceHeldMinor: String(2_300n * UNIT_FACE_MINOR),
      holders: 3,
      accounts: 3,
      mainlandHolders: 0,
      unresolvedHolders: 0,
      residences: [
        { residence: "HK", holders: 2, accounts: 2, units: "1500", faceMinor: String(1_500n * UNIT_FACE_MINOR) },
        { residence: "SG", holders: 1, accounts: 1, units: "800", faceMinor: String(800n * UNIT_FACE_MINOR) },
      ],
    });

    const moved = await dealAt("moved");
    // Kestrel left class A-1 but still holds A-3; each holder counts once in the deal.
    expect([moved.holders, moved.accounts, moved.mainlandHolders, moved.unresolvedHolders]).toEqual([5, 5, 0, 0]);
    expect(moved.residences.map(({ residence, holders }) => [residence, holders])).toEqual([
      ["HK", 2],
      ["JP", 1],
      ["SG", 2],
    ]);
    expect(moved.classes.map(({ label, tokenised, unitsHeld }) => [label, tokenised, unitsHeld])).toEqual([
      ["A-1", true, "2300"],
      ["A-2", true, "0"],
      ["A-3", true, "500"],
      ["A-4a", true, "0"],
      ["A-4b", true, "0"],
      ["Certificates", false, "0"],
    ]);
  });

  it("finds who turned out to be owned from the mainland, or was never looked through", async () => {
    const restate = (label: AccountLabel, custodian: string, lookThrough: string) =>
      command(market.stack, custodian, `/v1/accounts/${market.at[label]}/facts`, factsOf(label, { lookThrough }));
    await restate("heron", PEAK, "mainland-controlled");
    blocks["downgraded"] = (await restate("tapir", MERLION, "unresolved")).blockNumber!;
    const { mainlandHolders, unresolvedHolders, classes } = await dealAt("downgraded");
    expect([mainlandHolders, unresolvedHolders]).toEqual([1, 1]);
    expect(classes.map((of) => [of.mainlandHolders, of.unresolvedHolders]).slice(0, 3)).toEqual([
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
    // What was true as of an earlier block stays.
    const { mainlandHolders: then, unresolvedHolders: unresolvedThen } = await dealAt("moved");
    expect([then, unresolvedThen]).toEqual([0, 0]);
    await restate("heron", PEAK, "no-mainland-owner");
    await restate("tapir", MERLION, "no-mainland-owner");
    expect((await dealAt()).mainlandHolders).toBe(0);
  });

  it("ends a suspension by the clock of the block", async () => {
    const order = { orderId: hashOf("short"), until: instantIn(4), basisHash: hashOf("basis") };
    const path = `/v1/filings/${market.filingId}/suspensions`;
    blocks["suspended"] = (await command(market.stack, "regulator", path, order)).blockNumber!;
    const suspended = await dealAt("suspended");
    expect(suspended.filing).toMatchObject({ state: "suspended", suspendedUntil: order.until.replace("Z", ".000Z") });
    await sleep(Date.parse(order.until) + 1_100 - Date.now());
    blocks["over"] = await transfer(market, 0, "loris", "kestrel", 1);
    const over = await dealAt("over");
    expect([over.filing.state, over.filing.suspendedUntil]).toEqual(["recorded", null]);
    expect((await dealAt("suspended")).filing.state).toBe("suspended");
    expect((await dealAt("moved")).filing.state).toBe("recorded");
  });
});

describe("register", () => {
  it("is as it was at each block", async () => {
    const registers = await Promise.all(["recorded", "issued", "moved"].map((block) => registerAt(block)));
    expect(registers.map(unitsOf)).toEqual([
      {},
      { kestrel: 1_000, heron: 500, dugong: 800 },
      { heron: 500, dugong: 800, loris: 1_000 },
    ]);
    expect(registers.map(({ totals }) => [totals.accounts, totals.holders, totals.units, totals.faceMinor])).toEqual([
      [0, 0, "0", "0"],
      [3, 3, "2300", String(2_300n * UNIT_FACE_MINOR)],
      [3, 3, "2300", String(2_300n * UNIT_FACE_MINOR)],
    ]);
    const heron = registers[2]!.rows.find(({ account }) => account === market.at.heron);
    expect(heron).toEqual({
      account: market.at.heron,
      holderRef: factsOf("heron").holderRef,
      custodian: PEAK,
      residence: "HK",
      lookThrough: "no-mainland-owner",
      units: "500",
      frozenUnits: "0",
      faceMinor: String(500n * UNIT_FACE_MINOR),
    });
  });

  it("is what the ledger said at every block since the deal", async () => {
    const provider = new JsonRpcProvider(market.stack.service.ledgerUrl);
    const { note: address } = await registerAt();
    const note = Note__factory.connect(address, provider);
    for (let block = blocks["recorded"]!; block <= blocks["moved"]!; block++) {
      blocks["any"] = block;
      const units = unitsOf(await registerAt("any"));
      for (const label of labels) {
        const held = await note.balanceOf(market.at[label], { blockTag: block });
        expect([block, label, BigInt(units[label] ?? 0)]).toEqual([block, label, held]);
      }
    }
    provider.destroy();
  });

  it("shows a custodian its own accounts and sums alone", async () => {
    for (const [party, own] of [
      [PEAK, { kestrel: 1_000, heron: 500 }],
      [MERLION, { dugong: 800 }],
    ] as const) {
      const register = await registerAt("issued", party);
      expect(unitsOf(register)).toEqual(own);
      const sum = Object.values(own).reduce((units, of) => units + of, 0);
      expect([register.totals.accounts, register.totals.units]).toEqual([register.rows.length, String(sum)]);
      const { text } = await get(party, `${registerPath()}?${asOf("issued")}`);
      for (const label of labels.filter((each) => !(each in own))) {
        expect(text.toLowerCase()).not.toContain(market.at[label].toLowerCase());
        expect(text).not.toContain(factsOf(label).holderRef);
      }
    }
  });

  it("answers about one account, and about a foreign one as about none", async () => {
    const ask = (party: string, account: string) => registerAt("issued", party, `&account=${account}`);
    expect(unitsOf(await ask(PEAK, market.at.heron.toLowerCase()))).toEqual({ heron: 500 });
    const foreign = await ask(PEAK, market.at.dugong);
    expect(foreign).toEqual(await ask(PEAK, `0x${"11".repeat(20)}`));
    expect([foreign.rows, foreign.totals.units]).toEqual([[], "0"]);
  });

  it("comes in pages of one block, whatever happens meanwhile", async () => {
    const whole = await registerAt();
    const first = await registerAt(undefined, "regulator", "limit=1");
    await transfer(market, 0, "heron", "kestrel", 500);
    const pages = [first];
    while (pages.at(-1)!.next !== null) {
      pages.push(await registerAt(undefined, "regulator", `limit=1&cursor=${pages.at(-1)!.next}`));
    }
    expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
    for (const page of pages) {
      expect([page.asOf.blockNumber, page.totals]).toEqual([first.asOf.blockNumber, first.totals]);
    }
    expect(unitsOf(await registerAt())).not.toHaveProperty("heron");
    const other = await get("regulator", `${registerPath()}?${asOf("issued")}&limit=1&cursor=${first.next}`);
    expect([other.status, other.body.code]).toEqual([400, "bad-cursor"]);
  });
});
