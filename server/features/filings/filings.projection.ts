import type { FilingState } from "../../domain/filingStates.ts";
import type { LedgerEvent } from "../../chain/events.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
create table readmodel.filing (
  filing_id bytea primary key,
  filing_entity_id int not null,
  filing_ref bytea not null,
  block_number bigint not null,
  log_index int not null
);
create index filing_by_time on readmodel.filing (block_number, log_index);

create table readmodel.filing_version (
  filing_id bytea not null,
  version int not null,
  issuer_id int not null,
  filing_hash bytea not null,
  bundle_hash bytea not null,
  terms_hash bytea not null,
  caps_minor numeric[] not null, -- by class
  window_opens_at bigint not null,
  window_closes_at bigint not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, version)
);
create index filing_version_of_bundle on readmodel.filing_version (bundle_hash);

create table readmodel.attestation (
  filing_id bytea not null,
  version int not null,
  attester_id int not null,
  evidence_hash bytea not null,
  filing_reference text not null,
  url text not null,
  page_hash bytea not null,
  captured_at bigint not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (filing_id, block_number, log_index)
);

-- Every change of state, as the ledger stores it: a recorded filing counts as suspended through the second
-- suspended_until, and an unrecorded one as lapsed after its window closed; the clock alone decides both.
create table readmodel.filing_state (
  filing_id bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  version int not null,
  state text not null check (state in ('draft', 'submitted', 'supplement-requested', 'attested', 'recorded', 'issued-reported',
    'refused', 'withdrawn', 'lapsed', 'revoked', 'closed')),
  suspended_until bigint not null,
  cause text not null,
  by_party_id int,
  order_id bytea,
  basis_hash bytea,
  evidence_hash bytea,
  primary key (filing_id, block_number, log_index)
);

create table readmodel.headroom (
  filing_id bytea not null,
  class_index int not null,
  block_number bigint not null,
  log_index int not null,
  amount_minor numeric not null,
  issued_minor numeric not null, -- this one included
  primary key (filing_id, class_index, block_number, log_index)
);
`;

/** Filings: their versions, attestations, states and what was issued under their caps. */
export const filingsProjection: Projection = {
  name: "filings",
  ddl,
  handlers: {
    "FilingRegistry.FilingDrafted": async (tx, event) => {
      await insertVersion(tx, event);
      const { filing, version, filingEntity } = event.args;
      await insertState(tx, event, filing, { state: "draft", cause: "drafted", version, by: filingEntity });
    },
    "FilingRegistry.FilingSubmitted": async (tx, event) => {
      const { filing, by, receiptHash } = event.args;
      await insertState(tx, event, filing, { state: "submitted", cause: "submitted", by, basisHash: receiptHash });
    },
    "FilingRegistry.FilingSupplementRequested": async (tx, event) => {
      const { filing, by, requestHash } = event.args;
      const cause = "supplement-requested";
      await insertState(tx, event, filing, { state: cause, cause, by, basisHash: requestHash });
    },
    "FilingRegistry.FilingAttested": async (tx, event) => {
      await insertAttestation(tx, event);
      const { filing, attester, evidenceHash } = event.args;
      await insertState(tx, event, filing, { state: "attested", cause: "attested", by: attester, evidenceHash });
    },
    "FilingRegistry.FilingRecorded": async (tx, event) => {
      const { filing, evidenceHash } = event.args;
      await insertState(tx, event, filing, { state: "recorded", cause: "recorded", evidenceHash });
    },
    "FilingRegistry.FilingRefused": async (tx, event) => {
      const { filing, by, noticeHash } = event.args;
      await insertState(tx, event, filing, { state: "refused", cause: "refused", by, basisHash: noticeHash });
    },
    "FilingRegistry.FilingWithdrawn": async (tx, event) => {
      const { filing, by, reasonHash } = event.args;
      await insertState(tx, event, filing, { state: "withdrawn", cause: "withdrawn", by, basisHash: reasonHash });
    },
    "FilingRegistry.FilingLapsed": async (tx, event) => {
      await insertState(tx, event, event.args.filing, { state: "lapsed", cause: "lapsed" });
    },
    "FilingRegistry.FilingIssuedReported": async (tx, event) => {
      await insertState(tx, event, event.args.filing, {
        state: "issued-reported",
        cause: "issuance-reported",
        suspendedUntil: "kept",
      });
    },
    "FilingRegistry.FilingClosed": async (tx, event) => {
      const { filing, by, finalReportHash } = event.args;
      await insertState(tx, event, filing, { state: "closed", cause: "closed", by, basisHash: finalReportHash });
    },
    "FilingRegistry.FilingSuspended": async (tx, event) => {
      const { filing, by, orderId, until, basisHash } = event.args;
      await insertState(tx, event, filing, {
        cause: "suspended",
        suspendedUntil: until,
        by,
        orderId,
        basisHash,
      });
    },
    "FilingRegistry.FilingSuspensionLifted": async (tx, event) => {
      const { filing, orderId, basisHash } = event.args;
      await insertState(tx, event, filing, { cause: "suspension-lifted", orderId, basisHash });
    },
    "FilingRegistry.FilingRevoked": async (tx, event) => {
      const { filing, orderId, noticeHash } = event.args;
      await insertState(tx, event, filing, { state: "revoked", cause: "revoked", orderId, basisHash: noticeHash });
    },
    "FilingRegistry.HeadroomConsumed": async (tx, { args, blockNumber, logIndex }) => {
      await tx.query({
        name: "headroom.insert",
        text: `insert into readmodel.headroom
                 (filing_id, class_index, block_number, log_index, amount_minor, issued_minor)
               values ($1, $2, $3, $4, $5, $6)`,
        values: [toBytes(args.filing), args.classIndex, blockNumber, logIndex, args.amountMinor, args.issuedMinor],
      });
    },
  },
};

async function insertVersion(tx: Queryable, event: LedgerEvent<"FilingRegistry.FilingDrafted">): Promise<void> {
  const { args, blockNumber, logIndex, timestamp } = event;
  await tx.query({
    name: "filingVersion.insert",
    text: `with first as (
        insert into readmodel.filing (filing_id, filing_entity_id, filing_ref, block_number, log_index)
        select $1, $12, $13, $9, $10 where $2::int = 1
      )
      insert into readmodel.filing_version (filing_id, version, issuer_id, filing_hash, bundle_hash, terms_hash,
        caps_minor, window_opens_at, window_closes_at, block_number, log_index, at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $14, $9, $10, $11)`,
    values: [
      toBytes(args.filing),
      args.version,
      args.issuer,
      toBytes(args.filingHash),
      toBytes(args.bundleHash),
      toBytes(args.termsHash),
      args.capsMinor,
      args.windowOpensAt,
      blockNumber,
      logIndex,
      timestamp,
      args.filingEntity,
      toBytes(args.filingRef),
      args.windowClosesAt,
    ],
  });
}

async function insertAttestation(tx: Queryable, event: LedgerEvent<"FilingRegistry.FilingAttested">): Promise<void> {
  const { args, blockNumber, logIndex, timestamp } = event;
  const { evidence } = args;
  await tx.query({
    name: "attestation.insert",
    text: `insert into readmodel.attestation (filing_id, version, attester_id, evidence_hash, filing_reference, url,
             page_hash, captured_at, block_number, log_index, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    values: [
      toBytes(args.filing),
      args.version,
      args.attester,
      toBytes(args.evidenceHash),
      storable(evidence.filingReference),
      storable(evidence.url),
      toBytes(evidence.pageHash),
      evidence.capturedAt,
      blockNumber,
      logIndex,
      timestamp,
    ],
  });
}

