import { JsonRpcProvider, Wallet, ZeroAddress, id } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childRef } from "../../server/chain/ids.ts";
import { TransferCheck, TransferList } from "../../server/features/transfers/transfers.schema.ts";
import { Note__factory } from "../../types/contracts/factories/Note__factory.ts";
import { command, hashOf, instantIn, post } from "../support/filings.ts";
import {
  MERLION,
  PEAK,
  errorsOf,
  factsOf,
  issue,
  labels,
  openMarket,
  priceDeal,
  reasonsOf,
  recordDeal,
  transfer,
  type AccountLabel,
  type Market,
} from "../support/market.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { RawAnswer } from "../support/stack.ts";
import { reasons } from "../support/steps.ts";

const HOUR_SECONDS = 3_600;
const NOBODY = "0x1111111111111111111111111111111111111111";

let market: Market;
beforeAll(async () => {
  market = await openMarket(await startCheckedStack());
});
afterAll(() => market.stack.stop());

const classId = (classIndex = 0) => `${market.dealId}.${classIndex}`;
const addressOf = (account: string) => market.at[account as AccountLabel] ?? account;
const leg = (from: string, to: string, units: bigint | number | string = 1) => ({
  from: addressOf(from),
  to: addressOf(to),
  units: String(units),
});
const movement = (from: string, to: string, units: bigint | number | string = 1, classIndex = 0) => ({
  classId: classId(classIndex),
  ...leg(from, to, units),
});
const move = (party: string, body: unknown) => post(market.stack, party, "/v1/transfers", body);
const check = (party: string | null, body: unknown) =>
  market.stack.request(party, "POST", "/v1/transfers/check", { body });
const get = (party: string, path: string) => market.stack.request(party, "GET", path);
const listOf = async (party: string, query = "limit=200") =>
  TransferList.parse((await get(party, `/v1/transfers?${query}`)).body);

const codesOf = ({ body }: RawAnswer) => TransferCheck.parse(body).restrictions.map(({ code }) => code);
const withoutInstance = ({ status, body }: RawAnswer) => ({ status, ...body, instance: undefined });

describe("transfers before the filing is recorded", () => {
  it("are refused, and the check says the same", async () => {
    const body = movement("kestrel", "heron");
    const expected = ["FILING_NOT_RECORDED", "UNITS_INSUFFICIENT"];
    expect(reasonsOf(await move(PEAK, body))).toEqual([422, "restricted", ...expected]);
    expect(codesOf(await check(PEAK, body))).toEqual(expected);
    await recordDeal(market);
    await priceDeal(market);
    await issue(market, 0, { kestrel: 1_000, heron: 500, dugong: 800 });
    await issue(market, 3, { osprey: 100, loris: 100 });
  });
});

describe("another custodian's account", () => {
  const questions: [what: string, ask: (from: string) => Promise<RawAnswer>][] = [
    ["a transfer", (from) => move(MERLION, movement(from, "tapir"))],
    ["the check", (from) => check(MERLION, movement(from, "tapir"))],
    [
      "a batch",
      (from) => {
        const transfers = [leg("dugong", "tapir"), leg(from, "tapir")];
        return post(market.stack, MERLION, "/v1/transfer-batches", { classId: classId(), transfers });
      },
    ],
    ["a list of its movements", (from) => get(MERLION, `/v1/transfers?account=${addressOf(from)}`)],
  ];

  it.each(questions)("is refused by %s as if it did not exist", async (_what, ask) => {
    const [foreign, nobodys] = [await ask("kestrel"), await ask(NOBODY)];
    expect([foreign.status, foreign.body.code]).toEqual([404, "unknown-account"]);
    expect(withoutInstance(foreign)).toEqual(withoutInstance(nobodys));
    expect(foreign.text.toLowerCase()).not.toContain(market.at.kestrel.toLowerCase());
  });

  it("is named by the place of its leg in a batch", async () => {
    const transfers = [leg("kestrel", "tapir"), leg("dugong", "tapir"), leg("heron", "tapir")];
    const answer = await post(market.stack, MERLION, "/v1/transfer-batches", { classId: classId(), transfers });
    expect(errorsOf(answer)).toEqual([
      "/body/transfers/0/from unknown-account",
      "/body/transfers/2/from unknown-account",
    ]);
  });
});

