import { asciiHex, sha256, type Hex } from "./hex.ts";

const REF_BYTES = 32;

/**
 * The bytes under which the ledger knows a filing entity's reference: its ASCII bytes, filled up with zeros, so that
 * whoever reads the ledger can read the reference; SHA-256 of one that is longer than 32 bytes.
 * @param filingRef Printable ASCII.
 */
export function filingRefBytes(filingRef: string): Hex {
  if (filingRef.length > REF_BYTES) return sha256(filingRef);
  return asciiHex(filingRef.padEnd(REF_BYTES, "\0"));
}

/** A reference as its filing entity wrote it; the bytes themselves, 0x…, where those are no printable ASCII. */
export function filingRefText(bytes: string): string {
  const text = Buffer.from(bytes.slice(2), "hex").toString("latin1").replace(/\0+$/, "");
  return /^[!-~]([ -~]*[!-~])?$/.test(text) ? text : bytes;
}
