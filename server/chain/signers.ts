import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SigningKey, Transaction, Wallet, computeAddress, decryptKeystoreJson, encryptKeystoreJson } from "ethers";
import { StartError } from "../startError.ts";
import { writeFileDurably } from "./durableFile.ts";

/** A transaction of this ledger before it is signed: always legacy and free of charge, so it carries no fee. */
export type UnsignedTransaction = { chainId: number; nonce: number; to: string; data: string; gasLimit: bigint };

/** Signed bytes and the hash by which the ledger knows them. */
export type SignedTransaction = { raw: string; hash: string };

/** The keys of the parties for which this process signs. */
export type Signers = {
  /** Address of a party's key (EIP-55), or undefined when another process holds it. */
  addressOf(party: string): string | undefined;
  /** Every party whose key is held here, with its address. */
  held(): readonly { party: string; address: string }[];
  /** Signs with a party's key. The same transaction always gives the same bytes (RFC 6979). */
  sign(party: string, transaction: UnsignedTransaction): SignedTransaction;
};

// About 0.1 s a key. Stretching is the second wall here: the passphrase comes from the operator's secret store and the
// files are readable by one account alone, while a start has to open every key it signs with. ethers' default, 131,072,
// takes half a second each.
const SCRYPT = { N: 32_768, r: 8, p: 1 };

/**
 * Opens one encrypted keystore per party in a folder and makes those that are missing.
 *
 * @param options.parties Codes of the parties to sign for; also the names of the files.
 * @throws StartError when a keystore is damaged or the passphrase does not open it. Nothing is overwritten.
 */
export async function openSigners(options: {
  folder: string;
  passphrase: string;
  parties: readonly string[];
}): Promise<Signers> {
  const { folder, passphrase, parties } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = new Map<string, { address: string; key: SigningKey }>();
  for (const party of parties) {
    const key = (await readKey(folder, party, passphrase)) ?? (await makeKey(folder, party, passphrase));
    keys.set(party, { address: computeAddress(key), key });
  }
  return {
    addressOf: (party) => keys.get(party)?.address,
    held: () => [...keys].map(([party, { address }]) => ({ party, address })),
    sign(party, transaction) {
      const held = keys.get(party);
      if (!held) throw new Error(`The key of ${party} is not held by this process.`);
      return signTransaction(held.key, transaction);
    },
  };
}

/** Signs a transaction of this ledger: legacy form, gas price zero, bound to its chain id (EIP-155). */
export function signTransaction(
  key: SigningKey,
  unsigned: Omit<UnsignedTransaction, "to"> & { to: string | null },
): SignedTransaction {
  const transaction = Transaction.from({ ...unsigned, type: 0, gasPrice: 0n, value: 0n });
  transaction.signature = key.sign(transaction.unsignedHash);
  return { raw: transaction.serialized, hash: transaction.hash! };
}

async function readKey(folder: string, party: string, passphrase: string): Promise<SigningKey | undefined> {
  const file = join(folder, `${party}.json`);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new StartError(`The keystore ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  try {
    return new SigningKey((await decryptKeystoreJson(text, passphrase)).privateKey);
  } catch (error) {
    throw new StartError(
      `The keystore ${file} does not open: it is damaged, or the passphrase is not the one it was made with.`,
      { cause: error },
    );
  }
}

async function makeKey(folder: string, party: string, passphrase: string): Promise<SigningKey> {
  const { address, privateKey } = Wallet.createRandom();
  const text = await encryptKeystoreJson({ address, privateKey }, passphrase, { scrypt: SCRYPT });
  await writeFileDurably(join(folder, `${party}.json`), text, 0o600);
  return new SigningKey(privateKey);
}
