import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Calculation, CycleDetail, CycleList } from "../../server/features/distributions/distributions.schema.ts";
import { canonicalJson } from "../../server/domain/canonicalJson.ts";
import { sha256 } from "../../server/domain/hex.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, post, refusalOf } from "../support/filings.ts";
import { byBoth, codeOf, openPayingDeal, printed, refusal, reportOf, type PayingDeal } from "../support/payingDeal.ts";
import type { Stack } from "../support/stack.ts";

let stack: Stack;
let deal: PayingDeal;
let issuedAtBlock: number;
beforeAll(async () => {
  stack = await startCheckedStack();
  deal = await openPayingDeal(stack);
});
afterAll(() => stack.stop());

const get = (party: string, path: string) => stack.request(party, "GET", path);
const cycles = () => `/v1/deals/${deal.dealId}/cycles`;
const tryReport = (period: number, body: unknown) => refusal(stack, "servicer", deal.cycle(period, "/reports"), body);
const fixing = (overrides: Record<string, unknown> = {}) => ({
  version: 1,
  classIndex: 3,
  rate: printed[1].fixing,
  evidenceHash: hashOf("fixing page"),
  ...overrides,
});
const tryFixing = (party: string, body: unknown) => refusal(stack, party, deal.cycle(1, "/fixings"), body);
const tryPosting = (party: string, calculationHash: string, period = 1) =>
  refusal(stack, party, deal.cycle(period, "/postings"), { calculationHash });
const detail = async (period: number, party = "attester-one") =>
  CycleDetail.parse((await get(party, deal.cycle(period))).body);
const calculation = async (period: number, party = "trustee") =>
  Calculation.parse((await get(party, deal.cycle(period, "/calculation"))).body);
const dates = { recordDate: "2004-11-12", nominalDate: "2004-11-15", paymentDate: "2004-11-15" };

describe("before a cycle is declared", () => {
  it("there is nothing to read, report, fix or post", async () => {
    expect(codeOf(await get("issuer", deal.cycle(1)))).toEqual([404, "unknown-cycle"]);
    expect(codeOf(await get("issuer", deal.cycle(1, "/calculation")))).toEqual([404, "unknown-cycle"]);
    expect(codeOf(await get("issuer", deal.cycle(1, "/payments")))).toEqual([404, "not-found"]);
    expect(CycleList.parse((await get("issuer", cycles())).body).items).toEqual([]);
    const early = await tryReport(1, { version: 1, report: reportOf(1) });
    expect(early).toEqual([409, "cycle-version", expect.objectContaining({ expected: "0", given: "1" })]);
    expect((await tryFixing("trustee", fixing())).slice(0, 2)).toEqual([409, "cycle-version"]);
    expect((await tryPosting("trustee", hashOf("any"))).slice(0, 2)).toEqual([404, "unknown-cycle"]);
  });

  it("only its paying agent declares it, of a deal that exists", async () => {
    for (const party of ["trustee", "issuer", "registrar", "servicer", "peak-custody"]) {
      expect((await refusal(stack, party, cycles(), { period: 1, version: 1 })).slice(0, 2)).toEqual([
        403,
        "forbidden",
      ]);
    }
    const foreign = await refusal(stack, "paying-agent", `/v1/deals/${hashOf("no deal")}/cycles`, {
      period: 1,
      version: 1,
    });
    expect(foreign.slice(0, 2)).toEqual([404, "unknown-deal"]);
    expect(codeOf(await get("issuer", `/v1/deals/${hashOf("no deal")}/cycles`))).toEqual([404, "unknown-deal"]);
  });

  it.each([
    [
      "a period that is not the next",
      { period: 2, version: 1, dates },
      [409, "period-order"],
      { expected: "1", given: "2" },
    ],
    [
      "a version that is not the next",
      { period: 1, version: 2, dates },
      [409, "cycle-version"],
      { expected: "1", given: "2" },
    ],
    [
      "a first date other than the filed one",
      { period: 1, version: 1, dates: { ...dates, nominalDate: "2004-11-14" } },
      [422, "cycle-date"],
      { field: "nominalDate" },
    ],
    [
      "a record date after the payment",
      { period: 1, version: 1, dates: { ...dates, recordDate: "2004-11-16" } },
      [422, "cycle-date"],
      { field: "recordDate" },
    ],
    [
      "a payment that rolled for a month",
      { period: 1, version: 1, dates: { ...dates, paymentDate: "2004-12-15" } },
      [422, "cycle-date"],
      { field: "paymentDate" },
    ],
  ])("refuses %s", async (_what, body, problem, values) => {
    expect(await refusal(stack, "paying-agent", cycles(), body)).toEqual([...problem, expect.objectContaining(values)]);
  });

  it.each([
    ["/body/period", { period: 0, version: 1 }],
    ["/body/period", { period: "1", version: 1 }],
    ["/body/version", { period: 1 }],
    ["/body/dates/nominalDate", { period: 1, version: 1, dates: { ...dates, nominalDate: "2004-11-31" } }],
    [
      "/body/dates/paymentDate",
      { period: 1, version: 1, dates: { recordDate: "2004-11-12", nominalDate: "2004-11-15" } },
    ],
  ])("answers 400 at %s", async (pointer, body) => {
    expect(refusalOf(await post(stack, "paying-agent", cycles(), body))).toEqual([400, "validation", pointer]);
  });

  it("has no dates beyond the calendar of the deal document", async () => {
    const far = await refusal(stack, "paying-agent", cycles(), { period: 500, version: 1 });
    expect(far.slice(0, 2)).toEqual([422, "cycle-date"]);
  });
});

