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
