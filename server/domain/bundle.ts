import { z } from "zod";
import { canonicalJson } from "./canonicalJson.ts";
import { civilDateSchema } from "./civilDates.ts";
import { compareNames, documentNameSchema, foldedName } from "./documentNames.ts";
import { documentTypes } from "./documentTypes.ts";
import { parseFields } from "./fieldErrors.ts";
import { hashSchema, sha256, type Hex } from "./hex.ts";
import { plainText } from "./plainText.ts";

const MAX_DOCUMENTS = 10_000;

/** What a bundle says of one document. A replacement is a new version under the same name, never an edit. */
export const bundleDocumentSchema = z.strictObject({
  /** Path inside the folder of the bundle. */
  name: documentNameSchema,
  docType: z.enum(documentTypes),
  version: z.int().min(1).max(65_535),
  sha256: hashSchema,
  bytes: z.int().min(0),
  mediaType: z.string().regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/, 'Expected a media type such as "text/markdown".'),
  /** BCP 47 tag; `und` where a document has no language or nobody said. */
  language: z.string().regex(/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$/, 'Expected a language tag such as "zh-Hans".'),
  issuedBy: plainText(200).nullable(),
  issuedOn: civilDateSchema.nullable(),
  /** SHA-256 of the version that this one replaces. */
  supersedes: hashSchema.nullable(),
  confidentiality: z.enum(["PUBLIC", "RESTRICTED", "CONFIDENTIAL"]),
  /** Where the file may be kept. Of an `ONSHORE_ONLY` document a bundle carries the hash, not the file. */
  storageZone: z.enum(["PUBLIC", "OVERSEAS", "ONSHORE_ONLY"]),
});

export type BundleDocument = z.infer<typeof bundleDocumentSchema>;

/** The list of a bundle's documents, in order of their names. Its hash is what a filing carries. */
export const bundleManifestSchema = z.strictObject({
  format: z.literal("narrowgate-bundle/1"),
  documents: z.array(bundleDocumentSchema).min(1).max(MAX_DOCUMENTS).superRefine(refuseDisorder),
});

export type BundleManifest = z.infer<typeof bundleManifestSchema>;

/** What is known of a document that was found: its content always, other facts where somebody stated them. */
export type FoundDocument = Pick<BundleDocument, "name" | "sha256" | "bytes"> & Partial<BundleDocument>;

/** How documents that were found differ from a manifest. Lists are in order of names. */
export interface BundleDifference {
  readonly changed: readonly { readonly name: string; readonly fields: readonly string[] }[];
  readonly added: readonly string[];
  readonly missing: readonly string[];
  /** Onshore-only documents that were not found, which is no fault. */
  readonly keptOnshore: readonly string[];
}

function refuseDisorder(documents: readonly BundleDocument[], context: z.RefinementCtx): void {
  const refuse = (index: number, code: string, message: string) =>
    context.addIssue({ code: "custom", params: { code }, path: [index, "name"], message });
  const seen = new Set<string>();
  for (const [index, { name }] of documents.entries()) {
    const previous = documents[index - 1];
    if (seen.has(foldedName(name))) {
      refuse(index, "repeated", `Another document has the name ${name}, capital and small letters apart.`);
    } else if (previous !== undefined && compareNames(previous.name, name) > 0) {
      refuse(index, "out-of-order", `${name} must stand before ${previous.name}.`);
    }
    seen.add(foldedName(name));
  }
}

/**
 * Lists documents as a manifest.
 * @param documents In any order; the manifest does not depend on it.
 * @throws InvalidFieldsError when a document is not well described or two names are one.
 */
export function manifestOf(documents: readonly BundleDocument[]): BundleManifest {
  const sorted = documents.toSorted((a, b) => compareNames(a.name, b.name));
  return parseFields(bundleManifestSchema, { format: "narrowgate-bundle/1", documents: sorted }, "The bundle");
}

/** The hash that a filing carries: SHA-256 of the manifest in canonical JSON. */
export function bundleHash(manifest: BundleManifest): Hex {
  return sha256(canonicalJson(manifest));
}

/**
 * Compares what was found with a manifest. Of a document that both know, every field that was found is compared.
 * @returns Every difference by name of the document.
 */
export function compareBundle(manifest: BundleManifest, found: readonly FoundDocument[]): BundleDifference {
  const foundByName = new Map(found.map((document) => [document.name, document]));
  const expectedNames = new Set(manifest.documents.map(({ name }) => name));
  const absent = manifest.documents.filter(({ name }) => !foundByName.has(name));
  const changed = manifest.documents.flatMap((expected) => {
    const fields = changedFields(expected, foundByName.get(expected.name));
    return fields.length === 0 ? [] : [{ name: expected.name, fields }];
  });
  return {
    changed,
    added: [...foundByName.keys()].filter((name) => !expectedNames.has(name)).sort(compareNames),
    missing: absent.filter(({ storageZone }) => storageZone !== "ONSHORE_ONLY").map(({ name }) => name),
    keptOnshore: absent.filter(({ storageZone }) => storageZone === "ONSHORE_ONLY").map(({ name }) => name),
  };
}

function changedFields(expected: BundleDocument, found: FoundDocument | undefined): string[] {
  if (found === undefined) return [];
  return bundleDocumentSchema
    .keyof()
    .options.filter((field) => found[field] !== undefined && found[field] !== expected[field]);
}
