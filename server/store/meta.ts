import type { Queryable } from "./database.ts";

/** A fact about the ledger and deployment these records belong to; undefined when none was written under the key. */
export async function readMeta<T>(db: Queryable, key: string): Promise<T | undefined> {
  const { rows } = await db.query<{ value: T }>("select value from records.meta where key = $1", [key]);
  return rows[0]?.value;
}

/** Writes a fact, in place of an earlier one under the same key. */
export async function writeMeta(db: Queryable, key: string, value: unknown): Promise<void> {
  await db.query(
    "insert into records.meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
    [key, JSON.stringify(value)],
  );
}