describe("a period in a path", () => {
  it.each(["0", "01", "1e0", "-1", "x", "65536", "%201"])("is a whole number from 1 on, not %s", async (period) => {
    const path = `/v1/deals/${deal.dealId}/cycles/${period}`;
    expect(refusalOf(await get("issuer", path))).toEqual([400, "validation", "/path/period"]);
  });
});

describe("a declared cycle", () => {
  beforeAll(async () => {
    await command(stack, "paying-agent", cycles(), { period: 1, version: 1 });
  });

  it("takes its dates from the deal document", async () => {
    const found = await detail(1);
    expect(found).toMatchObject({ ...dates, period: 1, version: 1, state: "declared", report: null, posting: null });
    expect(found.recordDateClosesAt).toBe("2004-11-13T04:59:59.000Z");
    expect(CycleList.parse((await get("peak-custody", cycles())).body).items).toHaveLength(1);
  });

  it("leaves its deal outstanding", async () => {
    const { body } = await get("issuer", `/v1/deals/${deal.dealId}`);
    expect(body.state).toBe("outstanding");
    issuedAtBlock = body.asOf.blockNumber;
  });

  it("has no calculation without a report", async () => {
    const { status, body } = await get("trustee", deal.cycle(1, "/calculation"));
    expect([status, body.code, body.values]).toEqual([404, "calculation-missing", { reason: "not-reported" }]);
    expect((await tryPosting("paying-agent", hashOf("any"))).slice(0, 2)).toEqual([409, "not-reported"]);
  });

  it("takes no report for another period or version, from another party, or that does not fit", async () => {
    const report = reportOf(1);
    expect(await tryReport(2, { version: 1, report })).toEqual([
      409,
      "period-order",
      expect.objectContaining({ expected: "1", given: "2" }),
    ]);
    expect((await tryReport(1, { version: 2, report })).slice(0, 2)).toEqual([409, "cycle-version"]);
    const above = reportOf(1, { principalDistributableMinor: "9999999999999" });
    expect(await tryReport(1, { version: 1, report: above })).toEqual([422, "bad-report", { field: "principalMinor" }]);
    for (const feesDueMinor of [[], ["1", "1"]]) {
      const answer = await tryReport(1, { version: 1, report: reportOf(1, { feesDueMinor }) });
      expect(answer).toEqual([422, "bad-report", { field: "feesDueMinor" }]);
    }
    const other = await refusal(stack, "trustee", deal.cycle(1, "/reports"), { version: 1, report });
    expect(other.slice(0, 2)).toEqual([403, "forbidden"]);
    expect((await detail(1)).state).toBe("declared");
  });

  it.each([
    ["/body/report/availableFundsMinor", { availableFundsMinor: "-1" }],
    ["/body/report/availableFundsMinor", { availableFundsMinor: String(2n ** 128n) }],
    ["/body/report/availableFundsMinor", { availableFundsMinor: 5 }],
    ["/body/report/principalDistributableMinor", { principalDistributableMinor: "1.5" }],
    ["/body/report/feesDueMinor/0", { feesDueMinor: [String(2n ** 64n)] }],
    ["/body/report/collectionPeriod/to", { collectionPeriod: { from: "2004-10-31", to: "2004-09-01" } }],
    ["/body/report/collections", { collections: undefined }],
    ["/body/report/note", { note: "x" }],
  ])("answers 400 to a report that is wrong at %s", async (pointer, overrides) => {
    const body = { version: 1, report: reportOf(1, overrides) };
    expect(refusalOf(await post(stack, "servicer", deal.cycle(1, "/reports"), body))).toEqual([
      400,
      "validation",
      pointer,
    ]);
  });

  it("is replaced by its next version, with another record date when it changes", async () => {
    await command(stack, "paying-agent", cycles(), {
      period: 1,
      version: 2,
      dates: { ...dates, recordDate: "2004-11-14" },
    });
    expect(await detail(1)).toMatchObject({ version: 2, recordDate: "2004-11-14", nominalDate: dates.nominalDate });
    expect((await tryReport(1, { version: 1, report: reportOf(1) })).slice(0, 2)).toEqual([409, "cycle-version"]);
  });
});

