import type { Access } from "../../http/auth.ts";
import { checkRoute, downloadRoute, readRoute, recordRoute, uploadRoute, type Route } from "../../http/route.ts";
import { MAX_DOCUMENT_BYTES, openDocumentFiles } from "./documentFiles.ts";
import {
  Bundle,
  BundleCheck,
  BundleCheckRequest,
  BundleParams,
  BundleRequest,
  DocumentParams,
  StoredDocument,
} from "./documents.schema.ts";
import { checkBundle, keepBundle, keepDocument } from "./documents.service.ts";
import { findDocument, readBundle } from "./documents.view.ts";

// Ten thousand documents, the most that a manifest names, of some three hundred bytes each; twice that to compare.
const MANIFEST_LIMIT_BYTES = 6_000_000;
const CHECK_LIMIT_BYTES = 12_000_000;

const readers: Access = ["filing-entity", "issuer", "attester", "registrar", "regulator"];

/**
 * Documents of filings and the bundles they make up.
 * @param documentsDir Folder of the documents' bytes.
 */
export function documentRoutes({ documentsDir }: { documentsDir: string }): readonly Route[] {
  const files = openDocumentFiles(documentsDir);
  return [
    uploadRoute({
      path: "/v1/documents/{sha256}",
      operationId: "keepDocument",
      summary: "Keep the bytes of a document under their hash",
      description: "At most 20 MB. Sending the same bytes again changes nothing.",
      access: readers,
      params: DocumentParams,
      bodyLimitBytes: MAX_DOCUMENT_BYTES,
      response: StoredDocument,
      handler: ({ params, ...upload }) => keepDocument(files, { ...upload, ...params }),
    }),
    downloadRoute({
      path: "/v1/documents/{sha256}",
      operationId: "readDocument",
      summary: "The bytes of a document",
      description:
        "For whoever sent it, the filing entity and issuer of a filing it belongs to, attesters once it was filed, " +
        "registrar and regulator.",
      access: readers,
      params: DocumentParams,
      async handler({ read, caller, params }) {
        const { locator, mediaType } = await read((db) => findDocument(db, caller, params.sha256));
        return { path: files.pathOf(locator), mediaType, tag: params.sha256 };
      },
    }),
    recordRoute({
      path: "/v1/bundles",
      operationId: "keepBundle",
      summary: "Keep the manifest of a bundle and learn its hash",
      access: ["filing-entity", "issuer"],
      body: BundleRequest,
      bodyLimitBytes: MANIFEST_LIMIT_BYTES,
      response: Bundle,
      status: 201,
      location: ({ bundleHash }) => `/v1/bundles/${bundleHash}`,
      handler: ({ caller, body }, tx) => keepBundle(tx, caller, body),
    }),
    readRoute({
      path: "/v1/bundles/{bundleHash}",
      operationId: "readBundle",
      summary: "One bundle, and which of its documents are kept here",
      access: "any-party",
      params: BundleParams,
      response: Bundle,
      handler: ({ read, caller, params }) => read((db) => readBundle(db, caller, params.bundleHash)),
    }),
    checkRoute({
      path: "/v1/bundles/check",
      operationId: "checkBundle",
      summary: "Compare what was found with a manifest",
      access: "any-party",
      body: BundleCheckRequest,
      bodyLimitBytes: CHECK_LIMIT_BYTES,
      response: BundleCheck,
      handler: async ({ body }) => checkBundle(body),
    }),
  ];
}
