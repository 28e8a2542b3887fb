import type { z } from "zod";
import { AppError } from "../../errors.ts";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import type { Access, Caller } from "../../http/auth.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import type { FilingState } from "../../domain/filingStates.ts";
import { filingRefBytes } from "../../domain/filingRef.ts";
import { shortText } from "../../domain/hex.ts";
import type { Filing, FilingList, FilingQuery } from "./filings.schema.ts";

/** Said with every filing, so that nobody takes it for more than it is. */
export const disclaimer =
  "Recorded means recorded filing evidence: two attesters signed equal evidence of publication. " +
  "It is not a judgement or endorsement by any authority.";

/** A filing as it stood at the end of a block. Instants are seconds of the ledger, hashes 0x…. */
export type FilingAsOf = {
  filingId: string;
  filingRef: string;
  filingEntityId: number;
  issuerId: number;
  version: number;
  state: FilingState;
  /** Last second of the suspension; 0n unless suspended. */
  suspendedUntil: bigint;
  filingHash: string;
  bundleHash: string;
  termsHash: string;
  evidenceHash: string | null;
  /** By class. */
  capsMinor: bigint[];
  issuedMinor: bigint[];
  windowOpensAt: bigint;
  windowClosesAt: bigint;
  draftedAt: bigint;
  submittedAt: bigint | null;
  recordedAt: bigint | null;
  /** Deal of the version that stands. */
  dealId: string | null;
  /** Place of the first draft on the ledger. */
  blockNumber: bigint;
  logIndex: number;
};

type Row = {
  filing_id: Buffer;
  filing_ref: Buffer;
  filing_entity_id: number;
  issuer_id: number;
  version: number;
  state: FilingState;
  suspended_until: bigint;
  filing_hash: Buffer;
  bundle_hash: Buffer;
  terms_hash: Buffer;
  evidence_hash: Buffer | null;
  caps_minor: bigint[];
  issued_minor: bigint[];
  window_opens_at: bigint;
  window_closes_at: bigint;
  drafted_at: bigint;
  submitted_at: bigint | null;
  recorded_at: bigint | null;
  deal_id: Buffer | null;
  block_number: bigint;
  log_index: number;
};

export type FilingSelection = {
  filingIds?: readonly string[];
  filingRef?: string;
  /** Only filings drafted before this place on the ledger. */
  before?: { blockNumber: string; logIndex: string };
  limit?: number;
};

/** Filings as they stood at the end of a block, newest first. Suspension is judged by the clock of that block. */
export async function filingsAsOf(
  db: Queryable,
  { blockNumber }: Pick<AsOf, "blockNumber">,
  { filingIds, filingRef, before, limit }: FilingSelection = {},
): Promise<FilingAsOf[]> {
  const { rows } = await db.query<Row>(
    `select f.filing_id, f.filing_ref, f.filing_entity_id, f.block_number, f.log_index,
       v.version, v.issuer_id, v.filing_hash, v.bundle_hash, v.terms_hash, v.caps_minor, v.window_opens_at,
       v.window_closes_at, v.at as drafted_at, u.at as submitted_at, r.at as recorded_at,
       r.evidence_hash, c.state, case when c.state = 'suspended' then s.suspended_until else 0 end as suspended_until,
       array(
         select coalesce((
           select h.issued_minor from readmodel.headroom h
           where h.filing_id = f.filing_id and h.class_index = i and h.block_number <= b.number
           order by h.block_number desc, h.log_index desc limit 1), 0)
         from generate_series(0, cardinality(v.caps_minor) - 1) i order by i) as issued_minor,
       (select d.deal_id from readmodel.deal d
        where d.filing_id = f.filing_id and d.filing_version = v.version and d.block_number <= b.number) as deal_id
     from readmodel.block b
     join readmodel.filing f on f.block_number <= b.number
     join lateral (
       select * from readmodel.filing_version x where x.filing_id = f.filing_id and x.block_number <= b.number
       order by x.version desc limit 1) v on true
     join lateral (
       select * from readmodel.filing_state x where x.filing_id = f.filing_id and x.block_number <= b.number
       order by x.block_number desc, x.log_index desc limit 1) s on true
     cross join lateral (select case
       when s.state in ('recorded', 'issued-reported') and b.timestamp <= s.suspended_until then 'suspended'
       when s.state in ('draft', 'submitted', 'supplement-requested', 'attested') and b.timestamp > v.window_closes_at
         then 'lapsed'
       else s.state end as state) c
     left join readmodel.filing_state u
       on u.filing_id = f.filing_id and u.version = v.version and u.cause = 'submitted' and u.block_number <= b.number
     left join readmodel.filing_state r
       on r.filing_id = f.filing_id and r.cause = 'recorded' and r.block_number <= b.number
     where b.number = $1
       and ($2::bytea[] is null or f.filing_id = any($2))
       and ($3::bytea is null or f.filing_ref = $3)
       and ($4::bigint is null or (f.block_number, f.log_index) < ($4, $5::int))
     order by f.block_number desc, f.log_index desc limit $6`,
    [
      blockNumber,
      filingIds?.map(toBytes) ?? null,
      filingRef === undefined ? null : toBytes(filingRefBytes(filingRef)),
      before?.blockNumber ?? null,
      before?.logIndex ?? null,
      limit ?? null,
    ],
  );
  return rows.map(toFiling);
}

