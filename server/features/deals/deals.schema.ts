import { z } from "zod";
import { dealDocumentSchema } from "../../domain/dealDocument.ts";
import { dayCounts, rateKinds, roundings, stepKinds } from "../../domain/dealTerms.ts";
import { admissibleCategorySchema, investorCategories } from "../../domain/investorCategories.ts";
import { moneySchema } from "../../domain/money.ts";
import { percentSchema } from "../../domain/rates.ts";
import { AsOf } from "../../http/asOf.ts";
import {
  Address,
  AmountMinor,
  BlockNumber,
  Bytes32,
  CivilDate,
  ClassId,
  Page,
  PartyCode,
  Timestamp,
  asOfBlock,
  pageOf,
} from "../../http/schemas.ts";
import { filingStates } from "../../domain/filingStates.ts";

export const dealStates = ["created", "priced", "outstanding", "amortising", "superseded"] as const;

export const DealDocumentRequest = dealDocumentSchema.meta({
  id: "DealDocument",
  description: "Terms of a deal as its issuer writes them. Amounts are in major units, rates in percent.",
});

export const StoredDealDocument = z.strictObject({
  dealDocumentHash: Bytes32.meta({ description: "SHA-256 of the document in canonical JSON (RFC 8785)." }),
  termsHash: Bytes32.meta({ description: "Hash of the terms, as the ledger computes it from what it stores." }),
  capsMinor: z
    .array(AmountMinor)
    .meta({ description: "Least caps under which the ledger accepts these terms, per class, in minor units." }),
});

export const DealDocument = StoredDealDocument.extend({ document: DealDocumentRequest });

export const DealDocumentParams = z.strictObject({ dealDocumentHash: Bytes32 });

export const CreateRequest = z.strictObject({ filingId: Bytes32, dealDocumentHash: Bytes32 });

export const OpeningRequest = z.strictObject({
  count: z.int().min(1).max(16).meta({
    description: "How many classes. Retained ones count too; at most three of them may be tokenised.",
    example: 3,
  }),
});

export const PricingRequest = z.strictObject({
  closingDate: CivilDate.refine((date) => date >= "1970-01-01", {
    params: { code: "out-of-range" },
    message: "Expected a date from 1970 on.",
  }),
  classes: z
    .array(
      z.strictObject({
        originalBalance: moneySchema.meta({
          description: "In major units of the deal's currency.",
          example: "265000000.00",
        }),
        rate: percentSchema.meta({
          description: "Yearly rate, or spread of a floating class, in percent.",
          example: "2.10563",
        }),
      }),
    )
    .max(64)
    .meta({ description: "One entry per class of the terms, in their order, retained classes included." }),
});

export const RecordDateRequest = z.strictObject({ recordDate: PricingRequest.shape.closingDate });

export const DealParams = z.strictObject({ dealId: Bytes32 });
export const ClassParams = z.strictObject({ classId: ClassId });

export const DealListQuery = Page.extend({ asOfBlock });
export const ClassListQuery = Page.extend({
  asOfBlock,
  isin: z.string().max(12).optional().meta({ description: "ISO 6166 identifier.", example: "XS0000000009" }),
  dealId: Bytes32.optional(),
});

const categories = z.array(z.enum(investorCategories));

const boundsMinor = z
  .strictObject({ lowest: AmountMinor, highest: AmountMinor })
  .meta({ description: "As filed; equal ends are filed exactly, others were open at pricing." });

export const Rules = z
  .strictObject({
    lockUpSeconds: z.int().meta({ description: "From the first issuance; nothing is transferred before." }),
    complianceSeconds: z.int().nullable().meta({
      description: "Distribution-compliance period, likewise. Null: nobody has set it, and nothing is transferred.",
    }),
    minimumUnits: z.int().meta({ description: "Least units of one account and of one movement." }),
    maxHolders: z.int().meta({ description: "0 is no limit." }),
    residences: z
      .array(z.strictObject({ residence: z.string().meta({ example: "SG" }), categories }))
      .meta({ description: "Holders of these residences are admitted by these categories instead of the class's." }),
  })
  .meta({ id: "ClassRules", description: "Rules that bind every transfer of a class, as filed or as changed since." });

export const ClassRulesAsOf = z
  .strictObject({
    asOf: AsOf,
    classId: ClassId,
    rules: Rules,
    history: z
      .array(
        z.strictObject({
          rules: Rules,
          operationRef: Bytes32.nullable().meta({ description: "Reference of the decision; null for rules as filed." }),
          evidenceHash: Bytes32.nullable().meta({ description: "SHA-256 of its grounds." }),
          at: Timestamp,
          blockNumber: BlockNumber,
        }),
      )
      .meta({ description: "All rules that ever bound the class, oldest first." }),
  })
  .meta({ id: "ClassRulesAsOf", description: "The rules of a class, and how they came to be." });

const UINT32_MAX = 0xffff_ffff;
const uint32 = z.int().min(0).max(UINT32_MAX);

export const CancellationRequest = z.strictObject({
  accounts: z
    .array(Address)
    .min(1)
    .max(200)
    .meta({ description: "Accounts whose units of the class are all cancelled." }),
});

