import { z } from "zod";
import { civilDateSchema } from "./civilDates.ts";
import { hashSchema } from "./hex.ts";
import { admissibleCategorySchema } from "./investorCategories.ts";
import { MAINLAND } from "./jurisdictions.ts";
import { comparableName, legalName, visibleText } from "./legalNames.ts";
import { leiSchema } from "./lei.ts";
import { lookThroughs } from "./lookThroughs.ts";

const BPS = 10_000;

const residenceSchema = z.string().regex(/^[A-Z]{2}$/, "Expected two capital letters (ISO 3166-1).");

const ownerSchema = z.strictObject({
  name: legalName(200),
  residence: residenceSchema,
  /** Share of capital or votes. */
  shareBps: z.int().min(0).max(BPS),
  /** Whether the owner directs the holder by other means than its share. */
  hasControl: z.boolean(),
});

/** How the holder was looked through to its owners (R-H3). */
const lookThroughSchema = z
  .strictObject({
    result: z.enum(lookThroughs),
    checkedOn: civilDateSchema,
    /** Share from which on an owner was looked at. */
    thresholdBps: z.int().min(1).max(BPS),
    owners: z.array(ownerSchema).max(100),
    /** SHA-256 of the document of the chain of owners. */
    evidenceHash: hashSchema,
  })
  .superRefine(({ result, thresholdBps, owners }, context) => {
    if (result !== "no-mainland-owner") return;
    for (const [index, { residence, shareBps, hasControl }] of owners.entries()) {
      if (residence !== MAINLAND || (shareBps < thresholdBps && !hasControl)) continue;
      context.addIssue({
        code: "custom",
        params: { code: "contradicts-result" },
        path: ["owners", index],
        message: "The result says that no such owner resides in the mainland.",
      });
    }
  });

/** Who a holder is and what was found of it. Nothing of this stands on the ledger (R-D1). */
export const holderIdentitySchema = z.strictObject({
  type: z.enum(["institution", "fund", "individual", "nominee"]),
  legalName: legalName(300),
  lei: leiSchema.nullable(),
  /** Number in the register that the holder stands in; of an individual, of the identity document. */
  registrationNumber: legalName(64).refine((number) => comparableName(number) !== "", "Expected letters or digits."),
  /** Line by line. */
  address: z.array(visibleText(200)).min(1).max(6),
  kyc: z.strictObject({ identifiedOn: civilDateSchema, until: civilDateSchema }),
  category: z.strictObject({
    category: admissibleCategorySchema,
    /** Day on which the evidence was taken. */
    evidencedOn: civilDateSchema,
    until: civilDateSchema,
    evidenceHash: hashSchema,
  }),
  lookThrough: lookThroughSchema,
  sanctionsScreen: z.strictObject({ listVersion: visibleText(100), clearedOn: civilDateSchema }),
  usPerson: z.strictObject({ isUsPerson: z.boolean(), statedOn: civilDateSchema }),
});

export type HolderIdentity = z.infer<typeof holderIdentitySchema>;

/** Texts by which a holder is found again; equal texts mean one holder. `null` where the identity has none. */
export type MatchingKeys = { readonly lei: string | null; readonly nameAndNumber: string };

/** What two identities of one holder have in common, whoever wrote them down. */
export function matchingKeysOf({ lei, legalName: name, registrationNumber }: HolderIdentity): MatchingKeys {
  return { lei, nameAndNumber: `${comparableName(name)}\n${comparableName(registrationNumber)}` };
}
