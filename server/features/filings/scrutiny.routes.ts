import type { Route } from "../../http/route.ts";
import { onFiling } from "./onFiling.ts";
import { AssessmentRequest, PermitRequest, RecheckRequest, ScrutinyRequest } from "./scrutiny.schema.ts";
import { assess, permit, recheck, scrutinise } from "./scrutiny.service.ts";

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
];
