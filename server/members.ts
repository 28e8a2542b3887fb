import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checksumAddress } from "./chain/addresses.ts";
import { writeFileDurably } from "./chain/durableFile.ts";
import type { Genesis } from "./chain/genesis.ts";
import { openSigners, type Signers } from "./chain/signers.ts";
import type { Config } from "./config.ts";
import { kept } from "./keptFile.ts";
import type { PartyDescription } from "./parties.ts";
import { StartError } from "./startError.ts";
import { countApiKeys, createApiKey } from "./store/apiKeys.ts";
import type { Database } from "./store/database.ts";
import { upsertParty } from "./store/parties.ts";

/** A party with its keys and its reference on the ledger. */
export type Member = PartyDescription & { ref: string; addresses: string[] };

export type Members = { all: readonly Member[]; signers: Signers };

const BYTES_32 = /^0x[0-9a-f]{64}$/;

/** Folder of the keystores of parties that sign outside; made only by the embedded stack, for its story to sign with. */
export const OUTSIDE_KEYS = "outside-keys";

/** Name under which the nth key of a party that signs outside is kept. */
export function outsideKeyName(party: string, n: number): string {
  return n === 0 ? party : `${party}-${n + 1}`;
}

/**
 * Gathers the keys and references of the parties; those that do not exist yet are made.
 *
 * @throws StartError when a kept file is damaged, or a party that signs outside has no address and is not made up.
 */
export async function gatherMembers(config: Config, parties: readonly PartyDescription[]): Promise<Members> {
  const refs = await referencesOf(config, parties);
  const passphrase = await passphraseOf(config);
  const here = parties.filter(({ signs }) => signs === "here").map(({ code }) => code);
  const signers = await openSigners({ folder: join(config.dataDir, "keystores"), passphrase, parties: here });
  const all: Member[] = [];
  for (const party of parties) {
    const held = signers.addressOf(party.code);
    const addresses = held ? [held] : await outsideAddresses(config, party, passphrase);
    all.push({ ...party, ref: refs[party.code]!, addresses });
  }
  return { all, signers };
}

/**
 * The key that deploys to a ledger. It never holds a role, so it is kept only for a deployment that was cut off to go on.
 */
export async function deployerKeyOf(config: Config): Promise<string> {
  const file = join(config.dataDir, "deployer-key");
  const key = await kept(file, random32Bytes);
  if (!BYTES_32.test(key)) throw new StartError(`The deployer key ${file} is damaged.`);
  return key;
}

/** Long enough to be seen on a ledger of made-up parties; a deployment of its own says how long changes really rest. */
const RULE_CHANGE_DELAY_SECONDS = 5;

/** What a ledger is deployed with, so that exactly these parties exist from its first block. */
export function genesisOf(members: readonly Member[]): Genesis {
  return {
    parties: members.map(({ ref, addresses, roles }) => ({ ref, keys: addresses, roles: [...roles] })),
    grantDelaySeconds: 0,
    ruleChangeDelaySeconds: RULE_CHANGE_DELAY_SECONDS,
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

/** Signing keys of a party outside; they are made for the made-up parties of an embedded stack alone. */
async function outsideAddresses(config: Config, party: PartyDescription, passphrase: string): Promise<string[]> {
  if (party.addresses) return party.addresses.map((address) => requireChecksum(party.code, address));
  if (config.partiesFile !== undefined) {
    throw new StartError(`The party ${party.code} signs outside, so the parties file must name its addresses.`);
  }
  const names = Array.from({ length: party.keys }, (_, n) => outsideKeyName(party.code, n));
  const outside = await openSigners({ folder: join(config.dataDir, OUTSIDE_KEYS), passphrase, parties: names });
  return outside.held().map(({ address }) => address);
}

/** An address in lower case carries no checksum; any other has to carry the right one (EIP-55). */
function requireChecksum(party: string, address: string): string {
  const lower = address.toLowerCase();
  const checked = checksumAddress(lower);
  if (address === lower || address === checked) return checked;
  throw new StartError(`The address ${address} of the party ${party} is mistyped: its checksum does not hold.`);
}

async function passphraseOf(config: Config): Promise<string> {
  if (config.keystorePassphrase !== undefined) return config.keystorePassphrase;
  return kept(join(config.dataDir, "passphrase"), () => randomBytes(24).toString("base64url"));
}

/**
 * References are random, so that the ledger tells nothing of who stands behind them. They never change. Those of a
 * ledger that others deployed are told.
 */
async function referencesOf(config: Config, parties: readonly PartyDescription[]): Promise<Record<string, string>> {
  const file = join(config.dataDir, "party-references.json");
  const known = readReferences(file, await kept(file, () => "{}"));
  const told = parties.flatMap(({ code, ref }) => (ref ? [[code, ref]] : []));
  Object.assign(known, Object.fromEntries(told));
  const missing = parties.filter(({ code }) => known[code] === undefined);
  if (missing.length > 0 && config.deploymentFile !== undefined) {
    const codes = missing.map(({ code }) => code).join(", ");
    throw new StartError(`The ledger was deployed before, so the parties file must name the ref of ${codes}.`);
  }
  for (const { code } of missing) known[code] = random32Bytes();
  if (missing.length > 0) await writeFileDurably(file, JSON.stringify(known, null, 2), 0o600);
  return known;
}

function readReferences(file: string, text: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string().regex(BYTES_32)).parse(JSON.parse(text));
  } catch (error) {
    throw new StartError(`The file ${file} of the party references is damaged.`, { cause: error });
  }
}

function random32Bytes(): string {
  return `0x${randomBytes(32).toString("hex")}`;
}
