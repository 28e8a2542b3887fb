import type { z } from "zod";
import { encodeCall } from "../../chain/contracts.ts";
import { filingIdOf } from "../../chain/ids.ts";
import { AppError } from "../../errors.ts";
import type { LedgerCall } from "../../http/command.ts";
import { secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { partyIds } from "../parties/parties.view.ts";
import { filingRefBytes } from "../../domain/filingRef.ts";
import type {
  AttestationRequest,
  ClosureRequest,
  DraftRequest,
  LiftRequest,
  RefusalRequest,
  RevocationRequest,
  SubmissionRequest,
  SupplementRequest,
  SuspensionRequest,
  VersionRequest,
  WithdrawalRequest,
} from "./filings.schema.ts";

/** Drafts a filing; its id follows from the filing entity and its reference. */
export async function draft(
  db: Queryable,
  filingEntityId: number,
  { filingRef, ...submission }: z.output<typeof DraftRequest>,
): Promise<LedgerCall> {
  const ref = filingRefBytes(filingRef);
  return {
    kind: "filings.draft",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "draft", [ref, await submissionOf(db, submission)]),
    facts: { filingId: filingIdOf(filingEntityId, ref), filingRef, ...submission },
  };
}

/** Replaces a filing that is not recorded yet by a new version. */
export async function supersede(
  db: Queryable,
  filingId: string,
  submission: z.output<typeof VersionRequest>,
): Promise<LedgerCall> {
  return {
    kind: "filings.supersede",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "supersede", [filingId, await submissionOf(db, submission)]),
    facts: { filingId, ...submission },
  };
}

/** Endorses that a version was handed in. */
export function submit(filingId: string, { version, receiptHash }: z.output<typeof SubmissionRequest>): LedgerCall {
  return {
    kind: "filings.submit",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "submit", [filingId, version, receiptHash]),
    facts: { filingId, version, receiptHash },
  };
}

/** Notes that further material was asked for. */
export function requestSupplement(filingId: string, { requestHash }: z.output<typeof SupplementRequest>): LedgerCall {
  return {
    kind: "filings.requestSupplement",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "requestSupplement", [filingId, requestHash]),
    facts: { filingId, requestHash },
  };
}

/** Takes a filing that is not recorded yet back, for good. */
export function withdraw(filingId: string, { reasonHash }: z.output<typeof WithdrawalRequest>): LedgerCall {
  return {
    kind: "filings.withdraw",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "withdraw", [filingId, reasonHash]),
    facts: { filingId, reasonHash },
  };
}

/** Stores that a filing lapsed, which the clock has decided. */
export function lapse(filingId: string): LedgerCall {
  return {
    kind: "filings.lapse",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "lapse", [filingId]),
    facts: { filingId },
  };
}

/** Endorses the end of a filing of whose notes no unit is left. */
export function close(filingId: string, { finalReportHash }: z.output<typeof ClosureRequest>): LedgerCall {
  return {
    kind: "filings.close",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "close", [filingId, finalReportHash]),
    facts: { filingId, finalReportHash },
  };
}

/** Attests that a version of a filing was seen published. */
export function attest(filingId: string, attestation: z.output<typeof AttestationRequest>): LedgerCall {
  const { version, bundleHash, termsHash, evidence } = attestation;
  const seen = { ...evidence, capturedAt: secondsOf(evidence.capturedAt) };
  return {
    kind: "filings.attest",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "attest", [filingId, version, bundleHash, termsHash, seen]),
    facts: { filingId, ...attestation },
  };
}

/** Refuses a filing that is not recorded yet, for good. */
export function refuse(filingId: string, { noticeHash }: z.output<typeof RefusalRequest>): LedgerCall {
  return {
    kind: "filings.refuse",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "refuse", [filingId, noticeHash]),
    facts: { filingId, noticeHash },
  };
}

/** Suspends a recorded filing by one key. */
export function suspend(filingId: string, order: z.output<typeof SuspensionRequest>): LedgerCall {
  const { orderId, until, basisHash } = order;
  return {
    kind: "filings.suspend",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "suspend", [filingId, orderId, secondsOf(until), basisHash]),
    facts: { filingId, ...order },
  };
}

/** Endorses that a filing stays suspended for longer. */
export function keepSuspended(filingId: string, order: z.output<typeof SuspensionRequest>): LedgerCall {
  const { orderId, until, basisHash } = order;
  return {
    kind: "filings.keepSuspended",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "keepSuspended", [filingId, orderId, secondsOf(until), basisHash]),
    facts: { filingId, ...order },
  };
}

/** Endorses the end of a suspension. */
export function lift(filingId: string, { orderId, basisHash }: z.output<typeof LiftRequest>): LedgerCall {
  return {
    kind: "filings.lift",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "lift", [filingId, orderId, basisHash]),
    facts: { filingId, orderId, basisHash },
  };
}

/** Endorses the revocation of a filing. */
export function revoke(filingId: string, { orderId, noticeHash }: z.output<typeof RevocationRequest>): LedgerCall {
  return {
    kind: "filings.revoke",
    to: "FilingRegistry",
    data: encodeCall("FilingRegistry", "revoke", [filingId, orderId, noticeHash]),
    facts: { filingId, orderId, noticeHash },
  };
}

async function submissionOf(db: Queryable, submission: z.output<typeof VersionRequest>) {
  const issuer = (await partyIds(db)).get(submission.issuer);
  if (issuer === undefined) throw new AppError("unknown-party", { values: { party: submission.issuer } });
  return {
    ...submission,
    issuer,
    windowOpensAt: secondsOf(submission.windowOpensAt),
    windowClosesAt: secondsOf(submission.windowClosesAt),
  };
}
