import { readRoute, type Route } from "../../http/route.ts";
import { AsOfQuery } from "../../http/schemas.ts";
import { FilingParams } from "./filings.schema.ts";
import { examinationReaders } from "./filings.view.ts";
import { onFiling } from "./onFiling.ts";
import {
  AssessmentRequest,
  PermitRequest,
  Permits,
  RecheckRequest,
  Scrutiny,
  ScrutinyRequest,
} from "./scrutiny.schema.ts";
import { assess, permit, recheck, scrutinise } from "./scrutiny.service.ts";
import { readPermits, readScrutiny } from "./scrutiny.view.ts";

const partAlone = "A filing entity or issuer reads it where it has a part in the filing.";

/** What is examined before a filing is submitted, and again before each issuance. */
export const scrutinyRoutes: readonly Route[] = [
  onFiling({
    name: "assessments",
    operationId: "assessFiling",
    summary: "State the results of the fourteen checks of a draft",
    access: ["assessor"],
    body: AssessmentRequest,
    call: assess,
  }),
  onFiling({
    name: "rechecks",
    operationId: "recheckFiling",
    summary: "State checks N3 and N4 of a recorded filing again, as each issuance needs",
    access: ["assessor"],
    body: RecheckRequest,
    call: recheck,
  }),
  onFiling({
    name: "scrutinies",
    operationId: "scrutiniseFiling",
    summary: "State whether a draft was found sound under a head",
    access: ["assessor"],
    body: ScrutinyRequest,
    call: scrutinise,
  }),
  onFiling({
    name: "permits",
    operationId: "stateFilingPermit",
    summary: "State whether a filing needs a kind of permit and has it",
    access: ["filing-entity"],
    body: PermitRequest,
    call: permit,
  }),
  readRoute({
    path: "/v1/filings/{filingId}/scrutiny",
    operationId: "readFilingScrutiny",
    summary: "Checks, heads and rechecks of the version of a filing that stands",
    description: partAlone,
    access: examinationReaders,
    params: FilingParams,
    query: AsOfQuery,
    response: Scrutiny,
    handler: ({ read, caller, params, query }) =>
      read((db) => readScrutiny(db, caller, params.filingId, query.asOfBlock)),
  }),
  readRoute({
    path: "/v1/filings/{filingId}/permits",
    operationId: "readFilingPermits",
    summary: "Every kind of permit with whether the filing needs it, has it, and until when",
    description: partAlone,
    access: examinationReaders,
    params: FilingParams,
    query: AsOfQuery,
    response: Permits,
    handler: ({ read, caller, params, query }) =>
      read((db) => readPermits(db, caller, params.filingId, query.asOfBlock)),
  }),
];
