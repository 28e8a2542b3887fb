import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Journal, type LedgerIdentity } from "../../../server/chain/embedded/journal.ts";
import { openEmbeddedLedger } from "../../../server/chain/embedded/ledger.ts";
import { mined, sendBatch } from "./rpc.ts";
import { signed, wallet } from "./transactions.ts";

const BLOCKS = 3;
const identity: LedgerIdentity = { chainId: 20260206, genesisHash: "0xaa", hardfork: "cancun" };
const parent = mkdtempSync(join(tmpdir(), "narrowgate-journal-"));
let good: Buffer; // A journal of a few blocks, as a closed ledger leaves it.
let folder: string;
let file: string;

beforeAll(async () => {
  const journalFile = join(parent, "good.sqlite");
  const ledger = await openEmbeddedLedger({ journalFile, tickMs: 10 });
  for (let nonce = 0; nonce < BLOCKS * 20; nonce += 20) {
    const nonces = Array.from({ length: 20 }, (_, offset) => nonce + offset);
    const raws = await Promise.all(
      nonces.map((each) => signed(wallet(0), { nonce: each, data: `0x${"ab".repeat(200)}` })),
    );
    for (const hash of await sendBatch(ledger.url, raws)) await mined(ledger.url, hash);
  }
  await ledger.close();
  good = readFileSync(journalFile);
});

afterAll(() => rmSync(parent, { recursive: true }));

beforeEach(() => {
  folder = mkdtempSync(join(parent, "case-"));
  file = join(folder, "journal.sqlite");
});

function contents(): Record<string, string> {
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))] as const);
  return Object.fromEntries(files.map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")]));
}

function change(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** Starting a ledger on the file is refused with this sentence, and the folder stays byte for byte as it is. */
async function refused(sentence: RegExp): Promise<void> {
  const before = contents();
  const error = await openEmbeddedLedger({ journalFile: file }).catch((e: unknown) => e);
  expect(error).toMatchObject({ name: "StartError", message: expect.stringMatching(sentence) });
  expect((error as Error).message.split("\n")).toHaveLength(1);
  expect((error as Error).message).toContain(file);
  expect(contents()).toEqual(before);
}

describe("a journal file that is no whole journal", () => {
  it("is refused if it is random bytes", async () => {
    writeFileSync(file, createHash("sha512").update("seed").digest());
    await refused(/is damaged \(file is not a database\)\.$/);
  });

  it("is refused if it is empty", async () => {
    writeFileSync(file, "");
    await refused(/is not a ledger journal\.$/);
  });

  it.each([0.9, 0.5, 0.1])("is refused if only %d of it is there", async (share) => {
    writeFileSync(file, good);
    truncateSync(file, Math.floor(good.length * share));
    await refused(/is damaged/);
  });

  it("is refused if bytes in the middle were overwritten", async () => {
    writeFileSync(file, Buffer.from(good).fill(0x5a, Math.floor(good.length / 2), Math.floor(good.length / 2) + 9000));
    await refused(/is damaged|does not replay/);
  });

  it("is refused if it is another program's database", async () => {
    change("create table invoices (id integer)");
    await refused(/is not a ledger journal\.$/);
  });

  it("is refused if only its write-ahead log is left", async () => {
    writeFileSync(`${file}-wal`, "frames");
    await refused(/is missing, but its write-ahead log/);
  });

  it("is refused if it is a folder", async () => {
    mkdirSync(file);
    const error = await openEmbeddedLedger({ journalFile: file }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "StartError", message: `The ledger journal ${file} is not a file.` });
  });
});

describe("a journal of another chain", () => {
  beforeEach(() => writeFileSync(file, good));

  it.each([
    ["chain id", "update meta set chain_id = 1337", /is of chain 1337, and this ledger is chain 20260206\.$/],
    [
      "genesis",
      "update meta set genesis_hash = '0xfeed'",
      /grew from genesis 0xfeed \(cancun\), and this ledger starts/,
    ],
    ["hardfork", "update meta set hardfork = 'shanghai'", /grew from genesis 0x[0-9a-f]{64} \(shanghai\)/],
    ["format", "update meta set format = 2", /has format 2, and this version reads 1\.$/],
    ["nothing at all", "delete from meta", /is damaged \(it names no chain\)\.$/],
  ])("is refused by its %s", async (_name, sql, sentence) => {
    change(sql);
    await refused(sentence);
  });
});

describe("a journal whose blocks were changed", () => {
  beforeEach(() => writeFileSync(file, good));

  it.each([
    ["a block is missing", "delete from blocks where number = 2", /is damaged \(block 2 is missing\)\.$/],
    [
      "a hash differs",
      "update blocks set hash = '0x00' where number = 2",
      /block 2 comes out as 0x\w+, and the journal says 0x00/,
    ],
    ["a time differs", "update blocks set timestamp_s = timestamp_s + 1 where number = 3", /block 3 comes out as/],
    ["a time is before its parent's", "update blocks set timestamp_s = 5 where number = 2", /block 2 is refused/],
    ["a block lacks transactions", "update blocks set transactions = '[]' where number = 1", /block 1 comes out as/],
    ["transactions are no list", "update blocks set transactions = '[' where number = 1", /is damaged/],
    [
      "a transaction is no transaction",
      `update blocks set transactions = '["0x00"]' where number = 1`,
      /block 1 is refused/,
    ],
  ])("is refused if %s", async (_name, sql, sentence) => {
    change(sql);
    await refused(sentence);
  });
});

describe("a journal", () => {
  it("belongs to one at a time, and the refused one does not loosen the lock", () => {
    const journal = Journal.open(file, identity);
    const inUse = `The ledger journal ${file} is in use by another process.`;
    expect(() => Journal.open(file, identity)).toThrow(inUse);
    expect(() => Journal.open(file, identity)).toThrow(inUse);
    journal.append({ number: 1, timestampS: 5, hash: "0x01", transactions: ["0xaa", "0xbb"] });
    journal.close();
    const again = Journal.open(file, identity);
    expect([...again.blocks()]).toEqual([{ number: 1, timestampS: 5, hash: "0x01", transactions: ["0xaa", "0xbb"] }]);
    again.close();
  });

  it("takes a block number once", () => {
    const journal = Journal.open(file, identity);
    const block = { number: 1, timestampS: 5, hash: "0x01", transactions: [] };
    journal.append(block);
    expect(() => journal.append(block)).toThrow(/UNIQUE/);
    journal.close();
  });

  it("replays as it is", async () => {
    writeFileSync(file, good);
    const ledger = await openEmbeddedLedger({ journalFile: file });
    expect(ledger.replayedBlocks).toBeGreaterThanOrEqual(BLOCKS);
    await ledger.close();
  });
});
