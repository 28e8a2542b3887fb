import { checkRoute, readRoute, recordRoute, type Route } from "../../http/route.ts";
import { Bundle, BundleCheck, BundleCheckRequest, BundleParams, BundleRequest } from "./documents.schema.ts";
import { checkBundle, keepBundle } from "./documents.service.ts";
import { readBundle } from "./documents.view.ts";

// Ten thousand documents, the most that a manifest names, of some three hundred bytes each; twice that to compare.
const MANIFEST_LIMIT_BYTES = 6_000_000;
const CHECK_LIMIT_BYTES = 12_000_000;

/**
 * Documents of filings and the bundles they make up.
 * @param documentsDir Folder of the documents' bytes.
 */
export function documentRoutes(_: { documentsDir: string }): readonly Route[] {
  return [
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
