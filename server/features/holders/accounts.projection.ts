import type { LedgerEvent } from "../../chain/events.ts";
import { custodialAccountOf } from "../../chain/ids.ts";
import { accountRecord, wordAt, type AccountRecord } from "../../domain/accountWord.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import {
  joinAccounts,
  reassignAccounts,
  type AccountsJoined,
  type AccountsReassigned,
} from "./accountChanges.projection.ts";
import { positionsOf, type Position } from "./positions.ts";

export type Registered = LedgerEvent<"HolderRegistry.AccountRegistered" | "HolderRegistry.AccountsRegistered">;
type Updated = LedgerEvent<"HolderRegistry.AccountUpdated">;

/** What an event tells of one account. */
type Stated = Position & { account: string; word: bigint; evidenceCommitment: string };

/** An account that is new. */
type NewAccount = Stated & {
  /** The custodian's reference; zero for a self-kept account. */
  accountRef: string;
  /** Among the accounts of its event. */
  place: number;
};

/** The accounts that an event of registration tells of. A batch leaves addresses and words to be worked out. */
function accountsOf(event: Registered): NewAccount[] {
  const { args, address, blockNumber, logIndex, timestamp } = event;
  const position = { blockNumber, logIndex, timestamp };
  if (!("registrations" in args)) return [{ ...position, ...args, place: 0 }];
  return args.registrations.map(({ accountRef, facts, evidenceCommitment }, place) => ({
    ...position,
    account: custodialAccountOf(address, args.custodian, accountRef),
    accountRef,
    word: wordAt(facts, args.custodian),
    evidenceCommitment,
    place,
  }));
}

/** Writes the accounts that are new. */
export async function insertAccounts(tx: Queryable, events: readonly Registered[]): Promise<void> {
  if (events.length === 0) return;
  const accounts = events.flatMap(accountsOf);
  const records = accounts.map(({ word }) => accountRecord(word));
  await tx.query({
    name: "account.insert",
    text: `insert into readmodel.account
             (address, custodian_id, account_ref, self_kept, ring, place, block_number, log_index, at)
           select address, custodian, case when self_kept then null else ref end, self_kept, address, place, block, log, at
           from unnest($1::bytea[], $2::int[], $3::bytea[], $4::bool[], $5::int[], $6::bigint[], $7::int[], $8::bigint[])
             as e(address, custodian, ref, self_kept, place, block, log, at)`,
    values: [
      accounts.map(({ account }) => toBytes(account)),
      records.map(({ custodian }) => custodian),
      accounts.map(({ accountRef }) => toBytes(accountRef)),
      records.map(({ selfKept }) => selfKept),
      accounts.map(({ place }) => place),
      ...positionsOf(accounts),
    ],
  });
}

/** Statements come in hundreds and are written together; what happens to accounts between them keeps its place. */
export async function writeFacts(tx: Queryable, events: readonly LedgerEvent[]): Promise<void> {
  let stated: Stated[] = [];
  for (const event of events) {
    const told = statedIn(event);
    if (told) {
      stated.push(...told);
      continue;
    }
    await insertFacts(tx, stated);
    stated = [];
    if (event.name === "AccountsJoined") await joinAccounts(tx, event as AccountsJoined);
    else await reassignAccounts(tx, event as AccountsReassigned);
  }
  await insertFacts(tx, stated);
}

/** What an event states of accounts; undefined for one that states nothing. */
function statedIn(event: LedgerEvent): readonly Stated[] | undefined {
  if (event.name === "AccountUpdated") return [{ ...event, ...(event as Updated).args }];
  return event.name.endsWith("Registered") ? accountsOf(event as Registered) : undefined;
}

/** Each statement of facts ends the one before it, which may stand in the same call. */
async function insertFacts(tx: Queryable, stated: readonly Stated[]): Promise<void> {
  if (stated.length === 0) return;
  const records = stated.map(({ word }) => accountRecord(word));
  const column = <T>(of: (record: AccountRecord) => T) => records.map(of);
  await tx.query({
    name: "accountFacts.insert",
    text: `with stated as (
             select *, lead(block) over (partition by account order by block, log) as until_block
             from unnest($1::bytea[], $2::int[], $3::bytea[], $4::text[], $5::smallint[], $6::smallint[],
               $7::bool[], $8::bool[], $9::bool[], $10::bigint[], $11::bytea[], $12::bigint[], $13::int[], $14::bigint[])
               as e(account, custodian, holder, residence, category, look_through, omnibus, us_person,
                 accepts_free_delivery, eligible, evidence, block, log, at)
           ), ended as (
             update readmodel.account_facts f set until_block_number = first.block
             from (select account, min(block) as block from stated group by account) as first
             where f.account = first.account and f.until_block_number is null
           )
           insert into readmodel.account_facts (account, block_number, log_index, until_block_number, at, custodian_id,
             holder_ref, residence, category, look_through, omnibus, us_person, accepts_free_delivery, eligible_until,
             evidence_commitment)
           select account, block, log, until_block, at, custodian, holder, residence, category, look_through, omnibus,
             us_person, accepts_free_delivery, eligible, evidence
           from stated`,
    values: [
      stated.map(({ account }) => toBytes(account)),
      column(({ custodian }) => custodian),
      column(({ holderRef }) => toBytes(holderRef)),
      column(({ residence }) => toBytes(residence).toString("latin1")),
      column(({ category }) => category),
      column(({ lookThrough }) => lookThrough),
      column(({ omnibus }) => omnibus),
      column(({ usPerson }) => usPerson),
      column(({ acceptsFreeDelivery }) => acceptsFreeDelivery),
      column(({ eligibleUntil }) => eligibleUntil),
      stated.map(({ evidenceCommitment }) => toBytes(evidenceCommitment)),
      ...positionsOf(stated),
    ],
  });
}
