import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { getCreateAddress } from "ethers";
import { z } from "zod";
import { StartError } from "../startError.ts";
import { singletonNames, type SingletonName } from "./contracts.ts";
import { writeFileDurably } from "./durableFile.ts";
import type { Addresses } from "./genesis.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

const plannedContract = z.strictObject({
  address,
  /** keccak-256 of creation code and constructor arguments. */
  creationHash: hash,
  /** Null until the transaction is signed; it is written down before it is sent. */
  transactionHash: hash.nullable(),
  /** keccak-256 of the code that stands at the address; null until it does. */
  bytecodeHash: hash.nullable(),
});

const planSchema = z.strictObject({
  chainId: z.number().int(),
  genesisHash: hash,
  deployer: address,
  /** Nonce of the deployer for the first contract; the others follow. */
  startNonce: z.number().int().min(0),
  /** Block of the first contract: nothing of this deployment happened before it. Null until all contracts stand. */
  blockNumber: z.number().int().nullable(),
  contracts: z.strictObject(
    Object.fromEntries(singletonNames.map((name) => [name, plannedContract])) as Record<
      SingletonName,
      typeof plannedContract
    >,
  ),
});

/** A deployment under way: what was decided before its first transaction, and how far it has come. */
export type DeploymentPlan = z.infer<typeof planSchema>;

/** One singleton of a finished deployment. */
export type DeployedContract = {
  address: string;
  creationHash: string;
  transactionHash: string;
  bytecodeHash: string;
};

/** A finished deployment, as its manifest states it. Addresses are EIP-55. */
export type Deployment = Omit<DeploymentPlan, "blockNumber" | "contracts"> & {
  blockNumber: number;
  contracts: Record<SingletonName, DeployedContract>;
};

/** Addresses of the singletons that a deployer creates with consecutive nonces. */
export function plannedAddresses(deployer: string, startNonce: number): Addresses {
  const pairs = singletonNames.map((name, i) => [name, getCreateAddress({ from: deployer, nonce: startNonce + i })]);
  return Object.fromEntries(pairs);
}

export function addressesOf(plan: Pick<DeploymentPlan, "contracts">): Addresses {
  return Object.fromEntries(singletonNames.map((name) => [name, plan.contracts[name].address])) as Addresses;
}

/** Whether every contract of a plan stands. */
export function isComplete(plan: DeploymentPlan): plan is Deployment {
  return plan.blockNumber !== null;
}

/**
 * Reads a manifest; undefined when there is none.
 *
 * @throws StartError when the file is not a manifest, or its addresses do not follow from deployer and nonce.
 */
export async function readManifest(file: string): Promise<DeploymentPlan | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new StartError(`The manifest ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  const plan = parse(file, text);
  const derived = plannedAddresses(plan.deployer, plan.startNonce);
  for (const name of singletonNames) {
    const contract = plan.contracts[name];
    if (contract.address !== derived[name]) {
      throw new StartError(
        `The manifest ${file} places ${name} at ${contract.address}, but its deployer and nonce give ${derived[name]}.`,
      );
    }
    if (isComplete(plan) && !(contract.transactionHash && contract.bytecodeHash)) {
      throw new StartError(`The manifest ${file} is marked complete, but says nothing of how ${name} was deployed.`);
    }
  }
  return plan;
}

export async function writeManifest(file: string, plan: DeploymentPlan): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFileDurably(file, `${JSON.stringify(plan, null, 2)}\n`);
}

function parse(file: string, text: string): DeploymentPlan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StartError(`The manifest ${file} is not JSON.`, { cause: error });
  }
  const parsed = planSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new StartError(`The manifest ${file} is not one of a deployment: ${issue.path.join(".")} ${issue.message}.`);
}
