import { readRoute, type Route } from "../../http/route.ts";
import { AsOfQuery } from "../../http/schemas.ts";
import {
  AssetCommitmentList,
  AssetCommitmentQuery,
  AssetPool,
  CommitmentsRequest,
  PoolRequest,
  TitleRequest,
} from "./assets.schema.ts";
import { commit, recordPool, recordTitle } from "./assets.service.ts";
import { listCommitments, readPool } from "./assets.view.ts";
import { FilingParams } from "./filings.schema.ts";
import { examinationReaders } from "./filings.view.ts";
import { onFiling } from "./onFiling.ts";

const partAlone = "A filing entity or issuer reads it where it has a part in the filing.";

/** Which assets back a filing. */
export const assetRoutes: readonly Route[] = [
  onFiling({
    name: "pool",
    operationId: "stateFilingPool",
    summary: "State the pool of a draft",
    access: ["filing-entity"],
    body: PoolRequest,
    call: recordPool,
  }),
  onFiling({
    name: "title",
    operationId: "stateFilingTitle",
    summary: "State the evidence of title to the assets and of its transfer",
    access: ["filing-entity"],
    body: TitleRequest,
    call: recordTitle,
  }),
  onFiling({
    name: "asset-commitments",
    operationId: "commitFilingAssets",
    summary: "Add assets to the pool of a draft",
    access: ["filing-entity"],
    body: CommitmentsRequest,
    call: commit,
  }),
  readRoute({
    path: "/v1/filings/{filingId}/pool",
    operationId: "readFilingPool",
    summary: "Pool of the version of a filing that stands, evidence of title, and how many assets it has",
    description: partAlone,
    access: examinationReaders,
    params: FilingParams,
    query: AsOfQuery,
    response: AssetPool,
    handler: ({ read, caller, params, query }) => read((db) => readPool(db, caller, params.filingId, query.asOfBlock)),
  }),
  readRoute({
    path: "/v1/filings/{filingId}/asset-commitments",
    operationId: "listAssetCommitments",
    summary: "Assets of the version of a filing that stands, in the order in which they were committed",
    description: partAlone,
    access: examinationReaders,
    params: FilingParams,
    query: AssetCommitmentQuery,
    response: AssetCommitmentList,
    handler: ({ read, caller, params, query }) => read((db) => listCommitments(db, caller, params.filingId, query)),
  }),
];
