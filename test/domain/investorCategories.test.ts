import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { admissibleCategorySchema, categoryBits, investorCategories } from "../../server/domain/investorCategories.ts";

const source = readFileSync(join(import.meta.dirname, "../../contracts/interfaces/IHolderRegistry.sol"), "utf8");

describe("investorCategories", () => {
  it("stand in the order of the ledger", () => {
    const members = /enum InvestorCategory \{([^}]*)\}/
      .exec(source)![1]!
      .split(",")
      .map((member) => member.trim());
    const kebab = members.map((name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase());
    expect(investorCategories).toEqual(kebab);
  });
});

describe("admissibleCategorySchema", () => {
  it("refuses the lack of a category", () => {
    expect(admissibleCategorySchema.safeParse("none").success).toBe(false);
  });
});

describe("categoryBits", () => {
  it("sets the bit of each category", () => {
    expect(categoryBits(["hong-kong-institutional", "other-institutional"])).toBe(0b100_0010);
    expect(categoryBits([])).toBe(0);
  });
});
