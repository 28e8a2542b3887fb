import { z } from "zod";
import { calendarTableSchema } from "./calendarTable.ts";
import { civilDateSchema } from "./civilDates.ts";
import { dayCounts, roundings } from "./dealTerms.ts";
import { admissibleCategorySchema } from "./investorCategories.ts";
import { isinSchema } from "./isin.ts";
import { allowedResidences } from "./jurisdictions.ts";
import { currencySchema, moneySchema } from "./money.ts";
import { plainText } from "./plainText.ts";
import { percentSchema } from "./rates.ts";

const UINT32_MAX = 0xffff_ffff;

// No schema of the document may trim, default or convert: what is hashed must be what was written.
const text = plainText(2_000);

/** A party by its code in the registry; the document carries no party numbers, which differ from ledger to ledger. */
const partySchema = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'Expected the code of a party such as "paying-agent".');

/** The ledger keeps a label in at most 16 bytes. */
const labelSchema = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9 .-]{0,14}[A-Za-z0-9])?$/, {
  error: "Expected a label of 1 to 16 letters, digits, spaces, dots and hyphens.",
});

/** A field that is filed exactly, or one that is open at pricing within bounds. */
const openAtPricing = <Field extends z.ZodType<string>>(field: Field) =>
  z.union([field, z.strictObject({ lowest: field, highest: field })]);

const paymentDatesSchema = z.strictObject({
  everyMonths: z.int().min(1).max(12),
  dayOfMonth: z.int().min(1).max(31),
  roll: z.enum(["following", "modified-following", "preceding"]),
  recordDateBusinessDaysBefore: z.int().min(0).max(30),
  calendars: z.array(calendarTableSchema).min(1).max(8),
});

const accrual = {
  dayCount: z.enum(dayCounts),
  /** Adjusted interest accrues to the rolled payment date, unadjusted interest to the nominal one. */
  accrual: z.enum(["adjusted", "unadjusted"]),
  rounding: z.enum(roundings),
};

const interestSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("zero") }),
  z.strictObject({ kind: z.literal("fixed"), ratePercent: openAtPricing(percentSchema), ...accrual }),
  z.strictObject({ kind: z.literal("floating"), index: text, spreadPercent: openAtPricing(percentSchema), ...accrual }),
]);

const anyClass = {
  label: labelSchema,
  originalBalance: openAtPricing(moneySchema),
  interest: interestSchema,
};

/** The ledger takes a longer period for a slip of units. */
const periodDays = z.int().min(0).max(3_660);

/** Rules that bind every transfer of a class. They may be changed later, but not by the deal document. */
const rulesSchema = z.strictObject({
  /** Days from the first issuance during which nothing is transferred. */
  lockUpDays: periodDays,
  /** Distribution-compliance period, likewise; null where nobody has set it, and then nothing is transferred at all. */
  compliancePeriodDays: periodDays.nullable(),
  /** Least units of one account and of one movement. */
  minimumUnits: z.int().min(0).max(UINT32_MAX),
  /** Most holders; 0 is no limit. */
  maxHolders: z.int().min(0).max(UINT32_MAX),
  /** Residences whose holders are admitted by other categories than the class's; by none where the list is empty. */
  residences: z
    .array(z.strictObject({ residence: z.enum(allowedResidences()), categories: z.array(admissibleCategorySchema) }))
    .max(32),
});

/** A class with a note, or a retained one, which is in the waterfall and has none. */
const classSchema = z.discriminatedUnion("tokenised", [
  z.strictObject({
    tokenised: z.literal(true),
    ...anyClass,
    isin: isinSchema,
    unitFace: moneySchema,
    admittedCategories: z.array(admissibleCategorySchema).min(1),
    rules: rulesSchema,
  }),
  z.strictObject({ tokenised: z.literal(false), ...anyClass }),
]);

const classes = z.array(labelSchema).min(1);

const stepSchema = z.discriminatedUnion("pay", [
  z.strictObject({ pay: z.literal("fee"), name: text, payee: partySchema, cap: moneySchema }),
  z.strictObject({ pay: z.literal("class-interest"), classes }),
  z.strictObject({ pay: z.literal("principal-sequential"), classes }),
  z.strictObject({ pay: z.literal("principal-pro-rata"), classes }),
  z.strictObject({ pay: z.literal("residual"), classes }),
]);

/** The shape of a deal document, before its fields are held against each other. */
export const dealDocumentShape = z.strictObject({
  format: z.literal("narrowgate-deal/2"),
  name: text,
  remarks: z.array(text),
  sources: z.array(
    z.strictObject({ figures: text, url: plainText(2_000).regex(/^https:\/\/\S+$/, "Expected an https address.") }),
  ),
  parties: z.strictObject({
    filingEntity: partySchema,
    issuer: partySchema,
    trustee: partySchema,
    payingAgent: partySchema,
    servicer: partySchema,
  }),
  currency: currencySchema,
  /** Time zone of all civil dates of the deal, a fixed offset, so that no daylight-saving table can change them. */
  utcOffset: z
    .string()
    .regex(/^([+-](0\d|1[01]):[0-5]\d|-12:00|\+1[23]:[0-5]\d|\+14:00)$/, 'Expected an offset such as "+08:00".'),
  dates: z.strictObject({
    cutoff: civilDateSchema,
    closing: z.union([civilDateSchema, z.strictObject({ earliest: civilDateSchema, latest: civilDateSchema })]),
    firstPayment: civilDateSchema,
    legalFinalMaturity: civilDateSchema,
  }),
  paymentDates: paymentDatesSchema,
  classes: z.array(classSchema).min(1).max(16),
  /** The waterfall, in order of priority. */
  steps: z.array(stepSchema).min(1).max(64),
});

export type DealDocument = z.infer<typeof dealDocumentShape>;
export type ClassOfDocument = DealDocument["classes"][number];
export type RulesOfDocument = Extract<ClassOfDocument, { tokenised: true }>["rules"];
export type StepOfDocument = DealDocument["steps"][number];

/** The ends of a field that may be open at pricing; equal where it is filed exactly. */
export function boundsOf(field: string | { lowest: string; highest: string }): { lowest: string; highest: string } {
  return typeof field === "string" ? { lowest: field, highest: field } : field;
}

/** The first and last day on which a deal may close; equal where the closing date is filed exactly. */
export function closingWindowOf({ closing }: DealDocument["dates"]): { earliest: string; latest: string } {
  return typeof closing === "string" ? { earliest: closing, latest: closing } : closing;
}
