import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import {
  AccountParams,
  RecordDateParams,
  StatementDuties,
  StatementList,
  StatementQuery,
  StatementRequest,
} from "./statements.schema.ts";
import { stateAccount } from "./statements.service.ts";
import { listStatements, readDuties } from "./statements.view.ts";

/** Statements of omnibus accounts, which keep clients of their holder. */
export const statementRoutes: readonly Route[] = [
  commandRoute({
    path: "/v1/accounts/{account}/statements",
    operationId: "stateAccount",
    summary: "State who stands behind an omnibus account at a record date, by residence",
    description:
      "Until it is stated, the account receives nothing and its payments of that record date are held. Stated again, the " +
      "last one counts.",
    access: ["custodian"],
    params: AccountParams,
    body: StatementRequest,
    handler: ({ read, caller, params, body }) => read((db) => stateAccount(db, caller, params.account, body)),
  }),
  readRoute({
    path: "/v1/accounts/{account}/statements",
    operationId: "listStatements",
    summary: "Statements of an account, newest first",
    access: ["custodian", "registrar", "regulator"],
    params: AccountParams,
    query: StatementQuery,
    response: StatementList,
    handler: ({ read, params, query }) => read((db) => listStatements(db, params.account, query)),
  }),
  readRoute({
    path: "/v1/classes/{classId}/record-dates/{recordDateId}/statements",
    operationId: "readStatementDuties",
    summary: "Omnibus accounts that held units at a record date, and which of them are stated",
    access: ["custodian", "registrar", "regulator"],
    params: RecordDateParams,
    response: StatementDuties,
    handler: ({ read, params }) => read((db) => readDuties(db, params.classId, params.recordDateId)),
  }),
];
