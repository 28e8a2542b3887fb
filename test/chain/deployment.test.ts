import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AbiCoder, keccak256 } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { decodeAnswer, encodeCall, singletonNames } from "../../server/chain/contracts.ts";
import { deployLedger } from "../../server/chain/deployment.ts";
import { openDeployment } from "../../server/chain/deploymentCheck.ts";
import type { DeploymentPlan } from "../../server/chain/deploymentManifest.ts";
import type { Ledger } from "../../server/chain/rpc.ts";
import { signTransaction } from "../../server/chain/signers.ts";
import { CHAIN_ID, deployer, genesis, keyOf, startLedger } from "./ledgers.ts";

let running: Awaited<ReturnType<typeof startLedger>>;
let ledger: Ledger;
let manifestFile: string;
let count = 0;

beforeAll(async () => {
  running = await startLedger();
  ledger = running.ledger;
});
afterAll(() => running.stop());
beforeEach(() => {
  manifestFile = join(running.folder, `deployments-${++count}`, "20260206.json");
});

const deploy = (through: Ledger = ledger, change: Partial<Parameters<typeof deployLedger>[0]> = {}) =>
  deployLedger({ ledger: through, deployerKey: deployer.privateKey, genesis, manifestFile, ...change });

const readManifest = async () => JSON.parse(await readFile(manifestFile, "utf8")) as DeploymentPlan;

/** The ledger behind a connection that breaks around the nth transaction: before it went out, or after. */
function cutAt(n: number, moment: "before" | "after"): Ledger {
  let sent = 0;
  return {
    ...ledger,
    async sendBatch(raws) {
      if (++sent < n) return ledger.sendBatch(raws);
      if (moment === "after") await ledger.sendBatch(raws);
      throw new Error("cut off");
    },
  };
}

describe("a deployment is refused", () => {
  test("when the genesis admits the mainland, and names the contract and its reason", async () => {
    await expect(deploy(ledger, { genesis: { ...genesis, allowedResidences: ["HK", "CN"] } })).rejects.toThrow(
      /^The ledger refuses to deploy HolderRegistry: HolderRegistry_Onshore\(\)\.$/,
    );
  });

  test("when another key continues what was begun", async () => {
    await expect(deploy(cutAt(2, "after"))).rejects.toThrow("cut off");
    await expect(deploy(ledger, { deployerKey: keyOf("other deployer").privateKey })).rejects.toThrow(
      /begun by .*another one/,
    );
    await deploy();
  });

  test("when the genesis is another one than the deployment was begun with", async () => {
    await expect(deploy(cutAt(1, "before"))).rejects.toThrow("cut off");
    await expect(deploy(ledger, { genesis: { ...genesis, grantDelaySeconds: 60 } })).rejects.toThrow(
      "Parties was deployed from other code or another genesis than are given now.",
    );
    await deploy();
  });

  test("when the deployer's nonce was used for something else", async () => {
    await expect(deploy(cutAt(3, "before"))).rejects.toThrow("cut off");
    const nonce = Number(await ledger.request<string>("eth_getTransactionCount", [deployer.address, "latest"]));
    const unsigned = { chainId: CHAIN_ID, nonce, to: deployer.address, data: "0x", gasLimit: 21_000n };
    await ledger.sendBatch([signTransaction(deployer.key, unsigned).raw]);
    await expect(deploy()).rejects.toThrow(/^FilingRegistry cannot be deployed at 0x\w+ any more/);
  });
});

