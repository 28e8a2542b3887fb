import { AbiCoder, type ErrorFragment, type Result } from "ethers";
import { restrictionsOf } from "../domain/restrictions.ts";
import { AppError, codeOfContractError } from "../errors.ts";
import { interfaces } from "./contracts.ts";
import { LedgerUnreachable, RpcError } from "./rpc.ts";

const errorBySelector = new Map<string, ErrorFragment>();
for (const abi of Object.values(interfaces)) {
  abi.forEachError((fragment) => errorBySelector.set(fragment.selector, fragment));
}

/** Names of all custom errors that the contracts can answer with. */
export function contractErrorNames(): string[] {
  return [...new Set([...errorBySelector.values()].map(({ name }) => name))].sort();
}

// The two errors of the language itself: a reason in words, and a failed check that the compiler inserted.
const REASON_SELECTOR = "0x08c379a0";
const PANIC_SELECTOR = "0x4e487b71";
// What nodes write when a call failed inside the contract and left no data.
const FAILED_INSIDE = /revert|out of gas|invalid opcode|exceptional|halted|vm exception/i;

/**
 * Turns whatever a ledger call threw into what the API answers: the problem of the contract's custom error,
 * `ledger-refused` for any other failure inside a contract, `ledger-unavailable` when the ledger did not answer and
 * `ledger-error` when it answered with something else. Errors that did not come from the ledger are handed back as
 * they are.
 */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof LedgerUnreachable) return new AppError("ledger-unavailable", { cause: error });
  const data = revertDataOf(error);
  if (data !== undefined) return refusalOf(data, error);
  if (!(error instanceof RpcError)) return error;
  if (FAILED_INSIDE.test(error.message)) return refusalOf("0x", error);
  return new AppError("ledger-error", { cause: error });
}

/** The places in which libraries and nodes carry the error that they report. */
type Nested = { data?: unknown; cause?: Nested; error?: Nested; info?: { error?: Nested } };

/**
 * The bytes with which a contract reverted, out of an ethers error, a JSON-RPC error or one inside the other; undefined
 * when there are none.
 */
export function revertDataOf(error: unknown): string | undefined {
  for (
    let e = error as Nested | undefined;
    e !== null && typeof e === "object";
    e = e.cause ?? e.error ?? e.info?.error
  ) {
    const data = (e.data as Nested | undefined)?.data ?? e.data; // Some nodes wrap it once more.
    if (typeof data === "string" && /^0x([0-9a-f]{2})*$/i.test(data)) return data;
  }
  return undefined;
}

/** The problem for the bytes with which a contract reverted. */
export function refusalOf(data: string, cause?: unknown): AppError {
  const fragment = errorBySelector.get(data.slice(0, 10));
  const code = fragment && codeOfContractError(fragment.name);
  const args = fragment && argsOf(fragment, data);
  if (!code || !args)
    return new AppError("ledger-refused", { detail: `The ledger refused: ${describeRevert(data)}.`, cause });
  const values = Object.fromEntries(fragment.inputs.map((input, i) => [input.name, wordOf(args[i])]));
  if (fragment.name !== "Note_Restricted") return new AppError(code, { values, cause });
  return new AppError(code, { values, restrictions: knownRestrictions(args[0]), cause });
}

/** The bytes of a revert in words for a log or an operator, for example `FilingRegistry_WrongState(0x…, 3)`. */
export function describeRevert(data: string): string {
  const coder = AbiCoder.defaultAbiCoder();
  try {
    if (data === "0x") return "it gave no reason";
    if (data.startsWith(REASON_SELECTOR)) return coder.decode(["string"], `0x${data.slice(10)}`)[0];
    if (data.startsWith(PANIC_SELECTOR)) {
      return `a check inside the contract failed (panic 0x${coder.decode(["uint256"], `0x${data.slice(10)}`)[0].toString(16)})`;
    }
  } catch {
    return `data ${data}`; // The selector of a known form in front of other bytes.
  }
  const fragment = errorBySelector.get(data.slice(0, 10));
  const args = fragment && argsOf(fragment, data);
  return args ? `${fragment.name}(${[...args].map(wordOf).join(", ")})` : `data ${data}`;
}

function argsOf(fragment: ErrorFragment, data: string): Result | undefined {
  try {
    const args = AbiCoder.defaultAbiCoder().decode(fragment.inputs, `0x${data.slice(10)}`);
    args.toArray(true); // ethers reports a broken value only when it is read.
    return args;
  } catch {
    return undefined;
  }
}

/** Contract errors carry elementary values only. */
function wordOf(value: unknown): string {
  return String(value);
}

/** A ledger newer than this server may know reasons that it does not; the set itself still stands in the values. */
function knownRestrictions(bits: bigint) {
  try {
    return restrictionsOf(bits);
  } catch {
    return undefined;
  }
}
