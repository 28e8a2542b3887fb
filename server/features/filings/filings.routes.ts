import type { z } from "zod";
import type { LedgerCall } from "../../http/command.ts";
import type { Access } from "../../http/auth.ts";
import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { AsOfQuery } from "../../http/schemas.ts";
import {
  AttestationRequest,
  ClosureRequest,
  DraftRequest,
  Filing,
  FilingList,
  FilingParams,
  FilingQuery,
  LapseRequest,
  LiftRequest,
  RefusalRequest,
  RevocationRequest,
  SubmissionRequest,
  SupplementRequest,
  SuspensionRequest,
  VersionRequest,
  WithdrawalRequest,
} from "./filings.schema.ts";
import {
  attest,
  close,
  draft,
  keepSuspended,
  lapse,
  lift,
  refuse,
  requestSupplement,
  revoke,
  submit,
  supersede,
  suspend,
  withdraw,
} from "./filings.service.ts";
import { listFilings, readFiling } from "./filings.view.ts";

const deciders: Access = ["registrar", "regulator", "approver"];
const decided = "Takes effect when a registrar or regulator and two approvers, three parties, have sent equal content.";

const countersigned = "Takes effect when the filing entity and then a registrar have sent equal content.";

/** Filings and the evidence that they were recorded. */
export const filingRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/filings",
    operationId: "listFilings",
    summary: "Filings, newest first",
    access: "any-party",
    query: FilingQuery,
    response: FilingList,
    handler: ({ read, query }) => read((db) => listFilings(db, query)),
  }),
  readRoute({
    path: "/v1/filings/{filingId}",
    operationId: "readFiling",
    summary: "One filing with its versions, attestations and history",
    access: "any-party",
    params: FilingParams,
    query: AsOfQuery,
    response: Filing,
    handler: ({ read, params, query }) => read((db) => readFiling(db, params.filingId, query.asOfBlock)),
  }),
  commandRoute({
    path: "/v1/filings",
    operationId: "draftFiling",
    summary: "Draft a filing",
    access: ["filing-entity"],
    body: DraftRequest,
    handler: ({ read, caller, body }) => read((db) => draft(db, caller.partyId, body)),
  }),
  commandRoute({
    path: "/v1/filings/{filingId}/versions",
    operationId: "supersedeFiling",
    summary: "Replace a filing that is not recorded by a new version",
    description: "The new version is a draft. What was assessed, submitted and attested of earlier versions is void.",
    access: ["filing-entity"],
    params: FilingParams,
    body: VersionRequest,
    handler: ({ read, params, body }) => read((db) => supersede(db, params.filingId, body)),
  }),
  onFiling({
    name: "submissions",
    operationId: "submitFiling",
    summary: "Endorse that a version of a filing was handed in",
    description: `${countersigned} Every check must have passed, and the pool and its assets must be known.`,
    access: ["filing-entity", "registrar"],
    body: SubmissionRequest,
    call: submit,
  }),
  onFiling({
    name: "supplement-requests",
    operationId: "requestFilingSupplement",
    summary: "Note that further material was asked for",
    access: ["registrar"],
    body: SupplementRequest,
    call: requestSupplement,
  }),
  onFiling({
    name: "withdrawals",
    operationId: "withdrawFiling",
    summary: "Take a filing that is not recorded back, for good",
    access: ["filing-entity"],
    body: WithdrawalRequest,
    call: withdraw,
  }),
  onFiling({
    name: "lapses",
    operationId: "lapseFiling",
    summary: "Store that a filing lapsed, as the clock has decided",
    access: "any-party",
    body: LapseRequest,
    call: lapse,
  }),
  onFiling({
    name: "closures",
    operationId: "closeFiling",
    summary: "Endorse the end of a filing of whose notes no unit is left",
    description: countersigned,
    access: ["filing-entity", "registrar"],
    body: ClosureRequest,
    call: close,
  }),
  onFiling({
    name: "attestations",
    operationId: "attestFiling",
    summary: "Attest that a filing was seen published",
    description: "The filing is recorded when a second attester, another party, attests equal content.",
    // The ledger judges who may attest, so that a party which has a part in the filing learns that this is why.
    access: "any-party",
    body: AttestationRequest,
    call: attest,
  }),
  onFiling({
    name: "refusals",
    operationId: "refuseFiling",
    summary: "Refuse a filing that is not recorded, for good",
    access: ["registrar"],
    body: RefusalRequest,
    call: refuse,
  }),
  onFiling({
    name: "suspensions",
    operationId: "suspendFiling",
    summary: "Suspend a recorded filing at once, for a while",
    access: ["registrar", "regulator"],
    body: SuspensionRequest,
    call: suspend,
  }),
  onFiling({
    name: "suspension-extensions",
    operationId: "keepFilingSuspended",
    summary: "Endorse that a filing stays suspended until a later time",
    description: decided,
    access: deciders,
    body: SuspensionRequest,
    call: keepSuspended,
  }),
  onFiling({
    name: "suspension-lifts",
    operationId: "liftFilingSuspension",
    summary: "Endorse the end of a suspension",
    description: decided,
    access: deciders,
    body: LiftRequest,
    call: lift,
  }),
  onFiling({
    name: "revocations",
    operationId: "revokeFiling",
    summary: "Endorse the revocation of a filing, for good",
    description: decided,
    access: deciders,
    body: RevocationRequest,
    call: revoke,
  }),
];

/** A command on one filing that needs nothing but its path and body. */
function onFiling<Body extends z.ZodType>(command: {
  name: string;
  operationId: string;
  summary: string;
  description?: string;
  access: Access;
  body: Body;
  call(filingId: string, body: z.output<Body>): LedgerCall;
}): Route {
  const { name, call, ...route } = command;
  return commandRoute({
    ...route,
    path: `/v1/filings/{filingId}/${name}`,
    params: FilingParams,
    handler: async ({ params, body }) => call(params.filingId, body as z.output<Body>),
  });
}
