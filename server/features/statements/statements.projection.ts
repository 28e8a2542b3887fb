import type { Projection } from "../../indexer/projection.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- What a custodian stated of an omnibus account at a record date. The last statement counts; earlier ones stay.
create table readmodel.statement (
  note bytea not null,
  account bytea not null,
  record_date_id int not null,
  custodian_id int not null,
  residences text[] not null,
  units numeric[] not null, -- by residence
  sub_holders bigint not null,
  list_hash bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (block_number, log_index)
);
create index statement_of_account on readmodel.statement (account, note, record_date_id, block_number, log_index);

alter table readmodel.statement enable row level security;
create policy own_accounts on readmodel.statement for select to narrowgate_reader
  using ((select records.caller_sees_all()) or account in (select address from readmodel.account));
`;

/** Statements of omnibus accounts. Comes after accounts, by which they are seen. */
export const statementsProjection: Projection = {
  name: "statements",
  ddl,
  handlers: {
    "Statements.Stated": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "statement.insert",
        text: `insert into readmodel.statement (note, account, record_date_id, custodian_id, residences, units, sub_holders,
                 list_hash, block_number, log_index, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        values: [
          toBytes(args.note),
          toBytes(args.account),
          args.recordDateId,
          args.custodian,
          args.totals.map(({ residence }) => toBytes(residence).toString("latin1")),
          args.totals.map(({ units }) => units),
          args.subHolders,
          toBytes(args.listHash),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
  },
};
