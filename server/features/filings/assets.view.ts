import type { z } from "zod";
import { formatCivilDate } from "../../domain/civilDates.ts";
import type { AssetClass, ObligorBand } from "../../domain/examination.ts";
import { NO_HASH } from "../../domain/hex.ts";
import { readAsOf } from "../../http/asOf.ts";
import type { Caller } from "../../http/auth.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import type { AssetCommitmentList, AssetCommitmentQuery, AssetPool } from "./assets.schema.ts";
import { filingOf, requirePart } from "./filings.view.ts";

type PoolBody = z.input<typeof AssetPool>;

/**
 * The pool of the version of a filing that stood at the end of a block, the evidence of title to it, and how many assets
 * it has (R-A1, R-A2).
 * @throws AppError `unknown-filing` when there was none then, or `forbidden`.
 */
export async function readPool(
  db: Queryable,
  caller: Caller,
  filingId: string,
  asOfBlock: number | undefined,
): Promise<PoolBody> {
  const asOf = await readAsOf(db, asOfBlock);
  const filing = await filingOf(db, filingId, asOf);
  requirePart(caller, filing);
  const standing = [toBytes(filingId), filing.version, asOf.blockNumber];
  const { rows } = await db.query<{ assets: bigint }>(
    "select count(*) as assets from readmodel.pledge where filing_id = $1 and version = $2 and block_number <= $3",
    standing,
  );
  return {
    asOf,
    filingId,
    version: filing.version,
    pool: await poolOf(db, standing),
    title: await titleOf(db, standing),
    assets: Number(rows[0]!.assets),
  };
}

async function poolOf(db: Queryable, standing: unknown[]): Promise<PoolBody["pool"]> {
  type Row = {
    asset_class: AssetClass;
    tape_hash: Buffer;
    cutoff_date: number;
    balance_minor: bigint;
    currency: Buffer;
    obligor_band: ObligorBand;
    reason_hash: Buffer;
    related_assets_opinion_hash: Buffer;
    spv_account: Buffer;
    collection_account: Buffer;
    distribution_account: Buffer;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    `select * from readmodel.pool where filing_id = $1 and version = $2 and block_number <= $3
     order by block_number desc, log_index desc limit 1`,
    standing,
  );
  const row = rows[0];
  if (!row) return null;
  return {
    assetClass: row.asset_class,
    tapeHash: toHex(row.tape_hash),
    cutoffDate: formatCivilDate(row.cutoff_date),
    balanceMinor: String(row.balance_minor),
    currency: row.currency.toString("latin1"),
    obligorBand: row.obligor_band,
    reasonHash: hashOrNull(row.reason_hash),
    relatedAssetsOpinionHash: hashOrNull(row.related_assets_opinion_hash),
    spvAccount: toHex(row.spv_account),
    collectionAccount: toHex(row.collection_account),
    distributionAccount: toHex(row.distribution_account),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  };
}

async function titleOf(db: Queryable, standing: unknown[]): Promise<PoolBody["title"]> {
  type Row = { title_evidence_hash: Buffer; transfer_evidence_hash: Buffer; at: bigint; block_number: bigint };
  const { rows } = await db.query<Row>(
    `select * from readmodel.title where filing_id = $1 and version = $2 and block_number <= $3
     order by block_number desc, log_index desc limit 1`,
    standing,
  );
  const row = rows[0];
  if (!row) return null;
  return {
    titleEvidenceHash: toHex(row.title_evidence_hash),
    transferEvidenceHash: toHex(row.transfer_evidence_hash),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
  };
}

/**
 * A page of the assets of the version of a filing that stood at the end of a block, in the order in which they were
 * committed.
 * @throws AppError `unknown-filing` when there was none then, or `forbidden`.
 */
export async function listCommitments(
  db: Queryable,
  caller: Caller,
  filingId: string,
  { asOfBlock, limit, cursor }: z.output<typeof AssetCommitmentQuery>,
): Promise<z.input<typeof AssetCommitmentList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const filing = await filingOf(db, filingId, asOf);
  requirePart(caller, filing);
  const [block, log, commitment] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/, /^0x[0-9a-f]{64}$/]) ?? [];
  const { rows } = await db.query<{ commitment: Buffer; block_number: bigint; log_index: number }>(
    `select commitment, block_number, log_index from readmodel.pledge
     where filing_id = $1 and version = $2 and block_number <= $3
       and ($4::bigint is null or (block_number, log_index, commitment) > ($4, $5::int, $6::bytea))
     order by block_number, log_index, commitment limit $7`,
    [
      toBytes(filingId),
      filing.version,
      asOf.blockNumber,
      block ?? null,
      log ?? null,
      commitment === undefined ? null : toBytes(commitment),
      limit + 1,
    ],
  );
  const page = cutPage(rows, limit, (last) => [last.block_number, last.log_index, toHex(last.commitment)]);
  const items = page.rows.map((row) => ({ commitment: toHex(row.commitment), blockNumber: Number(row.block_number) }));
  return { asOf, version: filing.version, items, next: page.next };
}

function hashOrNull(bytes: Buffer): string | null {
  const hash = toHex(bytes);
  return hash === NO_HASH ? null : hash;
}