/** The shape alone: whether rules make sense for the class, the ledger says. */
export const RuleChangeRequest = z.strictObject({
  rules: z
    .strictObject({
      lockUpSeconds: uint32,
      complianceSeconds: uint32.max(UINT32_MAX - 1).nullable(),
      minimumUnits: uint32,
      maxHolders: uint32,
      residences: z
        .array(
          z.strictObject({
            residence: z.string().regex(/^[ -~]{2}$/, "Expected two ASCII characters."),
            categories: z.array(admissibleCategorySchema),
          }),
        )
        .max(32),
    })
    .meta({ description: "All rules of the class from then on, not only those that change." }),
  evidenceHash: Bytes32.meta({ description: "SHA-256 of the grounds of the decision." }),
  operationRef: Bytes32.meta({ description: "Reference of the decision, equal for all who take part in it." }),
});

export const NoteClass = z
  .strictObject({
    classId: ClassId,
    dealId: Bytes32,
    filingId: Bytes32,
    classIndex: z.int(),
    label: z.string().meta({ example: "A-1" }),
    isin: z.string().nullable(),
    tokenised: z.boolean().meta({ description: "False for a retained class, which has no note." }),
    opened: z.boolean().meta({ description: "Nothing of a deal is issued before all its classes are open." }),
    note: Address.nullable().meta({ description: "Null for a retained class, and until the class is open." }),
    currency: z.string(),
    unitFaceMinor: AmountMinor.nullable().meta({ description: "Face of one unit; null for a retained class." }),
    originalBalanceMinor: AmountMinor.nullable().meta({ description: "As priced; null until then." }),
    originalBalanceBoundsMinor: boundsMinor,
    capMinor: AmountMinor.nullable().meta({ description: "Cap of the filing; null where the filing has none for it." }),
    issuedMinor: AmountMinor,
    interest: z.strictObject({
      kind: z.enum(rateKinds),
      rate: z
        .string()
        .nullable()
        .meta({ description: "Yearly, in percent, as priced; the spread of a floating class." }),
      rateBounds: z.strictObject({ lowest: z.string(), highest: z.string() }),
      dayCount: z.enum(dayCounts),
      accrual: z.enum(["adjusted", "unadjusted"]),
      rounding: z.enum(roundings),
    }),
    admittedCategories: categories,
    rules: Rules.nullable().meta({ description: "Null for a retained class." }),
    pausedUntil: Timestamp.nullable().meta({ description: "Last second of the pause; null unless paused." }),
    pauseOrderId: Bytes32.nullable().meta({ description: "Order of the pause that stands, which a lift names." }),
  })
  .meta({ id: "Class", description: "A class of a deal: as filed, as priced, and what was issued of it." });

export const NoteClassAsOf = NoteClass.extend({ asOf: AsOf }).meta({ id: "ClassAsOf" });
export const ClassList = pageOf(NoteClass).extend({ asOf: AsOf });

const DealSummary = z.strictObject({
  dealId: Bytes32,
  filingId: Bytes32,
  filingVersion: z.int(),
  filingState: z.enum(filingStates),
  state: z.enum(dealStates).meta({
    description:
      "amortising: issuance has ended and the deal pays. superseded: the filing has a newer version than this deal.",
  }),
  issuer: PartyCode,
  currency: z.string(),
  termsHash: Bytes32,
  dealDocumentHash: Bytes32,
  closingDate: CivilDate.nullable().meta({ description: "As priced; null until then." }),
  createdAt: Timestamp,
  openedClasses: z.int().meta({ description: "How many classes are open, from the first on." }),
  classes: z.array(NoteClass),
});

const DealListItem = DealSummary.meta({ id: "DealListItem", description: "A deal at the end of a block." });
export const DealList = pageOf(DealListItem).extend({ asOf: AsOf });

export const Deal = DealSummary.extend({
  asOf: AsOf,
  parties: z.strictObject({
    filingEntity: PartyCode,
    issuer: PartyCode,
    trustee: PartyCode,
    payingAgent: PartyCode,
    servicer: PartyCode,
  }),
  utcOffsetMinutes: z.int().meta({ description: "Time zone of all civil dates of the deal." }),
  calendarTableHash: Bytes32,
  dates: z.strictObject({
    cutoff: CivilDate,
    closingEarliest: CivilDate,
    closingLatest: CivilDate,
    firstPayment: CivilDate,
    legalFinalMaturity: CivilDate,
  }),
  steps: z.array(
    z.strictObject({
      kind: z.enum(stepKinds),
      classes: z.array(z.string()).meta({ description: "Labels of the classes that take part." }),
      payee: PartyCode.nullable(),
      capMinor: AmountMinor.nullable().meta({ description: "Most that a fee takes per payment date." }),
    }),
  ),
  pricedAt: Timestamp.nullable(),
}).meta({ id: "Deal", description: "A deal with its terms." });

export const RecordDateList = z.strictObject({
  asOf: AsOf,
  items: z.array(
    z.strictObject({
      recordDate: CivilDate,
      recordDateId: z.int().meta({ description: "Number of the record date in the notes of the deal, from 1." }),
      closesAt: Timestamp.meta({
        description: "Last second of the day; a date declared late closed when it was declared.",
      }),
      declaredAt: Timestamp,
      blockNumber: BlockNumber,
    }),
  ),
});
