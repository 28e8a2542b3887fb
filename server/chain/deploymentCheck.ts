import { keccak256 } from "ethers";
import { StartError } from "../startError.ts";
import { interfaces, singletonNames, type SingletonName } from "./contracts.ts";
import { addressesOf, isComplete, readManifest, type Deployment, type DeploymentPlan } from "./deploymentManifest.ts";
import { wiringHashOf } from "./genesis.ts";
import type { Ledger } from "./rpc.ts";

/**
 * Reads the manifest of a finished deployment and verifies it against a ledger, for a process that does not deploy.
 *
 * @throws StartError when there is no finished deployment, or the ledger is not the one it describes.
 */
export async function openDeployment(options: { ledger: Ledger; manifestFile: string }): Promise<Deployment> {
  const { ledger, manifestFile } = options;
  const plan = await readManifest(manifestFile);
  if (!plan) throw new StartError(`There is no deployment manifest at ${manifestFile}.`);
  if (!isComplete(plan))
    throw new StartError(`The deployment in ${manifestFile} was cut off; deploy again to finish it.`);
  requireSameLedger(ledger, plan);
  return verifyDeployment(ledger, plan);
}

/**
 * Compares what stands on the ledger with a manifest: the code at each address, and each contract's wiring.
 *
 * @throws StartError naming the first contract that differs.
 */
export async function verifyDeployment(ledger: Ledger, deployment: Deployment): Promise<Deployment> {
  const wiringHash = wiringHashOf(addressesOf(deployment));
  for (const name of singletonNames) {
    const { address, bytecodeHash } = deployment.contracts[name];
    const code = await ledger.request<string>("eth_getCode", [address, "latest"]);
    if (code === "0x")
      throw new StartError(`${name} does not stand at ${address}; this is not the ledger of the manifest.`);
    if (keccak256(code) !== bytecodeHash) {
      throw new StartError(`The code of ${name} at ${address} is not the code that the manifest names.`);
    }
    if ((await wiringHashAt(ledger, name, address)) !== wiringHash) {
      throw new StartError(`${name} at ${address} is wired to other contracts than the manifest names.`);
    }
  }
  return deployment;
}

async function wiringHashAt(ledger: Ledger, name: SingletonName, address: string): Promise<string | undefined> {
  const abi = interfaces[name];
  const call = { to: address, data: abi.encodeFunctionData("wiringHash", []) };
  const answer = await ledger.request<string>("eth_call", [call, "latest"]);
  try {
    return abi.decodeFunctionResult("wiringHash", answer)[0];
  } catch {
    return undefined; // code that has no `wiringHash()`
  }
}

/** Refuses a manifest of another ledger. */
export function requireSameLedger(ledger: Ledger, plan: DeploymentPlan): void {
  if (plan.chainId !== ledger.chainId) {
    throw new StartError(`The manifest is of chain id ${plan.chainId}, the ledger has chain id ${ledger.chainId}.`);
  }
  if (plan.genesisHash !== ledger.genesisHash) {
    throw new StartError(
      `The manifest is of another ledger: its first block is ${plan.genesisHash}, here it is ${ledger.genesisHash}.`,
    );
  }
}
