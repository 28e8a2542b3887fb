import { z } from "zod";
import { canonicalJson } from "./canonicalJson.ts";
import { civilDateSchema } from "./civilDates.ts";
import { sha256, type Hex } from "./hex.ts";
import { plainText } from "./plainText.ts";

/** Amounts that the ledger takes: funds and principal in 128 bits, a fee in 64. */
const amountBelow = (bits: bigint) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,38})$/, {
      error: "Expected minor units as a decimal string, without sign or leading zero.",
      abort: true,
    })
    .refine((text) => BigInt(text) < 2n ** bits, {
      params: { code: "out-of-range" },
      message: `Expected less than 2 to the power of ${bits}.`,
    });

const amountMinor = amountBelow(128n);

/** Schema of a servicer report: what was collected in a period, and what of it a payment date is to distribute. */
export const servicerReportSchema = z.strictObject({
  collectionPeriod: z
    .strictObject({ from: civilDateSchema, to: civilDateSchema })
    .refine(({ from, to }) => from <= to, {
      path: ["to"],
      params: { code: "date-order" },
      message: "The collection period ends before it begins.",
    }),
  /** Collections by source, for the reader: what they add up to is not what is available, after reserves and advances. */
  collections: z.strictObject({
    scheduledPrincipalMinor: amountMinor,
    interestOrRentMinor: amountMinor,
    prepaymentsMinor: amountMinor,
    recoveriesMinor: amountMinor,
    repurchasesMinor: amountMinor,
    otherMinor: amountMinor,
  }),
  availableFundsMinor: amountMinor,
  principalDistributableMinor: amountMinor,
  /** What the payee of each fee step of the terms claims, in the order of the steps. */
  feesDueMinor: z.array(amountBelow(64n)).max(64),
  remarks: z.array(plainText(500)).max(50),
});

export type ServicerReport = z.infer<typeof servicerReportSchema>;

/** A report with what it is about, so that two periods never have one report. */
export type ServicerReportDocument = ServicerReport & {
  readonly format: "narrowgate-servicer-report/1";
  readonly dealId: string;
  readonly period: number;
  readonly version: number;
};

/** The hash under which the ledger knows a report: SHA-256 of the document in canonical JSON. */
export function servicerReportHash(document: ServicerReportDocument): Hex {
  return sha256(canonicalJson(document));
}
