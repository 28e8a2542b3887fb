import type { z } from "zod";
import { encodeCall } from "../../chain/contracts.ts";
import { parseCivilDate } from "../../domain/civilDates.ts";
import { checksWord, heads, permitKinds } from "../../domain/examination.ts";
import { NO_HASH } from "../../domain/hex.ts";
import type { LedgerCall } from "../../http/command.ts";
import { secondsOf } from "../../http/instant.ts";
import type { AssessmentRequest, PermitRequest, RecheckRequest, ScrutinyRequest } from "./scrutiny.schema.ts";

/** States the results of the checks of a draft. */
export function assess(filingId: string, assessment: z.output<typeof AssessmentRequest>): LedgerCall {
  const { version, bundleHash, checks, evidenceRoot } = assessment;
  return {
    kind: "scrutiny.assess",
    to: "Scrutiny",
    data: encodeCall("Scrutiny", "assess", [filingId, version, bundleHash, checksWord(checks), evidenceRoot]),
    facts: { filingId, ...assessment },
  };
}

/** States again, of a recorded filing, the checks that may have changed. */
export function recheck(filingId: string, { checks, evidenceHash }: z.output<typeof RecheckRequest>): LedgerCall {
  return {
    kind: "scrutiny.recheck",
    to: "Scrutiny",
    data: encodeCall("Scrutiny", "recheck", [filingId, checksWord(checks), evidenceHash]),
    facts: { filingId, checks, evidenceHash },
  };
}

/** States whether a draft was found sound under a head. */
export function scrutinise(filingId: string, finding: z.output<typeof ScrutinyRequest>): LedgerCall {
  const { version, head, isSound, examinedOn, evidenceHash } = finding;
  const [headNumber, date] = [heads.indexOf(head), parseCivilDate(examinedOn)];
  return {
    kind: "scrutiny.scrutinise",
    to: "Scrutiny",
    data: encodeCall("Scrutiny", "scrutinise", [filingId, version, headNumber, isSound, date, evidenceHash]),
    facts: { filingId, ...finding },
  };
}

/** States whether a filing needs a kind of permit and has it. */
export function permit(filingId: string, stated: z.output<typeof PermitRequest>): LedgerCall {
  const { kind, isRequired, isObtained, referenceHash, expiresAt } = stated;
  const reference = [referenceHash ?? NO_HASH, expiresAt === null ? 0 : secondsOf(expiresAt)] as const;
  return {
    kind: "scrutiny.permit",
    to: "Scrutiny",
    data: encodeCall("Scrutiny", "permit", [filingId, permitKinds.indexOf(kind), isRequired, isObtained, ...reference]),
    facts: { filingId, ...stated },
  };
}
