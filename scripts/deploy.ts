// Deploys the registry to a ledger: npm run deploy -- --network NAME [--genesis FILE] [--manifest FILE]
// NAME is a network of type http in hardhat.config.ts. A run that was cut off is continued by the next one.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { deployLedger } from "../server/chain/deployment.ts";
import { genesisSchema, type Genesis } from "../server/chain/genesis.ts";
import { LedgerUnreachable, connectLedger } from "../server/chain/rpc.ts";
import { StartError } from "../server/startError.ts";

const USAGE = "Usage: npm run deploy -- --network NAME [--genesis FILE] [--manifest FILE].";

type Options = { network: string; genesis: string; manifest?: string | undefined };

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        network: { type: "string" },
        genesis: { type: "string", default: "deployments/genesis.json" },
        manifest: { type: "string" },
      },
    });
    if (values.network) return { ...values, network: values.network };
  } catch (error) {
    throw new StartError(USAGE, { cause: error });
  }
  throw new StartError(USAGE);
}

/** Address and deployer key of a network, as the configuration names them. */
async function readNetwork(name: string): Promise<{ url: string; chainId: number; deployerKey: string }> {
  const network = hre.config.networks[name];
  if (network?.type !== "http") throw new StartError(`hardhat.config.ts has no network of type http named ${name}.`);
  const { accounts, chainId } = network;
  if (chainId === undefined) throw new StartError(`hardhat.config.ts names no chain id for network ${name}.`);
  if (!Array.isArray(accounts) || !accounts[0]) {
    throw new StartError(`hardhat.config.ts names no account for network ${name}; the first one deploys.`);
  }
  try {
    return { url: await network.url.getUrl(), chainId, deployerKey: await accounts[0].getHexString() };
  } catch (error) {
    throw new StartError(`Network ${name} is not fully configured: ${(error as Error).message}`, { cause: error });
  }
}

async function readGenesis(file: string): Promise<Genesis> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new StartError(`The genesis ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  const parsed = genesisSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new StartError(`The genesis ${file} is not valid: ${path.join(".")} ${message}.`);
}

try {
  const options = readOptions();
  const { url, chainId, deployerKey } = await readNetwork(options.network);
  const genesis = await readGenesis(options.genesis);
  const manifestFile = resolve(options.manifest ?? `deployments/${chainId}.json`);
  const ledger = await connectLedger({ url, chainId });
  const deployment = await deployLedger({ ledger, deployerKey, genesis, manifestFile });
  for (const [name, { address }] of Object.entries(deployment.contracts)) console.log(`${name.padEnd(16)}${address}`);
  console.log(`Deployed to chain ${chainId} and verified; the manifest is ${manifestFile}.`);
} catch (error) {
  const expected = error instanceof StartError || error instanceof LedgerUnreachable;
  console.error(expected ? error.message : error);
  process.exitCode = 1;
}
