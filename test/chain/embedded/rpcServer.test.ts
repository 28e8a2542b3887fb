import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsonRpcProvider } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmbeddedLedger, type EmbeddedLedger } from "../../../server/chain/embedded/ledger.ts";
import { mined, post, reply, rpc, send, type RpcReply } from "./rpc.ts";
import { CHAIN_ID, COUNTER_CODE, COUNTER_INTERFACE, signed, wallet } from "./transactions.ts";

const folder = mkdtempSync(join(tmpdir(), "narrowgate-rpc-"));
let ledger: EmbeddedLedger;

beforeAll(async () => {
  ledger = await openEmbeddedLedger({ journalFile: join(folder, "journal.sqlite"), tickMs: 20 });
});

afterAll(async () => {
  await ledger?.close();
  rmSync(folder, { recursive: true });
});

describe("a port that is taken", () => {
  it("is refused with one sentence", async () => {
    const journalFile = join(folder, "other.sqlite");
    await expect(openEmbeddedLedger({ journalFile, port: ledger.port })).rejects.toMatchObject({
      name: "StartError",
      message: `Port ${ledger.port} on 127.0.0.1 is in use.`,
    });
    const again = await openEmbeddedLedger({ journalFile }); // The refused start has let go of its journal.
    await again.close();
  });
});

describe("methods that are not served", () => {
  it.each([
    "evm_mine",
    "evm_increaseTime",
    "hardhat_setBalance",
    "hardhat_impersonateAccount",
    "debug_traceTransaction",
    "eth_sign",
    "eth_signTransaction",
    "eth_signTypedData_v4",
    "eth_sendTransaction",
    "eth_accounts",
    "eth_requestAccounts",
    "eth_subscribe",
    "eth_noSuchMethod",
    "xeth_call",
    "",
  ])("%s", async (method) => {
    expect((await reply(ledger.url, method)).error).toEqual({
      code: -32601,
      message: `The method ${method} does not exist or is not available.`,
    });
  });
});

describe("requests that are no calls", () => {
  it("answers a parse error to a body that is not JSON", async () => {
    const response = await post(ledger.url, '{"jsonrpc":"2.0",');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32700 } });
  });

  it.each([
    [[], -32600],
    [null, -32600],
    [7, -32600],
    [{ id: 1 }, -32600],
    [{ id: 1, method: 7 }, -32600],
    [{ id: 1, method: "eth_chainId", params: { a: 1 } }, -32602],
  ])("answers %j with code %i", async (body, code) => {
    expect(await (await post(ledger.url, body)).json()).toMatchObject({ error: { code } });
  });

  it("refuses a body over the limit, with its length told or not", async () => {
    const long = "x".repeat(10 * 1024 * 1024 + 1);
    expect((await post(ledger.url, long)).status).toBe(413);
    const stream = new Blob([long]).stream();
    const response = await fetch(ledger.url, { method: "POST", body: stream, duplex: "half" } as RequestInit);
    expect(response.status).toBe(413);
  });

  it("refuses other HTTP methods", async () => {
    expect((await fetch(ledger.url)).status).toBe(405);
  });

  it("refuses a page that reaches loopback under a name of its own", async () => {
    const status = await new Promise((resolve) => {
      const headers = { host: "ledger.example" };
      request(ledger.url, { method: "POST", headers }, (response) => resolve(response.resume().statusCode)).end("{}");
    });
    expect(status).toBe(403);
  });
});

describe("calls", () => {
  it("answers a batch in its order, failures in their place", async () => {
    const methods = ["eth_chainId", "evm_mine", "net_version", "web3_clientVersion"];
    const calls = methods.map((method, id) => ({ jsonrpc: "2.0", id, method, params: [] }));
    const replies = (await (await post(ledger.url, calls)).json()) as RpcReply[];
    expect(replies.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    expect(Number(replies[0]!.result)).toBe(CHAIN_ID);
    expect(replies[1]!.error!.code).toBe(-32601);
    expect(replies[2]!.result).toBe(String(CHAIN_ID));
  });

  it("names no price for gas", async () => {
    expect(await rpc(ledger.url, "eth_gasPrice")).toBe("0x0");
    expect(await rpc(ledger.url, "eth_maxPriorityFeePerGas")).toBe("0x0");
  });

  it("carries the data of a revert, so that ethers decodes the custom error", async () => {
    const raw = await signed(wallet(0), { nonce: 0, to: null, data: COUNTER_CODE });
    const { contractAddress } = await mined(ledger.url, await send(ledger.url, raw));
    const provider = new JsonRpcProvider(ledger.url, CHAIN_ID, { staticNetwork: true });
    for (const attempt of [provider.call({ to: contractAddress }), provider.estimateGas({ to: contractAddress })]) {
      const error = (await attempt.catch((e: unknown) => e)) as { code: string; data: string };
      expect(error.code).toBe("CALL_EXCEPTION");
      expect(COUNTER_INTERFACE.parseError(error.data)).toMatchObject({ name: "Refused", args: [42n] });
    }
    provider.destroy();
  });

  it("leaves the node's echo of the request out of an error", async () => {
    const { error } = await reply(ledger.url, "eth_call", ["x"]);
    expect(error!.code).toBe(-32602);
    expect(error).not.toHaveProperty("data");
  });
});
