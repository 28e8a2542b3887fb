import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bank } from "../../scripts/demo/bank.ts";
import { CycleDetail } from "../../server/features/distributions/distributions.schema.ts";
import { EntitlementList, PaymentList } from "../../server/features/payments/payments.schema.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, instantIn, post, refusalOf } from "../support/filings.ts";
import { MERLION, PEAK, transfer, type AccountLabel } from "../support/market.ts";
import {
  admitDeposit,
  book,
  cashAccountOf,
  codeOf,
  instructAll,
  openBankOf,
  openPayingDeal,
  postPeriod,
  preparePeriod,
  printed,
  provideFunds,
  refusal,
  type PayingDeal,
} from "../support/payingDeal.ts";
import type { Stack } from "../support/stack.ts";

const AGENT = "paying-agent";
const DAY_SECONDS = 86_400;

let stack: Stack;
let deal: PayingDeal;
let bank: Bank;
beforeAll(async () => {
  stack = await startCheckedStack();
  deal = await openPayingDeal(stack);
  bank = await openBankOf(stack);
});
afterAll(() => stack.stop());

const get = (party: string, path: string) => stack.request(party, "GET", path);
const detail = async (period: number) => CycleDetail.parse((await get(AGENT, deal.cycle(period))).body);
const payments = async (period: number, party = AGENT) =>
  PaymentList.parse((await get(party, deal.cycle(period, "/payments"))).body);
const entitlements = async (period: number, party = AGENT, query = "") =>
  EntitlementList.parse((await get(party, deal.cycle(period, `/entitlements?limit=200${query}`))).body).items;
const labelOf = (account: string) => Object.entries(deal.at).find(([, address]) => address === account)![0];
const statesOf = async (classIndex: number, period = 1) =>
  Object.fromEntries(
    (await entitlements(period, AGENT, `&classIndex=${classIndex}`)).map(({ account, state }) => [
      labelOf(account),
      state,
    ]),
  );
const pay = (classIndex: number, period = 1) => command(stack, AGENT, deal.cycle(period, "/payments"), { classIndex });
const tryTo = (rest: string, body: unknown, party = AGENT, period = 1) =>
  refusal(stack, party, deal.cycle(period, rest), body);
const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total + BigInt(amount), 0n);
const lift = async (account: string, orderId: string) => {
  for (const party of ["registrar", "trustee", "attester-one"]) {
    await command(stack, party, `/v1/accounts/${account}/stop-lifts`, { orderId });
  }
};

describe("before the deposit is admitted", () => {
  it("nobody is paid from it, and only three parties admit it", async () => {
    const allowance = await refusal(stack, AGENT, "/v1/deposits/USD/allowances", { amountMinor: "1" });
    expect(allowance.slice(0, 2)).toEqual([422, "deposit-missing"]);
    const body = { currency: "USD", deposit: bank.deposit, admissionRef: hashOf("admission") };
    expect((await refusal(stack, AGENT, "/v1/deposits", body)).slice(0, 2)).toEqual([403, "forbidden"]);
    const absent = await refusal(stack, "registrar", "/v1/deposits", { ...body, deposit: cashAccountOf("nobody") });
    expect(absent.slice(0, 2)).toEqual([422, "cash-address-missing"]);
    await admitDeposit(stack, bank);
    expect((await get("issuer", "/v1/deposits")).body.items).toMatchObject([
      { currency: "USD", deposit: bank.deposit },
    ]);
  });

  it("a party alone opens its instruction, and another one approves it", async () => {
    const body = { currency: "USD", cashAccount: cashAccountOf(PEAK), instructionRef: hashOf(`instruction ${PEAK}`) };
    const path = `/v1/parties/${PEAK}/cash-accounts`;
    for (const party of ["trustee", MERLION]) {
      expect((await refusal(stack, party, path, body)).slice(0, 2)).toEqual([403, "not-instructor"]);
    }
    const unknown = await refusal(stack, PEAK, "/v1/parties/nobody/cash-accounts", body);
    expect(unknown.slice(0, 2)).toEqual([404, "unknown-party"]);
    expect(refusalOf(await post(stack, PEAK, path, { ...body, currency: "XYZ" }))).toEqual([
      400,
      "validation",
      "/body/currency",
    ]);
    await command(stack, PEAK, path, body);
    expect((await refusal(stack, PEAK, path, body)).slice(0, 2)).toEqual([422, "approval-same-party"]);
    expect((await get(PEAK, path)).body.items).toEqual([]);
    await command(stack, "trustee", path, body);
    expect((await get(PEAK, path)).body.items).toMatchObject([{ currency: "USD" }]);
    expect((await get(MERLION, path)).body.items).toEqual([]);
    await instructAll(stack, [MERLION, "issuer"]);
  });
});

