import { z } from "zod";
import { AsOf } from "../../http/asOf.ts";
import { Instant } from "../../http/instant.ts";
import {
  AmountMinor,
  BlockNumber,
  Bytes32,
  Page,
  PartyCode,
  Timestamp,
  asOfBlock,
  pageOf,
} from "../../http/schemas.ts";
import { filingStates } from "../../domain/filingStates.ts";
import { disclaimer } from "./filings.view.ts";

// The form of the text is judged first, but a wrong one does not keep this from being asked.
const CapMinor = AmountMinor.refine((text) => !/^\d+$/.test(text) || BigInt(text) < 2n ** 128n, {
  params: { code: "out-of-range" },
  message: "Expected less than 2 to the power of 128.",
});

const FilingRef = z
  .string()
  .regex(/^[!-~]([ -~]{0,62}[!-~])?$/, "Expected 1 to 64 printable ASCII characters without spaces at the ends.")
  .meta({
    description:
      "The filing entity's own reference. On the ledger it is its ASCII bytes, filled up with zeros to 32; " +
      "a longer one is its SHA-256.",
    example: "NALT-2004-A",
  });

const version = z.int().min(1).max(65_535).meta({ description: "Counts drafts of a filing from 1." });

/** What a submission and a new version have in common. */
const Submission = z.strictObject({
  bundleHash: Bytes32.meta({ description: "SHA-256 of the bundle's manifest." }),
  termsHash: Bytes32.meta({ description: "Hash of the deal's terms." }),
  capsMinor: z
    .array(CapMinor)
    .max(64)
    .meta({ description: "Most that may ever be issued, per class of the terms, in minor units." }),
  issuer: PartyCode,
  windowOpensAt: Instant.meta({ description: "First second of the issuance window." }),
  windowClosesAt: Instant.meta({ description: "Last second of the issuance window." }),
});

export const DraftRequest = Submission.extend({ filingRef: FilingRef });
export const VersionRequest = Submission;

export const SubmissionRequest = z.strictObject({
  version,
  receiptHash: Bytes32.meta({ description: "SHA-256 of the receipt." }),
});
export const SupplementRequest = z.strictObject({
  requestHash: Bytes32.meta({ description: "SHA-256 of the request." }),
});
export const WithdrawalRequest = z.strictObject({
  reasonHash: Bytes32.meta({ description: "SHA-256 of the document that gives the reason." }),
});
export const LapseRequest = z.strictObject({});
export const ClosureRequest = z.strictObject({
  finalReportHash: Bytes32.meta({ description: "SHA-256 of the final report." }),
});

export const AttestationRequest = z.strictObject({
  version,
  bundleHash: Bytes32,
  termsHash: Bytes32,
  evidence: z.strictObject({
    filingReference: z.string().min(1).max(200).meta({ description: "Reference as published." }),
    url: z
      .string()
      .regex(/^https?:\/\/[!-~]{1,2000}$/, "Expected a web address in printable ASCII.")
      .meta({ description: "Address of the published notice." }),
    pageHash: Bytes32.meta({ description: "SHA-256 of the captured page." }),
    capturedAt: Instant,
  }),
});

export const RefusalRequest = z.strictObject({ noticeHash: Bytes32 });

const orderId = Bytes32.meta({ description: "Order that asks for it; each serves once." });
const basisHash = Bytes32.meta({ description: "SHA-256 of the document that gives the grounds." });

export const SuspensionRequest = z.strictObject({
  orderId,
  until: Instant.meta({ description: "Last second of the suspension." }),
  basisHash,
});
export const LiftRequest = z.strictObject({ orderId, basisHash });
export const RevocationRequest = z.strictObject({ orderId, noticeHash: Bytes32 });

export const FilingParams = z.strictObject({ filingId: Bytes32 });

export const FilingQuery = Page.extend({ asOfBlock, filingRef: FilingRef.optional() });

const capsMinor = z.array(AmountMinor).meta({ description: "Per class of the terms, in minor units." });

const FilingSummary = z.strictObject({
  filingId: Bytes32,
  filingRef: z.string().meta({ description: "As given, or 0x… where the ledger has only its hash." }),
  filingEntity: PartyCode,
  issuer: PartyCode,
  version,
  state: z.enum(filingStates),
  suspendedUntil: Timestamp.nullable().meta({ description: "Last second of the suspension; null unless suspended." }),
  filingHash: Bytes32.meta({ description: "Hash over bundle, terms, caps, filing entity and issuer." }),
  bundleHash: Bytes32,
  termsHash: Bytes32,
  evidenceHash: Bytes32.nullable().meta({ description: "Hash of the equal evidence; null until recorded." }),
  capsMinor,
  issuedMinor: capsMinor,
  windowOpensAt: Timestamp,
  windowClosesAt: Timestamp,
  draftedAt: Timestamp.meta({ description: "When this version was drafted." }),
  submittedAt: Timestamp.nullable().meta({ description: "When this version was handed in; null before." }),
  recordedAt: Timestamp.nullable(),
  dealId: Bytes32.nullable().meta({ description: "Deal of this version; null until it is created." }),
  disclaimer: z.literal(disclaimer),
});

const FilingVersion = z.strictObject({
  version,
  issuer: PartyCode,
  filingHash: Bytes32,
  bundleHash: Bytes32,
  termsHash: Bytes32,
  capsMinor,
  windowOpensAt: Timestamp,
  windowClosesAt: Timestamp,
  at: Timestamp,
  blockNumber: BlockNumber,
});

const Attestation = z.strictObject({
  version,
  attester: PartyCode,
  evidenceHash: Bytes32,
  evidence: z.strictObject({
    filingReference: z.string(),
    url: z.string(),
    pageHash: Bytes32,
    capturedAt: Timestamp,
  }),
  at: Timestamp,
  blockNumber: BlockNumber,
});

const FilingChange = z.strictObject({
  cause: z.string().meta({ example: "suspended" }),
  version,
  suspendedUntil: Timestamp.nullable(),
  by: PartyCode.nullable().meta({ description: "Whose call took effect, where the ledger names it." }),
  orderId: Bytes32.nullable(),
  basisHash: Bytes32.nullable(),
  at: Timestamp,
  blockNumber: BlockNumber,
});

const FilingListItem = FilingSummary.meta({
  id: "FilingListItem",
  description: "A filing as it stood at the end of a block.",
});

export const FilingList = pageOf(FilingListItem).extend({ asOf: AsOf });

export const Filing = FilingSummary.extend({
  asOf: AsOf,
  versions: z.array(FilingVersion),
  attestations: z.array(Attestation),
  history: z.array(FilingChange),
}).meta({ id: "Filing", description: "A filing with its versions, attestations and history." });
