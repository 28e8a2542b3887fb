import { setTimeout as sleep } from "node:timers/promises";
import { SigningKey, computeAddress, keccak256 } from "ethers";
import { StartError } from "../startError.ts";
import { singletonNames, type SingletonName } from "./contracts.ts";
import { requireSameLedger, verifyDeployment } from "./deploymentCheck.ts";
import {
  addressesOf,
  isComplete,
  plannedAddresses,
  readManifest,
  writeManifest,
  type Deployment,
  type DeploymentPlan,
} from "./deploymentManifest.ts";
import { creationData, type Genesis } from "./genesis.ts";
import { describeRevert, revertDataOf } from "./reverts.ts";
import { RpcError, type Ledger } from "./rpc.ts";
import { signTransaction } from "./signers.ts";

const POLL_MS = 25;
const MINED_TIMEOUT_MS = 120_000;

/** One run of a deployment; `save` writes the plan down as it is now. */
type Run = { ledger: Ledger; key: SigningKey; plan: DeploymentPlan; genesis: Genesis; save(): Promise<void> };

type Receipt = { status: string; blockNumber: string; contractAddress: string | null };

/**
 * Makes the singletons stand on a ledger, once. All addresses are computed and written to the manifest before the
 * first transaction, each contract is told all of them at construction, and no setter exists: the deployer has nothing
 * to hand over and ends with nothing. A run that was cut off at any moment is continued by the next one; a finished
 * deployment is verified and returned.
 *
 * @param options.deployerKey Private key as 0x…; needs no funds, gas is free.
 * @throws StartError naming the contract that differs from plan, code or genesis, or that the ledger refused.
 */
export async function deployLedger(options: {
  ledger: Ledger;
  deployerKey: string;
  genesis: Genesis;
  manifestFile: string;
}): Promise<Deployment> {
  const { ledger, genesis, manifestFile } = options;
  const key = new SigningKey(options.deployerKey);
  const found = await readManifest(manifestFile);
  if (found) requireSameLedger(ledger, found);
  const plan = found ?? (await makePlan(ledger, computeAddress(key), genesis));
  requireSameCreation(plan, genesis);
  if (isComplete(plan)) return verifyDeployment(ledger, plan);

  if (plan.deployer !== computeAddress(key)) {
    throw new StartError(`The deployment was begun by ${plan.deployer}; the deployer key given is another one.`);
  }
  if (!found) await writeManifest(manifestFile, plan);
  const run: Run = { ledger, key, plan, genesis, save: () => writeManifest(manifestFile, plan) };
  for (const name of singletonNames) await makeStand(run, name);
  const first = await receiptOf(ledger, plan.contracts[singletonNames[0]].transactionHash!);
  const finished: DeploymentPlan = { ...plan, blockNumber: Number(first!.blockNumber) };
  const deployment = await verifyDeployment(ledger, finished as Deployment);
  await writeManifest(manifestFile, deployment);
  return deployment;
}

/** A deployment is immutable, so other code or another genesis means another deployment, never a change of this one. */
function requireSameCreation(plan: DeploymentPlan, genesis: Genesis): void {
  const addresses = addressesOf(plan);
  for (const name of singletonNames) {
    if (keccak256(creationData(name, addresses, genesis)) === plan.contracts[name].creationHash) continue;
    throw new StartError(`${name} was deployed from other code or another genesis than are given now.`);
  }
}

async function makePlan(ledger: Ledger, deployer: string, genesis: Genesis): Promise<DeploymentPlan> {
  const startNonce = await settledNonce(ledger, deployer);
  const addresses = plannedAddresses(deployer, startNonce);
  const contracts = Object.fromEntries(
    singletonNames.map((name) => {
      const creationHash = keccak256(creationData(name, addresses, genesis));
      return [name, { address: addresses[name], creationHash, transactionHash: null, bytecodeHash: null }];
    }),
  ) as DeploymentPlan["contracts"];
  const { chainId, genesisHash } = ledger;
  return { chainId, genesisHash, deployer, startNonce, blockNumber: null, contracts };
}