/**
 * One filing as it stood at the end of a block.
 * @throws AppError `unknown-filing` when there was none then.
 */
export async function filingOf(db: Queryable, filingId: string, asOf: AsOf): Promise<FilingAsOf> {
  const [filing] = await filingsAsOf(db, asOf, { filingIds: [filingId] });
  if (!filing) throw new AppError("unknown-filing", { values: { filing: filingId } });
  return filing;
}

/** Who may see what a filing was examined on; filing entities and issuers only where they have a part in it. */
export const examinationReaders: Access = ["filing-entity", "issuer", "attester", "assessor", "registrar", "regulator"];

/** @throws AppError `forbidden` for a filing entity or issuer of other filings, without another role that sees all. */
export function requirePart({ partyId, roles }: Caller, { filingEntityId, issuerId }: FilingAsOf): void {
  const seesAll = roles.some(
    (role) => role !== "filing-entity" && role !== "issuer" && examinationReaders.includes(role),
  );
  if (!seesAll && partyId !== filingEntityId && partyId !== issuerId) {
    throw new AppError("forbidden", { detail: "The caller has no part in this filing." });
  }
}

/** A page of filings, newest first. */
export async function listFilings(
  db: Queryable,
  { asOfBlock, filingRef, limit, cursor }: z.output<typeof FilingQuery>,
): Promise<z.input<typeof FilingList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const [blockNumber, logIndex] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/]) ?? [];
  const before = blockNumber && logIndex ? { blockNumber, logIndex } : undefined;
  const filings = await filingsAsOf(db, asOf, { filingRef, before, limit: limit + 1 });
  const page = cutPage(filings, limit, (last) => [last.blockNumber, last.logIndex]);
  const codeOf = await partyCodes(db);
  return { asOf, items: page.rows.map((filing) => summaryOf(filing, codeOf)), next: page.next };
}

/**
 * One filing with all that was done to it up to a block.
 * @throws AppError `unknown-filing` when there was none then.
 */
