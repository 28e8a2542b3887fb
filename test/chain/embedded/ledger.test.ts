import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keccak256 } from "ethers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  openEmbeddedLedger,
  type EmbeddedLedger,
  type EmbeddedLedgerOptions,
} from "../../../server/chain/embedded/ledger.ts";
import { block, chain, height, mined, reply, rpc, send, sendBatch } from "./rpc.ts";
import { COUNTER_CODE, signed, wallet, word } from "./transactions.ts";

const TICK_MS = 20;
const [alice, bob, carol] = [wallet(0), wallet(1), wallet(2)];
let folder: string;
let ledger: EmbeddedLedger;

async function open(options: Partial<EmbeddedLedgerOptions> = {}): Promise<EmbeddedLedger> {
  return openEmbeddedLedger({ journalFile: join(folder, "deep", "journal.sqlite"), tickMs: TICK_MS, ...options });
}

async function reopen(options: Partial<EmbeddedLedgerOptions> = {}): Promise<void> {
  await ledger.close();
  ledger = await open(options);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "narrowgate-ledger-"));
  ledger = await open();
});

afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

describe("a transaction that is refused at submission", () => {
  beforeEach(async () => {
    await mined(ledger.url, await send(ledger.url, await signed(alice, { nonce: 0 })));
  });

  it.each([
    ["a used nonce", { nonce: 0 }, -32000, /nonce too low/],
    ["another chain", { nonce: 1, chainId: 1 }, -32602, /signed for another chain/],
    ["more gas than a block", { nonce: 1, gasLimit: 100_000_001 }, -32000, /exceeds block gas limit/],
    ["too little gas", { nonce: 1, gasLimit: 20_000 }, -32000, /requires at least 21000 gas/],
    ["a price that nobody can pay", { nonce: 1, gasPrice: 1 }, -32000, /doesn't have enough funds/],
  ])("%s", async (_name, fields, code, message) => {
    const { error } = await reply(ledger.url, "eth_sendRawTransaction", [await signed(alice, fields)]);
    expect(error!.code).toBe(code);
    expect(error!.message).toMatch(message);
  });

  it("the same transaction twice, and one with a cut signature", async () => {
    const raw = await signed(alice, { nonce: 5 });
    await send(ledger.url, raw);
    const again = await reply(ledger.url, "eth_sendRawTransaction", [raw]);
    expect(again.error).toEqual({ code: -32000, message: `Known transaction: ${keccak256(raw)}` });
    for (const params of [[raw.slice(0, -20)], ["0x"], ["none"], [], [{}]]) {
      expect((await reply(ledger.url, "eth_sendRawTransaction", params)).error!.code).toBe(-32602);
    }
  });

  it("leaves no block behind", async () => {
    await reply(ledger.url, "eth_sendRawTransaction", [await signed(alice, { nonce: 0 })]);
    await sleep(5 * TICK_MS);
    expect(await height(ledger.url)).toBe(1);
  });
});

describe("blocks", () => {
  it("are not made while there is nothing to mine", async () => {
    await sleep(5 * TICK_MS);
    expect(await height(ledger.url)).toBe(0);
  });

  it("hold all transactions of a tick in the order received, failed ones included", async () => {
    const deployed = await mined(
      ledger.url,
      await send(ledger.url, await signed(alice, { nonce: 0, to: null, data: COUNTER_CODE })),
    );
    const to = deployed.contractAddress;
    const hashes = await sendBatch(ledger.url, [
      await signed(alice, { nonce: 1, to, data: word(7) }),
      await signed(bob, { nonce: 0, to }), // Reverts.
      await signed(carol, { nonce: 0, to, data: word(7) }),
      await signed(bob, { nonce: 1, to, data: word(7) }),
    ]);
    const receipts = await Promise.all(hashes.map((hash) => mined(ledger.url, hash)));
    expect(receipts.map(({ status }) => Number(status))).toEqual([1, 0, 1, 1]);
    const last = await height(ledger.url);
    expect((await chain(ledger.url)).flatMap(({ transactions }) => transactions).slice(1)).toEqual(hashes);
    expect(last).toBeLessThanOrEqual(3); // A tick may fall into the batch, but never one block a transaction.
    await reopen();
    expect(await rpc(ledger.url, "eth_getStorageAt", [to, word(7), "latest"])).toBe(word(3));
    expect(Number((await mined(ledger.url, hashes[1]!)).status)).toBe(0);
  });

  it("keep a base fee of zero after a full block, and carry over what did not fit", async () => {
    const burn = { to: null, data: "0xfe", gasLimit: 60_000_000 }; // An invalid opcode uses up its gas.
    const hashes = await sendBatch(ledger.url, [
      await signed(alice, { nonce: 0, ...burn }),
      await signed(bob, { nonce: 0, ...burn }),
      await signed(carol, { nonce: 0, ...burn }),
    ]);
    for (const hash of hashes) await mined(ledger.url, hash);
    await sleep(5 * TICK_MS);
    const before = await chain(ledger.url);
    expect(before.map(({ transactions }) => transactions.length)).toEqual([0, 1, 1, 1]);
    expect(before.map(({ baseFeePerGas }) => Number(baseFeePerGas))).toEqual([0, 0, 0, 0]);
    await reopen();
    expect(await chain(ledger.url)).toEqual(before);
  });
});

describe("a nonce gap", () => {
  it("waits without empty blocks, and is mined once the gap is filled", async () => {
    const late = await send(ledger.url, await signed(alice, { nonce: 2 }));
    const other = await send(ledger.url, await signed(bob, { nonce: 0 }));
    await mined(ledger.url, other);
    await sleep(5 * TICK_MS);
    expect(await height(ledger.url)).toBe(1);
    expect(await rpc(ledger.url, "eth_getTransactionReceipt", [late])).toBeNull();
    const filling = await sendBatch(ledger.url, [await signed(alice, { nonce: 1 }), await signed(alice, { nonce: 0 })]);
    const hashes = [filling[1]!, filling[0]!, late];
    for (const hash of hashes) await mined(ledger.url, hash);
    await sleep(5 * TICK_MS);
    const before = await chain(ledger.url);
    expect(before.slice(2).flatMap(({ transactions }) => transactions)).toEqual(hashes);
    expect(before.slice(1).every(({ transactions }) => transactions.length > 0)).toBe(true);
    await reopen();
    expect(await chain(ledger.url)).toEqual(before);
  });

  it("is not in the journal before it is in a block", async () => {
    await send(ledger.url, await signed(alice, { nonce: 1 }));
    await mined(ledger.url, await send(ledger.url, await signed(bob, { nonce: 0 })));
    const before = await chain(ledger.url);
    await reopen();
    expect(await chain(ledger.url)).toEqual(before);
    expect(await rpc(ledger.url, "eth_pendingTransactions")).toEqual([]);
  });

  it("may be replaced while it waits, and only the replacement is mined", async () => {
    const [first, second] = [{ nonce: 1 }, { nonce: 1, gasLimit: 90_000 }];
    const replaced = await send(ledger.url, await signed(alice, first));
    await sleep(3 * TICK_MS);
    const replacement = await send(ledger.url, await signed(alice, second));
    await mined(ledger.url, await send(ledger.url, await signed(alice, { nonce: 0 })));
    await mined(ledger.url, replacement);
    expect(await rpc(ledger.url, "eth_getTransactionReceipt", [replaced])).toBeNull();
    const before = await chain(ledger.url);
    await reopen();
    expect(await chain(ledger.url)).toEqual(before);
  });
});

describe("the ledger after a restart", () => {
  it("has every block again and goes on from there", async () => {
    for (let nonce = 0; nonce < 3; nonce++) {
      await mined(ledger.url, await send(ledger.url, await signed(alice, { nonce })));
    }
    const before = await chain(ledger.url);
    await reopen();
    expect(ledger.replayedBlocks).toBe(3);
    expect(await chain(ledger.url)).toEqual(before);
    await mined(ledger.url, await send(ledger.url, await signed(alice, { nonce: 3 })));
    await reopen();
    expect(ledger.replayedBlocks).toBe(4);
  });

  it("has what was accepted just before it was closed", async () => {
    await reopen({ tickMs: 60_000 });
    const hash = await send(ledger.url, await signed(alice, { nonce: 0 }));
    await reopen();
    expect(ledger.replayedBlocks).toBe(1);
    expect(Number((await mined(ledger.url, hash)).status)).toBe(1);
  });
});

describe("block time", () => {
  const readTime = { data: "0x4260005260206000f3" }; // Returns the block's timestamp.

  it("is wall time, never ahead of it and never behind the parent", async () => {
    for (let nonce = 0; nonce < 30; nonce++) {
      await mined(ledger.url, await send(ledger.url, await signed(alice, { nonce })));
      expect(Number((await block(ledger.url, "latest")).timestamp)).toBeLessThanOrEqual(Date.now() / 1000);
    }
    const times = (await chain(ledger.url)).map(({ timestamp }) => Number(timestamp));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Date.now() / 1000 - times.at(-1)!).toBeLessThan(5);
  });

  it("stands still while the clock is behind the parent", async () => {
    let nowMs = Date.now();
    await reopen({ now: () => nowMs });
    const at = async (nonce: number) => {
      const { blockNumber } = await mined(ledger.url, await send(ledger.url, await signed(alice, { nonce })));
      return Number((await block(ledger.url, Number(blockNumber))).timestamp);
    };
    const first = await at(0);
    nowMs -= 3_600_000;
    expect(await at(1)).toBe(first);
    nowMs += 3_610_000;
    expect(await at(2)).toBe(first + 10);
    const before = await chain(ledger.url);
    await reopen();
    expect(await chain(ledger.url)).toEqual(before);
  });

  it("shows the wall clock on the pending block, also when nothing has been mined for long", async () => {
    let nowMs = Date.now();
    await mined(ledger.url, await send(ledger.url, await signed(alice, { nonce: 0 })));
    await reopen({ now: () => nowMs });
    nowMs += 40 * 86_400_000;
    await sleep(5 * TICK_MS);
    const seen = Number(await rpc(ledger.url, "eth_call", [readTime, "pending"]));
    expect(seen).toBe(Math.floor(nowMs / 1000));
    expect(await height(ledger.url)).toBe(1);
  });
});