describe("a reported cycle", () => {
  beforeAll(async () => {
    await command(stack, "servicer", deal.cycle(1, "/reports"), { version: 2, report: reportOf(1) });
  });

  it("keeps the report under the hash that the ledger has, for the parties of the deal", async () => {
    const { report, state } = await detail(1);
    expect([state, report?.by]).toEqual(["reported", "servicer"]);
    const { body } = await get("trustee", deal.cycle(1, "/report"));
    const document = {
      format: "narrowgate-servicer-report/1",
      dealId: deal.dealId,
      period: 1,
      version: 2,
      ...reportOf(1),
    };
    expect(body).toEqual({ reportHash: sha256(canonicalJson(document)), by: "servicer", document });
    expect(body.reportHash).toBe(report!.reportHash);
    expect((await get("regulator", deal.cycle(1, "/report"))).status).toBe(200);
    for (const party of ["peak-custody", "attester-one"]) {
      expect(codeOf(await get(party, deal.cycle(1, "/report")))).toEqual([404, "unknown-report"]);
    }
  });

  it("takes no second report, not even the same", async () => {
    for (const report of [reportOf(1), reportOf(1, { availableFundsMinor: "99999999999" })]) {
      expect((await tryReport(1, { version: 2, report })).slice(0, 2)).toEqual([409, "already-reported"]);
    }
  });

  it("ends the issuance of its deal", async () => {
    const allocations = [{ account: deal.at.kestrel, units: "1" }];
    const issued = await refusal(stack, "issuer", `/v1/classes/${deal.dealId}.0/issuances`, { allocations });
    expect(issued.slice(0, 2)).toEqual([409, "issuance-ended"]);
    const { body } = await get("issuer", `/v1/deals/${deal.dealId}`);
    expect(body.state).toBe("amortising");
    const before = await get("issuer", `/v1/deals/${deal.dealId}?asOfBlock=${issuedAtBlock}`);
    expect(before.body.state).toBe("outstanding");
  });

  it("has no calculation without the fixing of its floating class", async () => {
    const { status, body } = await get("trustee", deal.cycle(1, "/calculation"));
    expect([status, body.code, body.values]).toEqual([404, "calculation-missing", { reason: "fixing-missing" }]);
    expect(body.detail).toContain("A-4a");
    expect((await tryPosting("paying-agent", hashOf("any"))).slice(0, 2)).toEqual([422, "fixing-missing"]);
  });

  it("takes a fixing that two parties enter alike, and no other", async () => {
    const version = 2;
    expect((await tryFixing("servicer", fixing({ version }))).slice(0, 2)).toEqual([403, "forbidden"]);
    expect((await tryFixing("trustee", fixing({ version, classIndex: 0 }))).slice(0, 2)).toEqual([
      422,
      "class-not-floating",
    ]);
    expect((await tryFixing("trustee", fixing({ version, classIndex: 9 }))).slice(0, 2)).toEqual([
      422,
      "class-not-floating",
    ]);
    const unproven = fixing({ version, evidenceHash: `0x${"0".repeat(64)}` });
    expect((await tryFixing("trustee", unproven)).slice(0, 2)).toEqual([422, "bad-fixing"]);
    for (const rate of ["-1", "101", "1.123456789", 2]) {
      const answer = await post(stack, "trustee", deal.cycle(1, "/fixings"), fixing({ version, rate }));
      expect(refusalOf(answer)).toEqual([400, "validation", "/body/rate"]);
    }
    await command(stack, "paying-agent", deal.cycle(1, "/fixings"), fixing({ version }));
    expect((await tryFixing("paying-agent", fixing({ version }))).slice(0, 2)).toEqual([422, "approval-same-party"]);
    const other = await tryFixing("trustee", fixing({ version, rate: "1.95876" }));
    expect(other.slice(0, 2)).toEqual([422, "approval-differs"]);
    expect((await detail(1)).fixings).toEqual([]);
    await command(stack, "trustee", deal.cycle(1, "/fixings"), fixing({ version }));
    expect((await detail(1)).fixings).toMatchObject([{ classIndex: 3, label: "A-4a", rate: printed[1].fixing }]);
  });
});