describe("refusals", () => {
  it("are for parties that do not move or check", async () => {
    for (const party of ["registrar", "regulator", "issuer", "trustee"]) {
      expect([party, (await move(party, movement("kestrel", "heron"))).status]).toEqual([party, 403]);
    }
    for (const party of ["regulator", "issuer"]) {
      expect((await check(party, movement("kestrel", "heron"))).status).toBe(403);
      expect((await get("issuer", "/v1/transfers")).status).toBe(403);
    }
    expect((await check(null, movement("kestrel", "heron"))).status).toBe(401);
  });

  const cases: [what: string, body: () => unknown, codes: string[]][] = [
    ["a receiver that nobody registered", () => movement("kestrel", NOBODY), ["RECEIVER_NOT_REGISTERED"]],
    ["the zero address as receiver", () => movement("kestrel", ZeroAddress), ["RECEIVER_NOT_REGISTERED"]],
    ["no units", () => movement("kestrel", "tapir", 0), ["UNITS_ZERO"]],
    ["a movement to itself", () => movement("kestrel", "kestrel"), ["SAME_ACCOUNT"]],
    [
      "a category that the class does not admit",
      () => movement("osprey", "heron", 1, 3),
      ["RECEIVER_CATEGORY_NOT_ADMITTED"],
    ],
    [
      "everything at once",
      () => movement("osprey", "heron", 2n ** 64n - 1n, 3),
      ["UNITS_INSUFFICIENT", "RECEIVER_CATEGORY_NOT_ADMITTED"],
    ],
    [
      "itself, no units, not admitted",
      () => movement("heron", "heron", 0, 3),
      ["SAME_ACCOUNT", "UNITS_ZERO", "RECEIVER_CATEGORY_NOT_ADMITTED"],
    ],
  ];

  it.each(cases)("name every reason: %s", async (_what, body, codes) => {
    const refusal = await move(PEAK, body());
    expect(reasonsOf(refusal)).toEqual([422, "restricted", ...codes]);
    const checked = await check(PEAK, body());
    expect(checked.status).toBe(200);
    expect(checked.body).toEqual({ allowed: false, restrictions: refusal.body.restrictions });
  });

  it("of units alone say how many there are", async () => {
    const answer = await move(PEAK, movement("kestrel", "heron", 1_001));
    expect(reasonsOf(answer)).toEqual([422, "insufficient-units"]);
    expect(answer.body.values).toMatchObject({ balance: "1000", needed: "1001" });
    expect(codesOf(await check(PEAK, movement("kestrel", "heron", 1_001)))).toEqual(["UNITS_INSUFFICIENT"]);
  });

  it("of a class that does not exist, or has no note", async () => {
    const elsewhere = { ...movement("kestrel", "heron"), classId: `${id("no deal")}.0` };
    for (const body of [elsewhere, movement("kestrel", "heron", 1, 9), movement("kestrel", "heron", 1, 5)]) {
      expect(reasonsOf(await move(PEAK, body))).toEqual([404, "unknown-class"]);
      expect(reasonsOf(await check(PEAK, body))).toEqual([404, "unknown-class"]);
    }
    expect((await get(PEAK, `/v1/transfers?classId=${classId(5)}`)).status).toBe(404);
  });

  const wrong: [what: string, change: Record<string, unknown>, error: string][] = [
    ["negative units", { units: "-1" }, "/body/units malformed"],
    ["fractional units", { units: "1.5" }, "/body/units malformed"],
    ["huge units", { units: String(2n ** 64n) }, "/body/units out-of-range"],
    ["units of a hundred digits", { units: "9".repeat(100) }, "/body/units malformed"],
    ["units as a number", { units: 1 }, "/body/units wrong-type"],
    ["units as hexadecimal", { units: "0x10" }, "/body/units malformed"],
    ["an account by name", { from: "kestrel" }, "/body/from malformed"],
    ["a short address", { to: "0x1234" }, "/body/to malformed"],
    ["a class by label", { classId: "A-1" }, "/body/classId malformed"],
    ["no class", { classId: undefined }, "/body/classId missing"],
    ["an unknown field", { memo: "gift" }, "/body/memo unknown-field"],
  ];

  it.each(wrong)("answer 400 to %s", async (_what, change, error) => {
    const body = { ...movement("kestrel", "heron"), ...change };
    for (const answer of [await move(PEAK, body), await check(PEAK, body)]) {
      expect([answer.status, answer.body.code, errorsOf(answer)]).toEqual([400, "validation", [error]]);
    }
  });

  it("answer 400 to a batch of none, of 201, and with a wrong leg", async () => {
    for (const [transfers, error] of [
      [[], "/body/transfers out-of-range"],
      [Array.from({ length: 201 }, () => leg("kestrel", "heron")), "/body/transfers out-of-range"],
      [[leg("kestrel", "heron"), leg("kestrel", "heron", "-5")], "/body/transfers/1/units malformed"],
    ] as const) {
      const answer = await post(market.stack, PEAK, "/v1/transfer-batches", { classId: classId(), transfers });
      expect([answer.status, errorsOf(answer)]).toEqual([400, [error]]);
    }
  });

  it("have moved nothing so far", async () => {
    const { items } = await listOf("registrar");
    expect(items.map(({ kind }) => kind)).toEqual(Array(5).fill("issuance"));
  });
});

