import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileDurably } from "./chain/durableFile.ts";
import type { Genesis } from "./chain/genesis.ts";
import { openSigners, type Signers } from "./chain/signers.ts";
import type { Config } from "./config.ts";
import type { PartyDescription } from "./parties.ts";
import { StartError } from "./startError.ts";
import { countApiKeys, createApiKey } from "./store/apiKeys.ts";
import type { Database } from "./store/database.ts";
import { upsertParty } from "./store/parties.ts";

/** A party with its keys and its reference on the ledger. */
export type Member = PartyDescription & { ref: string; addresses: string[] };

export type Members = { all: readonly Member[]; signers: Signers };

/** Folder of the keystores of parties that sign outside; made only by the embedded stack, for its story to sign with. */
export const OUTSIDE_KEYS = "outside-keys";

/** Name under which the nth key of a party that signs outside is kept. */
export function outsideKeyName(party: string, n: number): string {
  return n === 0 ? party : `${party}-${n + 1}`;
}

/**
 * Gathers the keys and references of the parties; those that do not exist yet are made.
 *
 * @throws StartError when a party that signs outside has no address and the parties are not made up.
 */
export async function gatherMembers(config: Config, parties: readonly PartyDescription[]): Promise<Members> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const passphrase = await passphraseOf(config);
  const here = parties.filter(({ signs }) => signs === "here").map(({ code }) => code);
  const signers = await openSigners({ folder: join(config.dataDir, "keystores"), passphrase, parties: here });
  const refs = await referencesOf(config.dataDir, parties);
  const all: Member[] = [];
  for (const party of parties) {
    const held = signers.addressOf(party.code);
    const addresses = held ? [held] : (party.addresses ?? (await outsideAddresses(config, party, passphrase)));
    all.push({ ...party, ref: refs[party.code]!, addresses });
  }
  return { all, signers };
}

/**
 * The key that deploys to a ledger. It never holds a role, so it is kept only for a deployment that was cut off to go on.
 */
export function deployerKeyOf(config: Config): Promise<string> {
  return kept(join(config.dataDir, "deployer-key"), () => `0x${randomBytes(32).toString("hex")}`);
}

/** What a ledger is deployed with, so that exactly these parties exist from its first block. */
export function genesisOf(members: readonly Member[]): Genesis {
  return {
    parties: members.map(({ ref, addresses, roles }) => ({ ref, keys: addresses, roles: [...roles] })),
    grantDelaySeconds: 0,
  };
}

/** Writes the parties to the records and gives each that has none an API key, readable in `<data>/keys/<party>`. */
export async function enrolMembers(database: Database, config: Config, members: readonly Member[]): Promise<void> {
  const folder = join(config.dataDir, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { code, name, ref, addresses, roles, signs } of members) {
    await database.tx(async (tx) => {
      await upsertParty(tx, { code, name, ref, partyId: null, addresses, heldHere: signs === "here", roles });
      if ((await countApiKeys(tx, code)) > 0) return;
      const { key } = await createApiKey(tx, code);
      await writeFileDurably(join(folder, code), `${key}\n`, 0o600);
    });
  }
}

/** Takes over the numbers that the ledger gave to the parties, which it knows by their references. */
export async function numberMembers(database: Database): Promise<void> {
  await database.query(
    `update records.party p set party_id = r.party_id from readmodel.party r
     where r.ref = p.ref and p.party_id is distinct from r.party_id`,
  );
}

/** Signing keys of a party outside, made for the made-up parties of an embedded stack alone. */
async function outsideAddresses(config: Config, party: PartyDescription, passphrase: string): Promise<string[]> {
  if (config.partiesFile !== undefined) {
    throw new StartError(`The party ${party.code} signs outside, so the parties file must name its addresses.`);
  }
  const names = Array.from({ length: party.keys }, (_, n) => outsideKeyName(party.code, n));
  const outside = await openSigners({ folder: join(config.dataDir, OUTSIDE_KEYS), passphrase, parties: names });
  return outside.held().map(({ address }) => address);
}

async function passphraseOf(config: Config): Promise<string> {
  if (config.keystorePassphrase !== undefined) return config.keystorePassphrase;
  return kept(join(config.dataDir, "passphrase"), () => randomBytes(24).toString("base64url"));
}

/** References are random, so that the ledger tells nothing of who stands behind them. They never change. */
async function referencesOf(dataDir: string, parties: readonly PartyDescription[]): Promise<Record<string, string>> {
  const file = join(dataDir, "party-references.json");
  const known = JSON.parse(await kept(file, () => "{}")) as Record<string, string>;
  const missing = parties.filter(({ code }) => known[code] === undefined);
  for (const { code } of missing) known[code] = `0x${randomBytes(32).toString("hex")}`;
  if (missing.length > 0) await writeFileDurably(file, JSON.stringify(known, null, 2), 0o600);
  return known;
}

/** The text of a private file, which is made when it is missing. */
async function kept(file: string, make: () => string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const text = make();
  await writeFileDurably(file, text, 0o600);
  return text;
}