describe("the first payment date", () => {
  it("pays by the register of its record date, not by the register of the day", async () => {
    await preparePeriod(deal, 1);
    // After the record date and before the posting: the buyer is paid nothing of this period.
    await transfer(deal, 0, "dugong", "loris", 60_000);
    await transfer(deal, 0, "kestrel", "heron", 1);
    expect(await tryTo("/fundings", { amountMinor: "1" })).toEqual([409, "not-posted", expect.anything()]);
    expect((await tryTo("/payments", { classIndex: 0 })).slice(0, 2)).toEqual([409, "not-posted"]);
    expect(codeOf(await get(AGENT, deal.cycle(1, "/entitlements")))).toEqual([404, "not-found"]);
    await postPeriod(deal, 1);
    const units = (await entitlements(1)).map((one) => [one.classIndex, labelOf(one.account), Number(one.units)]);
    const expected = Object.entries(book).flatMap(([classIndex, all]) =>
      Object.entries(all).map(([label, count]) => [Number(classIndex), label, count]),
    );
    expect(new Set(units.map(String))).toEqual(new Set(expected.map(String)));
    expect(units).toHaveLength(expected.length);
  });

  it("entitles equal units to equal cash, and splits all but less than a minor unit a holder", async () => {
    const { classes } = await detail(1);
    for (const { classIndex, payableMinor } of classes.slice(0, 5)) {
      const rows = await entitlements(1, AGENT, `&classIndex=${classIndex}`);
      const units = rows.reduce((total, row) => total + BigInt(row.units), 0n);
      for (const row of rows) {
        expect(BigInt(row.amountMinor)).toBe((BigInt(row.units) * BigInt(payableMinor)) / units);
      }
      const left = BigInt(payableMinor) - sum(rows.map(({ amountMinor }) => amountMinor));
      expect([left >= 0n, left < BigInt(rows.length)]).toEqual([true, true]);
    }
  });

  it("takes exactly its total, once, and pays nothing before", async () => {
    const { totalMinor } = await detail(1);
    const short = String(BigInt(totalMinor!) - 1n);
    for (const amountMinor of [short, String(BigInt(totalMinor!) + 1n)]) {
      const values = expect.objectContaining({ postedMinor: totalMinor, givenMinor: amountMinor });
      expect(await tryTo("/fundings", { amountMinor })).toEqual([422, "funding-differs", values]);
    }
    const funding = { amountMinor: totalMinor };
    expect((await tryTo("/fundings", funding, "trustee")).slice(0, 2)).toEqual([403, "forbidden"]);
    expect((await tryTo("/fundings", funding)).slice(0, 2)).toEqual([422, "insufficient-allowance"]);
    await command(stack, AGENT, "/v1/deposits/USD/allowances", funding);
    expect((await tryTo("/fundings", funding)).slice(0, 2)).toEqual([422, "insufficient-units"]);
    for (const [rest, body] of [
      ["/payments", { classIndex: 0 }],
      ["/payments", { classIndex: 5 }],
      ["/releases", { classIndex: 0, accounts: [deal.at.heron] }],
      ["/fee-payments", { line: 0 }],
    ] as const) {
      expect((await tryTo(rest, body)).slice(0, 2)).toEqual([409, "not-funded"]);
    }
    expect((await detail(1)).state).toBe("posted");
    await provideFunds(deal, bank, 1);
    await command(stack, AGENT, deal.cycle(1, "/fundings"), funding);
    expect((await tryTo("/fundings", funding)).slice(0, 2)).toEqual([409, "already-funded"]);
    expect((await detail(1)).state).toBe("funded");
    expect((await payments(1)).funding).toMatchObject({ amountMinor: totalMinor, deposit: bank.deposit });
  });

  it("holds the share of a stopped account, and pays the others by one transfer a custodian", async () => {
    const orderId = hashOf("order");
    const stop = { orderId, until: instantIn(DAY_SECONDS) };
    await command(stack, "registrar", `/v1/accounts/${deal.at.heron}/stops`, stop);
    await pay(0);
    expect(await statesOf(0)).toEqual({ kestrel: "paid", heron: "held", dugong: "paid", tapir: "paid" });
    const amounts = Object.fromEntries(
      (await entitlements(1, AGENT, "&classIndex=0")).map((one) => [labelOf(one.account), one.amountMinor]),
    ) as Record<AccountLabel, string>;
    const { custodians } = await payments(1);
    expect(Object.fromEntries(custodians.map(({ custodian, amountMinor }) => [custodian, amountMinor]))).toEqual({
      [MERLION]: String(sum([amounts.dugong, amounts.tapir])),
      [PEAK]: amounts.kestrel,
    });
    expect(custodians).toHaveLength(2);
    expect(await bank.balanceOf(cashAccountOf(PEAK))).toBe(BigInt(amounts.kestrel));

    expect((await tryTo("/payments", { classIndex: 0 })).slice(0, 2)).toEqual([409, "nothing-to-pay"]);
    await command(stack, AGENT, deal.cycle(1, "/payments"), {
      classIndex: 0,
      accounts: [deal.at.heron, deal.at.kestrel],
    });
    await command(stack, AGENT, deal.cycle(1, "/releases"), { classIndex: 0 });
    expect((await statesOf(0))["heron"]).toBe("held");
    expect(await bank.balanceOf(cashAccountOf(PEAK))).toBe(BigInt(amounts.kestrel));
    expect((await detail(1)).classes[0]).toMatchObject({ heldMinor: amounts.heron, openAccounts: 0 });

    await lift(deal.at.heron, orderId);
    await command(stack, AGENT, deal.cycle(1, "/releases"), { classIndex: 0 });
    expect((await statesOf(0))["heron"]).toBe("released");
    expect(await bank.balanceOf(cashAccountOf(PEAK))).toBe(sum([amounts.kestrel, amounts.heron]));
    expect((await tryTo("/releases", { classIndex: 0 })).slice(0, 2)).toEqual([409, "nothing-to-pay"]);
    expect((await detail(1)).classes[0]).toMatchObject({ heldMinor: "0" });
  });

  it("tries again what the deposit did not move, and pays nobody twice", async () => {
    await bank.setBlocked(cashAccountOf(MERLION), true);
    await pay(3);
    expect(await statesOf(3)).toEqual({ kestrel: "paid", dugong: "due" });
    const failed = await entitlements(1, MERLION, "&classIndex=3&state=due");
    expect(failed.map(({ failedAt }) => failedAt)).toEqual([expect.stringMatching(/^20/)]);
    expect((await detail(1)).classes[3]).toMatchObject({ openAccounts: 1, remainder: null });
    await bank.setBlocked(cashAccountOf(MERLION), false);
    const before = await bank.balanceOf(cashAccountOf(PEAK));
    await pay(3);
    expect(await statesOf(3)).toEqual({ kestrel: "paid", dugong: "paid" });
    expect(await bank.balanceOf(cashAccountOf(PEAK))).toBe(before);
    expect((await entitlements(1, AGENT, "&classIndex=3")).map(({ failedAt }) => failedAt)).toEqual([null, null]);
  });

  it("pays fee and retained class to the party that the terms name, once", async () => {
    expect((await tryTo("/fee-payments", { line: 1 })).slice(0, 2)).toEqual([422, "not-a-fee"]);
    expect((await tryTo("/fee-payments", { line: 99 })).slice(0, 2)).toEqual([422, "not-a-fee"]);
    expect((await tryTo("/fee-payments", { line: 0 })).slice(0, 2)).toEqual([422, "instruction-missing"]);
    await instructAll(stack, ["servicer"]);
    await command(stack, AGENT, deal.cycle(1, "/fee-payments"), { line: 0 });
    expect((await tryTo("/fee-payments", { line: 0 })).slice(0, 2)).toEqual([409, "already-paid"]);
    expect(await bank.balanceOf(cashAccountOf("servicer"))).toBe(40_000n);

    const accounts = [deal.at.kestrel];
    const answer = await post(stack, AGENT, deal.cycle(1, "/payments"), { classIndex: 5, accounts });
    expect(refusalOf(answer)).toEqual([400, "validation", "/body/accounts"]);
    await pay(5);
    expect((await tryTo("/payments", { classIndex: 5 })).slice(0, 2)).toEqual([409, "already-paid"]);
    expect((await tryTo("/payments", { classIndex: 6 })).slice(0, 2)).toEqual([409, "nothing-to-pay"]);
    expect((await payments(1)).parties).toMatchObject([
      { payee: "servicer", line: 0, classIndex: null, amountMinor: "40000", paidAt: expect.any(String) },
      { payee: "issuer", line: null, classIndex: 5, amountMinor: "0", paidAt: expect.any(String) },
    ]);
  });

  it("is paid when nobody is left, to the minor unit", async () => {
    for (const classIndex of [1, 2, 4]) await pay(classIndex);
    const { state, totalMinor, classes } = await detail(1);
    expect(state).toBe("paid");
    const cash = await Promise.all(
      [PEAK, MERLION, "servicer", "issuer"].map((party) => bank.balanceOf(cashAccountOf(party))),
    );
    const remainders = sum(classes.map(({ remainder }) => remainder?.amountMinor ?? "0"));
    expect(cash.reduce((total, amount) => total + amount, 0n) + remainders).toBe(BigInt(totalMinor!));
    for (const { payableMinor, paidMinor, remainder } of classes) {
      expect(BigInt(paidMinor) + BigInt(remainder?.amountMinor ?? "0")).toBe(BigInt(payableMinor));
    }
    expect(classes.some(({ remainder }) => remainder !== null)).toBe(true);
  });
});

