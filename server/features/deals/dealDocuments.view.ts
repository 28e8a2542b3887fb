import type { z } from "zod";
import type { DealDocument as Document } from "../../domain/dealDocumentShape.ts";
import { leastCapsMinor } from "../../domain/dealTerms.ts";
import { termsOf } from "../../domain/dealDocument.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { partyIds } from "../parties/parties.view.ts";
import type { DealDocument } from "./deals.schema.ts";

/**
 * A deal document by its hash. It is shown to whoever kept it, to the parties it names, to attesters, registrar and
 * regulator, and to every party once a deal is made of it.
 * @throws AppError `unknown-deal-document` when there is none that the caller may see.
 */
export async function findDealDocument(
  db: Queryable,
  { party, roles }: Caller,
  dealDocumentHash: string,
): Promise<{ termsHash: string; document: Document }> {
  const seesAll = roles.some((role) => role === "attester" || role === "registrar" || role === "regulator");
  const { rows } = await db.query<{ terms_hash: Buffer; document: Document }>(
    `select terms_hash, document from records.deal_document d
     where deal_document_hash = $1
       and ($2 or party = $3
         or exists (select from jsonb_each_text(document -> 'parties') named where named.value = $3)
         or exists (select from readmodel.deal r where r.deal_document_hash = d.deal_document_hash))
     limit 1`,
    [toBytes(dealDocumentHash), seesAll, party],
  );
  if (!rows[0]) throw new AppError("unknown-deal-document", { values: { dealDocument: dealDocumentHash } });
  return { termsHash: toHex(rows[0].terms_hash), document: rows[0].document };
}

/** A deal document for an answer. */
export async function readDealDocument(
  db: Queryable,
  caller: Caller,
  dealDocumentHash: string,
): Promise<z.input<typeof DealDocument>> {
  const { termsHash, document } = await findDealDocument(db, caller, dealDocumentHash);
  const capsMinor = leastCapsMinor(termsOf(document, await partyIds(db))).map(String);
  return { dealDocumentHash, termsHash, capsMinor, document };
}
