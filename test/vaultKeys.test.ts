import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../server/config.ts";
import { identitiesOf, insertIdentity } from "../server/features/vault/vaultStore.ts";
import type { VaultKeys } from "../server/features/vault/sealing.ts";
import type { Database } from "../server/store/database.ts";
import { upsertParty } from "../server/store/parties.ts";
import { openVault } from "../server/vaultKeys.ts";
import { startTestDatabase } from "./support/database.ts";
import { holderRefOf, identityOf } from "./support/identities.ts";

const parent = mkdtempSync(join(tmpdir(), "narrowgate-vault-"));
const key = () => randomBytes(32).toString("base64");
const INDEX = key();
const [A, B] = [`a:${key()}`, `b:${key()}`];

let database: Database;
let stop: () => Promise<void>;
let dataDir: string;
beforeAll(async () => {
  ({ database, stop } = await startTestDatabase());
  await upsertParty(database, {
    code: "custodian",
    name: "Custodian",
    ref: `0x${"ab".repeat(32)}`,
    partyId: null,
    addresses: [],
    heldHere: true,
    roles: ["custodian"],
  });
});
afterAll(async () => {
  await stop();
  rmSync(parent, { recursive: true });
});
beforeEach(async () => {
  dataDir = mkdtempSync(join(parent, "case-"));
  await database.query("delete from records.identity");
  await database.query("delete from records.meta");
});

const open = (settings: NodeJS.ProcessEnv = {}) =>
  openVault(database, readConfig({ NARROWGATE_DATA: dataDir, ...settings }));
const named = (keys: string, index = INDEX) => ({ NARROWGATE_VAULT_KEYS: keys, NARROWGATE_VAULT_INDEX_KEY: index });
const keep = (keys: VaultKeys, label: string) =>
  database.tx((tx) =>
    insertIdentity(tx, keys, { party: "custodian", holderRef: holderRefOf(label), identity: identityOf(label) }),
  );

describe("keys of the vault are refused", () => {
  it.each([
    [
      "one setting without the other",
      { NARROWGATE_VAULT_KEYS: A },
      /^NARROWGATE_VAULT_KEYS and NARROWGATE_VAULT_INDEX_KEY are set together/,
    ],
    ["no id", named(key()), /is not written as id:key/],
    [
      "a short key",
      named(`a:${randomBytes(31).toString("base64")}`),
      /^The key a of the identity vault is not 32 bytes in base64\.$/,
    ],
    ["a key that is no base64", named("a:not-a-key"), /^The key a of the identity vault/],
    ["an index key in hexadecimal", named(A, randomBytes(32).toString("hex")), /^The key the index key/],
    ["one id for two keys", named(`${A},a:${key()}`), /^Two keys of the identity vault have one id\.$/],
  ])("with %s, in one sentence that repeats no key", async (_what, settings, sentence) => {
    const refusal = open(settings);
    await expect(refusal).rejects.toThrow(sentence);
    await expect(refusal).rejects.not.toThrow("not-a-key");
  });

  it("when the index key is another one, with which holders would not be found again", async () => {
    await open(named(A));
    await expect(open(named(A, key()))).rejects.toThrow(/^The index key of the identity vault is not the one/);
  });

  it("when they do not open what was kept", async () => {
    await keep(await open(named(A)), "lost");
    await expect(open(named(B))).rejects.toThrow(
      "The identity vault does not open: The vault has a record under the key a, which the settings do not name.",
    );
    await expect(open(named(`${B},a:${key()}`))).rejects.toThrow(/^The identity vault does not open: /);
  });
});

describe("keys of the vault", () => {
  it("are made at the first start of an embedded stack, readable by nobody else, and kept", async () => {
    const [first, second] = [await open(), await open()];
    expect(second).toEqual(first);
    expect(first.sealingKeys.get(first.currentKeyId)).toHaveLength(32);
    for (const name of ["vault-keys", "vault-index-key"]) {
      expect(readFileSync(join(dataDir, name), "utf8").length).toBeGreaterThan(40);
      if (process.platform !== "win32") expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
    }
  });

  it("rotate: the next start seals everything anew, after which the old key is not needed", async () => {
    const old = await open(named(A));
    const kept = await Promise.all(Array.from({ length: 501 }, (_, i) => keep(old, `rotated ${i}`)));
    await open(named(`${B},${A}`));
    const { rows } = await database.query("select distinct key_id from records.identity");
    expect(rows).toEqual([{ key_id: "b" }]);
    const renewed = await open(named(B));
    for (const record of [kept[0]!, kept.at(-1)!]) {
      expect(await identitiesOf(database, renewed, [record.holderRef])).toEqual([record]);
    }
  });
});
