import { getAddress, id } from "ethers";
import { AppError } from "../errors.ts";
import {
  decodeAnswer,
  encodeCall,
  type ContractName,
  type FunctionAnswer,
  type FunctionArgs,
  type FunctionName,
} from "./contracts.ts";
import { addressesOf, type Deployment } from "./deploymentManifest.ts";
import { newestStateOf } from "./newestState.ts";
import { toAppError } from "./reverts.ts";
import type { Ledger } from "./rpc.ts";
import type { Signers } from "./signers.ts";

export type LedgerQuery = { from?: string; to: string; data: string };

/**
 * What the service asks of the ledger before and beside its commands. Every function throws AppError: the problem of the
 * contract that refused, `ledger-unavailable` or `ledger-error`.
 */
export type Gateway = {
  readonly chainId: number;
  /** Address (EIP-55) of a contract by its name; an address stands for itself. */
  addressOf(target: string): string;
  /** Address (EIP-55) of a party's key, when this process holds it. */
  heldAddressOf(party: string): string | undefined;
  /** Tries a call upon the newest block without sending it, and says how much gas to allow it. */
  simulate(call: { from: string; to: string; data: string }): Promise<{ gasLimit: bigint }>;
  /** Asks a function that changes nothing. `target` is needed for a contract that stands more than once. */
  read<C extends ContractName, F extends FunctionName<C>>(
    contract: C,
    name: F,
    args: FunctionArgs<C, F>,
    target?: string,
  ): Promise<FunctionAnswer<C, F>>;
  /** Every rule that forbids a movement of a note now, as a set of bits; 0n when none does. */
  restrictionsOf(movement: {
    note: string;
    operator: string;
    from: string;
    to: string;
    units: bigint;
  }): Promise<bigint>;
  /** How many transactions of a key the ledger has included: its next nonce. */
  transactionCount(address: string): Promise<number>;
  /** keccak-256 of a text in UTF-8, 0x…. */
  keccak256(text: string): string;
};

// Gas is free and what is left over is not charged, while a transaction that runs out is lost. Between check and
// execution a record date may close, after which a first movement costs nearly three times as much.
const GAS_FACTOR = 3n;
const GAS_EXTRA = 50_000n;
// Ledgers with the Osaka rules refuse a transaction with more (EIP-7825).
const GAS_LIMIT_MAX = 16_777_216n;

/** Makes the gateway to a verified deployment. */
export function makeGateway(options: {
  ledger: Ledger;
  deployment: Deployment;
  signers: Pick<Signers, "addressOf">;
}): Gateway {
  const { ledger, deployment, signers } = options;

  const addresses = new Map<string, string>(Object.entries(addressesOf(deployment)));
  const addressOf = (target: string) => {
    if (target.startsWith("0x")) return getAddress(target);
    const address = addresses.get(target);
    if (address === undefined) throw new Error(`There is no contract named ${target}.`);
    return address;
  };

  const newestState = newestStateOf(ledger);
  const ask: Ask = async (method, call) => {
    try {
      // Without a price a node may take its own, which an account without funds cannot pay.
      return await ledger.request<string>(method, [{ ...call, gasPrice: "0x0" }, await newestState()]);
    } catch (error) {
      throw toAppError(error);
    }
  };
  const read: Gateway["read"] = async (contract, name, args, target = contract) => {
    const data = encodeCall(contract, name, args);
    return decodeAnswer(contract, name, await ask("eth_call", { to: addressOf(target), data }));
  };

  return {
    chainId: ledger.chainId,
    addressOf,
    heldAddressOf: (party) => signers.addressOf(party),
    simulate: (call) => simulate(ask, call),
    read,
    restrictionsOf: ({ note, operator, from, to, units }) =>
      read("Note", "restrictionsOf", [operator, from, to, units], note),
    async transactionCount(address) {
      try {
        return Number(await ledger.request<string>("eth_getTransactionCount", [address, "latest"]));
      } catch (error) {
        throw toAppError(error);
      }
    },
    keccak256: id,
  };
}

type Ask = (method: "eth_call" | "eth_estimateGas", call: LedgerQuery) => Promise<string>;

async function simulate(ask: Ask, call: Required<LedgerQuery>): Promise<{ gasLimit: bigint }> {
  const estimate = BigInt(await estimateGas(ask, call));
  const generous = estimate * GAS_FACTOR + GAS_EXTRA;
  const least = estimate + estimate / 4n;
  const capped = generous < GAS_LIMIT_MAX ? generous : GAS_LIMIT_MAX;
  return { gasLimit: capped > least ? capped : least };
}

/** The estimate tries the call too, so it refuses what the call would; some nodes leave out why, and are asked again. */
async function estimateGas(ask: Ask, call: LedgerQuery): Promise<string> {
  try {
    return await ask("eth_estimateGas", call);
  } catch (error) {
    const isUnexplained =
      error instanceof AppError && (error.code === "ledger-refused" || error.code === "ledger-error");
    if (isUnexplained) await ask("eth_call", call);
    throw error;
  }
}
