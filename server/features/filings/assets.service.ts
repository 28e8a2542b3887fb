import type { z } from "zod";
import { encodeCall } from "../../chain/contracts.ts";
import { parseCivilDate } from "../../domain/civilDates.ts";
import { assetClasses, obligorBands } from "../../domain/examination.ts";
import { asciiHex, NO_HASH } from "../../domain/hex.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { CommitmentsRequest, PoolRequest, TitleRequest } from "./assets.schema.ts";

/** States the pool of a draft. */
export function recordPool(filingId: string, pool: z.output<typeof PoolRequest>): LedgerCall {
  const { version, ...given } = pool;
  const onLedger = {
    ...given,
    assetClass: assetClasses.indexOf(given.assetClass),
    cutoffDate: parseCivilDate(given.cutoffDate),
    currency: asciiHex(given.currency),
    obligorBand: obligorBands.indexOf(given.obligorBand),
    reasonHash: given.reasonHash ?? NO_HASH,
    relatedAssetsOpinionHash: given.relatedAssetsOpinionHash ?? NO_HASH,
  };
  return {
    kind: "assets.recordPool",
    to: "Assets",
    data: encodeCall("Assets", "recordPool", [filingId, version, onLedger]),
    facts: { filingId, ...pool },
  };
}

/** States the evidence of title and of its transfer. */
export function recordTitle(filingId: string, title: z.output<typeof TitleRequest>): LedgerCall {
  const { version, titleEvidenceHash, transferEvidenceHash } = title;
  return {
    kind: "assets.recordTitle",
    to: "Assets",
    data: encodeCall("Assets", "recordTitle", [filingId, version, titleEvidenceHash, transferEvidenceHash]),
    facts: { filingId, ...title },
  };
}

/** Adds assets to the pool of a draft. */
export function commit(filingId: string, given: z.output<typeof CommitmentsRequest>): LedgerCall {
  const { version, commitments } = given;
  return {
    kind: "assets.commit",
    to: "Assets",
    data: encodeCall("Assets", "commit", [filingId, version, commitments]),
    facts: { filingId, version, assets: commitments.length },
  };
}
