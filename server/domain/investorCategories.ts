import { z } from "zod";

/**
 * Investor categories of holders at their place of sale, in the order of the ledger's `InvestorCategory`. The first
 * entry stands for a holder without a category, who may receive nothing.
 */
export const investorCategories = [
  "none",
  "hong-kong-institutional",
  "hong-kong-corporate",
  "hong-kong-individual",
  "singapore-institutional",
  "singapore-accredited",
  "other-institutional",
] as const;

export type InvestorCategory = (typeof investorCategories)[number];

/** Schema of a category that a class can admit. */
export const admissibleCategorySchema = z.enum(investorCategories).exclude(["none"]);

/**
 * Packs categories into the set that a class carries on the ledger.
 * @returns Bit k is set for category k.
 */
export function categoryBits(categories: readonly InvestorCategory[]): number {
  return categories.reduce((bits, category) => bits | (1 << investorCategories.indexOf(category)), 0);
}

/** Reads the set that `categoryBits` packs. */
export function categoriesOf(bits: number): InvestorCategory[] {
  return investorCategories.filter((_, category) => (bits >> category) & 1);
}
