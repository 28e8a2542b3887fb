import { heads, permitKinds } from "../../domain/examination.ts";
import type { Projection } from "../../indexer/projection.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- Statements in the order in which they were made; of each kind the last one counts.
create table readmodel.assessment (
  filing_id bytea not null,
  version int not null,
  assessor_id int not null,
  bundle_hash bytea not null,
  checks int not null, -- two bits a check: 0 not assessed, 1 passed, 2 failed
  evidence_root bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);

create table readmodel.recheck (
  filing_id bytea not null,
  assessor_id int not null,
  checks int not null,
  valid_until bigint not null, -- 0 when a check failed
  evidence_hash bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);

create table readmodel.scrutiny (
  filing_id bytea not null,
  version int not null,
  assessor_id int not null,
  head text not null,
  is_sound boolean not null,
  examined_on int not null, -- yyyymmdd
  evidence_hash bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);

create table readmodel.permit (
  filing_id bytea not null,
  version int not null,
  kind text not null,
  is_required boolean not null,
  is_obtained boolean not null,
  reference_hash bytea not null,
  expires_at bigint not null, -- 0 when it has no end
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);
`;

/** What assessors and filing entities stated of filings before and after their submission. */
export const scrutinyProjection: Projection = {
  name: "scrutiny",
  ddl,
  handlers: {
    "Scrutiny.Assessed": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { filing, version, assessor, bundleHash, checks, evidenceRoot } = args;
      await tx.query({
        name: "assessment.insert",
        text: "insert into readmodel.assessment values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values: [
          toBytes(filing),
          version,
          assessor,
          toBytes(bundleHash),
          checks,
          toBytes(evidenceRoot),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "Scrutiny.Rechecked": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { filing, assessor, checks, validUntil, evidenceHash } = args;
      await tx.query({
        name: "recheck.insert",
        text: "insert into readmodel.recheck values ($1, $2, $3, $4, $5, $6, $7, $8)",
        values: [
          toBytes(filing),
          assessor,
          checks,
          validUntil,
          toBytes(evidenceHash),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "Scrutiny.Scrutinised": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { filing, version, assessor, head, isSound, examinedOn, evidenceHash } = args;
      await tx.query({
        name: "scrutiny.insert",
        text: "insert into readmodel.scrutiny values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values: [
          toBytes(filing),
          version,
          assessor,
          heads[Number(head)],
          isSound,
          examinedOn,
          toBytes(evidenceHash),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
    "Scrutiny.PermitStated": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { filing, version, kind, isRequired, isObtained, referenceHash, expiresAt } = args;
      await tx.query({
        name: "permit.insert",
        text: "insert into readmodel.permit values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values: [
          toBytes(filing),
          version,
          permitKinds[Number(kind)],
          isRequired,
          isObtained,
          toBytes(referenceHash),
          expiresAt,
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
  },
};
