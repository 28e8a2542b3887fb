const decimalPattern = /^(?:0|[1-9]\d*)(?:\.(\d+))?$/;

/** Digits a number may be written with; enough for every 128-bit amount with its decimals. */
const MAX_LENGTH = 48;

/** Thrown when a text is not a decimal number of the admissible form. */
export class DecimalError extends Error {
  override readonly name = "DecimalError";
  readonly code: "malformed" | "too-many-decimals";

  constructor(code: "malformed" | "too-many-decimals", message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Reads a decimal number exactly, as an integer of its smallest step. There is one way to write each digit: no sign, no
 * spaces, no leading zero, no exponent. Missing decimals are zero.
 * @param text For example `1000.5`.
 * @param decimals How many decimals the smallest step has.
 * @returns For example 100050n with two decimals.
 * @throws DecimalError `malformed`, or `too-many-decimals` rather than rounding.
 */
export function parseDecimal(text: string, decimals: number): bigint {
  const match = text.length <= MAX_LENGTH ? decimalPattern.exec(text) : null;
  if (match === null) throw new DecimalError("malformed", 'Expected a decimal number such as "1000.50".');
  const fraction = match[1] ?? "";
  if (fraction.length > decimals) throw new DecimalError("too-many-decimals", `Expected at most ${decimals} decimals.`);
  return BigInt(text.replace(".", "") + "0".repeat(decimals - fraction.length));
}

/**
 * Writes an integer of smallest steps as a decimal number with all its decimals.
 * @param value May be negative.
 */
export function formatDecimal(value: bigint, decimals: number): string {
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-decimals)}`;
}
