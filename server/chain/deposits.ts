import { Interface } from "ethers";

const erc20 = new Interface(["function approve(address spender, uint256 amount) returns (bool)"]);

/** Call data by which the caller lets a spender take an amount of a deposit, in place of what it might take before. */
export function allowanceCall(spender: string, amountMinor: bigint): string {
  return erc20.encodeFunctionData("approve", [spender, amountMinor]);
}
