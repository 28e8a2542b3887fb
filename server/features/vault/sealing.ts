import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { canonicalJson } from "../../domain/canonicalJson.ts";
import type { HolderIdentity, MatchingKeys } from "../../domain/holderIdentity.ts";

/** Keys of the vault, of 32 bytes each. They are no part of the database. */
export type VaultKeys = {
  /** The key that seals what is put in now. */
  readonly currentKeyId: string;
  /** Every key that opens what was put in, by its id; the current one among them. */
  readonly sealingKeys: ReadonlyMap<string, Buffer>;
  /** The key of the blind index. It stays when sealing keys change, or holders would not be found again. */
  readonly indexKey: Buffer;
};

/** What belongs to a sealed record and is not secret. A record that is moved elsewhere does not open. */
export type Place = { readonly party: string; readonly holderRef: string; readonly version: number };

/** An identity with the salt of its commitment. */
export type Salted = { readonly salt: string; readonly identity: HolderIdentity };

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Adds a random salt to an identity, so that its commitment tells nothing to whoever guesses the identity. */
export function salted(identity: HolderIdentity): Salted {
  return { salt: `0x${randomBytes(32).toString("hex")}`, identity };
}

/** The commitment that a custodian states on the ledger: SHA-256 of the salt's bytes and the identity's canonical JSON. */
export function commitmentOf({ salt, identity }: Salted): Buffer {
  return createHash("sha256")
    .update(Buffer.from(salt.slice(2), "hex"))
    .update(canonicalJson(identity))
    .digest();
}

/** Seals with AES-256-GCM under the current key. @returns Nonce, ciphertext and tag. */
export function seal({ currentKeyId, sealingKeys }: VaultKeys, place: Place, content: Salted): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKeys.get(currentKeyId)!, nonce).setAAD(boundTo(place));
  return Buffer.concat([nonce, cipher.update(canonicalJson(content), "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens what `seal` made.
 * @throws Error when the key is not known, or the record was changed or moved.
 */
export function unseal({ sealingKeys }: VaultKeys, keyId: string, place: Place, sealed: Buffer): Salted {
  const key = sealingKeys.get(keyId);
  if (!key) throw new Error(`The vault has a record under the key ${keyId}, which the settings do not name.`);
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(boundTo(place))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const opened = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  return JSON.parse(opened.toString()) as Salted;
}

/** Blind indexes: keyed hashes by which the database finds a holder again without knowing it. */
export function blindIndexOf({ indexKey }: VaultKeys, { lei, nameAndNumber }: MatchingKeys) {
  const index = (kind: string, text: string) => createHmac("sha256", indexKey).update(`${kind}\n${text}`).digest();
  return { lei: lei === null ? null : index("lei", lei), nameAndNumber: index("name-and-number", nameAndNumber) };
}

function boundTo({ party, holderRef, version }: Place): Buffer {
  return Buffer.from(canonicalJson([party, holderRef, version]));
}
