import type { Readable } from "node:stream";
import type { z } from "zod";
import { bundleHash, compareBundle, type BundleManifest } from "../../domain/bundle.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import type { DocumentFiles } from "./documentFiles.ts";
import type { Bundle, BundleCheck, BundleCheckRequest, StoredDocument } from "./documents.schema.ts";
import { bundleBody } from "./documents.view.ts";

/** A document as it is handed in. */
type Upload = {
  caller: Caller;
  sha256: string;
  mediaType: string;
  bytes: Readable;
  read<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
  write<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
};

/**
 * Keeps the bytes of a document. Sending them again changes nothing.
 * @returns The document, and whether it is new from this party.
 * @throws AppError `document-onshore-only` when a bundle of this party says that it stays onshore (R-D2),
 * `document-hash-mismatch` or `body-too-large`.
 */
export async function keepDocument(
  files: DocumentFiles,
  { caller, sha256, mediaType, bytes, read, write }: Upload,
): Promise<{ isNew: boolean; body: z.input<typeof StoredDocument> }> {
  const { party } = caller;
  if (await read((db) => staysOnshore(db, party, sha256))) throw new AppError("document-onshore-only");
  const { locator, sizeBytes } = await files.keep(sha256, bytes);
  return write(async (tx) => {
    const { rowCount } = await tx.query(
      `insert into records.document (party, sha256, media_type, size_bytes, locator) values ($1, $2, $3, $4, $5)
       on conflict (party, sha256) do nothing`,
      [party, toBytes(sha256), mediaType, sizeBytes, locator],
    );
    const { rows } = await tx.query<{ media_type: string; created_at: Date }>(
      "select media_type, created_at from records.document where party = $1 and sha256 = $2",
      [party, toBytes(sha256)],
    );
    const { media_type, created_at } = rows[0]!;
    const body = { sha256, sizeBytes, mediaType: media_type, party, storedAt: created_at.toISOString() };
    return { isNew: rowCount === 1, body };
  });
}

/**
 * Keeps the manifest of a bundle and says which of its documents are kept.
 * @throws AppError `document-onshore-only` when it says so of a document whose bytes this party has sent (R-D2).
 */
export async function keepBundle(
  tx: Queryable,
  { party }: Caller,
  manifest: BundleManifest,
): Promise<z.input<typeof Bundle>> {
  const hash = bundleHash(manifest);
  const onshore = manifest.documents.filter(({ storageZone }) => storageZone === "ONSHORE_ONLY");
  const { rows } = await tx.query<{ sha256: Buffer }>(
    "select sha256 from records.document where party = $1 and sha256 = any($2::bytea[]) limit 1",
    [party, onshore.map(({ sha256 }) => toBytes(sha256))],
  );
  if (rows[0]) throw new AppError("document-onshore-only", { values: { sha256: toHex(rows[0].sha256) } });
  await tx.query(
    `insert into records.bundle (party, bundle_hash, manifest) values ($1, $2, $3)
     on conflict (party, bundle_hash) do nothing`,
    [party, toBytes(hash), JSON.stringify(manifest)],
  );
  return bundleBody(tx, hash, manifest);
}

/** Whether a bundle of the party names these bytes as a document that stays onshore. */
async function staysOnshore(db: Queryable, party: string, sha256: string): Promise<boolean> {
  const { rows } = await db.query(
    `select from records.bundle where party = $1
       and manifest -> 'documents' @> jsonb_build_array(jsonb_build_object('sha256', $2::text, 'storageZone', 'ONSHORE_ONLY'))
     limit 1`,
    [party, sha256],
  );
  return rows.length > 0;
}

/** Names every document by which what was found differs from a manifest. */
export function checkBundle({ manifest, documents }: z.output<typeof BundleCheckRequest>): z.input<typeof BundleCheck> {
  const { changed, added, missing, keptOnshore } = compareBundle(manifest, documents);
  return {
    bundleHash: bundleHash(manifest),
    unchanged: changed.length === 0 && added.length === 0 && missing.length === 0,
    changed: changed.map(({ name, fields }) => ({ name, fields: [...fields] })),
    added: [...added],
    missing: [...missing],
    keptOnshore: [...keptOnshore],
  };
}
