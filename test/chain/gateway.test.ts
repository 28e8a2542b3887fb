import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeCall } from "../../server/chain/contracts.ts";
import { deployLedger } from "../../server/chain/deployment.ts";
import type { Deployment } from "../../server/chain/deploymentManifest.ts";
import { makeGateway, type Gateway } from "../../server/chain/gateway.ts";
import { signTransaction } from "../../server/chain/signers.ts";
import { AppError } from "../../server/errors.ts";
import { CHAIN_ID, deployer, genesis, keyOf, startLedger } from "./ledgers.ts";
import { license, until } from "./world.ts";

let running: Awaited<ReturnType<typeof startLedger>>;
let deployment: Deployment;
let gateway: Gateway;
let holders: string;
const registrar = keyOf("registrar").address;
const CUSTODIAN_ID = 4;

beforeAll(async () => {
  running = await startLedger();
  const { ledger, folder } = running;
  const manifestFile = join(folder, "manifest.json");
  deployment = await deployLedger({ ledger, deployerKey: deployer.privateKey, genesis, manifestFile });
  gateway = makeGateway({ ledger, deployment, signers: { addressOf: () => undefined } });
  holders = deployment.contracts.HolderRegistry.address;
});
afterAll(() => running.stop());

async function send(data: string, gasLimit: bigint): Promise<{ status: string; gasUsed: string }> {
  const nonce = await gateway.transactionCount(registrar);
  const signed = signTransaction(keyOf("registrar").key, { chainId: CHAIN_ID, nonce, to: holders, data, gasLimit });
  await running.ledger.sendBatch([signed.raw]);
  return until(async () => (await running.ledger.request<any>("eth_getTransactionReceipt", [signed.hash])) ?? false);
}

describe("a command that the ledger would refuse", () => {
  test("is refused in the check, with the problem of its contract", async () => {
    const checked = gateway.simulate({ from: keyOf("issuer").address, to: holders, data: license(CUSTODIAN_ID) });
    await expect(checked).rejects.toThrow(AppError);
    await expect(checked).rejects.toMatchObject({ code: "role-missing", details: { values: { party: "6" } } });
  });

  test("is refused without a reason when the contract gives none", async () => {
    await expect(gateway.simulate({ from: registrar, to: holders, data: "0x12345678" })).rejects.toMatchObject({
      code: "ledger-refused",
    });
  });

  test("is no refusal when the ledger does not answer", async () => {
    const gone = await startLedger();
    await gone.stop();
    const cut = makeGateway({ ledger: gone.ledger, deployment, signers: { addressOf: () => undefined } });
    await expect(cut.simulate({ from: registrar, to: holders, data: license(CUSTODIAN_ID) })).rejects.toMatchObject({
      code: "ledger-unavailable",
    });
    await expect(cut.transactionCount(registrar)).rejects.toMatchObject({ code: "ledger-unavailable" });
  });
});

test("a command that passes the check is carried out within its gas limit, which is generous", async () => {
  const { gasLimit } = await gateway.simulate({ from: registrar, to: holders, data: license(CUSTODIAN_ID) });
  const { status, gasUsed } = await send(license(CUSTODIAN_ID), gasLimit);
  expect(status).toBe("0x1");
  expect(gasLimit).toBeGreaterThan(2n * BigInt(gasUsed));
});

test("questions are answered with the types of the contract", async () => {
  const custodian = await gateway.read("HolderRegistry", "custodianOf", [CUSTODIAN_ID]);
  expect(custodian.licensedUntil).toBe(2n ** 39n);
  expect(await gateway.read("Parties", "partyOf", [registrar])).toBe(1n);
});

test("deadlines are judged by the time of now, also when the ledger has long made no block", async () => {
  const { timestamp } = await running.ledger.request<{ timestamp: string }>("eth_getBlockByNumber", ["latest", false]);
  await send(license(CUSTODIAN_ID, BigInt(timestamp) + 2n), 200_000n);
  const accountOf = encodeCall("HolderRegistry", "isRegisteredSpender", [keyOf("custodian").address]);
  expect(BigInt(await running.ledger.request("eth_call", [{ to: holders, data: accountOf }, "latest"]))).toBe(1n);
  await until(async () => !(await gateway.read("HolderRegistry", "isRegisteredSpender", [keyOf("custodian").address])));
  const latest = await running.ledger.request<{ timestamp: string }>("eth_getBlockByNumber", ["latest", false]);
  expect(Number(latest.timestamp)).toBeLessThan(Number(timestamp) + 2);
});

test("a contract is found by its name, and an address stands for itself in checksummed form", () => {
  expect(gateway.addressOf("HolderRegistry")).toBe(holders);
  expect(gateway.addressOf(holders.toLowerCase())).toBe(holders);
  expect(() => gateway.addressOf("Treasury")).toThrow("There is no contract named Treasury.");
});
