import { z } from "zod";
import { bundleDocumentSchema, bundleManifestSchema } from "../../domain/bundle.ts";
import { Bytes32, PartyCode, Timestamp } from "../../http/schemas.ts";

export const DocumentParams = z.strictObject({ sha256: Bytes32 });
export const BundleParams = z.strictObject({ bundleHash: Bytes32 });

export const StoredDocument = z
  .strictObject({
    sha256: Bytes32,
    sizeBytes: z.int(),
    mediaType: z.string(),
    party: PartyCode.meta({ description: "Who sent it." }),
    storedAt: Timestamp,
  })
  .meta({ id: "StoredDocument", description: "A document whose bytes are kept here." });

export const BundleRequest = bundleManifestSchema.meta({
  id: "BundleManifest",
  description:
    "The documents of a filing in order of their names; its canonical JSON is what the bundle hash is taken of.",
});

const changed = z
  .array(z.strictObject({ name: z.string(), fields: z.array(z.string()) }))
  .meta({ description: "Documents of this name that differ, and in which fields." });
const missing = z.array(z.string()).meta({ description: "Documents of the manifest that were not found." });
const keptOnshore = z
  .array(z.string())
  .meta({ description: "ONSHORE_ONLY documents that were not found, which is no fault: a bundle carries their hash." });

export const Bundle = z
  .strictObject({
    bundleHash: Bytes32.meta({ description: "SHA-256 of the manifest in canonical JSON (RFC 8785)." }),
    manifest: BundleRequest,
    complete: z.boolean().meta({ description: "Whether every document that may be kept here is kept here." }),
    changed,
    missing,
    keptOnshore,
  })
  .meta({ id: "Bundle" });

const FoundDocument = bundleDocumentSchema.partial().required({ name: true, sha256: true, bytes: true });

export const BundleCheckRequest = z.strictObject({
  manifest: BundleRequest,
  documents: z.array(FoundDocument).max(10_000).meta({ description: "What was found, by name." }),
});

export const BundleCheck = z.strictObject({
  bundleHash: Bytes32,
  unchanged: z.boolean().meta({ description: "Whether what was found is the bundle of the manifest." }),
  changed,
  added: z.array(z.string()).meta({ description: "Documents that were found and are not in the manifest." }),
  missing,
  keptOnshore,
});
