import type { Queryable } from "./database.ts";

/** A command that the check refused. */
export type Refusal = {
  party: string;
  /** Kind of the command, for example `transfers.move`. */
  kind: string;
  /** Code of the problem. */
  code: string;
  /** Numbers of the failing rules; empty when the refusal was not one of transfer rules. */
  restrictions: readonly number[];
  /** Arguments of the contract error. */
  values: Readonly<Record<string, string>>;
};

/** Keeps a refusal; the ledger never saw the command, so this is its only trace. */
export async function insertRefusal(db: Queryable, refusal: Refusal): Promise<void> {
  await db.query("insert into records.refusal (party, kind, code, restrictions, values) values ($1, $2, $3, $4, $5)", [
    refusal.party,
    refusal.kind,
    refusal.code,
    refusal.restrictions,
    JSON.stringify(refusal.values),
  ]);
}