describe("the second payment date", () => {
  it("pays the new holders, and what could not be divided before", async () => {
    const first = await detail(1);
    await preparePeriod(deal, 2);
    await postPeriod(deal, 2);
    const second = await detail(2);
    const { interestMinor, principalMinor, outstandingMinor, factor, principalPerThousand, interestPerThousand } =
      printed[2];
    expect(second.classes[0]).toMatchObject({
      principalMinor,
      outstandingMinor,
      factor,
      principalPerThousand,
      interestPerThousand,
    });
    expect(second.classes.map((one) => one.interestMinor)).toEqual(interestMinor);
    for (const [index, { payableMinor, interestMinor, principalMinor }] of second.classes.entries()) {
      const carried = BigInt(first.classes[index]!.remainder?.amountMinor ?? "0");
      expect(BigInt(payableMinor)).toBe(BigInt(interestMinor) + BigInt(principalMinor) + carried);
    }
    const rows = await entitlements(2, AGENT, "&classIndex=0");
    expect(Object.fromEntries(rows.map(({ account, units }) => [labelOf(account), Number(units)]))).toEqual({
      kestrel: 100_000,
      heron: 65_000,
      loris: 60_000,
      tapir: 40_000,
    });
    const amountMinor = await provideFunds(deal, bank, 2);
    await command(stack, AGENT, deal.cycle(2, "/fundings"), { amountMinor });
    for (const classIndex of [0, 1, 2, 3, 4]) await pay(classIndex, 2);
    expect((await detail(2)).state).toBe("funded");
    await command(stack, AGENT, deal.cycle(2, "/fee-payments"), { line: 0 });
    expect((await detail(2)).state).toBe("paid");
  });
});

