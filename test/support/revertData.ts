/** Revert data out of an error of Hardhat, ethers or a JSON-RPC node. */
export function revertData(error: unknown): string | undefined {
  for (let x: any = error; x; x = x.cause ?? x.error ?? x.info?.error) {
    if (typeof x.data === "string" && x.data.startsWith("0x")) return x.data;
    if (typeof x.data?.data === "string") return x.data.data;
  }
  return undefined;
}