type StateChange = {
  /** Left out where a stop begins or ends, which keeps the state that is stored. */
  state?: Exclude<FilingState, "suspended">;
  cause: string;
  /** Only of a draft; other changes keep the version that stands. */
  version?: bigint;
  suspendedUntil?: bigint | "kept";
  by?: bigint;
  orderId?: string;
  basisHash?: string;
  evidenceHash?: string;
};

async function insertState(
  tx: Queryable,
  { blockNumber, logIndex, timestamp }: Pick<LedgerEvent, "blockNumber" | "logIndex" | "timestamp">,
  filing: string,
  change: StateChange,
): Promise<void> {
  await tx.query({
    name: "filingState.insert",
    text: `insert into readmodel.filing_state (filing_id, block_number, log_index, at, version, state, suspended_until,
             cause, by_party_id, order_id, basis_hash, evidence_hash)
           values ($1, $2, $3, $4,
             coalesce($5, (select max(version) from readmodel.filing_version where filing_id = $1)),
             coalesce($6, (select state from readmodel.filing_state where filing_id = $1
                           order by block_number desc, log_index desc limit 1)),
             coalesce($7, (select suspended_until from readmodel.filing_state where filing_id = $1
                           order by block_number desc, log_index desc limit 1)),
             $8, $9, $10, $11, $12)`,
    values: [
      toBytes(filing),
      blockNumber,
      logIndex,
      timestamp,
      change.version ?? null,
      change.state ?? null,
      change.suspendedUntil === "kept" ? null : (change.suspendedUntil ?? 0n),
      change.cause,
      change.by ?? null,
      bytesOrNull(change.orderId),
      bytesOrNull(change.basisHash),
      bytesOrNull(change.evidenceHash),
    ],
  });
}

function bytesOrNull(hex: string | undefined): Buffer | null {
  return hex === undefined ? null : toBytes(hex);
}

/** PostgreSQL's text has no NUL, while a string of the ledger may carry any byte. */
function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
