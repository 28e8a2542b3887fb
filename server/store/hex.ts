/** Bytes of a 0x-prefixed string, as a bytea column takes them. */
export function toBytes(hex: string): Buffer {
  return Buffer.from(hex.slice(2), "hex");
}

/** A bytea column as a lower-case 0x-prefixed string. */
export function toHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
