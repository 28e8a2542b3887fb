import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transaction } from "ethers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSigners } from "../../server/chain/signers.ts";
import { CHAIN_ID, stranger } from "./ledgers.ts";

let folder: string;
const passphrase = "correct horse battery";
const open = (parties = ["registrar", "issuer"], words = passphrase) =>
  openSigners({ folder: join(folder, "keystores"), passphrase: words, parties });
const unsigned = { chainId: CHAIN_ID, nonce: 7, to: stranger(), data: "0x1234", gasLimit: 100_000n };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "narrowgate-keys-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("keystores are refused", () => {
  test("with another passphrase, and left as they are", async () => {
    await open();
    const file = join(folder, "keystores", "registrar.json");
    const before = await readFile(file, "utf8");
    await expect(open(undefined, "wrong")).rejects.toThrow(/registrar\.json does not open/);
    expect(await readFile(file, "utf8")).toBe(before);
  });

  test("when they are half-written, and no new key is made in their place", async () => {
    await open();
    const file = join(folder, "keystores", "issuer.json");
    await writeFile(file, (await readFile(file, "utf8")).slice(0, 100));
    await expect(open()).rejects.toThrow(/issuer\.json does not open: it is damaged/);
    expect((await readFile(file, "utf8")).length).toBe(100);
  });
});

test("a party whose key is elsewhere has no address here and is not signed for", async () => {
  const signers = await open();
  expect(signers.addressOf("attester")).toBeUndefined();
  expect(() => signers.sign("attester", unsigned)).toThrow("The key of attester is not held by this process.");
});

test("keys are made once, readable by their owner alone, and never stand in the clear", async () => {
  const first = await open();
  const again = await open();
  expect(again.held()).toEqual(first.held());
  const names = await readdir(join(folder, "keystores"));
  expect(names.sort()).toEqual(["issuer.json", "registrar.json"]);
  for (const name of names) {
    const file = join(folder, "keystores", name);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ version: 3, Crypto: { kdf: "scrypt" } });
  }
});

test("what is signed is free of charge, bound to the chain, and the same bytes each time", async () => {
  const signers = await open();
  const { raw, hash } = signers.sign("issuer", unsigned);
  const transaction = Transaction.from(raw);
  expect(transaction.from).toBe(signers.addressOf("issuer"));
  expect(transaction).toMatchObject({ ...unsigned, chainId: BigInt(CHAIN_ID), type: 0, gasPrice: 0n, value: 0n });
  expect(transaction.hash).toBe(hash);
  expect(signers.sign("issuer", unsigned)).toEqual({ raw, hash });
});
