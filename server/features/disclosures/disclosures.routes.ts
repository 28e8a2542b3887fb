import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { AsOfQuery } from "../../http/schemas.ts";
import {
  CompletionRequest,
  CorrectionRequest,
  Disclosures,
  DutyPolicies,
  EventParams,
  EventRequest,
  FilingParams,
  PolicyRequest,
} from "./disclosures.schema.ts";
import { changePolicy, correctEvent, reportCompletion, reportEvent } from "./disclosures.service.ts";
import { readDisclosures, readPolicies } from "./disclosures.view.ts";

/** Reports that are due after a filing was recorded, and the periods for them. */
export const disclosureRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/filings/{filingId}/disclosures",
    operationId: "readDisclosures",
    summary: "What has to be reported of a filing, what was, and what is overdue or late",
    access: "any-party",
    params: FilingParams,
    query: AsOfQuery,
    response: Disclosures,
    handler: ({ read, params, query }) => read((db) => readDisclosures(db, params.filingId, query.asOfBlock)),
  }),
  commandRoute({
    path: "/v1/filings/{filingId}/completion-reports",
    operationId: "reportCompletion",
    summary: "Report that issuance is complete",
    description:
      "Nothing more is issued under the filing afterwards. While the report is overdue nothing is issued either.",
    access: ["filing-entity"],
    params: FilingParams,
    body: CompletionRequest,
    handler: async ({ params, body }) => reportCompletion(params.filingId, body),
  }),
  commandRoute({
    path: "/v1/filings/{filingId}/material-events",
    operationId: "reportMaterialEvent",
    summary: "Report a material event of a recorded filing",
    description: "A report that comes late is taken, and shown as late for good.",
    access: ["filing-entity"],
    params: FilingParams,
    body: EventRequest,
    handler: async ({ params, body }) => reportEvent(params.filingId, body),
  }),
  commandRoute({
    path: "/v1/filings/{filingId}/material-events/{number}/corrections",
    operationId: "correctMaterialEvent",
    summary: "Add a corrected report to a material event",
    description: "What was reported before stays.",
    access: ["filing-entity"],
    params: EventParams,
    body: CorrectionRequest,
    handler: async ({ params, body }) => correctEvent(params.filingId, params.number, body),
  }),
  readRoute({
    path: "/v1/duty-policies",
    operationId: "listDutyPolicies",
    summary: "Periods within which reports are due, with their sources and whether counsel verified them",
    access: "any-party",
    query: AsOfQuery,
    response: DutyPolicies,
    handler: ({ read, query }) => read((db) => readPolicies(db, query.asOfBlock)),
  }),
  commandRoute({
    path: "/v1/duty-policies",
    operationId: "changeDutyPolicy",
    summary: "Endorse a new row of the policy table",
    description:
      "Takes effect when a registrar or regulator and two approvers, three parties, have sent equal content. Duties that " +
      "are open keep the date that they have.",
    access: ["registrar", "regulator", "approver"],
    body: PolicyRequest,
    handler: async ({ caller, body }) => changePolicy(caller.party, body),
  }),
];
