import type { Readable } from "node:stream";
import type { z } from "zod";
import { bundleHash, compareBundle, type BundleManifest } from "../../domain/bundle.ts";
import type { Caller } from "../../http/auth.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import type { DocumentFiles } from "./documentFiles.ts";
import type { Bundle, BundleCheck, BundleCheckRequest, StoredDocument } from "./documents.schema.ts";
import { bundleBody } from "./documents.view.ts";

/** A document as it is handed in. */
type Upload = {
  caller: Caller;
  sha256: string;
  mediaType: string;
  bytes: Readable;
  write<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
};

/**
 * Keeps the bytes of a document. Sending them again changes nothing.
 * @returns The document, and whether it is new from this party.
 * @throws AppError `document-hash-mismatch` or `body-too-large`.
 */
export async function keepDocument(
  files: DocumentFiles,
  { caller, sha256, mediaType, bytes, write }: Upload,
): Promise<{ isNew: boolean; body: z.input<typeof StoredDocument> }> {
  const { party } = caller;
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

/** Keeps the manifest of a bundle and says which of its documents are kept. */
export async function keepBundle(
  tx: Queryable,
  { party }: Caller,
  manifest: BundleManifest,
): Promise<z.input<typeof Bundle>> {
  const hash = bundleHash(manifest);
  await tx.query(
    `insert into records.bundle (party, bundle_hash, manifest) values ($1, $2, $3)
     on conflict (party, bundle_hash) do nothing`,
    [party, toBytes(hash), JSON.stringify(manifest)],
  );
  return bundleBody(tx, hash, manifest);
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
