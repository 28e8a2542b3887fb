import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import { configVariable, defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatEthers, hardhatNetworkHelpers, hardhatTypechain],
  solidity: {
    version: "0.8.37",
    path: require.resolve("solc/soljson.js"), // The compiler comes from npm, so a build downloads nothing.
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "cancun",
      // Without the hash of the sources an edited comment leaves the code, and so a deployment, as it is.
      metadata: { bytecodeHash: "none" },
    },
  },
  networks: {
    // A single node in this process with the settings of the consortium: free gas, one chain id, and a receipt of
    // status 0 for a failed transaction instead of an error on sending, as Besu answers.
    embedded: {
      type: "edr-simulated",
      chainType: "generic",
      hardfork: "cancun",
      chainId: 20260206,
      initialBaseFeePerGas: 0n,
      minGasPrice: 0n,
      gasPrice: 0n,
      blockGasLimit: 100_000_000,
      throwOnTransactionFailures: false,
      allowBlocksWithSameTimestamp: true,
    },
    // A Besu QBFT node, or any other ledger that speaks JSON-RPC.
    consortium: {
      type: "http",
      chainType: "generic",
      url: configVariable("CONSORTIUM_RPC_URL"),
      chainId: 20260206,
      gasPrice: 0n,
      accounts: [configVariable("DEPLOYER_KEY")],
    },
  },
  paths: { tests: { solidity: "test/solidity" } },
  typechain: { outDir: "types/contracts" },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x20260206" },
      invariant: { runs: 64, depth: 50, failOnRevert: true },
    },
  },
});
