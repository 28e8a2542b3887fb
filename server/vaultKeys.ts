import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Config } from "./config.ts";
import type { VaultKeys } from "./features/vault/sealing.ts";
import { resealIdentities } from "./features/vault/vaultStore.ts";
import { kept } from "./keptFile.ts";
import { StartError } from "./startError.ts";
import type { Database } from "./store/database.ts";
import { readMeta, writeMeta } from "./store/meta.ts";

const KEY_BYTES = 32;
const INDEX_CHECK = "vault-index-check";

/**
 * The keys of the identity vault, as the settings name them or as they were made at the first start of an embedded stack.
 * Records under keys that came before the current one are sealed anew, so that those can be taken from the settings at
 * the next start.
 *
 * @throws StartError when a key has not the right form, or the keys do not open what the database holds.
 */
export async function openVault(database: Database, config: Config): Promise<VaultKeys> {
  const keys = await keysOf(config);
  await requireSameIndex(database, keys);
  try {
    await resealIdentities(database, keys);
  } catch (error) {
    throw new StartError(`The identity vault does not open: ${(error as Error).message}`, { cause: error });
  }
  return keys;
}

async function keysOf({ dataDir, vaultKeys, vaultIndexKey }: Config): Promise<VaultKeys> {
  if ((vaultKeys === undefined) !== (vaultIndexKey === undefined)) {
    throw new StartError("NARROWGATE_VAULT_KEYS and NARROWGATE_VAULT_INDEX_KEY are set together or not at all.");
  }
  const made = () => `first:${randomKey()}`;
  const entries = (vaultKeys ?? (await kept(join(dataDir, "vault-keys"), made))).trim().split(",").map(readEntry);
  const indexKey = readKey(
    "the index key",
    (vaultIndexKey ?? (await kept(join(dataDir, "vault-index-key"), randomKey))).trim(),
  );
  const sealingKeys = new Map(entries);
  if (sealingKeys.size < entries.length) throw new StartError("Two keys of the identity vault have one id.");
  return { currentKeyId: entries[0]![0], sealingKeys, indexKey };
}

function readEntry(text: string): [id: string, key: Buffer] {
  const [, id, key] = /^([A-Za-z0-9._-]{1,40}):(.*)$/.exec(text) ?? [];
  if (id === undefined) throw new StartError("A key of the identity vault is not written as id:key.");
  return [id, readKey(id, key!)];
}

/** Never repeats what was given: it is a secret, if a mistyped one. */
function readKey(what: string, text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length === KEY_BYTES && key.toString("base64") === text) return key;
  throw new StartError(`The key ${what} of the identity vault is not ${KEY_BYTES} bytes in base64.`);
}

function randomKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/** With another index key a holder would quietly not be found again. */
async function requireSameIndex(database: Database, { indexKey }: VaultKeys): Promise<void> {
  const check = createHmac("sha256", indexKey).update(INDEX_CHECK).digest("hex");
  const known = await readMeta<string>(database, INDEX_CHECK);
  if (known === undefined) await writeMeta(database, INDEX_CHECK, check);
  else if (known !== check) {
    throw new StartError("The index key of the identity vault is not the one that its records were indexed with.");
  }
}
