import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LedgerUnreachable, RpcError, connectLedger } from "../../server/chain/rpc.ts";
import { StartError } from "../../server/startError.ts";
import { CHAIN_ID, startLedger } from "./ledgers.ts";

let running: Awaited<ReturnType<typeof startLedger>>;
const servers: Server[] = [];

beforeAll(async () => {
  running = await startLedger();
});
afterAll(async () => {
  for (const server of servers) server.close();
  await running.stop();
});

/** A server that answers every request with the same bytes. */
async function answering(text: string, status = 200): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(text)).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("connecting is refused with one sentence", () => {
  test("when the ledger has another chain id", async () => {
    const { host } = new URL(running.url);
    const connected = connectLedger({ url: running.url, chainId: 1 });
    await expect(connected).rejects.toThrow(StartError);
    await expect(connected).rejects.toThrow(
      `The ledger at ${host} has chain id ${CHAIN_ID}, but chain id 1 is configured.`,
    );
  });

  test("when nobody answers, without showing the password of the address", async () => {
    const connected = connectLedger({ url: "http://user:secret@127.0.0.1:9", chainId: CHAIN_ID });
    await expect(connected).rejects.toThrow(/^The ledger at 127\.0\.0\.1:9 does not answer: .+\.$/);
    await expect(connected).rejects.not.toThrow(/secret/);
  });

  test("when something other than a ledger answers", async () => {
    const url = await answering("<html>Bad gateway</html>", 502);
    await expect(connectLedger({ url, chainId: CHAIN_ID })).rejects.toThrow(
      /does not answer: HTTP status 502, no JSON/,
    );
  });
});

describe("a connection", () => {
  test("hands a refusal on with its code, and a broken answer as unreachable", async () => {
    await expect(running.ledger.request("evm_mine", [])).rejects.toMatchObject({ name: "RpcError", code: -32601 });
    const url = await answering(JSON.stringify({ jsonrpc: "2.0", id: 1, result: "0x1" }));
    await expect(connectLedger({ url, chainId: 1 })).rejects.toThrow(StartError); // "0x1" is no block
  });

  test("answers a long batch in the order of the questions, with refusals in their places", async () => {
    const calls = Array.from({ length: 250 }, (_, i) =>
      i === 120
        ? { method: "evm_mine", params: [] }
        : { method: "eth_getBalance", params: [`0x${"00".repeat(20)}`, "0x0"] },
    );
    const answers = await running.ledger.requestAll<string>(calls);
    expect(answers).toHaveLength(250);
    expect(answers[120]).toBeInstanceOf(RpcError);
    expect(answers.filter((answer) => answer === "0x0")).toHaveLength(249);
  });

  test("says what the ledger thinks of each transaction", async () => {
    const [outcome] = await running.ledger.sendBatch(["0x1234"]);
    expect(outcome).toMatchObject({ accepted: false, message: expect.stringContaining("eth_sendRawTransaction") });
  });

  test("is unreachable once the ledger is gone", async () => {
    const gone = await startLedger();
    await gone.stop();
    await expect(gone.ledger.request("eth_chainId", [])).rejects.toThrow(LedgerUnreachable);
    await expect(gone.ledger.sendBatch(["0x1234"])).rejects.toThrow(LedgerUnreachable);
  });
});
