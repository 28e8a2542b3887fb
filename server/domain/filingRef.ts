import { sha256, shortTextBytes, type Hex } from "./hex.ts";

const REF_BYTES = 32;

/**
 * The bytes under which the ledger knows a filing entity's reference: a short text, or SHA-256 of one that is longer than
 * 32 bytes.
 * @param filingRef Printable ASCII.
 */
export function filingRefBytes(filingRef: string): Hex {
  return filingRef.length > REF_BYTES ? sha256(filingRef) : shortTextBytes(filingRef);
}
