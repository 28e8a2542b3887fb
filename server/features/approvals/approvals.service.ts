import type { z } from "zod";
import { encodeCall } from "../../chain/contracts.ts";
import type { Addresses } from "../../chain/genesis.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { WithdrawalRequest } from "./approvals.schema.ts";

/** Clears a matter that has not taken effect. */
export function withdraw(addresses: Addresses, { module, subject }: z.output<typeof WithdrawalRequest>): LedgerCall {
  return {
    kind: "approvals.withdraw",
    to: "Approvals",
    data: encodeCall("Approvals", "withdraw", [addresses[module], subject]),
    facts: { module, subject },
  };
}
