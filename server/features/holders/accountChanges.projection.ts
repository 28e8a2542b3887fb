import type { LedgerEvent } from "../../chain/events.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

export type AccountsJoined = LedgerEvent<"HolderRegistry.AccountsJoined">;
export type AccountsReassigned = LedgerEvent<"HolderRegistry.AccountsReassigned">;

/** The accounts of a ring go over to the holder of the sibling, and into its ring; their facts stand. */
export async function joinAccounts(tx: Queryable, event: AccountsJoined): Promise<void> {
  const { accounts, sibling, holderRef } = event.args;
  await tx.query({
    name: "account.join",
    text: `update readmodel.account set ring = (select ring from readmodel.account where address = $2)
           where address = any($1::bytea[])`,
    values: [accounts.map(toBytes), toBytes(sibling)],
  });
  await restate(tx, event, { holderRef: toBytes(holderRef), custodian: null });
}

/**
 * Accounts go over to another custodian, with all that is known of them: it sees their facts and stops of earlier blocks,
 * and the one that they left does not any more.
 */
export async function reassignAccounts(tx: Queryable, event: AccountsReassigned): Promise<void> {
  const { accounts, to } = event.args;
  await tx.query({
    name: "account.reassign",
    text: "update readmodel.account set custodian_id = $2 where address = any($1::bytea[])",
    values: [accounts.map(toBytes), to],
  });
  await restate(tx, event, { holderRef: null, custodian: to });
}

/** Continues the facts of accounts from this event on with another holder or custodian. */
async function restate(
  tx: Queryable,
  { args, blockNumber, logIndex, timestamp }: AccountsJoined | AccountsReassigned,
  change: { holderRef: Buffer | null; custodian: bigint | null },
): Promise<void> {
  await tx.query({
    name: "accountFacts.restate",
    text: `with ended as (
             update readmodel.account_facts f set until_block_number = $2
             where f.account = any($1::bytea[]) and f.until_block_number is null
             returning f.*
           )
           insert into readmodel.account_facts (account, block_number, log_index, at, custodian_id, holder_ref, residence,
             category, look_through, omnibus, us_person, accepts_free_delivery, eligible_until, evidence_commitment)
           select account, $2, $3, $4, coalesce($5, custodian_id), coalesce($6, holder_ref), residence,
             category, look_through, omnibus, us_person, accepts_free_delivery, eligible_until, evidence_commitment
           from ended`,
    values: [args.accounts.map(toBytes), blockNumber, logIndex, timestamp, change.custodian, change.holderRef],
  });
}
