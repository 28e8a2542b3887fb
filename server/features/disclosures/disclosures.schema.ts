import { z } from "zod";
import { dutyKinds } from "../../domain/dutyPolicies.ts";
import { plainText } from "../../domain/plainText.ts";
import { AsOf } from "../../http/asOf.ts";
import { Instant } from "../../http/instant.ts";
import { BlockNumber, Bytes32, PartyCode, Timestamp, queryInteger } from "../../http/schemas.ts";

// Events of a filing are numbered with 32 bits on the ledger.
const EVENTS_MAX = 2 ** 32 - 1;
const SOURCE_LENGTH = 1_000;

export const FilingParams = z.strictObject({ filingId: Bytes32 });
export const EventParams = FilingParams.extend({
  number: queryInteger(1, EVENTS_MAX).meta({ description: "Number of the event in its filing, from 1." }),
});

const reportHash = Bytes32.meta({ description: "SHA-256 of the report." });
const eventKind = z.enum(dutyKinds).exclude(["issuance-completion"]);

export const CompletionRequest = z.strictObject({
  reportHash,
  receiptHash: Bytes32.meta({ description: "SHA-256 of the receipt." }),
});

export const EventRequest = z.strictObject({
  kind: eventKind,
  subCode: z
    .string()
    .regex(/^[!-~]{1,32}$/, "Expected 1 to 32 printable ASCII characters without spaces.")
    .meta({ description: "What happened, a code of the event taxonomy.", example: "SERVICER-REPLACED" }),
  occurredAt: Instant,
  knownAt: Instant.meta({ description: "When the filing entity knew; the period counts from it." }),
  reportHash,
});

export const CorrectionRequest = z.strictObject({ reportHash });

export const PolicyRequest = z.strictObject({
  kind: z.enum(dutyKinds),
  periodDays: z.int().min(1).max(65_535).meta({ description: "Calendar days after the event." }),
  isVerified: z.boolean().meta({ description: "Whether counsel confirmed the period against its source." }),
  source: plainText(SOURCE_LENGTH).meta({ description: "Words that name the source; the ledger keeps their hash." }),
  operationRef: Bytes32.meta({ description: "Makes this decision distinct from an earlier equal one." }),
});

const Policy = z.strictObject({
  kind: z.enum(dutyKinds),
  periodDays: z.int().meta({ description: "Calendar days after the event within which the report is due." }),
  verified: z.boolean().meta({ description: "Whether counsel confirmed the period against its source." }),
  source: z
    .string()
    .nullable()
    .meta({ description: "Words that name the source; null where only their hash is known." }),
  sourceHash: Bytes32.meta({ description: "keccak-256 of the words that name the source." }),
  at: Timestamp.meta({ description: "Since when the row is in force." }),
  blockNumber: BlockNumber,
});

export const DutyPolicies = z
  .strictObject({
    asOf: AsOf,
    items: z.array(Policy),
    history: z.array(Policy).meta({ description: "Every row that was ever set, oldest first." }),
  })
  .meta({ id: "DutyPolicies", description: "Periods within which reports are due, each with its source." });

const Completion = z.strictObject({
  openedAt: Timestamp.meta({ description: "When the first units were issued." }),
  dueAt: Timestamp.meta({ description: "Last second at which the report is in time." }),
  overdue: z.boolean().meta({ description: "Due and not reported: nothing more is issued." }),
  report: z
    .strictObject({
      by: PartyCode,
      reportHash: Bytes32,
      receiptHash: Bytes32,
      late: z.boolean(),
      delaySeconds: z.int().meta({ description: "Seconds after it was due; 0 when in time." }),
      at: Timestamp,
      blockNumber: BlockNumber,
    })
    .nullable(),
});

const MaterialEvent = z.strictObject({
  number: z.int(),
  kind: z.enum(dutyKinds),
  subCode: z.string().meta({ description: "As reported, or 0x… where it is no printable ASCII." }),
  by: PartyCode,
  occurredAt: Timestamp,
  knownAt: Timestamp,
  dueAt: Timestamp,
  late: z.boolean(),
  delaySeconds: z.int().meta({ description: "Seconds after it was due; 0 when in time." }),
  reportHash: Bytes32.meta({ description: "SHA-256 of the first report." }),
  at: Timestamp,
  blockNumber: BlockNumber,
  corrections: z.array(z.strictObject({ by: PartyCode, reportHash: Bytes32, at: Timestamp, blockNumber: BlockNumber })),
});

export const Disclosures = z
  .strictObject({
    asOf: AsOf,
    filingId: Bytes32,
    completion: Completion.nullable().meta({ description: "Null before the first issuance." }),
    events: z.array(MaterialEvent),
  })
  .meta({ id: "Disclosures", description: "What has to be reported of a filing, and what was." });
