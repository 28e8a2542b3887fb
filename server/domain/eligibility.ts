import { z } from "zod";
import { civilDateSchema } from "./civilDates.ts";

/**
 * How many calendar days the result of a sanctions screen serves, counted from the day after it. A row of policy, not of
 * law: nobody has confirmed the figure, and whoever runs the registry has to (R-H5).
 */
export const sanctionsScreenPolicy = {
  maxAgeDays: 90,
  source: "Figure of this project, to be replaced by what compliance of the registrar confirms.",
  verified: false,
} as const;

/** Dates on which a holder's eligibility rests, civil dates in UTC; each day counts in full. */
export const eligibilityDatesSchema = z.strictObject({
  /** Last day for which the holder was identified. */
  kycUntil: civilDateSchema,
  /** Last day of the evidence of the investor category. */
  categoryUntil: civilDateSchema,
  /** Day on which a screen against the sanctions list found nothing. */
  sanctionsClearedOn: civilDateSchema,
});

export type EligibilityDates = z.infer<typeof eligibilityDatesSchema>;

/** Until when a holder may receive, and why no longer. */
export type Eligibility = {
  /** Last second, as an instant in UTC; what its custodian states on the ledger. */
  readonly eligibleUntil: string;
  /** Every date that ends eligibility on that day; more than one when they fall together. */
  readonly boundBy: readonly (keyof EligibilityDates)[];
};

/**
 * The end of eligibility: the last second, in UTC, of the earliest day on which one of the dates runs out (R-H4, R-H5,
 * R-H6). A custodian's licence is not among them: the ledger compares it by itself at each movement.
 * @param dates As the custodian has evidence of them.
 * @param maxAgeDays Calendar days for which a sanctions screen serves.
 */
export function eligibilityOf(dates: EligibilityDates, { maxAgeDays }: { maxAgeDays: number }): Eligibility {
  const ends = {
    kycUntil: Temporal.PlainDate.from(dates.kycUntil),
    categoryUntil: Temporal.PlainDate.from(dates.categoryUntil),
    sanctionsClearedOn: Temporal.PlainDate.from(dates.sanctionsClearedOn).add({ days: maxAgeDays }),
  };
  const [earliest] = Object.values(ends).toSorted((a, b) => Temporal.PlainDate.compare(a, b));
  const names = Object.keys(ends) as (keyof EligibilityDates)[];
  return {
    eligibleUntil: `${earliest!.toString()}T23:59:59Z`,
    boundBy: names.filter((name) => ends[name].equals(earliest!)),
  };
}
