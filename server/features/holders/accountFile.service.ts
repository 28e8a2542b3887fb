import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { z } from "zod";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import { signerOf, type Gateway } from "../../http/command.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { insertOperation } from "../../store/operations.ts";
import { planFile, type RowPlan } from "./accountFile.plan.ts";
import { readAccountFile } from "./accountFile.rows.ts";
import type { AccountFile } from "./accountFile.schema.ts";
import { findAccountFile } from "./accountFile.view.ts";
import { ownAccountsByReference } from "./holders.view.ts";

/** Room for as many rows as a file may have. */
export const MAX_FILE_BYTES = 1_500_000;

export type AccountFileDeps = { gateway: Gateway; wakeLane(signer: string): void };

type Upload = {
  caller: Caller;
  sha256: string;
  bytes: Readable;
  read<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
  write<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
};

/**
 * Takes a file of accounts: rows that the ledger would accept become operations, the others are told, and both are stored
 * in one transaction, so a file is taken as a whole or not at all. The same file again changes nothing.
 * @throws AppError `document-hash-mismatch`, `body-too-large`, `validation` for a file that has no rows to read, and what
 * the ledger refuses the custodian itself.
 */
export async function keepAccountFile(
  { gateway, wakeLane }: AccountFileDeps,
  { caller, sha256, bytes, read, write }: Upload,
): Promise<{ isNew: boolean; body: z.input<typeof AccountFile> }> {
  const content = await contentOf(bytes, sha256);
  const known = await read((db) => findAccountFile(db, caller, sha256));
  if (known) return { isNew: false, body: known };

  const rows = readAccountFile(content, Temporal.Now.plainDateISO("UTC").toString());
  const { signer, accounts } = await read(async (db) => ({
    signer: await signerOf(db, gateway, caller.party),
    accounts: await ownAccountsByReference(
      db,
      caller,
      rows.flatMap(({ accountRef }) => accountRef ?? []),
    ),
  }));
  const check = { gateway, signer, party: caller.party, sha256, read };
  const plan = await planFile(check, rows, accounts);
  const isNew = await write((tx) => insertFile(tx, caller, sha256, content.length, plan));
  if (isNew && signer.isHeldHere) wakeLane(signer.address);
  return { isNew, body: (await read((db) => findAccountFile(db, caller, sha256)))! };
}

async function contentOf(bytes: Readable, sha256: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw new AppError("body-too-large");
    chunks.push(chunk);
  }
  const content = Buffer.concat(chunks);
  const given = `0x${createHash("sha256").update(content).digest("hex")}`;
  if (given !== sha256) throw new AppError("document-hash-mismatch", { values: { expected: sha256, given } });
  return content;
}

/** Returns false when the same file came in meanwhile; nothing is then written. */
async function insertFile(
  tx: Queryable,
  { party }: Caller,
  sha256: string,
  sizeBytes: number,
  { rows, operations }: Awaited<ReturnType<typeof planFile>>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into records.account_file (party, sha256, size_bytes) values ($1, $2, $3)
     on conflict (party, sha256) do nothing`,
    [party, toBytes(sha256), sizeBytes],
  );
  if (rowCount === 0) return false;
  for (const operation of operations) await insertOperation(tx, operation);
  const column = <T>(of: (row: RowPlan) => T) => rows.map(of);
  await tx.query(
    `insert into records.account_file_row
       (party, sha256, row, account_ref, action, operation_id, eligible_until, bound_by, code, pointer, message)
     select $1, $2, row, ref, action, operation, until, string_to_array(bound_by, ' '), code, pointer, message
     from unnest($3::int[], $4::bytea[], $5::text[], $6::uuid[], $7::timestamptz[], $8::text[], $9::text[], $10::text[],
       $11::text[]) as r(row, ref, action, operation, until, bound_by, code, pointer, message)`,
    [
      party,
      toBytes(sha256),
      column(({ row }) => row),
      column(({ accountRef }) => accountRef && toBytes(accountRef)),
      column(({ action }) => action),
      column(({ operationId }) => operationId ?? null),
      column(({ eligibility }) => eligibility?.eligibleUntil ?? null),
      column(({ eligibility }) => eligibility?.boundBy.join(" ") ?? null),
      column(({ refusal }) => refusal?.code ?? null),
      column(({ refusal }) => refusal?.pointer ?? null),
      column(({ refusal }) => refusal?.message ?? null),
    ],
  );
  return true;
}
