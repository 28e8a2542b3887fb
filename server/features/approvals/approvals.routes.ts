import type { Addresses } from "../../chain/genesis.ts";
import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { MatterList, MatterQuery, WithdrawalRequest } from "./approvals.schema.ts";
import { withdraw } from "./approvals.service.ts";
import { listMatters } from "./approvals.view.ts";

/**
 * Decisions that need several parties. A party endorses by making the call itself, with the route of that call.
 * @param addresses Of the singletons.
 */
export function approvalRoutes({ addresses }: { addresses: Addresses }): readonly Route[] {
  return [
    readRoute({
      path: "/v1/approvals",
      operationId: "listApprovals",
      summary: "Matters that need several parties, newest first",
      access: "any-party",
      query: MatterQuery,
      response: MatterList,
      handler: ({ read, query }) => read((db) => listMatters(db, addresses, query)),
    }),
    commandRoute({
      path: "/v1/approvals/withdrawals",
      operationId: "withdrawApproval",
      summary: "Clear a matter that has not taken effect, by a party that endorsed it",
      access: "any-party",
      body: WithdrawalRequest,
      handler: async ({ body }) => withdraw(addresses, body),
    }),
  ];
}
