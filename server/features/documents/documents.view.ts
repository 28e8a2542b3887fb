import type { z } from "zod";
import { compareBundle, type BundleManifest } from "../../domain/bundle.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import type { Bundle, StoredDocument } from "./documents.schema.ts";

export type DocumentFound = z.input<typeof StoredDocument> & { locator: string };

/**
 * A document whose bytes are kept, and which the caller sent, or which belongs to a filing that the caller has a part in
 * or attests. It belongs to a filing when a bundle of the filing names it and a party of the filing sent it; naming
 * somebody else's document in a bundle of one's own opens nothing.
 * @throws AppError `not-found` when there is none that the caller may see.
 */
export async function findDocument(db: Queryable, caller: Caller, sha256: string): Promise<DocumentFound> {
  type Row = { party: string; media_type: string; size_bytes: bigint; locator: string; created_at: Date };
  const { rows } = await db.query<Row>(
    `select d.* from records.document d
     where d.sha256 = $5
       and ($1 or d.party = $2 or exists (
         select from records.bundle b
         join readmodel.filing_version v on v.bundle_hash = b.bundle_hash
         join readmodel.filing f on f.filing_id = v.filing_id
         join records.party sender on sender.code = d.party
         where b.manifest -> 'documents' @> jsonb_build_array(jsonb_build_object('sha256', $6::text))
           and sender.party_id in (f.filing_entity_id, v.issuer_id)
           and ($3 in (f.filing_entity_id, v.issuer_id) or $4)))
     order by d.party = $2 desc, d.created_at, d.party limit 1`,
    [...seeing(caller), toBytes(sha256), sha256],
  );
  const row = rows[0];
  if (!row) throw new AppError("not-found", { detail: "No document with this hash is kept here for you." });
  return {
    sha256,
    sizeBytes: Number(row.size_bytes),
    mediaType: row.media_type,
    party: row.party,
    storedAt: row.created_at.toISOString(),
    locator: row.locator,
  };
}

/**
 * A bundle and how much of it is kept here. Every party may see the list of a bundle that was filed.
 * @throws AppError `not-found` when there is none that the caller may see.
 */
export async function readBundle(db: Queryable, caller: Caller, bundleHash: string): Promise<z.input<typeof Bundle>> {
  const [seesAll, party] = seeing(caller);
  const { rows } = await db.query<{ manifest: BundleManifest }>(
    `select b.manifest from records.bundle b
     where b.bundle_hash = $3
       and ($1 or b.party = $2 or exists (select from readmodel.filing_version v where v.bundle_hash = b.bundle_hash))
     limit 1`,
    [seesAll, party, toBytes(bundleHash)],
  );
  if (!rows[0]) throw new AppError("not-found", { detail: "No bundle with this hash is known here to you." });
  return bundleBody(db, bundleHash, rows[0].manifest);
}

/** A bundle for an answer: a document counts as found when bytes with its hash are kept, whoever sent them. */
export async function bundleBody(
  db: Queryable,
  bundleHash: string,
  manifest: BundleManifest,
): Promise<z.input<typeof Bundle>> {
  const { rows } = await db.query<{ sha256: Buffer; size_bytes: bigint }>(
    "select distinct sha256, size_bytes from records.document where sha256 = any($1::bytea[])",
    [manifest.documents.map(({ sha256 }) => toBytes(sha256))],
  );
  const kept = new Map(rows.map(({ sha256, size_bytes }) => [toHex(sha256), Number(size_bytes)]));
  const found = manifest.documents.flatMap(({ name, sha256 }) => {
    const bytes = kept.get(sha256);
    return bytes === undefined ? [] : [{ name, sha256, bytes }];
  });
  const { changed, missing, keptOnshore } = compareBundle(manifest, found);
  const complete = changed.length === 0 && missing.length === 0;
  return {
    bundleHash,
    manifest,
    complete,
    changed: changed.map(copied),
    missing: [...missing],
    keptOnshore: [...keptOnshore],
  };
}

function copied({ name, fields }: { name: string; fields: readonly string[] }) {
  return { name, fields: [...fields] };
}

function seeing({ party, partyId, roles }: Caller): [boolean, string, number, boolean] {
  const seesAll = roles.includes("registrar") || roles.includes("regulator");
  return [seesAll, party, partyId, roles.includes("attester")];
}
