import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { matchingKeysOf } from "../../domain/holderIdentity.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { referencesOfHolder } from "../holders/holder.view.ts";
import { matchBodies, type MatchRow } from "./matches.view.ts";
import { blindIndexOf, type VaultKeys } from "./sealing.ts";
import type { DismissalRequest, Match } from "./vault.schema.ts";
import type { IdentityRecord } from "./vaultStore.ts";

/**
 * Notes under which other references the holder of a record is known. A dismissed match by name and number is open
 * again once a LEI is found to be equal too.
 */
export async function insertMatches(tx: Queryable, keys: VaultKeys, record: IdentityRecord): Promise<void> {
  const index = blindIndexOf(keys, matchingKeysOf(record.identity));
  const own = await referencesOfHolder(tx, record.holderRef);
  const { rows } = await tx.query<{ holder_ref: Buffer; by_lei: boolean }>(
    `select holder_ref, coalesce(bool_or(lei_index = $1), false) as by_lei from records.identity
     where holder_ref <> all($3::bytea[]) and (lei_index = $1 or name_index = $2)
     group by holder_ref order by holder_ref`,
    [index.lei, index.nameAndNumber, own.map(toBytes)],
  );
  for (const { holder_ref: other, by_lei: byLei } of rows) {
    await tx.query(
      `insert into records.holder_match as m (id, party, holder_ref, other_holder_ref, matched_by)
       values ($1, $2, $3, $4, $5)
       on conflict (least(holder_ref, other_holder_ref), greatest(holder_ref, other_holder_ref)) do update
         set matched_by = 'lei', dismissed_by = null, dismissed_at = null, dismissal = null
         where m.matched_by <> 'lei' and excluded.matched_by = 'lei'`,
      [randomUUID(), record.party, toBytes(record.holderRef), other, byLei ? "lei" : "name-and-number"],
    );
  }
}

/**
 * Says that a match is of two holders.
 * @throws AppError `not-found`, or `match-decided` when it was dismissed before or the accounts are joined.
 */
export async function dismissMatch(
  tx: Queryable,
  { party }: Caller,
  matchId: string,
  { reason }: z.output<typeof DismissalRequest>,
): Promise<z.input<typeof Match>> {
  const { rows } = await tx.query<MatchRow>("select * from records.holder_match where id = $1 for update", [matchId]);
  const [found] = await matchBodies(tx, rows);
  if (!found) throw new AppError("not-found", { detail: "No match has this id." });
  if (found.state !== "open") throw new AppError("match-decided", { values: { state: found.state } });
  const { rows: dismissed } = await tx.query<MatchRow>(
    `update records.holder_match set dismissed_by = $2, dismissed_at = now(), dismissal = $3 where id = $1 returning *`,
    [matchId, party, reason],
  );
  return (await matchBodies(tx, dismissed))[0]!;
}
