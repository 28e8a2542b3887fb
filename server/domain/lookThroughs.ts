/** Results of looking through a holder to its owners, in the order of the ledger's `LookThrough` (R-H3). */
export const lookThroughs = ["unresolved", "no-mainland-owner", "mainland-owner", "mainland-controlled"] as const;

export type LookThrough = (typeof lookThroughs)[number];