describe("the check", () => {
  it("allows what would go ahead, and makes nothing of it", async () => {
    const answer = await check(PEAK, movement("kestrel", "tapir", 1_000));
    expect(answer.body).toEqual({ allowed: true, restrictions: [] });
    expect((await listOf(PEAK)).items).toHaveLength(3);
  });

  it("answers the registrar for the custodian of any account", async () => {
    expect((await check("registrar", movement("dugong", "kestrel", 800))).body.allowed).toBe(true);
    expect(codesOf(await check("registrar", movement("dugong", "kestrel", 801)))).toEqual(["UNITS_INSUFFICIENT"]);
    expect(codesOf(await check("registrar", movement(NOBODY, "kestrel")))).toEqual([
      "UNITS_INSUFFICIENT",
      "SENDER_NOT_REGISTERED",
      "OPERATOR_NOT_ENTITLED",
    ]);
  });

  it("knows at once of a stopped account, a lapsed one and a downgrade", async () => {
    const order = { orderId: hashOf("order tapir"), until: instantIn(HOUR_SECONDS) };
    await command(market.stack, "registrar", `/v1/accounts/${market.at.tapir}/stops`, order);
    const facts = factsOf("osprey", { lookThrough: "unresolved", eligibleUntil: "2020-01-01T00:00:00Z" });
    await command(market.stack, PEAK, `/v1/accounts/${market.at.osprey}/facts`, facts);
    expect(codesOf(await check(PEAK, movement("kestrel", "tapir")))).toEqual(["RECEIVER_STOPPED"]);
    expect(codesOf(await check(MERLION, movement("tapir", "dugong", 0)))).toEqual(["UNITS_ZERO", "SENDER_STOPPED"]);
    expect(codesOf(await check(PEAK, movement("kestrel", "osprey")))).toEqual([
      "RECEIVER_LOOK_THROUGH_FAILED",
      "RECEIVER_LAPSED",
    ]);
    // Lapsed is exit-only: it may still send.
    expect((await check(PEAK, movement("osprey", "loris", 1, 3))).body.allowed).toBe(true);
    await command(market.stack, PEAK, `/v1/accounts/${market.at.osprey}/facts`, factsOf("osprey"));
  });
});

