import { z } from "zod";
import { bundleDocumentSchema, type BundleDocument } from "./bundle.ts";
import { documentTypes, type DocumentType } from "./documentTypes.ts";
import { InvalidFieldsError, type FieldError } from "./fieldErrors.ts";
import { sha256 } from "./hex.ts";

/** Name of the file that describes the other files of a bundle's folder. It is not itself a document of the bundle. */
export const descriptionFileName = "bundle.json";

const described = bundleDocumentSchema.partial().required({ name: true });

/**
 * Schema of `bundle.json`. Everything but the name may be left out. A document that may only be kept onshore is
 * described by its `sha256` and `bytes`, and its file stays away.
 */
export const bundleDescriptionSchema = z.strictObject({ documents: z.array(described) });

export type BundleDescription = z.infer<typeof bundleDescriptionSchema>;

const mediaTypes = new Map([
  ["csv", "text/csv"],
  ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["htm", "text/html"],
  ["html", "text/html"],
  ["json", "application/json"],
  ["md", "text/markdown"],
  ["pdf", "application/pdf"],
  ["png", "image/png"],
  ["txt", "text/plain"],
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["xml", "application/xml"],
]);

/**
 * Describes the documents of a folder.
 * @param contents Bytes of each file by its name, `bundle.json` left out.
 * @param description What `bundle.json` says; an empty one where there is none.
 * @throws InvalidFieldsError when the description names a document twice, names one without a file that is not kept
 * onshore, or states a hash or size that the file does not have.
 */
export function describeDocuments(
  contents: ReadonlyMap<string, Uint8Array>,
  description: BundleDescription,
): BundleDocument[] {
  const errors: FieldError[] = [];
  const documents = new Map<string, BundleDocument>();
  for (const [name, bytes] of contents) documents.set(name, defaultsOf(name, bytes));
  const seen = new Set<string>();
  for (const [index, entry] of description.documents.entries()) {
    const fromFile = documents.get(entry.name);
    const document = { ...(fromFile ?? defaultsOf(entry.name, new Uint8Array())), ...entry };
    const code = seen.has(entry.name) ? "repeated" : faultOf(entry, document, fromFile);
    if (code !== undefined) errors.push({ pointer: `/documents/${index}`, code, message: messages[code](entry.name) });
    seen.add(entry.name);
    documents.set(entry.name, document);
  }
  if (errors.length > 0) throw new InvalidFieldsError(descriptionFileName, errors);
  return [...documents.values()];
}

const messages = {
  repeated: (name: string) => `${name} is described twice.`,
  "no-file": (name: string) =>
    `${name} is not in the folder; only an ONSHORE_ONLY document with sha256 and bytes may be left out.`,
  "other-content": (name: string) => `${name} does not have the sha256 or bytes that are stated.`,
};

function faultOf(
  stated: Partial<BundleDocument>,
  document: BundleDocument,
  fromFile: BundleDocument | undefined,
): "no-file" | "other-content" | undefined {
  if (fromFile === undefined) {
    const isStated = stated.sha256 !== undefined && stated.bytes !== undefined;
    return isStated && document.storageZone === "ONSHORE_ONLY" ? undefined : "no-file";
  }
  const isSame = document.sha256 === fromFile.sha256 && document.bytes === fromFile.bytes;
  return isSame ? undefined : "other-content";
}

/** What the name of a file tells: `filing-report.md` is a FILING_REPORT in Markdown. */
function defaultsOf(name: string, bytes: Uint8Array): BundleDocument {
  const [, stem = "", extension = ""] = /([^/]*?)(?:\.([^./]*))?$/.exec(name) ?? [];
  return {
    name,
    docType: documentTypeOf(stem),
    version: 1,
    sha256: sha256(bytes),
    bytes: bytes.length,
    mediaType: mediaTypes.get(extension.toLowerCase()) ?? "application/octet-stream",
    language: "und",
    issuedBy: null,
    issuedOn: null,
    supersedes: null,
    confidentiality: "RESTRICTED",
    storageZone: "OVERSEAS",
  };
}

function documentTypeOf(stem: string): DocumentType {
  const code = stem.toUpperCase().replaceAll("-", "_");
  return documentTypes.find((type) => type === code) ?? "OTHER";
}
