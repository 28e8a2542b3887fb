import type { Projection } from "../../indexer/projection.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
create table readmodel.issuance (
  deal_id bytea not null,
  class_index int not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  operation_ref bytea not null,
  issuer_id int not null,
  units numeric not null,
  amount_minor numeric not null,
  tx_hash bytea not null,
  primary key (deal_id, class_index, block_number, log_index),
  unique (issuer_id, operation_ref)
);
`;

/** Issuances as a whole; which accounts received the units stands among the movements. */
export const issuanceProjection: Projection = {
  name: "issuance",
  ddl,
  handlers: {
    "DealRegistry.Issued": async (tx, { args, blockNumber, logIndex, timestamp, transactionHash }) => {
      await tx.query({
        name: "issuance.insert",
        text: `insert into readmodel.issuance (deal_id, class_index, block_number, log_index, at, operation_ref,
                 issuer_id, units, amount_minor, tx_hash)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        values: [
          toBytes(args.deal),
          args.classIndex,
          blockNumber,
          logIndex,
          timestamp,
          toBytes(args.operationRef),
          args.issuer,
          args.units,
          args.amountMinor,
          toBytes(transactionHash),
        ],
      });
    },
  },
};
