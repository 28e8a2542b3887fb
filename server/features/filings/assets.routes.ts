import type { Route } from "../../http/route.ts";
import { CommitmentsRequest, PoolRequest, TitleRequest } from "./assets.schema.ts";
import { commit, recordPool, recordTitle } from "./assets.service.ts";
import { onFiling } from "./onFiling.ts";

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
];
