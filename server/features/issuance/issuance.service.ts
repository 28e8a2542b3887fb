import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { encodeCall } from "../../chain/contracts.ts";
import type { LedgerCall } from "../../http/command.ts";
import { parseClassId } from "../deals/classes.view.ts";
import type { IssuanceRequest } from "./issuance.schema.ts";

/** Issues units of a class to accounts, all or none. */
export function issue(
  classId: string,
  operationRef: string,
  { allocations }: z.output<typeof IssuanceRequest>,
): LedgerCall {
  const { dealId, classIndex } = parseClassId(classId);
  const lowerCase = allocations.map(({ account, units }) => ({ account: account.toLowerCase(), units }));
  return {
    kind: "issuance.issue",
    to: "DealRegistry",
    data: encodeCall("DealRegistry", "issue", [dealId, classIndex, lowerCase, operationRef]),
    facts: {
      classId,
      units: String(allocations.reduce((sum, { units }) => sum + BigInt(units), 0n)),
      allocations: lowerCase.map(({ account, units }) => ({ account: checksumAddress(account), units })),
    },
  };
}
