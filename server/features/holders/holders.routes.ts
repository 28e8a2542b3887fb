import type { Gateway } from "../../chain/gateway.ts";
import { checkRoute, commandRoute, readRoute, type Route } from "../../http/route.ts";
import { AsOfQuery } from "../../http/schemas.ts";
import {
  AccountAsOf,
  AccountBatchRequest,
  AccountList,
  AccountParams,
  AccountQuery,
  AccountRequest,
  CustodianList,
  CustodianParams,
  FactsRequest,
  Holder,
  HolderParams,
  JoinRequest,
  KeyProof,
  KeyProofRequest,
  LicenceRequest,
  ReassignmentRequest,
  SelfKeptAccountRequest,
  StopLiftRequest,
  StopRequest,
} from "./holders.schema.ts";
import { readHolder } from "./holder.view.ts";
import {
  joinAccounts,
  keepAccountStopped,
  keepCustodianStopped,
  keyProof,
  liftAccount,
  liftCustodian,
  licenseCustodian,
  registerAccount,
  registerAccounts,
  reassignAccounts,
  registerSelfKept,
  stopAccount,
  stopCustodian,
  stopHolder,
  updateAccount,
} from "./holders.service.ts";
import { listAccounts, listCustodians, readAccount } from "./holders.view.ts";

const BATCH_LIMIT_BYTES = 200_000;

const custodianRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/custodians",
    operationId: "listCustodians",
    summary: "Licences and stops of custodians",
    access: "any-party",
    query: AsOfQuery,
    response: CustodianList,
    handler: ({ read, query }) => read((db) => listCustodians(db, query.asOfBlock)),
  }),
  commandRoute({
    path: "/v1/custodians/{party}/licences",
    operationId: "licenseCustodian",
    summary: "Record, renew or end the licence of a custodian",
    access: ["registrar"],
    params: CustodianParams,
    body: LicenceRequest,
    handler: ({ read, params, body }) => read((db) => licenseCustodian(db, params.party, body)),
  }),
  commandRoute({
    path: "/v1/custodians/{party}/stops",
    operationId: "stopCustodian",
    summary: "Stop a custodian at once, by one key",
    description: "It neither registers nor moves, and its clients receive nothing.",
    access: ["registrar", "regulator"],
    params: CustodianParams,
    body: StopRequest,
    handler: ({ read, params, body }) => read((db) => stopCustodian(db, params.party, body)),
  }),
  commandRoute({
    path: "/v1/custodians/{party}/stop-extensions",
    operationId: "keepCustodianStopped",
    summary: "Keep a custodian stopped for longer; takes three parties",
    access: ["registrar", "regulator", "approver"],
    params: CustodianParams,
    body: StopRequest,
    handler: ({ read, params, body }) => read((db) => keepCustodianStopped(db, params.party, body)),
  }),
  commandRoute({
    path: "/v1/custodians/{party}/stop-lifts",
    operationId: "liftCustodian",
    summary: "Lift the stop of a custodian; takes three parties",
    access: ["registrar", "regulator", "approver"],
    params: CustodianParams,
    body: StopLiftRequest,
    handler: ({ read, params, body }) => read((db) => liftCustodian(db, params.party, body)),
  }),
];

const registrationRoutes: readonly Route[] = [
  commandRoute({
    path: "/v1/accounts",
    operationId: "registerAccount",
    summary: "Register an account of the calling custodian",
    description: "The ledger derives its address from the custodian and the reference, so nobody has its key.",
    access: ["custodian"],
    body: AccountRequest,
    handler: async ({ body }) => registerAccount(body),
  }),
  commandRoute({
    path: "/v1/account-batches",
    operationId: "registerAccounts",
    summary: "Register several accounts of the calling custodian, all or none",
    access: ["custodian"],
    body: AccountBatchRequest,
    bodyLimitBytes: BATCH_LIMIT_BYTES,
    handler: async ({ body }) => registerAccounts(body.accounts),
  }),
  commandRoute({
    path: "/v1/self-kept-accounts",
    operationId: "registerSelfKeptAccount",
    summary: "Register an account whose holder keeps the key",
    access: ["custodian"],
    body: SelfKeptAccountRequest,
    handler: async ({ body }) => registerSelfKept(body),
  }),
];

const accountRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/accounts",
    operationId: "listAccounts",
    summary: "Accounts in the order of their registration; a custodian sees its own",
    access: ["custodian", "registrar", "regulator"],
    query: AccountQuery,
    response: AccountList,
    handler: ({ read, query }) => read((db) => listAccounts(db, query)),
  }),
  readRoute({
    path: "/v1/accounts/{account}",
    operationId: "readAccount",
    summary: "One account with all that was stated of it",
    access: ["custodian", "registrar", "regulator"],
    params: AccountParams,
    query: AsOfQuery,
    response: AccountAsOf,
    handler: ({ read, params, query }) => read((db) => readAccount(db, params.account, query.asOfBlock)),
  }),
  commandRoute({
    path: "/v1/accounts/{account}/facts",
    operationId: "updateAccount",
    summary: "Replace the facts of an account: renewal, downgrade, or a result that makes it exit-only",
    access: ["custodian"],
    params: AccountParams,
    body: FactsRequest,
    handler: ({ read, caller, params, body }) => read((db) => updateAccount(db, caller, params.account, body)),
  }),
  commandRoute({
    path: "/v1/accounts/{account}/stops",
    operationId: "stopAccount",
    summary: "Stop an account at once, by one key",
    access: ["registrar", "regulator"],
    params: AccountParams,
    body: StopRequest,
    handler: async ({ params, body }) => stopAccount(params.account, body),
  }),
  commandRoute({
    path: "/v1/accounts/{account}/stop-extensions",
    operationId: "keepAccountStopped",
    summary: "Keep an account stopped for longer; takes three parties",
    access: ["registrar", "regulator", "approver"],
    params: AccountParams,
    body: StopRequest,
    handler: async ({ params, body }) => keepAccountStopped(params.account, body),
  }),
  commandRoute({
    path: "/v1/accounts/{account}/stop-lifts",
    operationId: "liftAccount",
    summary: "Lift the stop of an account; takes three parties",
    access: ["registrar", "regulator", "approver"],
    params: AccountParams,
    body: StopLiftRequest,
    handler: async ({ params, body }) => liftAccount(params.account, body),
  }),
];

const ringRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/holders/{holderRef}",
    operationId: "readHolder",
    summary: "The accounts of a holder; a custodian sees its own",
    access: ["custodian", "registrar", "regulator"],
    params: HolderParams,
    query: AsOfQuery,
    response: Holder,
    handler: ({ read, params, query }) => read((db) => readHolder(db, params.holderRef, query.asOfBlock)),
  }),
  commandRoute({
    path: "/v1/holders/joins",
    operationId: "joinAccounts",
    summary: "Say that two accounts are of one holder, with all that are joined with them",
    description:
      "For the registrar, who sees which holders match, and a custodian that keeps all of the accounts. At most 32 accounts.",
    access: ["registrar", "custodian"],
    body: JoinRequest,
    handler: ({ read, caller, body }) => read((db) => joinAccounts(db, caller, body)),
  }),
  commandRoute({
    path: "/v1/accounts/{account}/holder-stops",
    operationId: "stopHolder",
    summary: "Stop every account of the account's holder at once, by one key",
    description: "Keeping stopped and lifting are decided account by account.",
    access: ["registrar", "regulator"],
    params: AccountParams,
    body: StopRequest,
    handler: async ({ params, body }) => stopHolder(params.account, body),
  }),
  commandRoute({
    path: "/v1/account-reassignments",
    operationId: "reassignAccounts",
    summary: "Hand accounts to another custodian; addresses and units stay",
    description: "Takes both custodians, one call each, or three parties under an order.",
    access: ["custodian", "registrar", "regulator", "approver"],
    body: ReassignmentRequest,
    handler: ({ read, body }) => read((db) => reassignAccounts(db, body)),
  }),
];

/** Custodians, and the accounts of holders that they keep. */
export const holderRoutes: readonly Route[] = [
  ...custodianRoutes,
  ...registrationRoutes,
  ...accountRoutes,
  ...ringRoutes,
];

/** What comes before the registration of a self-kept account. */
export function keyProofRoutes({ gateway }: { gateway: Gateway }): readonly Route[] {
  return [
    checkRoute({
      path: "/v1/self-kept-accounts/key-proof",
      operationId: "prepareKeyProof",
      summary: "What the holder of a self-kept account has to sign",
      access: ["custodian"],
      body: KeyProofRequest,
      response: KeyProof,
      handler: ({ caller, body }) => keyProof(gateway, caller, body),
    }),
  ];
}
