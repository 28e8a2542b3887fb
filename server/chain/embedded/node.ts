import { fileURLToPath } from "node:url";
import type { LedgerIdentity } from "./journal.ts";

/** A block of the node, as far as the ledger looks at it. */
export type NodeBlock = { number: number; timestampS: number; hash: string; transactions: string[] };

/** The node in this process: Hardhat's EDR with mining by hand. It remembers nothing after `close`. */
export type EmbeddedNode = {
  identity: LedgerIdentity;
  call(method: string, params?: unknown[]): Promise<unknown>;
  latestBlock(): Promise<NodeBlock>;
  close(): Promise<void>;
};

const ROOT = new URL("../../../", import.meta.url);
const GENESIS = new Date("2026-02-06T00:00:00Z"); // Fixed, so that every start makes the same genesis block.

/**
 * Starts the node at its genesis block with the network `embedded` of hardhat.config.ts, whatever the working
 * directory. No account holds ether and none is known to the node: gas is free, and keys belong to the parties.
 */
export async function startNode(): Promise<EmbeddedNode> {
  // Hardhat is loaded only here: a server that uses a ledger elsewhere runs without it.
  const [{ createHardhatRuntimeEnvironment }, { default: config }] = await Promise.all([
    import("hardhat/hre"),
    import("../../../hardhat.config.ts"),
  ]);
  const configFile = fileURLToPath(new URL("hardhat.config.ts", ROOT));
  const hre = await createHardhatRuntimeEnvironment(config, { config: configFile }, fileURLToPath(ROOT));
  const connection = await hre.network.create({
    network: "embedded",
    chainType: "generic",
    override: { initialDate: GENESIS, accounts: [], mining: { auto: false, mempool: { order: "fifo" } } },
  });
  const { chainId, hardfork } = hre.config.networks.embedded as { chainId: number; hardfork: string };
  const call = (method: string, params: unknown[] = []) => connection.provider.request({ method, params });

  async function latestBlock(): Promise<NodeBlock> {
    const block = (await call("eth_getBlockByNumber", ["latest", false])) as Record<string, string> & {
      transactions: string[];
    };
    const { number, timestamp, hash, transactions } = block;
    return { number: Number(number), timestampS: Number(timestamp), hash: hash!, transactions };
  }

  const genesis = await latestBlock();
  const identity = { chainId, hardfork, genesisHash: genesis.hash };
  return { identity, call, latestBlock, close: () => connection.close() };
}
