import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { ClassParams, IssuanceList, IssuanceQuery, IssuanceRequest } from "./issuance.schema.ts";
import { issue } from "./issuance.service.ts";
import { listIssuances } from "./issuance.view.ts";

/** How units of a class come into being. */
export const issuanceRoutes: readonly Route[] = [
  commandRoute({
    path: "/v1/classes/{classId}/issuances",
    operationId: "issueUnits",
    summary: "Issue units of a class to accounts, all or none",
    description: "Takes headroom of the filing, which nothing gives back.",
    access: ["issuer"],
    params: ClassParams,
    body: IssuanceRequest,
    handler: async ({ params, body, operationRef }) => issue(params.classId, operationRef, body),
  }),
  readRoute({
    path: "/v1/classes/{classId}/issuances",
    operationId: "listIssuances",
    summary: "Issuances of a class, newest first",
    access: "any-party",
    params: ClassParams,
    query: IssuanceQuery,
    response: IssuanceList,
    handler: ({ read, params, query }) => read((db) => listIssuances(db, params.classId, query)),
  }),
];
