import { randomUUID } from "node:crypto";
import { id } from "ethers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Lanes } from "../../server/chain/lanes.ts";
import { LedgerUnreachable, type Ledger } from "../../server/chain/rpc.ts";
import { signTransaction } from "../../server/chain/signers.ts";
import type { Operation } from "../../server/store/operation.ts";
import { attachSignature, insertOperation } from "../../server/store/operations.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { CHAIN_ID, keyOf } from "./ledgers.ts";
import { license, startWorld, until, type World } from "./world.ts";

let server: TestServer;
let world: World;
let lanes: Lanes | undefined;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  world = await startWorld(server);
});
afterEach(async () => {
  await lanes?.stop();
  lanes = undefined;
  await world.stop();
});

const registrar = () => world.signers.addressOf("registrar")!;
const receipt = (txHash: string) =>
  world.ledger.request<{ status: string; blockNumber: string } | null>("eth_getTransactionReceipt", [txHash]);
const included = (operationId: string) =>
  until(async () => {
    const { txHash } = await world.operation(operationId);
    return txHash ? ((await receipt(txHash)) ?? false) : false;
  });
const inState = (operationId: string, state: string) =>
  until(async () => {
    const operation = await world.operation(operationId);
    return operation.state === state && operation;
  });

/** A ledger that takes no transactions, and notes what it was given. */
function deaf(): { ledger: Ledger; given: string[] } {
  const given: string[] = [];
  return {
    given,
    ledger: {
      ...world.ledger,
      async sendBatch(raws) {
        given.push(...raws);
        throw new LedgerUnreachable("cut off");
      },
    },
  };
}

/** Sends a transaction with a key held here past its lane, as a second service with the same key would. */
async function stealNonce(nonce: number): Promise<string> {
  const unsigned = { chainId: CHAIN_ID, nonce, to: registrar(), data: "0x", gasLimit: 21_000n };
  const { raw, hash } = world.signers.sign("registrar", unsigned);
  await world.ledger.sendBatch([raw]);
  await until(async () => (await receipt(hash)) ?? false);
  return hash;
}

describe("a nonce that another transaction took", () => {
  test("makes the operation stuck, stops the lane and leaves what is queued alone", async () => {
    const cut = deaf();
    lanes = world.lanes({ ledger: cut.ledger });
    const first = await world.queue("registrar", license());
    lanes.wake(registrar());
    await until(async () => cut.given.length > 0);
    await lanes.stop();
    await stealNonce((await world.operation(first.id)).nonce!);

    const settled: string[] = [];
    lanes = world.lanes({ onSettled: (ids) => settled.push(...ids) });
    const stuck = await inState(first.id, "stuck");
    expect(stuck.txHash).not.toBeNull();
    expect(settled).toContain(first.id);
    const second = await world.queue("registrar", license());
    lanes.wake(registrar());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await world.operation(second.id)).state).toBe("queued");
  });

  test("is passed over when the key was used before the operation was signed", async () => {
    await stealNonce(0);
    const operation = await world.queue("registrar", license());
    lanes = world.lanes();
    expect((await included(operation.id)).status).toBe("0x1");
    expect((await world.operation(operation.id)).nonce).toBe(1);
  });
});

describe("a service that ends between signing and sending", () => {
  test("sends the very same bytes at its next start", async () => {
    const cut = deaf();
    lanes = world.lanes({ ledger: cut.ledger });
    const operation = await world.queue("registrar", license());
    lanes.wake(registrar());
    const signed = await inState(operation.id, "signed");
    await until(async () => cut.given.length > 0);
    await lanes.stop();
    expect(await receipt(signed.txHash!)).toBeNull();

    lanes = world.lanes();
    await included(operation.id);
    const after = await world.operation(operation.id);
    expect(after.state).toBe("sent");
    expect(after.raw).toBe(signed.raw);
    expect(cut.given[0]).toBe(signed.raw);
  });

  test("does not count as stuck what was included meanwhile", async () => {
    const operation = await world.queue("registrar", license());
    let sent = 0;
    const ledger: Ledger = {
      ...world.ledger,
      async sendBatch(raws) {
        if (raws.length === 0 || sent++ > 0) throw new LedgerUnreachable("cut off");
        await world.ledger.sendBatch(raws);
        throw new LedgerUnreachable("cut off"); // the answer is lost
      },
    };
    lanes = world.lanes({ ledger });
    await included(operation.id);
    await lanes.stop();
    expect((await world.operation(operation.id)).state).toBe("signed");

    lanes = world.lanes();
    expect((await inState(operation.id, "sent")).txHash).not.toBeNull();
  });
});

test("a lane goes on by itself once the ledger answers again", async () => {
  let isDown = true;
  const ledger: Ledger = {
    ...world.ledger,
    sendBatch: (raws) => (isDown ? Promise.reject(new LedgerUnreachable("down")) : world.ledger.sendBatch(raws)),
  };
  lanes = world.lanes({ ledger });
  const operation = await world.queue("registrar", license());
  lanes.wake(registrar());
  await inState(operation.id, "signed");
  isDown = false;
  expect((await included(operation.id)).status).toBe("0x1");
});

test("operations of a key are included in the order in which they were accepted, each once, with consecutive nonces", async () => {
  lanes = world.lanes();
  const operations: Operation[] = [];
  for (let i = 0; i < 250; i++) {
    operations.push(await world.queue("registrar", license()));
    if (i % 50 === 0) lanes.wake(registrar());
  }
  lanes.wake(registrar());
  await included(operations.at(-1)!.id);
  const stored = await Promise.all(operations.map(({ id: operationId }) => world.operation(operationId)));
  expect(stored.map(({ nonce }) => nonce)).toEqual(operations.map((_, i) => i));
  expect(stored.every(({ state }) => state === "sent")).toBe(true);
  expect(await world.ledger.request("eth_getTransactionCount", [registrar(), "latest"])).toBe("0xfa");
});

test("stopping lets out what was signed and leaves the rest queued for the next start", async () => {
  const operations: Operation[] = [];
  for (let i = 0; i < 150; i++) operations.push(await world.queue("registrar", license()));
  lanes = world.lanes();
  await until(async () => (await world.operation(operations[0]!.id)).state !== "queued");
  await lanes.stop();
  const states = (await Promise.all(operations.map(({ id: each }) => world.operation(each)))).map(({ state }) => state);
  expect(new Set(states)).not.toContain("signed");
  lanes = world.lanes();
  expect((await included(operations.at(-1)!.id)).status).toBe("0x1");
});

test("bytes that were signed outside are sent when the lanes are told, and by a later start", async () => {
  const { key, address } = keyOf("issuer");
  const prepare = async (nonce: number) => {
    const target = world.deployment.contracts.HolderRegistry.address;
    const operation = await insertOperation(world.database, {
      id: randomUUID(),
      party: "issuer",
      kind: "test",
      signer: address,
      target,
      data: "0x",
      gasLimit: 100_000n,
      operationRef: id(randomUUID()),
      facts: {},
      state: "prepared",
      nonce,
    });
    const { raw, hash } = signTransaction(key, {
      chainId: CHAIN_ID,
      nonce,
      to: target,
      data: "0x",
      gasLimit: 100_000n,
    });
    await attachSignature(world.database, operation.id, { raw, txHash: hash, nonce });
    return operation.id;
  };
  lanes = world.lanes();
  const told = await prepare(0);
  lanes.wake(address);
  expect((await included(told)).status).toBe("0x0"); // the registry has no function for empty data
  await lanes.stop();
  const untold = await prepare(1);
  lanes = world.lanes();
  await included(untold);
});
