import type { EventKey, LedgerEvent } from "../../chain/events.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { insertAccounts, writeFacts } from "./accounts.projection.ts";
import { positionsOf } from "./positions.ts";

const ddl = `
create table readmodel.account (
  address bytea primary key,
  custodian_id int not null, -- that has the account now
  account_ref bytea, -- of the custodian that registered it; null for a self-kept account
  self_kept boolean not null,
  ring bytea not null, -- one of the holder's accounts that were joined, the same for all of them
  block_number bigint not null,
  log_index int not null,
  place int not null, -- among the accounts that one event told of
  at bigint not null
);
create index account_of_custodian on readmodel.account (custodian_id, block_number, log_index, place);
create index account_by_reference on readmodel.account (account_ref);
create index account_in_ring on readmodel.account (ring);

-- What its custodian stated of an account, from a block on up to the one that replaced it.
create table readmodel.account_facts (
  account bytea not null,
  block_number bigint not null,
  log_index int not null,
  until_block_number bigint, -- null: the facts stand
  at bigint not null,
  custodian_id int not null, -- that had the account then
  holder_ref bytea not null,
  residence text not null,
  category smallint not null,
  look_through smallint not null,
  omnibus boolean not null,
  us_person boolean not null,
  accepts_free_delivery boolean not null,
  eligible_until bigint not null,
  evidence_commitment bytea not null,
  primary key (account, block_number, log_index)
);
create index account_facts_of_holder on readmodel.account_facts (holder_ref);

-- An account or custodian is stopped through the second stopped_until; zero where a stop was lifted.
create table readmodel.account_stop (
  account bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  stopped_until bigint not null,
  order_id bytea not null,
  by_party_id int, -- null for a lift, which several parties decide
  primary key (account, block_number, log_index)
);

create table readmodel.custodian_licence (
  custodian_id int not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  licensed_until bigint not null,
  parent_compliance_ref bytea, -- null for a custodian that is no subsidiary of a domestic financial institution
  evidence_hash bytea not null,
  primary key (custodian_id, block_number, log_index)
);

create table readmodel.custodian_stop (
  custodian_id int not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  stopped_until bigint not null,
  order_id bytea not null,
  by_party_id int,
  primary key (custodian_id, block_number, log_index)
);

alter table readmodel.account enable row level security;
alter table readmodel.account_facts enable row level security;
alter table readmodel.account_stop enable row level security;
create policy own_accounts on readmodel.account for select to narrowgate_reader
  using ((select records.caller_sees_all()) or custodian_id = (select records.caller_party_id()));
-- Whoever sees an account sees what was known of it before it had its present custodian.
create policy own_accounts on readmodel.account_facts for select to narrowgate_reader
  using ((select records.caller_sees_all()) or account in (select address from readmodel.account));
create policy own_accounts on readmodel.account_stop for select to narrowgate_reader
  using ((select records.caller_sees_all()) or account in (select address from readmodel.account));
`;

const NONE = `0x${"0".repeat(64)}`;

type AccountStop = LedgerEvent<"HolderRegistry.AccountStopped" | "HolderRegistry.AccountStopLifted">;
type CustodianStop = LedgerEvent<"HolderRegistry.CustodianStopped" | "HolderRegistry.CustodianStopLifted">;

