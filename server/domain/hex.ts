import { createHash } from "node:crypto";
import { z } from "zod";

/** Bytes written as `0x` and two lower-case digits a byte. */
export type Hex = `0x${string}`;

/** What the ledger keeps where there is no hash. */
export const NO_HASH: Hex = `0x${"0".repeat(64)}`;

/** Schema of a 32-byte hash. */
export const hashSchema = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)], {
  error: "Expected 0x and 64 lower-case hexadecimal digits.",
});

/** SHA-256 of bytes, or of a text in UTF-8. */
export function sha256(data: string | Uint8Array): Hex {
  return `0x${createHash("sha256").update(data).digest("hex")}`;
}

/** The bytes of an ASCII text, as the ledger keeps short codes such as an ISIN. */
export function asciiHex(text: string): Hex {
  return `0x${Buffer.from(text, "ascii").toString("hex")}`;
}

const SHORT_TEXT_BYTES = 32;

/**
 * A short text as the ledger keeps it in 32 bytes: its ASCII bytes, filled up with zeros, so that whoever reads the ledger
 * can read it.
 * @param text At most 32 characters of printable ASCII.
 */
export function shortTextBytes(text: string): Hex {
  return asciiHex(text.padEnd(SHORT_TEXT_BYTES, "\0"));
}

/** A short text as it was written; the bytes themselves, 0x…, where those are no printable ASCII. */
export function shortText(bytes: string): string {
  const text = Buffer.from(bytes.slice(2), "hex").toString("latin1").replace(/\0+$/, "");
  return /^[!-~]([ -~]*[!-~])?$/.test(text) ? text : bytes;
}
