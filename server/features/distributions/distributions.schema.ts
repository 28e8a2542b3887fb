import { z } from "zod";
import { stepKinds } from "../../domain/dealTerms.ts";
import { percentSchema } from "../../domain/rates.ts";
import { servicerReportSchema } from "../../domain/servicerReport.ts";
import { AsOf } from "../../http/asOf.ts";
import { AmountMinor, BlockNumber, Bytes32, CivilDate, PartyCode, Timestamp } from "../../http/schemas.ts";

export const cycleStates = ["declared", "reported", "posted", "funded", "paid"] as const;

// Periods and versions are 16-bit numbers on the ledger.
const NUMBER_MAX = 65_535;

const Version = z
  .int()
  .min(1)
  .max(NUMBER_MAX)
  .meta({ description: "Version of the cycle, from 1; a new one replaces dates, report and fixings together." });

export const DealCyclesParams = z.strictObject({ dealId: Bytes32 });

const LedgerDate = CivilDate.refine((date) => date >= "1970-01-01", {
  params: { code: "out-of-range" },
  message: "Expected a date from 1970 on.",
});

export const CycleRequest = z.strictObject({
  period: z.int().min(1).max(NUMBER_MAX),
  version: Version,
  dates: z
    .strictObject({ recordDate: LedgerDate, nominalDate: LedgerDate, paymentDate: LedgerDate })
    .optional()
    .meta({ description: "Taken from the deal document and its calendars when left out." }),
});

export const ReportRequest = z.strictObject({
  version: Version,
  report: servicerReportSchema.meta({
    id: "ServicerReport",
    description: "What was collected, and what of it this payment date distributes. Amounts are minor units.",
  }),
});

export const FixingRequest = z.strictObject({
  version: Version,
  classIndex: z.int().min(0).max(255),
  rate: percentSchema.meta({ description: "The index without the spread of the class, yearly, in percent." }),
  evidenceHash: Bytes32.meta({ description: "SHA-256 of the page that the index was taken from." }),
});

export const PostingRequest = z.strictObject({
  calculationHash: Bytes32.meta({ description: "Hash of the calculation that the caller has read and approves." }),
});

const ClassLabel = z.string().meta({ example: "A-1" });
const ClassIndex = z.int().meta({ description: "Place of the class in the terms, from 0." });
const Factor = z.string().meta({ description: "Seven decimals, rounded half up.", example: "0.7819519" });

export const Calculation = z
  .strictObject({
    asOf: AsOf,
    dealId: Bytes32,
    period: z.int(),
    version: z.int(),
    calculationHash: Bytes32.meta({
      description: "SHA-256, in canonical JSON, of deal, period, version, report hash, day counts and paid amounts.",
    }),
    reportHash: Bytes32,
    availableMinor: AmountMinor,
    principalMinor: AmountMinor,
    totalMinor: AmountMinor.meta({ description: "Sum of all lines." }),
    interest: z.array(
      z.strictObject({
        classIndex: ClassIndex,
        label: ClassLabel,
        outstandingMinor: AmountMinor.meta({ description: "Before the payment date." }),
        rate: z.string().meta({ description: "Yearly, in percent; index and spread together." }),
        days: z.int(),
        daysOfYear: z.int(),
        accruedMinor: AmountMinor,
        carriedMinor: AmountMinor.meta({ description: "Left unpaid by earlier payment dates." }),
        dueMinor: AmountMinor,
      }),
    ),
    lines: z.array(
      z.strictObject({
        index: z.int(),
        step: z.int().meta({ description: "Place of the step in the terms, from 0." }),
        kind: z.enum(stepKinds),
        classIndex: ClassIndex.nullable(),
        label: ClassLabel.nullable(),
        payee: PartyCode.nullable(),
        dueMinor: AmountMinor,
        paidMinor: AmountMinor,
        shortfallMinor: AmountMinor,
        explanation: z.string(),
      }),
    ),
    closing: z.array(
      z.strictObject({
        classIndex: ClassIndex,
        label: ClassLabel,
        outstandingMinor: AmountMinor,
        interestShortfallMinor: AmountMinor,
      }),
    ),
  })
  .meta({ id: "Calculation", description: "The distribution that follows from terms, report, fixings and balances." });

