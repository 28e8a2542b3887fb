import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SigningKey, Wallet, computeAddress, id } from "ethers";
import { openEmbeddedLedger } from "../../server/chain/embedded/ledger.ts";
import type { Genesis } from "../../server/chain/genesis.ts";
import { connectLedger, type Ledger } from "../../server/chain/rpc.ts";

export const CHAIN_ID = 20260206;

/** A key made from a word, so that every run of a test signs the same bytes. */
export function keyOf(word: string): { key: SigningKey; address: string; privateKey: string } {
  const key = new SigningKey(id(word));
  return { key, address: computeAddress(key), privateKey: key.privateKey };
}

export const deployer = keyOf("deployer");

/** One party for each role that tests act in, numbered from 1 in this order. */
export const parties = ["registrar", "regulator", "attester", "custodian", "filing-entity", "issuer"] as const;

export const genesis: Genesis = {
  parties: parties.map((role) => ({ ref: id(`party ${role}`), keys: [keyOf(role).address], roles: [role] })),
  grantDelaySeconds: 0,
  ruleChangeDelaySeconds: 0,
};

/** A running ledger of its own in an empty folder. */
export async function startLedger(): Promise<{ ledger: Ledger; url: string; folder: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "narrowgate-ledger-"));
  const embedded = await openEmbeddedLedger({ journalFile: join(folder, "journal.db"), tickMs: 10 });
  const ledger = await connectLedger({ url: embedded.url, chainId: CHAIN_ID });
  return {
    ledger,
    url: embedded.url,
    folder,
    async stop() {
      await embedded.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A fresh address that is no party. */
export function stranger(): string {
  return Wallet.createRandom().address;
}