describe("a manifest is refused", () => {
  const alter = async (change: (plan: DeploymentPlan) => void) => {
    await deploy();
    const plan = await readManifest();
    change(plan);
    await writeFile(manifestFile, JSON.stringify(plan));
  };
  const hash = `0x${"11".repeat(32)}`;

  test("when it is half-written", async () => {
    await deploy();
    await writeFile(manifestFile, (await readFile(manifestFile, "utf8")).slice(0, 300));
    await expect(deploy()).rejects.toThrow(/The manifest .* is not JSON\.$/);
  });

  test("when a field is missing", async () => {
    await alter((plan) => delete (plan as Partial<DeploymentPlan>).deployer);
    await expect(deploy()).rejects.toThrow(/is not one of a deployment: deployer /);
  });

  test("when it is of another chain id", async () => {
    await alter((plan) => (plan.chainId = 1));
    await expect(deploy()).rejects.toThrow("The manifest is of chain id 1, the ledger has chain id 20260206.");
  });

  test("when it is of another ledger with the same chain id", async () => {
    await alter((plan) => (plan.genesisHash = hash));
    await expect(deploy()).rejects.toThrow(/^The manifest is of another ledger/);
    await expect(openDeployment({ ledger, manifestFile })).rejects.toThrow(/^The manifest is of another ledger/);
  });

  test("when an address was changed by hand", async () => {
    await alter((plan) => (plan.contracts.NoteFactory.address = deployer.address));
    await expect(deploy()).rejects.toThrow(/places NoteFactory at .* but its deployer and nonce give/);
  });

  test("when the code at an address is not the code it names", async () => {
    await alter((plan) => (plan.contracts.HolderRegistry.bytecodeHash = hash));
    await expect(deploy()).rejects.toThrow(/^The code of HolderRegistry at 0x\w+ is not the code/);
  });

  test("when nothing stands where it says", async () => {
    await deploy();
    const fresh = await startLedger();
    try {
      await expect(deploy(fresh.ledger)).rejects.toThrow(/^Parties does not stand at 0x/);
    } finally {
      await fresh.stop();
    }
  });

  test("when it is unfinished and the process does not deploy", async () => {
    await expect(deploy(cutAt(6, "before"))).rejects.toThrow("cut off");
    await expect(openDeployment({ ledger, manifestFile })).rejects.toThrow(/was cut off; deploy again/);
  });

  test("when there is none and the process does not deploy", async () => {
    await expect(openDeployment({ ledger, manifestFile })).rejects.toThrow(/^There is no deployment manifest/);
  });
});

describe("a deployment that was cut off is continued with the planned addresses", () => {
  for (const moment of ["before", "after"] as const) {
    for (const [index, name] of singletonNames.entries()) {
      test(`${moment} the transaction of ${name} went out`, async () => {
        await expect(deploy(cutAt(index + 1, moment))).rejects.toThrow("cut off");
        const planned = (await readManifest()).contracts;
        const deployment = await deploy();
        for (const other of singletonNames) {
          expect(deployment.contracts[other].address).toBe(planned[other].address);
        }
        const spent = Number(await ledger.request<string>("eth_getTransactionCount", [deployer.address, "latest"]));
        expect(spent).toBe(deployment.startNonce + singletonNames.length);
      });
    }
  }
});

describe("a finished deployment", () => {
  test("is wired throughout, with the code that the manifest names, and deploys nothing the second time", async () => {
    const deployment = await deploy();
    const code = await ledger.request<string>("eth_getCode", [deployment.contracts.Parties.address, "latest"]);
    expect(keccak256(code)).toBe(deployment.contracts.Parties.bytecodeHash);
    const data = encodeCall("NoteFactory", "wiringHash", []);
    const to = deployment.contracts.NoteFactory.address;
    const answer = await ledger.request<string>("eth_call", [{ to, data }, "latest"]);
    const addresses = singletonNames.map((name) => deployment.contracts[name].address);
    const encoded = AbiCoder.defaultAbiCoder().encode(Array(addresses.length).fill("address"), addresses);
    expect(decodeAnswer("NoteFactory", "wiringHash", answer)).toBe(keccak256(encoded));
    const receipt = await ledger.request<{ blockNumber: string }>("eth_getTransactionReceipt", [
      deployment.contracts.Parties.transactionHash,
    ]);
    expect(deployment.blockNumber).toBe(Number(receipt.blockNumber));

    const block = await ledger.request<string>("eth_blockNumber", []);
    expect(await deploy()).toEqual(deployment);
    expect(await openDeployment({ ledger, manifestFile })).toEqual(deployment);
    expect(await ledger.request<string>("eth_blockNumber", [])).toBe(block);
  });
});