describe("who sees what", () => {
  it("a custodian sees its own accounts, the paying agent all, others none", async () => {
    const all = await entitlements(1);
    for (const custodian of [PEAK, MERLION]) {
      const own = await entitlements(1, custodian);
      expect(own).toEqual(all.filter((one) => one.custodian === custodian));
      expect(own.length).toBeGreaterThan(0);
      const { custodians } = await payments(1, custodian);
      expect(new Set(custodians.map((one) => one.custodian))).toEqual(new Set([custodian]));
    }
    for (const party of ["registrar", "regulator"]) expect(await entitlements(1, party)).toEqual(all);
    for (const party of ["issuer", "trustee", "servicer", "attester-one", "filing-entity"]) {
      expect(codeOf(await get(party, deal.cycle(1, "/entitlements")))).toEqual([403, "forbidden"]);
      const { status, text } = await get(party, deal.cycle(1, "/payments"));
      expect(status).toBe(200);
      expect(PaymentList.parse(JSON.parse(text)).custodians).toEqual([]);
      for (const address of Object.values(deal.at)) expect(text.toLowerCase()).not.toContain(address.toLowerCase());
    }
  });

  it("entitlements come in pages", async () => {
    const all = await entitlements(1);
    const path = deal.cycle(1, "/entitlements?limit=4");
    const paged = [];
    for (let next: string | null = ""; next !== null;) {
      const { body }: { body: any } = await get(AGENT, path + (next && `&cursor=${next}`));
      paged.push(...body.items);
      next = body.next;
    }
    expect(paged).toEqual(all);
    expect(codeOf(await get(AGENT, `${path}&cursor=x`))).toEqual([400, "bad-cursor"]);
  });
});
