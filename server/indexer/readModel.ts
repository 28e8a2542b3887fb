import { createHash } from "node:crypto";
import type { Database, Queryable } from "../store/database.ts";
import { toBytes, toHex } from "../store/hex.ts";
import { noteDirectoryDdl } from "./noteDirectory.ts";
import type { Projection } from "./projection.ts";

/** A block as far as the read model knows it; `timestamp` is in seconds. */
export type BlockHead = { number: number; hash: string; parentHash: string; timestamp: number };

const ownDdl = `
-- Every block that has been read, for questions as of a block.
create table readmodel.block (
  number bigint primary key,
  hash bytea not null,
  timestamp bigint not null
);
create index block_by_time on readmodel.block (timestamp);

-- The last block that has been read: one row, moved in the transaction that wrote the block's rows.
create table readmodel.checkpoint (
  only_row boolean primary key default true check (only_row),
  block_number bigint not null,
  block_hash bytea not null,
  parent_hash bytea not null,
  timestamp bigint not null,
  ddl_sha256 bytea not null -- of the tables that stand here
);
${noteDirectoryDdl}`;

/**
 * Makes sure that schema `readmodel` has the tables of these projections, and answers the last block in it. The schema
 * is disposable: tables of another version of this service are dropped, and the whole of them is read anew.
 *
 * @param firstBlock Asked for only when the schema is made anew: the block before which nothing happened.
 * @returns The checkpoint, and whether the schema was made anew.
 */
export async function prepareReadModel(
  database: Database,
  projections: readonly Projection[],
  firstBlock: () => Promise<BlockHead>,
): Promise<{ checkpoint: BlockHead; isNew: boolean }> {
  const ddl = [ownDdl, ...projections.map((projection) => projection.ddl)].join("\n");
  const sha256 = createHash("sha256").update(ddl).digest();
  const checkpoint = await checkpointOf(database, sha256);
  if (checkpoint) return { checkpoint, isNew: false };

  const first = await firstBlock();
  await database.tx(async (tx) => {
    await tx.query("drop schema if exists readmodel cascade");
    await tx.query("create schema readmodel");
    await tx.query(ddl);
    await tx.query("grant usage on schema readmodel to narrowgate_reader");
    await tx.query("grant select on all tables in schema readmodel to narrowgate_reader");
    await tx.query(
      `insert into readmodel.checkpoint (block_number, block_hash, parent_hash, timestamp, ddl_sha256)
       values ($1, $2, $3, $4, $5)`,
      [first.number, toBytes(first.hash), toBytes(first.parentHash), first.timestamp, sha256],
    );
    await insertBlocks(tx, [first]);
  });
  return { checkpoint: first, isNew: true };
}

/** The last block that has been read, as the database knows it. */
export async function readCheckpoint(database: Database): Promise<BlockHead> {
  const row = await checkpointRow(database);
  if (!row) throw new Error("The read model has lost its checkpoint.");
  return headOf(row);
}

type Row = { block_number: bigint; block_hash: Buffer; parent_hash: Buffer; timestamp: bigint; ddl_sha256: Buffer };

async function checkpointRow(database: Database): Promise<Row | undefined> {
  const { rows } = await database.query<Row>("select * from readmodel.checkpoint");
  return rows[0];
}

/** The checkpoint of tables of this very version; undefined when others stand, or none. */
async function checkpointOf(database: Database, ddlSha256: Buffer): Promise<BlockHead | undefined> {
  const { rows } = await database.query<{ stands: boolean }>(
    "select to_regclass('readmodel.checkpoint') is not null as stands",
  );
  const row = rows[0]!.stands ? await checkpointRow(database) : undefined;
  return row?.ddl_sha256?.equals(ddlSha256) ? headOf(row) : undefined;
}

function headOf(row: Row): BlockHead {
  return {
    number: Number(row.block_number),
    hash: toHex(row.block_hash),
    parentHash: toHex(row.parent_hash),
    timestamp: Number(row.timestamp),
  };
}

/**
 * Notes blocks as read and moves the checkpoint to the last of them.
 *
 * @param from The checkpoint that this process knows. Throws when another process moved it: two indexers on one
 * database would write every row twice.
 */
export async function moveCheckpoint(tx: Queryable, from: BlockHead, blocks: readonly BlockHead[]): Promise<void> {
  const last = blocks.at(-1)!;
  const { rowCount } = await tx.query({
    name: "checkpoint.move",
    text: `update readmodel.checkpoint set block_number = $2, block_hash = $3, parent_hash = $4, timestamp = $5
           where block_number = $1`,
    values: [from.number, last.number, toBytes(last.hash), toBytes(last.parentHash), last.timestamp],
  });
  if (rowCount !== 1) throw new Error(`Another process moved the read model past block ${from.number}.`);
  await insertBlocks(tx, blocks);
}

async function insertBlocks(tx: Queryable, blocks: readonly BlockHead[]): Promise<void> {
  await tx.query({
    name: "block.insert",
    text: `insert into readmodel.block (number, hash, timestamp)
           select * from unnest($1::bigint[], $2::bytea[], $3::bigint[])`,
    values: [
      blocks.map(({ number }) => number),
      blocks.map(({ hash }) => toBytes(hash)),
      blocks.map(({ timestamp }) => timestamp),
    ],
  });
}