describe("a calculated cycle", () => {
  it("has the printed figures, line by line, with what each follows from", async () => {
    const { lines, closing, totalMinor, availableMinor, interest } = await calculation(1, "peak-custody");
    expect(lines.map(({ paidMinor }) => paidMinor)).toEqual([
      "40000",
      ...printed[1].interestMinor.slice(0, 5),
      printed[1].principalMinor,
      ...Array<string>(5).fill("0"),
      "0", // the residual
    ]);
    expect(lines[0]).toMatchObject({ kind: "fee", payee: "servicer", classIndex: null, shortfallMinor: "0" });
    expect(lines[1]).toMatchObject({ kind: "class-interest", label: "A-1", payee: null });
    expect(lines[1]!.explanation).toContain("265,000,000.00 × 2.10563% × 18/360 = 278,995.98");
    expect(interest.map(({ days }) => days)).toEqual([18, 17, 17, 18, 17, 18]);
    expect(closing[0]).toMatchObject({ label: "A-1", outstandingMinor: printed[1].outstandingMinor });
    expect(totalMinor).toBe(availableMinor);
  });

  it("is posted by two parties that approve the same calculation, and by no other", async () => {
    const { calculationHash } = await calculation(1);
    expect(await tryPosting("trustee", hashOf("other"))).toEqual([409, "calculation-changed", { calculationHash }]);
    for (const party of ["servicer", "issuer", "registrar"]) {
      expect((await tryPosting(party, calculationHash)).slice(0, 2)).toEqual([403, "forbidden"]);
    }
    await command(stack, "paying-agent", deal.cycle(1, "/postings"), { calculationHash });
    expect((await tryPosting("paying-agent", calculationHash)).slice(0, 2)).toEqual([422, "approval-same-party"]);
    expect(await detail(1)).toMatchObject({ state: "reported", posting: null, classes: [] });
    await command(stack, "trustee", deal.cycle(1, "/postings"), { calculationHash });
    expect((await detail(1)).state).toBe("posted");
    for (const party of ["paying-agent", "trustee"]) {
      expect((await tryPosting(party, calculationHash)).slice(0, 2)).toEqual([409, "period-order"]);
    }
  });
});

