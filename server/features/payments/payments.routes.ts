import type { Addresses } from "../../chain/genesis.ts";
import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { CycleParams } from "../../http/schemas.ts";
import {
  AllowanceRequest,
  CashAccountList,
  CashAccountRequest,
  DepositList,
  DepositParams,
  DepositRequest,
  EntitlementList,
  EntitlementQuery,
  FeePaymentRequest,
  FundingRequest,
  PartyParams,
  PaymentList,
  PaymentRequest,
  ReleaseRequest,
} from "./payments.schema.ts";
import { admitDeposit, allow, fund, instruct, pay, payFee, release } from "./payments.service.ts";
import { listCashAccounts, listDeposits, listEntitlements, listPayments } from "./payments.view.ts";

/** From a posted distribution to the cash of custodians. */
export function paymentRoutes({ addresses }: { addresses: Addresses }): readonly Route[] {
  return [
    commandRoute({
      path: "/v1/deposits",
      operationId: "admitDeposit",
      summary: "Admit the deposit in which a currency is paid",
      description: "Takes effect when registrar or regulator and two approvers have sent the same.",
      access: ["registrar", "regulator", "approver"],
      body: DepositRequest,
      handler: async ({ body }) => admitDeposit(body),
    }),
    readRoute({
      path: "/v1/deposits",
      operationId: "listDeposits",
      summary: "Deposits in which currencies are paid",
      access: "any-party",
      response: DepositList,
      handler: ({ read }) => read(listDeposits),
    }),
    commandRoute({
      path: "/v1/deposits/{currency}/allowances",
      operationId: "allowFunding",
      summary: "Let the registry take an amount from the paying agent's cash account",
      description: "Replaces the allowance that stands. The next funding takes from it.",
      access: ["paying-agent"],
      params: DepositParams,
      body: AllowanceRequest,
      handler: ({ read, params, body }) => read((db) => allow(db, addresses, params.currency, body)),
    }),
    commandRoute({
      path: "/v1/parties/{party}/cash-accounts",
      operationId: "instructCashAccount",
      summary: "Name where a party is paid, or approve what it has named",
      description:
        "A custodian is paid for its clients, an issuer for retained classes, others for their fees. Takes effect when " +
        "the party itself and then an approver that is another party have sent the same.",
      access: "any-party",
      params: PartyParams,
      body: CashAccountRequest,
      handler: ({ read, params, body }) => read((db) => instruct(db, params.party, body)),
    }),
    readRoute({
      path: "/v1/parties/{party}/cash-accounts",
      operationId: "listCashAccounts",
      summary: "Where a party is paid; shown to itself, registrar and regulator",
      access: "any-party",
      params: PartyParams,
      response: CashAccountList,
      handler: ({ read, params }) => read((db) => listCashAccounts(db, params.party)),
    }),
    ...cyclePaymentRoutes,
  ];
}

const cyclePaymentRoutes: readonly Route[] = [
  commandRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/fundings",
    operationId: "fundCycle",
    summary: "Fund a posted period with exactly its total",
    access: ["paying-agent"],
    params: CycleParams,
    body: FundingRequest,
    handler: async ({ params, body }) => fund(params.dealId, params.period, body),
  }),
  commandRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/payments",
    operationId: "payClass",
    summary: "Pay the next accounts of a class, or the issuer of a retained class",
    description:
      "One deposit transfer per custodian. Accounts that were paid before are passed over; the share of an account that " +
      "is stopped is held for it.",
    access: ["paying-agent"],
    params: CycleParams,
    body: PaymentRequest,
    handler: ({ read, params, body }) => read((db) => pay(db, params.dealId, params.period, body)),
  }),
  commandRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/releases",
    operationId: "releaseHeld",
    summary: "Pay what was held for accounts that are stopped no longer",
    access: ["paying-agent"],
    params: CycleParams,
    body: ReleaseRequest,
    handler: ({ read, params, body }) => read((db) => release(db, params.dealId, params.period, body)),
  }),
  commandRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/fee-payments",
    operationId: "payFee",
    summary: "Pay a fee line to the payee that the terms name",
    access: ["paying-agent"],
    params: CycleParams,
    body: FeePaymentRequest,
    handler: ({ read, params, body }) => read((db) => payFee(db, params.dealId, params.period, body)),
  }),
  readRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/entitlements",
    operationId: "listEntitlements",
    summary: "What each account is paid; a custodian sees its own accounts, the paying agent all",
    access: ["registrar", "regulator", "custodian", "paying-agent"],
    params: CycleParams,
    query: EntitlementQuery,
    response: EntitlementList,
    handler: ({ read, params, query }) => read((db) => listEntitlements(db, params.dealId, params.period, query)),
  }),
  readRoute({
    path: "/v1/deals/{dealId}/cycles/{period}/payments",
    operationId: "listPayments",
    summary: "What was paid of a period",
    access: "any-party",
    params: CycleParams,
    response: PaymentList,
    handler: ({ read, params }) => read((db) => listPayments(db, params.dealId, params.period)),
  }),
];
