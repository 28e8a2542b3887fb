import { downloadRoute, readRoute, uploadRoute, type Route } from "../../http/route.ts";
import { AccountFile, FileParams } from "./accountFile.schema.ts";
import { keepAccountFile, MAX_FILE_BYTES, type AccountFileDeps } from "./accountFile.service.ts";
import { csvOf, readAccountFileResult } from "./accountFile.view.ts";

/** Registration and renewal of many accounts by a file. */
export function accountFileRoutes(deps: AccountFileDeps): readonly Route[] {
  return [
    uploadRoute({
      path: "/v1/account-files/{sha256}",
      operationId: "keepAccountFile",
      summary: "Register and renew accounts of the calling custodian by a CSV file, named by its SHA-256",
      description:
        "UTF-8 with a header: accountRef, holderRef, residence, category, lookThrough, kycUntil, categoryUntil, " +
        "sanctionsClearedOn, evidenceCommitment, and if need be omnibus, usPerson, acceptsFreeDelivery (true or false). At " +
        "most 2,000 rows. Rows that are wrong are told and the others go to the ledger. The same file again changes nothing.",
      access: ["custodian"],
      params: FileParams,
      bodyLimitBytes: MAX_FILE_BYTES,
      response: AccountFile,
      handler: ({ params, ...upload }) => keepAccountFile(deps, { ...upload, ...params }),
    }),
    readRoute({
      path: "/v1/account-files/{sha256}",
      operationId: "readAccountFile",
      summary: "What became of each row of a file that the calling custodian sent",
      access: ["custodian"],
      params: FileParams,
      response: AccountFile,
      handler: ({ read, caller, params }) => read((db) => readAccountFileResult(db, caller, params.sha256)),
    }),
    downloadRoute({
      path: "/v1/account-files/{sha256}/rows.csv",
      operationId: "downloadAccountFileRows",
      summary: "The same as CSV",
      access: ["custodian"],
      params: FileParams,
      async handler({ read, caller, params }) {
        const file = await read((db) => readAccountFileResult(db, caller, params.sha256));
        const { pending, registered, renewed } = file.counts;
        const tag = `${params.sha256}-${pending}-${registered}-${renewed}`;
        return { text: csvOf(file), mediaType: "text/csv; charset=utf-8", tag };
      },
    }),
  ];
}
