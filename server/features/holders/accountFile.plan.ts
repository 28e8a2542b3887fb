import type { Eligibility } from "../../domain/eligibility.ts";
import { AppError, type ProblemCode } from "../../errors.ts";
import { checkCall, type Gateway, type LedgerCall, type Signer } from "../../http/command.ts";
import { secondsOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import type { NewOperation } from "../../store/operation.ts";
import type { FileRow, RowRefusal, StatedAccount } from "./accountFile.rows.ts";
import { registerAccounts, restateAccount } from "./holders.service.ts";
import type { OwnAccount } from "./holders.view.ts";

/** What is done about a row. */
export type RowPlan = {
  readonly row: number;
  readonly accountRef: string | null;
  readonly action: "register" | "renew" | "keep" | "refuse";
  readonly eligibility?: Eligibility;
  readonly operationId?: string;
  readonly refusal?: RowRefusal;
};

type Stated = Extract<FileRow, { account: StatedAccount }>;
type Checked = { rows: RowPlan[]; operations: NewOperation[] };

export type LedgerCheck = {
  gateway: Gateway;
  signer: Signer;
  party: string;
  sha256: string;
  read<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
};

/** Most accounts that one operation registers; their check and their gas stay small. */
const BATCH = 100;
/** How many renewals are checked at a time. */
const CHECKS_AT_ONCE = 16;

/**
 * Asks the ledger about every row that can be read: accounts that it does not have are registered, those whose facts
 * differ are renewed, and of the others each refusal is told.
 * @param accounts The custodian's accounts among those that the file names, by reference.
 * @returns Rows in the order of the file, and the operations that carry them.
 * @throws AppError of a refusal that is not about a row but about the custodian, and when the ledger does not answer.
 */
export async function planFile(
  check: LedgerCheck,
  rows: readonly FileRow[],
  accounts: ReadonlyMap<string, OwnAccount>,
): Promise<Checked> {
  const stated = rows.filter((row): row is Stated => "account" in row);
  const known = (row: Stated) => accounts.get(row.account.accountRef);
  const fresh = stated.filter((row) => !known(row));
  const changed = stated.filter((row) => known(row) && !states(known(row)!, row.account));

  const parts: Checked[] = [];
  for (let at = 0; at < fresh.length; at += BATCH) parts.push(await register(check, fresh.slice(at, at + BATCH)));
  for (let at = 0; at < changed.length; at += CHECKS_AT_ONCE) {
    const some = changed.slice(at, at + CHECKS_AT_ONCE);
    parts.push(...(await Promise.all(some.map((row) => renew(check, row, known(row)!.address)))));
  }
  const planned = new Map(parts.flatMap((part) => part.rows.map((row) => [row.row, row])));
  return {
    rows: rows.map((row) => planned.get(row.row) ?? withoutCheck(row)),
    operations: parts.flatMap(({ operations }) => operations),
  };
}

/** A row that cannot be read, or states what the ledger has already. */
function withoutCheck(row: FileRow): RowPlan {
  if ("refusal" in row) return { ...row, action: "refuse" };
  return { row: row.row, accountRef: row.accountRef, eligibility: row.eligibility, action: "keep" };
}

/** Registers rows together; when the ledger refuses them, each half by itself, until the rows that it refuses are alone. */
async function register(check: LedgerCheck, rows: readonly Stated[]): Promise<Checked> {
  try {
    const call = registerAccounts(rows.map(({ account }) => account));
    return await carried(check, "register", call, rows);
  } catch (error) {
    if (rows.length === 1) return { rows: [refusedBy(error, rows[0]!)], operations: [] };
    requireRowRefusal(error);
    const middle = rows.length >> 1;
    const [first, second] = [await register(check, rows.slice(0, middle)), await register(check, rows.slice(middle))];
    return { rows: [...first.rows, ...second.rows], operations: [...first.operations, ...second.operations] };
  }
}

async function renew(check: LedgerCheck, row: Stated, address: string): Promise<Checked> {
  try {
    const { accountRef: _, ...facts } = row.account;
    return await carried(check, "renew", restateAccount(address, facts), [row]);
  } catch (error) {
    return { rows: [refusedBy(error, row)], operations: [] };
  }
}

/** Rows that one operation carries, once the ledger has said that it would accept it. */
async function carried(
  { gateway, signer, party, sha256, read }: LedgerCheck,
  action: "register" | "renew",
  call: LedgerCall,
  rows: readonly Stated[],
): Promise<Checked> {
  const operationRef = gateway.keccak256([party, "account-file", sha256, action, rows[0]!.row].join("\n"));
  const operation = await read((db) => checkCall(db, gateway, signer, { party, operationRef, call }));
  const planned = rows.map(({ row, accountRef, eligibility }) => ({
    row,
    accountRef,
    eligibility,
    action,
    operationId: operation.id,
  }));
  return { rows: planned, operations: [operation] };
}

/** Columns that a refusal of the ledger is about. */
const POINTERS: Partial<Record<ProblemCode, string>> = {
  "residence-onshore": "/residence",
  "residence-malformed": "/residence",
  "residence-not-allowed": "/residence",
  "look-through-failed": "/lookThrough",
  "category-missing": "/category",
  "us-person": "/usPerson",
  "holder-changed": "/holderRef",
  "account-exists": "/accountRef",
};

function refusedBy(error: unknown, { row, accountRef, eligibility }: Stated): RowPlan {
  const { code, message } = requireRowRefusal(error);
  const pointer = code === "eligibility-past" ? `/${eligibility.boundBy[0]}` : (POINTERS[code] ?? "");
  return { row, accountRef, eligibility, action: "refuse", refusal: { code, pointer, message } };
}

/** Refusals of the custodian, which a row cannot help. */
const OF_CUSTODIAN = new Set<ProblemCode>(["custodian-inactive", "role-missing", "key-unknown", "signing-key-unknown"]);

/** @throws The error itself, unless it is the ledger's refusal of what a row states. */
function requireRowRefusal(error: unknown): AppError {
  if (error instanceof AppError && error.status < 500 && !OF_CUSTODIAN.has(error.code)) return error;
  throw error;
}

function states(known: OwnAccount, stated: StatedAccount): boolean {
  return (
    known.holderRef === stated.holderRef &&
    known.residence === stated.residence &&
    known.category === stated.category &&
    known.lookThrough === stated.lookThrough &&
    known.omnibus === stated.omnibus &&
    known.usPerson === stated.usPerson &&
    known.acceptsFreeDelivery === stated.acceptsFreeDelivery &&
    known.evidenceCommitment === stated.evidenceCommitment &&
    secondsOf(known.eligibleUntil) === secondsOf(stated.eligibleUntil)
  );
}
