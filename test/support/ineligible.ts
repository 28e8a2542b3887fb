import { ZeroHash } from "ethers";
import { lookThrough, residence, type Statement } from "./steps.ts";
import { category } from "./terms.ts";

/** Facts that a holder registry refuses, and the error it answers with. */
export type Ineligible = {
  readonly what: string;
  readonly facts: Partial<Statement>;
  readonly error: string;
  readonly args: readonly unknown[];
};

const malformed = (code: string): Ineligible => ({
  what: `malformed residence "${code}" (R-H2)`,
  facts: { residence: residence(code) },
  error: "HolderRegistry_ResidenceMalformed",
  args: [residence(code)],
});

const unassigned = (code: string): Ineligible => ({
  what: `residence ${code}, which is assigned to nobody`,
  facts: { residence: residence(code) },
  error: "HolderRegistry_ResidenceNotAllowed",
  args: [residence(code)],
});

const failedLookThrough = (name: keyof typeof lookThrough): Ineligible => ({
  what: `look-through ${name} (R-H3)`,
  facts: { lookThrough: lookThrough[name] },
  error: "HolderRegistry_LookThroughFailed",
  args: [BigInt(lookThrough[name])],
});

/** Facts that no account may ever have, neither at registration nor in an update. */
export const neverAdmitted: readonly Ineligible[] = [
  { what: "residence CN (R-H2)", facts: { residence: residence("CN") }, error: "HolderRegistry_Onshore", args: [] },
  ...["cn", "Cn", "hk", "Hk", "hK", "H1", "@A", "A[", "  "].map(malformed),
  {
    what: "an empty residence (R-H2)",
    facts: { residence: "0x0000" },
    error: "HolderRegistry_ResidenceMalformed",
    args: ["0x0000"],
  },
  ...["AA", "XX", "ZZ", "UK", "EU", "XK"].map(unassigned),
  {
    what: "no evidence",
    facts: { evidenceCommitment: ZeroHash },
    error: "HolderRegistry_ReferenceMissing",
    args: [],
  },
];

/** Facts that no account may be registered with; an update may state the last ones, as a downgrade. */
export const ineligible: readonly Ineligible[] = [
  ...neverAdmitted,
  ...(["unresolved", "mainlandOwner", "mainlandControlled"] as const).map(failedLookThrough),
  { what: "a US person (R-T3)", facts: { usPerson: true }, error: "HolderRegistry_UsPerson", args: [] },
  {
    what: "no category (R-H4)",
    facts: { category: category.none },
    error: "HolderRegistry_CategoryMissing",
    args: [],
  },
  { what: "no expiry (R-H6)", facts: { eligibleUntil: 0 }, error: "HolderRegistry_EligibilityPast", args: [0n] },
];
