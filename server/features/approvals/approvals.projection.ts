import type { Projection } from "../../indexer/projection.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- One matter of a module. A matter that was withdrawn, or that nobody took further for long, is forgotten by the ledger and
-- opened anew by the next endorsement, so the same subject may stand here several times.
create table readmodel.matter (
  module bytea not null,
  subject bytea not null,
  opened_block_number bigint not null,
  opened_log_index int not null,
  opened_at bigint not null,
  payload_hash bytea not null,
  effective_block_number bigint,
  effective_at bigint,
  withdrawn_block_number bigint,
  withdrawn_at bigint,
  withdrawn_by_party_id int,
  primary key (module, subject, opened_block_number, opened_log_index)
);
create index matter_by_time on readmodel.matter (opened_block_number, opened_log_index);

create table readmodel.endorsement (
  module bytea not null,
  subject bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  party_id int not null,
  number int not null, -- 1 opens a matter
  tx_hash bytea not null,
  primary key (module, subject, block_number, log_index)
);
`;

/** The last matter that was opened under a subject. */
const IS_LATEST = `(module, subject, opened_block_number, opened_log_index) =
  (select module, subject, opened_block_number, opened_log_index from readmodel.matter
   where module = $1 and subject = $2 order by opened_block_number desc, opened_log_index desc limit 1)`;

/** Matters that need several parties, and who has endorsed them. */
export const approvalsProjection: Projection = {
  name: "approvals",
  ddl,
  handlers: {
    "Approvals.Endorsed": async (tx, { args, blockNumber, logIndex, timestamp, transactionHash }) => {
      await tx.query({
        name: "endorsement.insert",
        text: `with opened as (
            insert into readmodel.matter
              (module, subject, opened_block_number, opened_log_index, opened_at, payload_hash)
            select $1, $2, $3, $4, $5, $8 where $7::int = 1
          )
          insert into readmodel.endorsement (module, subject, block_number, log_index, at, party_id, number, tx_hash)
          values ($1, $2, $3, $4, $5, $6, $7, $9)`,
        values: [
          toBytes(args.module),
          toBytes(args.subject),
          blockNumber,
          logIndex,
          timestamp,
          args.party,
          args.count,
          toBytes(args.payloadHash),
          toBytes(transactionHash),
        ],
      });
    },
    "Approvals.Effective": async (tx, { args, blockNumber, timestamp }) => {
      await tx.query({
        name: "matter.effective",
        text: `update readmodel.matter set effective_block_number = $3, effective_at = $4 where ${IS_LATEST}`,
        values: [toBytes(args.module), toBytes(args.subject), blockNumber, timestamp],
      });
    },
    "Approvals.Withdrawn": async (tx, { args, blockNumber, timestamp }) => {
      await tx.query({
        name: "matter.withdrawn",
        text: `update readmodel.matter set withdrawn_block_number = $3, withdrawn_at = $4, withdrawn_by_party_id = $5
               where ${IS_LATEST}`,
        values: [toBytes(args.module), toBytes(args.subject), blockNumber, timestamp, args.party],
      });
    },
  },
};
