import type { z } from "zod";
import { encodeCall } from "../../chain/contracts.ts";
import type { Addresses } from "../../chain/genesis.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { VetoRequest } from "./approvals.schema.ts";

/** Clears a matter that has not taken effect. */
export function veto(addresses: Addresses, { module, subject }: z.output<typeof VetoRequest>): LedgerCall {
  return {
    kind: "approvals.veto",
    to: "Approvals",
    data: encodeCall("Approvals", "veto", [addresses[module], subject]),
    facts: { module, subject },
  };
}
