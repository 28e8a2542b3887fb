import { describe, expect, it } from "vitest";
import {
  servicerReportHash,
  servicerReportSchema,
  type ServicerReportDocument,
} from "../../server/domain/servicerReport.ts";

const report = {
  collectionPeriod: { from: "2004-09-01", to: "2004-10-31" },
  collections: {
    scheduledPrincipalMinor: "10",
    interestOrRentMinor: "2",
    prepaymentsMinor: "0",
    recoveriesMinor: "0",
    repurchasesMinor: "0",
    otherMinor: "0",
  },
  availableFundsMinor: "12",
  principalDistributableMinor: "10",
  feesDueMinor: ["1"],
  remarks: [],
};
const document: ServicerReportDocument = {
  format: "narrowgate-servicer-report/1",
  dealId: `0x${"1".repeat(64)}`,
  period: 1,
  version: 1,
  ...report,
};

describe("a servicer report", () => {
  it.each([
    ["an amount above 128 bits", { availableFundsMinor: String(2n ** 128n) }],
    ["a fee above 64 bits", { feesDueMinor: [String(2n ** 64n)] }],
    ["a negative amount", { principalDistributableMinor: "-1" }],
    ["a fraction", { availableFundsMinor: "1.5" }],
    ["a period that ends before it begins", { collectionPeriod: { from: "2004-11-01", to: "2004-10-31" } }],
    ["a day that does not exist", { collectionPeriod: { from: "2004-09-31", to: "2004-10-31" } }],
    ["an unknown field", { total: "1" }],
  ])("refuses %s", (_what, overrides) => {
    expect(servicerReportSchema.safeParse({ ...report, ...overrides }).success).toBe(false);
  });

  it("takes the largest amounts of the ledger", () => {
    const largest = { availableFundsMinor: String(2n ** 128n - 1n), feesDueMinor: [String(2n ** 64n - 1n)] };
    expect(servicerReportSchema.safeParse({ ...report, ...largest }).success).toBe(true);
  });

  it("has a hash of its own for each deal, period and version, whatever the order of its members", () => {
    const reordered = Object.fromEntries(Object.entries(document).toReversed()) as ServicerReportDocument;
    expect(servicerReportHash(reordered)).toBe(servicerReportHash(document));
    const others = [{ period: 2 }, { version: 2 }, { dealId: `0x${"2".repeat(64)}` }];
    const hashes = [{}, ...others].map((change) => servicerReportHash({ ...document, ...change }));
    expect(new Set(hashes).size).toBe(4);
  });
});
