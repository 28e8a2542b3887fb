import { getAddress } from "ethers";

// A checksum takes a hash, and a register writes the same ten thousand addresses again and again.
const CACHE_MAX = 100_000;
const cache = new Map<string, string>();

/**
 * An address with its checksum (EIP-55).
 * @param address 0x and 40 hexadecimal digits in lower case.
 */
export function checksumAddress(address: string): string {
  const known = cache.get(address);
  if (known !== undefined) return known;
  if (cache.size >= CACHE_MAX) cache.clear();
  const checked = getAddress(address);
  cache.set(address, checked);
  return checked;
}