/** Deploys one contract unless it stands already, and notes in the plan which transaction and code it is. */
async function makeStand({ ledger, key, plan, genesis, save }: Run, name: SingletonName): Promise<void> {
  const contract = plan.contracts[name];
  const nonce = plan.startNonce + singletonNames.indexOf(name);
  const next = await settledNonce(ledger, plan.deployer); // after a cut, its last transaction may still be on the way
  if ((await codeAt(ledger, contract.address)) === "0x") {
    if (next !== nonce) {
      throw new StartError(
        `${name} cannot be deployed at ${contract.address} any more: the deployer's next nonce is ${next}, ` +
          `the plan needs ${nonce}. Delete the manifest to plan a new deployment.`,
      );
    }
    const data = creationData(name, addressesOf(plan), genesis);
    const gasLimit = await creationGas(ledger, name, plan.deployer, data);
    const { raw, hash } = signTransaction(key, { chainId: plan.chainId, nonce, to: null, data, gasLimit });
    contract.transactionHash = hash;
    await save(); // before it is sent, so that a cut never leaves a contract whose transaction nobody knows
    const [outcome] = await ledger.sendBatch([raw]);
    if (!outcome!.accepted)
      throw new StartError(`The ledger did not take the deployment of ${name}: ${outcome!.message}.`);
    await mined(ledger, name, hash);
  }
  await requireCreatedBy(ledger, name, contract);
  contract.bytecodeHash = keccak256(await codeAt(ledger, contract.address));
  await save();
}

/** The code at an address is ours when the noted transaction made it from our creation code. */
async function requireCreatedBy(
  ledger: Ledger,
  name: SingletonName,
  contract: DeploymentPlan["contracts"][SingletonName],
): Promise<void> {
  const { transactionHash, creationHash, address } = contract;
  const receipt = transactionHash ? await receiptOf(ledger, transactionHash) : null;
  const transaction = receipt
    ? await ledger.request<{ input: string }>("eth_getTransactionByHash", [transactionHash])
    : null;
  const isOurs = transaction !== null && keccak256(transaction.input) === creationHash && Number(receipt!.status) === 1;
  if (!isOurs) throw new StartError(`What stands at ${address} was not deployed as ${name} by this deployment.`);
}

async function creationGas(ledger: Ledger, name: SingletonName, from: string, data: string): Promise<bigint> {
  try {
    const estimate = BigInt(await ledger.request<string>("eth_estimateGas", [{ from, data, gasPrice: "0x0" }]));
    return estimate + estimate / 4n;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const data = revertDataOf(error);
    const reason = data === undefined ? error.message : describeRevert(data);
    throw new StartError(`The ledger refuses to deploy ${name}: ${reason}.`, { cause: error });
  }
}

/** The next nonce of an account once none of its transactions waits. */
async function settledNonce(ledger: Ledger, account: string): Promise<number> {
  for (const end = Date.now() + MINED_TIMEOUT_MS; Date.now() < end; await sleep(POLL_MS)) {
    const [latest, pending] = await Promise.all(
      ["latest", "pending"].map((tag) => ledger.request<string>("eth_getTransactionCount", [account, tag])),
    );
    if (BigInt(latest!) === BigInt(pending!)) return Number(latest);
  }
  throw new StartError(`Transactions of the deployer ${account} have been waiting for ${MINED_TIMEOUT_MS / 1000} s.`);
}

async function mined(ledger: Ledger, name: SingletonName, hash: string): Promise<void> {
  for (const end = Date.now() + MINED_TIMEOUT_MS; Date.now() < end; await sleep(POLL_MS)) {
    const receipt = await receiptOf(ledger, hash);
    if (!receipt) continue;
    if (Number(receipt.status) === 1) return;
    throw new StartError(`The deployment of ${name} failed in block ${Number(receipt.blockNumber)}; see ${hash}.`);
  }
  throw new StartError(`The deployment of ${name} was not mined within ${MINED_TIMEOUT_MS / 1000} s.`);
}

function receiptOf(ledger: Ledger, hash: string): Promise<Receipt | null> {
  return ledger.request<Receipt | null>("eth_getTransactionReceipt", [hash]);
}

function codeAt(ledger: Ledger, address: string): Promise<string> {
  return ledger.request<string>("eth_getCode", [address, "latest"]);
}
