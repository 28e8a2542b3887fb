import type { z } from "zod";
import { encodeCall } from "../../chain/contracts.ts";
import { sourceHashOf } from "../../chain/ids.ts";
import { dutyKinds } from "../../domain/dutyPolicies.ts";
import { shortTextBytes } from "../../domain/hex.ts";
import type { LedgerCall } from "../../http/command.ts";
import { secondsOf } from "../../http/instant.ts";
import { toBytes } from "../../store/hex.ts";
import type { CompletionRequest, CorrectionRequest, EventRequest, PolicyRequest } from "./disclosures.schema.ts";

/** Reports that issuance under a filing is complete, after which nothing more is issued. */
export function reportCompletion(filingId: string, report: z.output<typeof CompletionRequest>): LedgerCall {
  const { reportHash, receiptHash } = report;
  return {
    kind: "disclosures.reportCompletion",
    to: "Disclosures",
    data: encodeCall("Disclosures", "reportCompletion", [filingId, reportHash, receiptHash]),
    facts: { filingId, ...report },
  };
}

/** Reports a material event of a filing. */
export function reportEvent(filingId: string, event: z.output<typeof EventRequest>): LedgerCall {
  const onLedger = {
    kind: dutyKinds.indexOf(event.kind),
    subCode: shortTextBytes(event.subCode),
    occurredAt: secondsOf(event.occurredAt),
    knownAt: secondsOf(event.knownAt),
    reportHash: event.reportHash,
  };
  return {
    kind: "disclosures.report",
    to: "Disclosures",
    data: encodeCall("Disclosures", "report", [filingId, onLedger]),
    facts: { filingId, ...event },
  };
}

/** Adds a corrected report to an event; what was reported before stays. */
export function correctEvent(
  filingId: string,
  number: number,
  { reportHash }: z.output<typeof CorrectionRequest>,
): LedgerCall {
  return {
    kind: "disclosures.correct",
    to: "Disclosures",
    data: encodeCall("Disclosures", "correct", [filingId, number, reportHash]),
    facts: { filingId, number, reportHash },
  };
}

/** Endorses a new row of the policy table, and keeps the words that name its source (R-E3). */
export function changePolicy(party: string, change: z.output<typeof PolicyRequest>): LedgerCall {
  const { kind, periodDays, isVerified, source, operationRef } = change;
  const sourceHash = sourceHashOf(source);
  const policy = { kind: dutyKinds.indexOf(kind), periodDays, isVerified, sourceHash };
  return {
    kind: "disclosures.changePolicy",
    to: "Disclosures",
    data: encodeCall("Disclosures", "changePolicy", [policy, operationRef]),
    facts: { ...change, sourceHash },
    async keep(tx) {
      await tx.query(
        "insert into records.duty_source (source_hash, source, party) values ($1, $2, $3) on conflict do nothing",
        [toBytes(sourceHash), source, party],
      );
    },
  };
}