describe("transfers", () => {
  it("happen once for a key", async () => {
    const body = movement("kestrel", "dugong", 100);
    const key = "transfers-test-once";
    const send = (of: unknown) => market.stack.request(PEAK, "POST", "/v1/transfers", { body: of, key });
    const first = await send(body);
    expect(first.status).toBe(202);
    expect(first.body.facts).toEqual(body);
    const again = await send(body);
    expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([first.text, "true"]);
    expect(reasonsOf(await send(movement("kestrel", "dugong", 101)))).toEqual([422, "idempotency-key-reuse"]);
    const stateOf = async () => (await get(PEAK, `/v1/operations/${first.body.id}`)).body.state;
    await expect.poll(stateOf).toBe("final");
    await transfer(market, 0, "dugong", "loris", 900);
    const { items } = await listOf("regulator", `classId=${classId()}`);
    const moved = items.filter(({ kind }) => kind === "transfer");
    expect(moved.map(({ from, to, units }) => [from, to, units])).toEqual([
      [market.at.dugong, market.at.loris, "900"],
      [market.at.kestrel, market.at.dugong, "100"],
    ]);
    expect(moved[1]!.operationRef).toBe(first.body.operationRef);
  });

  it("take addresses however they are written", async () => {
    const body = {
      ...movement("kestrel", "heron", 1),
      from: market.at.kestrel.toLowerCase(),
      to: `0x${market.at.heron.slice(2).toUpperCase()}`,
    };
    const { id: operation } = await command(market.stack, PEAK, "/v1/transfers", body);
    const { body: shown } = await get(PEAK, `/v1/operations/${operation}`);
    expect(shown.facts).toMatchObject({ from: market.at.kestrel, to: market.at.heron });
  });

  it("in a batch are judged one after the other, each under a reference of its own", async () => {
    const transfers = [leg("kestrel", "heron", 899), leg("heron", "dugong", 1_400)];
    const refused = await post(market.stack, PEAK, "/v1/transfer-batches", {
      classId: classId(),
      transfers: [...transfers, leg("kestrel", "kestrel", 0)],
    });
    expect(reasonsOf(refused)).toEqual([422, "restricted", "SAME_ACCOUNT", "UNITS_ZERO"]);
    expect(refused.body.values).toMatchObject({ leg: "2" });

    const batch = { classId: classId(), transfers };
    const { operationRef, blockNumber } = await command(market.stack, PEAK, "/v1/transfer-batches", batch);
    const { items } = await listOf(PEAK, "limit=2");
    expect(items.map(({ units, operationRef: ref, blockNumber: block }) => [units, ref, block])).toEqual([
      ["1400", childRef(operationRef, 1), blockNumber],
      ["899", childRef(operationRef, 0), blockNumber],
    ]);
  });

  it("stop in the block after the filing is suspended, and issuances with them", async () => {
    const order = { orderId: hashOf("suspension"), until: instantIn(HOUR_SECONDS), basisHash: hashOf("basis") };
    await command(market.stack, "regulator", `/v1/filings/${market.filingId}/suspensions`, order);
    expect(reasonsOf(await move(MERLION, movement("dugong", "loris")))).toEqual([
      422,
      "restricted",
      "FILING_SUSPENDED",
    ]);
    const allocations = [{ account: market.at.kestrel, units: "1" }];
    const issuance = await post(market.stack, "issuer", `/v1/classes/${classId()}/issuances`, { allocations });
    expect(reasonsOf(issuance)).toEqual([422, "restricted", "FILING_SUSPENDED"]);
    const lift = { orderId: order.orderId, basisHash: hashOf("lift") };
    for (const party of ["regulator", "trustee", "attester-one"]) {
      await command(market.stack, party, `/v1/filings/${market.filingId}/suspension-lifts`, lift);
    }
    await transfer(market, 0, "dugong", "loris", 1);
  });

  it("by a holder's own key need no operation, and show without a reference", async () => {
    const provider = new JsonRpcProvider(market.stack.service.ledgerUrl, undefined, { cacheTimeout: -1 });
    const holder = Wallet.createRandom(provider);
    const facts = factsOf("kestrel", { holderRef: hashOf("self").slice(0, 34) });
    const { body: proof } = await market.stack.request(PEAK, "POST", "/v1/self-kept-accounts/key-proof", {
      body: { account: holder.address, holderRef: facts.holderRef },
    });
    const signature = await holder.signTypedData(proof.domain, proof.types, proof.message);
    await command(market.stack, PEAK, "/v1/self-kept-accounts", { account: holder.address, ...facts, signature });
    await issue(market, 1, { kestrel: 10 });
    await command(market.stack, PEAK, "/v1/transfers", { classId: classId(1), ...leg("kestrel", holder.address, 10) });
    const { body: shown } = await get(PEAK, `/v1/classes/${classId(1)}`);
    const note = Note__factory.connect(shown.note, holder);
    const send = (to: string) => note.transfer(to, 4n, { type: 0, gasPrice: 0n });
    await expect(send(market.at.tapir)).toRevertWith(note, "Note_Restricted", [reasons("RECEIVER_STOPPED"), 0n]);
    const { blockNumber } = (await (await send(market.at.dugong)).wait())!;
    const newest = async () => (await listOf(PEAK, "limit=1")).items[0]!;
    await expect.poll(newest).toMatchObject({ blockNumber, units: "4", operationRef: null, from: holder.address });
    // Its custodian may move it only with an allowance.
    expect(reasonsOf(await move(PEAK, { classId: classId(1), ...leg(holder.address, "heron", 1) }))).toEqual([
      422,
      "restricted",
      "OPERATOR_NOT_ENTITLED",
    ]);
    provider.destroy();
  });
});