describe("a posted cycle", () => {
  it("shows what it brought each class, as it is printed", async () => {
    const { classes, posting, totalMinor } = await detail(1);
    const { outstandingMinor, factor, principalPerThousand, interestPerThousand } = printed[1];
    expect(classes[0]).toMatchObject({
      label: "A-1",
      openingMinor: "26500000000",
      interestMinor: printed[1].interestMinor[0],
      principalMinor: printed[1].principalMinor,
      outstandingMinor,
      factor,
      principalPerThousand,
      interestPerThousand,
      interestShortfallMinor: "0",
      openAccounts: 4,
    });
    expect(classes.map(({ accruedMinor }) => accruedMinor)).toEqual(printed[1].interestMinor);
    expect(classes.slice(1).map((one) => one.factor)).toEqual(Array<string>(5).fill("1.0000000"));
    expect(posting!.lines.reduce((sum, line) => sum + BigInt(line.paidMinor), 0n)).toBe(BigInt(totalMinor!));
  });

  it("is followed by the next period alone, which opens where it ended", async () => {
    for (const period of [1, 3]) {
      const again = await refusal(stack, "paying-agent", cycles(), { period, version: 1 });
      expect(again).toEqual([409, "period-order", expect.objectContaining({ expected: "2", given: String(period) })]);
    }
    expect((await tryReport(1, { version: 2, report: reportOf(1) })).slice(0, 2)).toEqual([409, "period-order"]);
    await command(stack, "paying-agent", cycles(), { period: 2, version: 1 });
    // A fee above its cap, and too little for the rest: interest comes first, then as much principal as there is.
    const available = 50_000n + printed[2].interestMinor.reduce((sum, amount) => sum + BigInt(amount), 0n) + 1_000n;
    const report = reportOf(2, {
      availableFundsMinor: String(available),
      principalDistributableMinor: "29996",
      feesDueMinor: ["60000"],
    });
    await command(stack, "servicer", deal.cycle(2, "/reports"), { version: 1, report });
    await byBoth(stack, deal.cycle(2, "/fixings"), fixing({ rate: printed[2].fixing }));
    const { lines, interest, calculationHash } = await calculation(2);
    expect(interest[0]).toMatchObject({ outstandingMinor: printed[1].outstandingMinor, days: 30 });
    expect(lines[0]).toMatchObject({ dueMinor: "60000", paidMinor: "50000", shortfallMinor: "10000" });
    expect(lines.slice(1, 6).map(({ paidMinor }) => paidMinor)).toEqual(printed[2].interestMinor.slice(0, 5));
    expect(lines[6]).toMatchObject({ label: "A-1", dueMinor: "29996", paidMinor: "1000", shortfallMinor: "28996" });
    await byBoth(stack, deal.cycle(2, "/postings"), { calculationHash });
    expect((await detail(2)).classes[0]).toMatchObject({
      openingMinor: printed[1].outstandingMinor,
      outstandingMinor: String(BigInt(printed[1].outstandingMinor) - 1_000n),
    });
    expect((await calculation(1)).lines[1]!.paidMinor).toBe(printed[1].interestMinor[0]);
  });

  it("carries interest that funds did not reach into the next period", async () => {
    await command(stack, "paying-agent", cycles(), { period: 3, version: 1 });
    const report = reportOf(2, { availableFundsMinor: "100", principalDistributableMinor: "0", feesDueMinor: ["0"] });
    await command(stack, "servicer", deal.cycle(3, "/reports"), { version: 1, report });
    await byBoth(stack, deal.cycle(3, "/fixings"), fixing({ rate: printed[2].fixing }));
    const { calculationHash, interest } = await calculation(3);
    await byBoth(stack, deal.cycle(3, "/postings"), { calculationHash });
    const { classes } = await detail(3);
    for (const [index, found] of classes.entries()) {
      expect(found.accruedMinor).toBe(interest[index]!.accruedMinor);
      expect(BigInt(found.interestShortfallMinor)).toBe(BigInt(found.accruedMinor) - BigInt(found.interestMinor));
    }
    expect(classes.reduce((sum, { interestMinor }) => sum + BigInt(interestMinor), 0n)).toBe(100n);
  });
});
