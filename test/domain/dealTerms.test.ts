import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { termsOf } from "../../server/domain/dealDocument.ts";
import { dayCounts, leastCapsMinor, rateKinds, roundings, stepKinds } from "../../server/domain/dealTerms.ts";
import { smallDeal, smallDealPartyIds } from "./smallDeal.ts";

const source = readFileSync(join(import.meta.dirname, "../../contracts/types/DealTerms.sol"), "utf8");

/** Members of an enum of the ledger, in order. */
function membersOf(name: string): string[] {
  return new RegExp(`enum ${name} \\{([^}]*)\\}`)
    .exec(source)![1]!
    .split(",")
    .map((member) => member.trim());
}

describe("the lists of choices", () => {
  it.each<[string, readonly string[], Record<string, string>]>([
    ["RateKind", rateKinds, { Zero: "zero", Fixed: "fixed", Floating: "floating" }],
    ["DayCount", dayCounts, { Actual360: "ACT/360", Thirty360BondBasis: "30/360" }],
    ["Rounding", roundings, { HalfUp: "HALF_UP", Floor: "FLOOR" }],
    [
      "StepKind",
      stepKinds,
      {
        Fee: "fee",
        ClassInterest: "class-interest",
        PrincipalSequential: "principal-sequential",
        PrincipalProRata: "principal-pro-rata",
        Residual: "residual",
      },
    ],
  ])("stand in the order of the ledger's %s", (name, list, words) => {
    expect(list).toEqual(membersOf(name).map((member) => words[member]));
  });
});

describe("leastCapsMinor", () => {
  it("takes the highest balance of each class, and nothing for a retained one", () => {
    expect(leastCapsMinor(termsOf(smallDeal(), smallDealPartyIds))).toEqual([100_000_000n, 50_000_050n, 0n]);
  });
});