describe("the list of movements", () => {
  it("shows both custodians of a movement only their own account", async () => {
    const ofPeak = labels.slice(0, 3).map((label) => market.at[label].toLowerCase());
    const ofMerlion = labels.slice(3).map((label) => market.at[label].toLowerCase());
    for (const [party, own, foreign] of [
      [PEAK, ofPeak, ofMerlion],
      [MERLION, ofMerlion, ofPeak],
    ] as const) {
      const { text } = await get(party, "/v1/transfers?limit=200");
      for (const address of foreign) expect(text.toLowerCase()).not.toContain(address);
      const { items } = await listOf(party);
      const across = items.filter(({ fromCustodian, toCustodian }) => fromCustodian && fromCustodian !== toCustodian);
      expect(across.length).toBeGreaterThan(1);
      for (const { from, to, fromCustodian } of across) {
        const [seen, hidden] = fromCustodian === party ? [from, to] : [to, from];
        expect([seen === null, hidden]).toEqual([false, null]);
      }
      expect(items.some(({ from }) => from !== null && own.includes(from.toLowerCase()))).toBe(true);
    }
  });

  it("adds up, account by account, to what the ledger says", async () => {
    const { body: shown } = await get(PEAK, `/v1/classes/${classId()}`);
    const provider = new JsonRpcProvider(market.stack.service.ledgerUrl);
    const note = Note__factory.connect(shown.note, provider);
    for (const label of labels) {
      const account = market.at[label];
      const { items } = await listOf("registrar", `limit=200&classId=${classId()}&account=${account}`);
      const sum = items.reduce(
        (units, { from, to, units: moved }) =>
          units + (to === account ? BigInt(moved) : 0n) - (from === account ? BigInt(moved) : 0n),
        0n,
      );
      expect([label, sum]).toEqual([label, await note.balanceOf(account)]);
    }
    provider.destroy();
  });

  it("comes in pages that fit together, of all movements and of one account", async () => {
    for (const query of ["", `&account=${market.at.kestrel}`, `&classId=${classId()}`]) {
      const all = (await listOf(PEAK, `limit=200${query}`)).items;
      expect(all.length).toBeGreaterThan(3);
      const paged: unknown[] = [];
      for (let next: string | null = ""; next !== null;) {
        const page: Awaited<ReturnType<typeof listOf>> = await listOf(
          PEAK,
          `limit=2${query}${next && `&cursor=${next}`}`,
        );
        paged.push(...page.items);
        next = page.next;
      }
      expect(paged).toEqual(all);
    }
    for (const query of ["cursor=nonsense", "limit=0", "limit=1e3", "account=kestrel", "classId=A-1", "from=now"]) {
      expect([query, (await get(PEAK, `/v1/transfers?${query}`)).status]).toEqual([query, 400]);
    }
  });
});
