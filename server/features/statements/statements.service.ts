import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { encodeCall } from "../../chain/contracts.ts";
import { asciiHex } from "../../domain/hex.ts";
import type { Caller } from "../../http/auth.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { Queryable } from "../../store/database.ts";
import { requireOwnAccount } from "../holders/holders.view.ts";
import { noteOf } from "../transfers/transfers.view.ts";
import type { StatementRequest } from "./statements.schema.ts";

/**
 * States who stands behind an omnibus account of the calling custodian at a record date.
 * @throws AppError `unknown-class`, or `unknown-account` for an account that is not the caller's.
 */
export async function stateAccount(
  db: Queryable,
  caller: Caller,
  account: string,
  statement: z.output<typeof StatementRequest>,
): Promise<LedgerCall> {
  const { classId, recordDateId, totals, subHolders, listHash } = statement;
  const [note] = await Promise.all([noteOf(db, classId), requireOwnAccount(db, caller, account)]);
  const lower = account.toLowerCase();
  const coded = totals.map(({ residence, units }) => ({ residence: asciiHex(residence), units }));
  return {
    kind: "statements.state",
    to: "Statements",
    data: encodeCall("Statements", "state", [note, lower, recordDateId, coded, subHolders, listHash]),
    facts: { account: checksumAddress(lower), ...statement },
  };
}