export async function readFiling(
  db: Queryable,
  filingId: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof Filing>> {
  const asOf = await readAsOf(db, asOfBlock);
  const filing = await filingOf(db, filingId, asOf);
  const codeOf = await partyCodes(db);
  return {
    ...summaryOf(filing, codeOf),
    asOf,
    versions: await versionsOf(db, filingId, asOf, codeOf),
    attestations: await attestationsOf(db, filingId, asOf, codeOf),
    history: await historyOf(db, filingId, asOf, codeOf),
  };
}

async function versionsOf(db: Queryable, filingId: string, { blockNumber }: AsOf, codeOf: PartyCodes) {
  type VersionRow = Omit<Row, "drafted_at"> & { at: bigint };
  const { rows } = await db.query<VersionRow>(
    "select * from readmodel.filing_version where filing_id = $1 and block_number <= $2 order by version",
    [toBytes(filingId), blockNumber],
  );
  return rows.map((row) => ({
    version: row.version,
    issuer: codeOf(row.issuer_id),
    filingHash: toHex(row.filing_hash),
    bundleHash: toHex(row.bundle_hash),
    termsHash: toHex(row.terms_hash),
    capsMinor: row.caps_minor.map(String),
    windowOpensAt: instantOf(row.window_opens_at),
    windowClosesAt: instantOf(row.window_closes_at),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  }));
}

async function attestationsOf(db: Queryable, filingId: string, { blockNumber }: AsOf, codeOf: PartyCodes) {
  type AttestationRow = {
    version: number;
    attester_id: number;
    evidence_hash: Buffer;
    filing_reference: string;
    url: string;
    page_hash: Buffer;
    captured_at: bigint;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<AttestationRow>(
    "select * from readmodel.attestation where filing_id = $1 and block_number <= $2 order by block_number, log_index",
    [toBytes(filingId), blockNumber],
  );
  return rows.map((row) => ({
    version: row.version,
    attester: codeOf(row.attester_id),
    evidenceHash: toHex(row.evidence_hash),
    evidence: {
      filingReference: row.filing_reference,
      url: row.url,
      pageHash: toHex(row.page_hash),
      capturedAt: instantOf(row.captured_at),
    },
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  }));
}

async function historyOf(db: Queryable, filingId: string, { blockNumber }: AsOf, codeOf: PartyCodes) {
  type ChangeRow = {
    cause: string;
    version: number;
    suspended_until: bigint;
    by_party_id: number | null;
    order_id: Buffer | null;
    basis_hash: Buffer | null;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<ChangeRow>(
    "select * from readmodel.filing_state where filing_id = $1 and block_number <= $2 order by block_number, log_index",
    [toBytes(filingId), blockNumber],
  );
  return rows.map((row) => ({
    cause: row.cause,
    version: row.version,
    suspendedUntil: row.suspended_until === 0n ? null : instantOf(row.suspended_until),
    by: row.by_party_id === null ? null : codeOf(row.by_party_id),
    orderId: row.order_id && toHex(row.order_id),
    basisHash: row.basis_hash && toHex(row.basis_hash),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  }));
}

function toFiling(row: Row): FilingAsOf {
  return {
    filingId: toHex(row.filing_id),
    filingRef: shortText(toHex(row.filing_ref)),
    filingEntityId: row.filing_entity_id,
    issuerId: row.issuer_id,
    version: row.version,
    state: row.state,
    suspendedUntil: row.suspended_until,
    filingHash: toHex(row.filing_hash),
    bundleHash: toHex(row.bundle_hash),
    termsHash: toHex(row.terms_hash),
    evidenceHash: row.evidence_hash && toHex(row.evidence_hash),
    capsMinor: row.caps_minor,
    issuedMinor: row.issued_minor,
    windowOpensAt: row.window_opens_at,
    windowClosesAt: row.window_closes_at,
    draftedAt: row.drafted_at,
    submittedAt: row.submitted_at,
    recordedAt: row.recorded_at,
    dealId: row.deal_id && toHex(row.deal_id),
    blockNumber: row.block_number,
    logIndex: row.log_index,
  };
}

function summaryOf(filing: FilingAsOf, codeOf: PartyCodes): z.input<typeof FilingList>["items"][number] {
  const { filingEntityId, issuerId, blockNumber: _block, logIndex: _log, ...shown } = filing;
  return {
    ...shown,
    filingEntity: codeOf(filingEntityId),
    issuer: codeOf(issuerId),
    suspendedUntil: filing.suspendedUntil === 0n ? null : instantOf(filing.suspendedUntil),
    capsMinor: filing.capsMinor.map(String),
    issuedMinor: filing.issuedMinor.map(String),
    windowOpensAt: instantOf(filing.windowOpensAt),
    windowClosesAt: instantOf(filing.windowClosesAt),
    draftedAt: instantOf(filing.draftedAt),
    submittedAt: filing.submittedAt === null ? null : instantOf(filing.submittedAt),
    recordedAt: filing.recordedAt === null ? null : instantOf(filing.recordedAt),
    disclaimer,
  };
}
