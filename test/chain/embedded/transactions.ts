import { Interface, Wallet } from "ethers";

export const CHAIN_ID = 20260206;

/** The same key for the same number, run after run. */
export function wallet(index: number): Wallet {
  return new Wallet(`0x${(index + 1).toString(16).padStart(64, "0")}`);
}

type Fields = {
  nonce: number;
  to?: string | null;
  data?: string;
  gasLimit?: number;
  gasPrice?: number;
  chainId?: number;
};

/** A signed transaction that pays nothing; to an address without code unless told. */
export function signed(from: Wallet, fields: Fields): Promise<string> {
  const to = fields.to === undefined ? wallet(99).address : fields.to;
  return from.signTransaction({ type: 0, chainId: CHAIN_ID, gasPrice: 0, gasLimit: 100_000, ...fields, to });
}

/** The error with which `COUNTER_CODE` refuses a call without data: `Refused(42)`. */
export const COUNTER_INTERFACE = new Interface(["error Refused(uint256 reason)"]);

const SELECTOR = COUNTER_INTERFACE.getError("Refused")!.selector.slice(2);
const RUNTIME =
  `36601957` + // If there is call data, jump to 0x19.
  `63${SELECTOR}60e01b600052602a60045260246000fd` + // Revert with Refused(42).
  `5b600035805460010190556020` + // 0x19: add one to the storage slot that the call data names,
  `6000a000`; // log one word and stop.

/** Deploys a contract that counts how often each word was sent to it. */
export const COUNTER_CODE = `0x602a80600b6000396000f3${RUNTIME}`;

/** Call data for the counter. */
export function word(value: number): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
