import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { CycleParams } from "../../http/schemas.ts";
import { readCalculation } from "./calculation.view.ts";
import {
  Calculation,
  CycleDetail,
  CycleList,
  CycleRequest,
  DealCyclesParams,
  FixingRequest,
  KeptReport,
  PostingRequest,
  ReportRequest,
} from "./distributions.schema.ts";
import { declareCycle, fixRate, post, report } from "./distributions.service.ts";
import { listCycles, readCycle, readReport } from "./distributions.view.ts";

/** From the dates of a payment cycle to its posted distribution. */
export const distributionRoutes: readonly Route[] = [
  commandRoute({
    path: "/v1/deals/{dealId}/cycles",
    operationId: "declareCycle",
    summary: "Declare the dates of the next payment cycle, or replace those of the open one",
    access: ["paying-agent"],
    params: DealCyclesParams,
    body: CycleRequest,
    handler: ({ read, caller, params, body }) => read((db) => declareCycle(db, caller, params.dealId, body)),
  }),
  commandRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/reports",
    operationId: "reportCycle",
    summary: "Enter the servicer report of a payment cycle",
    description:
      "The report is kept here; the ledger has its hash and the figures that the distribution starts from. The hash is " +
      "SHA-256 of the report with its deal, period, version and format in canonical JSON (RFC 8785).",
    access: ["servicer"],
    params: CycleParams,
    body: ReportRequest,
    handler: async ({ caller, params, body }) => report(caller, params.dealId, params.period, body),
  }),
  commandRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/fixings",
    operationId: "fixRate",
    summary: "Fix the index of a floating class for a payment cycle",
    description: "Takes effect when paying agent and trustee have sent equal fixings.",
    access: ["paying-agent", "trustee"],
    params: CycleParams,
    body: FixingRequest,
    handler: async ({ params, body }) => fixRate(params.dealId, params.period, body),
  }),
  readRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/calculation",
    operationId: "readCalculation",
    summary: "The distribution that follows from the report, line by line with what each follows from",
    access: "any-party",
    params: CycleParams,
    response: Calculation,
    handler: ({ read, params }) => read((db) => readCalculation(db, params.dealId, params.period)),
  }),
  commandRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/postings",
    operationId: "postDistribution",
    summary: "Approve and post the distribution of a payment cycle",
    description: "The ledger checks every line. Takes effect when paying agent and trustee have approved the same.",
    access: ["paying-agent", "trustee"],
    params: CycleParams,
    body: PostingRequest,
    handler: ({ read, params, body }) => read((db) => post(db, params.dealId, params.period, body)),
  }),
  readRoute({
    path: "/v1/deals/{dealId}/cycles",
    operationId: "listCycles",
    summary: "Payment cycles of a deal",
    access: "any-party",
    params: DealCyclesParams,
    response: CycleList,
    handler: ({ read, params }) => read((db) => listCycles(db, params.dealId)),
  }),
  readRoute({
    path: "/v1/deals/{dealId}/cycles/{period}",
    operationId: "readCycle",
    summary: "One payment cycle: its report, fixings, lines and classes",
    access: "any-party",
    params: CycleParams,
    response: CycleDetail,
    handler: ({ read, params }) => read((db) => readCycle(db, params.dealId, params.period)),
  }),
  readRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/report",
    operationId: "readServicerReport",
    summary: "The servicer report of a payment cycle",
    access: "any-party",
    params: CycleParams,
    response: KeptReport,
    handler: ({ read, caller, params }) => read((db) => readReport(db, caller, params.dealId, params.period)),
  }),
];
