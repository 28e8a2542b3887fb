import { matchingKeysOf, type HolderIdentity } from "../../domain/holderIdentity.ts";
import type { Database, Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { blindIndexOf, commitmentOf, salted, seal, unseal, type Salted, type VaultKeys } from "./sealing.ts";

/** A record of the vault, opened. */
export type IdentityRecord = Salted & {
  readonly party: string;
  readonly holderRef: string;
  readonly version: number;
  readonly commitment: string;
  readonly storedAt: Date;
};

type Row = {
  party: string;
  holder_ref: Buffer;
  version: number;
  key_id: string;
  sealed: Buffer;
  commitment: Buffer;
  created_at: Date;
};

/** Puts in what a custodian knows of a holder, as the version after its last one. */
export async function insertIdentity(
  tx: Queryable,
  keys: VaultKeys,
  { party, holderRef, identity }: { party: string; holderRef: string; identity: HolderIdentity },
): Promise<IdentityRecord> {
  // One after the other, so that versions get numbers of their own and two that match do not miss each other.
  await tx.query("select pg_advisory_xact_lock(hashtextextended('identity vault', 0))");
  const { rows: last } = await tx.query<{ version: number }>(
    "select coalesce(max(version), 0) + 1 as version from records.identity where party = $1 and holder_ref = $2",
    [party, toBytes(holderRef)],
  );
  const { version } = last[0]!;
  const content = salted(identity);
  const index = blindIndexOf(keys, matchingKeysOf(identity));
  const { rows } = await tx.query<Row>(
    `insert into records.identity
       (party, holder_ref, version, key_id, sealed, commitment, lei_index, name_index)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning *`,
    [
      party,
      toBytes(holderRef),
      version,
      keys.currentKeyId,
      seal(keys, { party, holderRef, version }, content),
      commitmentOf(content),
      index.lei,
      index.nameAndNumber,
    ],
  );
  return opened(keys, rows[0]!);
}

/** Every version of the records under references that `db` may see, by custodian, oldest first. */
export async function identitiesOf(
  db: Queryable,
  keys: VaultKeys,
  holderRefs: readonly string[],
): Promise<IdentityRecord[]> {
  const { rows } = await db.query<Row>(
    "select * from records.identity where holder_ref = any($1::bytea[]) order by party, created_at, version",
    [holderRefs.map(toBytes)],
  );
  return rows.map((row) => opened(keys, row));
}

const RESEAL_BATCH = 500;

/**
 * Seals every record anew that is under another key than the current one.
 * @returns How many.
 * @throws Error when one of them does not open.
 */
export async function resealIdentities(database: Database, keys: VaultKeys): Promise<number> {
  for (let count = 0; ;) {
    const done = await database.tx((tx) => resealSome(tx, keys));
    count += done;
    if (done < RESEAL_BATCH) return count;
  }
}

async function resealSome(tx: Queryable, keys: VaultKeys): Promise<number> {
  const { rows } = await tx.query<Row>(
    "select * from records.identity where key_id <> $1 order by party, holder_ref, version limit $2 for update",
    [keys.currentKeyId, RESEAL_BATCH],
  );
  for (const row of rows) {
    const { party, holderRef, version, salt, identity } = opened(keys, row);
    await tx.query(
      "update records.identity set key_id = $4, sealed = $5 where party = $1 and holder_ref = $2 and version = $3",
      [
        party,
        row.holder_ref,
        version,
        keys.currentKeyId,
        seal(keys, { party, holderRef, version }, { salt, identity }),
      ],
    );
  }
  return rows.length;
}

function opened(keys: VaultKeys, row: Row): IdentityRecord {
  const holderRef = toHex(row.holder_ref);
  const place = { party: row.party, holderRef, version: row.version };
  return {
    ...place,
    ...unseal(keys, row.key_id, place, row.sealed),
    commitment: toHex(row.commitment),
    storedAt: row.created_at,
  };
}
