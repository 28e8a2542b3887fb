import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runToEnd, startLedgerOnFullDisk, startLedgerProcess, type LedgerProcess } from "./ledgerProcess.ts";
import { block, chain, height, mined, rpc, send, sendBatch, type RpcBlock } from "./rpc.ts";
import { COUNTER_CODE, signed, wallet, word } from "./transactions.ts";

const folder = mkdtempSync(join(tmpdir(), "narrowgate-process-"));
const journalFile = join(folder, "journal.sqlite");
let ledger: LedgerProcess | undefined;

afterEach(async () => {
  await ledger?.kill("SIGKILL");
  ledger = undefined;
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("a start that fails", () => {
  it.each([[[]], [["--journal"]], [["--journal", "x", "--port", "http"]], [["--journal", "x", "--port", "70000"]]])(
    "prints how to start it for %j",
    async (args) => {
      const { code, stdout, stderr } = await runToEnd(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toBe("Usage: node scripts/ledger.ts --journal FILE [--port N].\n");
    },
  );

  it("prints one sentence if another process has the journal, which goes on undisturbed", async () => {
    const file = join(folder, "shared.sqlite");
    ledger = await startLedgerProcess(file);
    const { code, stderr } = await runToEnd(["--journal", file, "--port", "0"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `The ledger journal ${file} is in use by another process.\n` });
    await mined(ledger.url, await send(ledger.url, await signed(wallet(0), { nonce: 0 })));
  });

  it("prints one sentence if the port is taken", async () => {
    ledger = await startLedgerProcess(join(folder, "first.sqlite"));
    const port = new URL(ledger.url).port;
    const { code, stderr } = await runToEnd(["--journal", join(folder, "second.sqlite"), "--port", port]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `Port ${port} on 127.0.0.1 is in use.\n` });
  });
});

describe("a disk that fills up", () => {
  it("stops the ledger with one sentence, and every block it had shown is there afterwards", async () => {
    const file = join(folder, "full.sqlite");
    ledger = await startLedgerOnFullDisk(file, 400);
    const shown: RpcBlock[] = [];
    const fill = async (url: string) => {
      for (let nonce = 0; ; nonce++) {
        const raw = await signed(wallet(0), { nonce, data: `0x${"ab".repeat(20_000)}`, gasLimit: 1_000_000 });
        await mined(url, await send(url, raw));
        shown.push(await block(url, "latest"));
      }
    };
    const [{ code, stderr }] = await Promise.all([ledger.ended, fill(ledger.url).catch(() => undefined)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The ledger has stopped: block \d+ cannot be written to \S+ \(.+\)\.\n$/);
    expect(shown.length).toBeGreaterThan(0);
    ledger = await startLedgerProcess(file);
    expect((await chain(ledger.url)).slice(1)).toEqual(shown);
  });
});

describe("a ledger killed in the middle of load", () => {
  const SENDERS = 5;
  const ROUNDS = 4;
  const PER_ROUND = 40; // Transactions a sender and round.
  const raws: string[][][] = []; // By round and sender, in nonce order.
  let counter: string;

  beforeAll(async () => {
    const first = await startLedgerProcess(journalFile);
    expect(first.ready).toBe(`ledger ready at ${first.url}, chain 20260206, 0 blocks replayed`);
    const deployment = await signed(wallet(50), { nonce: 0, to: null, data: COUNTER_CODE });
    counter = (await mined(first.url, await send(first.url, deployment))).contractAddress!;
    expect(await first.kill("SIGTERM")).toBe(0);
    expect(existsSync(`${journalFile}-wal`)).toBe(false); // A clean end leaves the one file.
    for (let round = 0; round < ROUNDS; round++) {
      const nonces = Array.from({ length: PER_ROUND }, (_, offset) => round * PER_ROUND + offset);
      const bySender = Array.from({ length: SENDERS }, (_, sender) =>
        // Every fourth transaction reverts.
        nonces.map((nonce) => signed(wallet(sender), { nonce, to: counter, data: nonce % 4 ? word(sender) : "0x" })),
      );
      raws.push(await Promise.all(bySender.map((each) => Promise.all(each))));
    }
  });

  /** Sends everything of a round that the ledger does not have, as a client does after the ledger went away. */
  async function sendRound(url: string, round: number): Promise<void> {
    for (let sender = 0; sender < SENDERS; sender++) {
      const count = await rpc<string>(url, "eth_getTransactionCount", [wallet(sender).address, "latest"]);
      const missing = raws[round]![sender]!.slice(Math.max(0, Number(count) - round * PER_ROUND));
      for (let start = 0; start < missing.length; start += 5) await sendBatch(url, missing.slice(start, start + 5));
    }
  }

  /** Collects every block that the ledger shows, until it is gone. */
  async function watch(url: string, seen: Map<number, RpcBlock>): Promise<void> {
    for (;;) {
      const latest = await block(url, "latest").catch(() => undefined);
      if (latest === undefined) return;
      seen.set(Number(latest.number), latest);
    }
  }

  it("comes back with every block it had shown, and takes the rest again", async () => {
    const seen = new Map<number, RpcBlock>();
    for (let round = 0; round < ROUNDS; round++) {
      ledger = await startLedgerProcess(journalFile);
      for (const [number, before] of seen) expect(await block(ledger.url, number)).toEqual(before);
      const watching = watch(ledger.url, seen);
      const sending = Promise.all([...Array(round).keys(), round].map((each) => sendRound(ledger!.url, each)));
      await Promise.race([sending.catch(() => undefined), sleep(120 + round * 90)]);
      await ledger.kill("SIGKILL");
      await Promise.all([watching, sending.catch(() => undefined)]);
    }
    expect(seen.size).toBeGreaterThan(ROUNDS);

    ledger = await startLedgerProcess(journalFile);
    for (let round = 0; round < ROUNDS; round++) await sendRound(ledger.url, round);
    const last = raws.at(-1)!.map((each) => each.at(-1)!);
    const total = 1 + ROUNDS * SENDERS * PER_ROUND;
    for (let tries = 0; tries < 200; tries++) {
      const counts = await Promise.all(
        last.map((_, sender) =>
          rpc<string>(ledger!.url, "eth_getTransactionCount", [wallet(sender).address, "latest"]),
        ),
      );
      if (counts.every((count) => Number(count) === ROUNDS * PER_ROUND)) break;
      await sleep(50);
    }
    const blocks = await chain(ledger.url);
    const hashes = blocks.flatMap(({ transactions }) => transactions);
    expect(hashes).toHaveLength(total);
    expect(new Set(hashes).size).toBe(total);
    for (let sender = 0; sender < SENDERS; sender++) {
      const counted = await rpc<string>(ledger.url, "eth_getStorageAt", [counter, word(sender), "latest"]);
      expect(Number(counted)).toBe((ROUNDS * PER_ROUND * 3) / 4);
    }
    await ledger.kill("SIGTERM");
    ledger = await startLedgerProcess(journalFile);
    expect(await height(ledger.url)).toBe(blocks.length - 1);
    expect(await chain(ledger.url)).toEqual(blocks);
  });
});
