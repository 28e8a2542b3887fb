import type { z } from "zod";
import { formatCivilDate } from "../../domain/civilDates.ts";
import {
  checkResultsOf,
  checks,
  heads,
  permitKinds,
  repeatedChecks,
  type Head,
  type PermitKind,
} from "../../domain/examination.ts";
import { NO_HASH } from "../../domain/hex.ts";
import { readAsOf } from "../../http/asOf.ts";
import type { Caller } from "../../http/auth.ts";
import { instantOf, secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import { filingOf, requirePart } from "./filings.view.ts";
import type { Permits, Scrutiny } from "./scrutiny.schema.ts";

type ScrutinyBody = z.input<typeof Scrutiny>;

/** Statements about the version of a filing that stood at a block. */
type Standing = { filing: Buffer; version: number; blockNumber: number };

/**
 * What was examined of the version of a filing that stood at the end of a block: of each check and head the last statement,
 * and what was stated again for issuance (R-F6).
 * @throws AppError `unknown-filing` when there was none then, or `forbidden`.
 */
export async function readScrutiny(
  db: Queryable,
  caller: Caller,
  filingId: string,
  asOfBlock: number | undefined,
): Promise<ScrutinyBody> {
  const asOf = await readAsOf(db, asOfBlock);
  const filing = await filingOf(db, filingId, asOf);
  requirePart(caller, filing);
  const codeOf = await partyCodes(db);
  const standing = { filing: toBytes(filingId), version: filing.version, blockNumber: asOf.blockNumber };
  const rechecks = await rechecksOf(db, standing, codeOf);
  const validUntil = rechecks.at(-1)?.validUntil ?? null;
  return {
    asOf,
    filingId,
    version: filing.version,
    ...(await assessmentOf(db, standing, codeOf)),
    heads: await headsOf(db, standing, codeOf),
    rechecks,
    isRechecked: validUntil !== null && secondsOf(asOf.timestamp) <= secondsOf(validUntil),
  };
}

async function assessmentOf(
  db: Queryable,
  { filing, version, blockNumber }: Standing,
  codeOf: PartyCodes,
): Promise<Pick<ScrutinyBody, "assessment" | "checks">> {
  type Row = {
    assessor_id: number;
    bundle_hash: Buffer;
    checks: number;
    evidence_root: Buffer;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    `select * from readmodel.assessment where filing_id = $1 and version = $2 and block_number <= $3
     order by block_number desc, log_index desc limit 1`,
    [filing, version, blockNumber],
  );
  const row = rows[0];
  const results = checkResultsOf(row?.checks ?? 0);
  return {
    assessment: row
      ? {
          assessor: codeOf(row.assessor_id),
          bundleHash: toHex(row.bundle_hash),
          evidenceRoot: toHex(row.evidence_root),
          at: instantOf(row.at),
          blockNumber: Number(row.block_number),
        }
      : null,
    checks: checks.map((check) => ({ check, result: results[check] })),
  };
}

async function headsOf(
  db: Queryable,
  { filing, version, blockNumber }: Standing,
  codeOf: PartyCodes,
): Promise<ScrutinyBody["heads"]> {
  type Row = {
    head: Head;
    assessor_id: number;
    is_sound: boolean;
    examined_on: number;
    evidence_hash: Buffer;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    `select distinct on (head) * from readmodel.scrutiny
     where filing_id = $1 and version = $2 and block_number <= $3 order by head, block_number desc, log_index desc`,
    [filing, version, blockNumber],
  );
  return heads.map((head) => {
    const row = rows.find((found) => found.head === head);
    if (!row) return { head, finding: null };
    const finding = {
      isSound: row.is_sound,
      examinedOn: formatCivilDate(row.examined_on),
      assessor: codeOf(row.assessor_id),
      evidenceHash: toHex(row.evidence_hash),
      at: instantOf(row.at),
      blockNumber: Number(row.block_number),
    };
    return { head, finding };
  });
}

async function rechecksOf(db: Queryable, { filing, blockNumber }: Standing, codeOf: PartyCodes) {
  type Row = {
    assessor_id: number;
    checks: number;
    valid_until: bigint;
    evidence_hash: Buffer;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    "select * from readmodel.recheck where filing_id = $1 and block_number <= $2 order by block_number, log_index",
    [filing, blockNumber],
  );
  return rows.map((row) => {
    const results = checkResultsOf(row.checks);
    return {
      checks: repeatedChecks.map((check) => ({ check, result: results[check] })),
      assessor: codeOf(row.assessor_id),
      validUntil: row.valid_until === 0n ? null : instantOf(row.valid_until),
      evidenceHash: toHex(row.evidence_hash),
      at: instantOf(row.at),
      blockNumber: Number(row.block_number),
    };
  });
}

/**
 * The permits of the version of a filing that stood at the end of a block; the time of that block says which have expired
 * (R-F9).
 * @throws AppError `unknown-filing` when there was none then, or `forbidden`.
 */
export async function readPermits(
  db: Queryable,
  caller: Caller,
  filingId: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof Permits>> {
  const asOf = await readAsOf(db, asOfBlock);
  const filing = await filingOf(db, filingId, asOf);
  requirePart(caller, filing);
  type Row = {
    kind: PermitKind;
    is_required: boolean;
    is_obtained: boolean;
    reference_hash: Buffer;
    expires_at: bigint;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    `select distinct on (kind) * from readmodel.permit
     where filing_id = $1 and version = $2 and block_number <= $3 order by kind, block_number desc, log_index desc`,
    [toBytes(filingId), filing.version, asOf.blockNumber],
  );
  const now = BigInt(secondsOf(asOf.timestamp));
  const items = permitKinds.map((kind) => {
    const row = rows.find((found) => found.kind === kind);
    if (!row) return { kind, stated: null };
    const isExpired = row.expires_at !== 0n && now > row.expires_at;
    const stated = {
      isRequired: row.is_required,
      isObtained: row.is_obtained,
      referenceHash: toHex(row.reference_hash) === NO_HASH ? null : toHex(row.reference_hash),
      expiresAt: row.expires_at === 0n ? null : instantOf(row.expires_at),
      isExpired,
      isMissing: row.is_required && (!row.is_obtained || isExpired),
      at: instantOf(row.at),
      blockNumber: Number(row.block_number),
    };
    return { kind, stated };
  });
  return { asOf, filingId, version: filing.version, items };
}
