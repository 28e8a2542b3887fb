import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { concat, getCreateAddress, SigningKey, computeAddress } from "ethers";
import { writeFileDurably } from "../../server/chain/durableFile.ts";
import type { Ledger } from "../../server/chain/rpc.ts";
import { signTransaction } from "../../server/chain/signers.ts";
import { TokenisedDeposit__factory } from "../../types/contracts/factories/mocks/TokenisedDeposit__factory.ts";

/** The made-up bank whose deposit pays. It stands outside the registry and has a key of its own. */
export type Bank = {
  /** Contract of its deposit (EIP-55). */
  deposit: string;
  balanceOf(cashAccount: string): Promise<bigint>;
  /** Credits a cash account so that it has at least an amount, in minor units. Repeating it changes nothing. */
  provide(cashAccount: string, amountMinor: bigint): Promise<void>;
  /** Blocks a cash account, so that no money moves to or from it, or unblocks it. */
  setBlocked(cashAccount: string, blocked: boolean): Promise<void>;
};

const POLL_MS = 25;
const MINED_TIMEOUT_MS = 60_000;
const GAS_LIMIT = 3_000_000n;

const abi = TokenisedDeposit__factory.createInterface();

/** Opens the bank: makes its key and its deposit when they do not exist yet. A run that was cut off is continued. */
export async function openBank(options: { ledger: Ledger; dataDir: string; currency: string }): Promise<Bank> {
  const { ledger, dataDir, currency } = options;
  const key = await keyIn(join(dataDir, "bank-key"));
  const bank = computeAddress(key);
  const deposit = getCreateAddress({ from: bank, nonce: 0 });

  async function send(to: string | null, data: string): Promise<void> {
    const nonce = await settledNonce(ledger, bank);
    const { raw, hash } = signTransaction(key, { chainId: ledger.chainId, nonce, to, data, gasLimit: GAS_LIMIT });
    const [outcome] = await ledger.sendBatch([raw]);
    if (!outcome!.accepted) throw new Error(`The ledger did not take a transaction of the bank: ${outcome!.message}.`);
    await settledNonce(ledger, bank);
    const receipt = await ledger.request<{ status: string }>("eth_getTransactionReceipt", [hash]);
    if (Number(receipt.status) !== 1) throw new Error("The ledger reverted a transaction of the bank.");
  }

  async function balanceOf(cashAccount: string): Promise<bigint> {
    const data = abi.encodeFunctionData("balanceOf", [cashAccount]);
    const answer = await ledger.request<string>("eth_call", [{ to: deposit, data }, "latest"]);
    return abi.decodeFunctionResult("balanceOf", answer)[0] as bigint;
  }

  await settledNonce(ledger, bank);
  if ((await ledger.request<string>("eth_getCode", [deposit, "latest"])) === "0x") {
    const args = abi.encodeDeploy([`${currency} deposit (made up)`, currency, bank]);
    await send(null, concat([TokenisedDeposit__factory.bytecode, args]));
  }
  return {
    deposit,
    balanceOf,
    async provide(cashAccount, amountMinor) {
      const missingMinor = amountMinor - (await balanceOf(cashAccount));
      if (missingMinor > 0n) await send(deposit, abi.encodeFunctionData("credit", [cashAccount, missingMinor]));
    },
    setBlocked: (cashAccount, blocked) => send(deposit, abi.encodeFunctionData("setBlocked", [cashAccount, blocked])),
  };
}

async function keyIn(file: string): Promise<SigningKey> {
  if (!existsSync(file)) await writeFileDurably(file, `0x${randomBytes(32).toString("hex")}`, 0o600);
  return new SigningKey(readFileSync(file, "utf8").trim());
}

/** The next nonce of an account once none of its transactions waits. */
async function settledNonce(ledger: Ledger, account: string): Promise<number> {
  for (const end = Date.now() + MINED_TIMEOUT_MS; Date.now() < end; await sleep(POLL_MS)) {
    const [latest, pending] = await Promise.all(
      ["latest", "pending"].map((tag) => ledger.request<string>("eth_getTransactionCount", [account, tag])),
    );
    if (BigInt(latest!) === BigInt(pending!)) return Number(latest);
  }
  throw new Error("Transactions of the bank have been waiting for too long.");
}