const CycleSummary = z.strictObject({
  dealId: Bytes32,
  period: z.int(),
  version: z.int(),
  state: z.enum(cycleStates).meta({
    description: "paid: nothing is left to be paid but what is held for accounts that are stopped.",
  }),
  recordDate: CivilDate,
  recordDateClosesAt: Timestamp.meta({ description: "Last second of the record date." }),
  nominalDate: CivilDate.meta({ description: "Payment date before it rolls." }),
  paymentDate: CivilDate,
  declaredAt: Timestamp,
  reportHash: Bytes32.nullable(),
  totalMinor: AmountMinor.nullable().meta({ description: "Sum of the posted lines; null until then." }),
  postedAt: Timestamp.nullable(),
  fundedAt: Timestamp.nullable(),
});

export const CycleListItem = CycleSummary.meta({ id: "CycleListItem", description: "A payment cycle." });
export const CycleList = z.strictObject({ asOf: AsOf, items: z.array(CycleListItem) });

const CycleClass = z
  .strictObject({
    classIndex: ClassIndex,
    label: ClassLabel,
    originalMinor: AmountMinor,
    openingMinor: AmountMinor,
    accruedMinor: AmountMinor,
    interestMinor: AmountMinor,
    principalMinor: AmountMinor,
    outstandingMinor: AmountMinor,
    interestShortfallMinor: AmountMinor,
    factor: Factor,
    interestPerThousand: Factor,
    principalPerThousand: Factor,
    payableMinor: AmountMinor.meta({ description: "What the holders share, the remainder carried before included." }),
    paidMinor: AmountMinor,
    heldMinor: AmountMinor.meta({ description: "Kept for accounts that are stopped." }),
    openAccounts: z.int().meta({ description: "Accounts that are neither paid nor held." }),
    remainder: z.strictObject({ amountMinor: AmountMinor, toClass: ClassIndex }).nullable().meta({
      description: "What could not be divided, and whose next distribution it joins; null until all is paid.",
    }),
  })
  .meta({ id: "CycleClass", description: "What a payment date brought a class, and where it left it." });

export const CycleDetail = CycleSummary.extend({
  asOf: AsOf,
  report: z
    .strictObject({
      reportHash: Bytes32,
      by: PartyCode,
      availableMinor: AmountMinor,
      principalMinor: AmountMinor,
      feesDueMinor: z.array(AmountMinor),
      reportedAt: Timestamp,
    })
    .nullable(),
  fixings: z.array(
    z.strictObject({
      classIndex: ClassIndex,
      label: ClassLabel,
      rate: z.string().meta({ description: "The index, yearly, in percent." }),
      evidenceHash: Bytes32,
      fixedAt: Timestamp,
    }),
  ),
  posting: z
    .strictObject({
      lines: z.array(
        z.strictObject({
          index: z.int(),
          kind: z.enum(stepKinds),
          classIndex: ClassIndex.nullable(),
          label: ClassLabel.nullable(),
          payee: PartyCode.nullable(),
          paidMinor: AmountMinor,
        }),
      ),
      blockNumber: BlockNumber,
      transactionHash: Bytes32,
    })
    .nullable(),
  classes: z.array(CycleClass).meta({ description: "Empty until the posting." }),
}).meta({ id: "Cycle", description: "A payment cycle with its report, fixings, lines and classes." });

export const KeptReport = z.strictObject({
  reportHash: Bytes32,
  by: PartyCode,
  document: ReportRequest.shape.report.extend({
    format: z.literal("narrowgate-servicer-report/1"),
    dealId: Bytes32,
    period: z.int(),
    version: z.int(),
  }),
});
