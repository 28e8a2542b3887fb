import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { StartError } from "../startError.ts";
import type { Database, Queryable } from "./database.ts";

type Migration = { number: number; name: string; sql: string; sha256: string };

// Any constant does, as long as nothing else in the database locks it.
const LOCK = 20260206;

/**
 * Brings schema `records` up to date: all missing migrations in one transaction, or none. Several processes may call it
 * at once.
 *
 * @param folder Folder of `NNNN_name.sql` files; the service's own unless told.
 * @throws StartError when an applied migration was changed since, or the database is newer than this service.
 */
export async function migrate(database: Database, folder = join(import.meta.dirname, "migrations")): Promise<void> {
  const migrations = await readMigrations(folder);
  await database.tx(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [LOCK]);
    for (const migration of migrations.slice(await countApplied(tx, migrations))) {
      await tx.query(migration.sql);
      await tx.query("insert into records.migration (number, name, sha256) values ($1, $2, $3)", [
        migration.number,
        migration.name,
        migration.sha256,
      ]);
    }
  });
}

/** How many of the migrations the database has; those are compared with the files. */
async function countApplied(tx: Queryable, migrations: readonly Migration[]): Promise<number> {
  await tx.query("create schema if not exists records");
  await tx.query(
    `create table if not exists records.migration (
       number int primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`,
  );
  const { rows } = await tx.query<Omit<Migration, "sql">>(
    "select number, name, sha256 from records.migration order by 1",
  );
  for (const [index, applied] of rows.entries()) {
    const known = migrations[index];
    if (!known) {
      throw new StartError(
        `The database has migration ${applied.name}, which is newer than this version of the service.`,
      );
    }
    if (known.name !== applied.name || known.sha256 !== applied.sha256) {
      throw new StartError(`Migration ${known.name} was changed after it had been applied to this database.`);
    }
  }
  return rows.length;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(/^(\d{4})_[A-Za-z0-9]+\.sql$/.exec(name)?.[1]);
      if (number !== index + 1) throw new Error(`Migration ${name} is out of order: number ${index + 1} is expected.`);
      const sql = (await readFile(join(folder, name), "utf8")).replaceAll("\r\n", "\n"); // checkouts may differ in line ends
      return { number, name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}
