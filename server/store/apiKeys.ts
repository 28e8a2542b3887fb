import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Queryable } from "./database.ts";
import type { Role } from "./parties.ts";

/** The party behind a valid key. */
export type KeyOwner = { party: string; partyId: number | null; roles: Role[] };

const FORM = /^ngk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/**
 * Makes a key for a party. Only its hash is stored: the secret has 256 random bits, so a fast hash is enough, and the
 * plain key exists nowhere but in the answer.
 */
export async function createApiKey(db: Queryable, party: string): Promise<{ id: string; key: string }> {
  const id = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  await db.query("insert into records.api_key (id, party, secret_sha256) values ($1, $2, $3)", [
    id,
    party,
    sha256(secret),
  ]);
  return { id, key: `ngk_${id}_${secret}` };
}

/** The owner of a key; undefined when the key is malformed, unknown or revoked. */
export async function verifyApiKey(db: Queryable, key: string): Promise<KeyOwner | undefined> {
  const [, id, secret] = FORM.exec(key) ?? [];
  if (!id || !secret) return undefined;
  const { rows } = await db.query<{ secret: Buffer; party: string; party_id: number | null; roles: Role[] }>({
    name: "apiKey.verify",
    text: `select k.secret_sha256 as secret, p.code as party, p.party_id, p.roles
           from records.api_key k join records.party p on p.code = k.party
           where k.id = $1 and k.revoked_at is null`,
    values: [id],
  });
  const found = rows[0];
  if (!found || !timingSafeEqual(found.secret, sha256(secret))) return undefined;
  return { party: found.party, partyId: found.party_id, roles: found.roles };
}

/** Revokes a key for good. Returns false when it is unknown or was revoked before. */
export async function revokeApiKey(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    "update records.api_key set revoked_at = now() where id = $1 and revoked_at is null",
    [id],
  );
  return rowCount === 1;
}

/** How many keys of a party are valid. */
export async function countApiKeys(db: Queryable, party: string): Promise<number> {
  const { rows } = await db.query<{ count: bigint }>(
    "select count(*) from records.api_key where party = $1 and revoked_at is null",
    [party],
  );
  return Number(rows[0]!.count);
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