/** Accounts and custodians: what is stated of them, and their stops. Accounts come in hundreds, so all are batched. */
export const holdersProjection: Projection = {
  name: "holders",
  ddl,
  batch: {
    events: [
      "HolderRegistry.AccountRegistered",
      "HolderRegistry.AccountsRegistered",
      "HolderRegistry.AccountUpdated",
      "HolderRegistry.AccountsJoined",
      "HolderRegistry.AccountsReassigned",
      "HolderRegistry.AccountStopped",
      "HolderRegistry.AccountStopLifted",
      "HolderRegistry.CustodianLicensed",
      "HolderRegistry.LicenceEnded",
      "HolderRegistry.CustodianStopped",
      "HolderRegistry.CustodianStopLifted",
    ],
    apply: async (tx, events) => {
      const of = <K extends EventKey>(...keys: readonly K[]) =>
        events.filter(({ contract, name }) => keys.includes(`${contract}.${name}` as K)) as LedgerEvent<K>[];
      const registered = of("HolderRegistry.AccountRegistered", "HolderRegistry.AccountsRegistered");
      await insertAccounts(tx, registered);
      await writeFacts(
        tx,
        of(
          "HolderRegistry.AccountRegistered",
          "HolderRegistry.AccountsRegistered",
          "HolderRegistry.AccountUpdated",
          "HolderRegistry.AccountsJoined",
          "HolderRegistry.AccountsReassigned",
        ),
      );
      await insertAccountStops(tx, of("HolderRegistry.AccountStopped", "HolderRegistry.AccountStopLifted"));
      await insertLicences(tx, of("HolderRegistry.CustodianLicensed"));
      await endLicences(tx, of("HolderRegistry.LicenceEnded"));
      await insertCustodianStops(tx, of("HolderRegistry.CustodianStopped", "HolderRegistry.CustodianStopLifted"));
    },
  },
};

async function insertAccountStops(tx: Queryable, events: readonly AccountStop[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: "accountStop.insert",
    text: `insert into readmodel.account_stop
             (account, order_id, stopped_until, by_party_id, block_number, log_index, at)
           select * from unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::int[], $5::bigint[], $6::int[], $7::bigint[])`,
    values: [
      events.map(({ args }) => toBytes(args.account)),
      ...stopsOf(events.map(({ args }) => args)),
      ...positionsOf(events),
    ],
  });
}

async function insertLicences(
  tx: Queryable,
  events: readonly LedgerEvent<"HolderRegistry.CustodianLicensed">[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: "custodianLicence.insert",
    text: `insert into readmodel.custodian_licence
             (custodian_id, licensed_until, parent_compliance_ref, evidence_hash, block_number, log_index, at)
           select * from unnest($1::int[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bigint[], $6::int[], $7::bigint[])`,
    values: [
      events.map(({ args }) => args.custodian),
      events.map(({ args }) => args.licensedUntil),
      events.map(({ args }) => (args.parentComplianceRef === NONE ? null : toBytes(args.parentComplianceRef))),
      events.map(({ args }) => toBytes(args.evidenceHash)),
      ...positionsOf(events),
    ],
  });
}

/** A licence that ended with the role is the last one with another end. */
async function endLicences(
  tx: Queryable,
  events: readonly LedgerEvent<"HolderRegistry.LicenceEnded">[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: "custodianLicence.end",
    text: `insert into readmodel.custodian_licence
             (custodian_id, licensed_until, parent_compliance_ref, evidence_hash, block_number, log_index, at)
           select e.custodian, e.until, l.parent_compliance_ref, l.evidence_hash, e.block, e.log, e.at
           from unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[], $5::bigint[]) as e(custodian, until, block, log, at)
           join lateral (
             select * from readmodel.custodian_licence x
             where x.custodian_id = e.custodian and (x.block_number, x.log_index) < (e.block, e.log)
             order by x.block_number desc, x.log_index desc limit 1) l on true`,
    values: [
      events.map(({ args }) => args.custodian),
      events.map(({ args }) => args.licensedUntil),
      ...positionsOf(events),
    ],
  });
}

async function insertCustodianStops(tx: Queryable, events: readonly CustodianStop[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: "custodianStop.insert",
    text: `insert into readmodel.custodian_stop
             (custodian_id, order_id, stopped_until, by_party_id, block_number, log_index, at)
           select * from unnest($1::int[], $2::bytea[], $3::bigint[], $4::int[], $5::bigint[], $6::int[], $7::bigint[])`,
    values: [
      events.map(({ args }) => args.custodian),
      ...stopsOf(events.map(({ args }) => args)),
      ...positionsOf(events),
    ],
  });
}

/** Columns order, end and party of stops; a lift has neither end nor a single party. */
function stopsOf(stops: readonly { orderId: string; until?: bigint; by?: bigint }[]): unknown[] {
  return [
    stops.map(({ orderId }) => toBytes(orderId)),
    stops.map(({ until }) => until ?? 0n),
    stops.map(({ by }) => by ?? null),
  ];
}
