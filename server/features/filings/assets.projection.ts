import { assetClasses, obligorBands } from "../../domain/examination.ts";
import type { LedgerEvent } from "../../chain/events.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- Pools as they were stated; of a version the last one counts.
create table readmodel.pool (
  filing_id bytea not null,
  version int not null,
  asset_class text not null,
  tape_hash bytea not null,
  cutoff_date int not null, -- yyyymmdd
  balance_minor numeric not null,
  currency bytea not null, -- three characters of ISO 4217, or whatever was stated
  obligor_band text not null,
  reason_hash bytea not null,
  related_assets_opinion_hash bytea not null,
  spv_account bytea not null,
  collection_account bytea not null,
  distribution_account bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);

create table readmodel.title (
  filing_id bytea not null,
  version int not null,
  title_evidence_hash bytea not null,
  transfer_evidence_hash bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);

create table readmodel.pledge (
  commitment bytea not null,
  filing_id bytea not null,
  version int not null,
  block_number bigint not null,
  log_index int not null,
  primary key (commitment, block_number, log_index)
);
create index pledge_of_filing on readmodel.pledge (filing_id, version);
`;

/** Pools of assets, evidence of their title, and which asset backed which filing. */
export const assetsProjection: Projection = {
  name: "assets",
  ddl,
  handlers: {
    "Assets.PoolRecorded": insertPool,
    "Assets.TitleRecorded": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { filing, version, titleEvidenceHash, transferEvidenceHash } = args;
      await tx.query({
        name: "title.insert",
        text: "insert into readmodel.title values ($1, $2, $3, $4, $5, $6, $7)",
        values: [
          toBytes(filing),
          version,
          toBytes(titleEvidenceHash),
          toBytes(transferEvidenceHash),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "Assets.AssetsCommitted": async (tx, { args, blockNumber, logIndex }) => {
      const { filing, version, commitments } = args;
      await tx.query({
        name: "pledge.insert",
        text: "insert into readmodel.pledge select unnest($1::bytea[]), $2, $3, $4, $5",
        values: [commitments.map(toBytes), toBytes(filing), version, blockNumber, logIndex],
      });
    },
  },
};

async function insertPool(tx: Queryable, event: LedgerEvent<"Assets.PoolRecorded">): Promise<void> {
  const { args, blockNumber, logIndex, timestamp } = event;
  const { filing, version, pool } = args;
  await tx.query({
    name: "pool.insert",
    text: `insert into readmodel.pool
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    values: [
      toBytes(filing),
      version,
      assetClasses[Number(pool.assetClass)],
      toBytes(pool.tapeHash),
      pool.cutoffDate,
      pool.balanceMinor,
      toBytes(pool.currency),
      obligorBands[Number(pool.obligorBand)],
      toBytes(pool.reasonHash),
      toBytes(pool.relatedAssetsOpinionHash),
      toBytes(pool.spvAccount),
      toBytes(pool.collectionAccount),
      toBytes(pool.distributionAccount),
      blockNumber,
      logIndex,
      timestamp,
    ],
  });
}
