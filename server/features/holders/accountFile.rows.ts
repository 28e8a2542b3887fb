import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import {
  eligibilityDatesSchema,
  eligibilityOf,
  sanctionsScreenPolicy,
  type Eligibility,
} from "../../domain/eligibility.ts";
import { fieldErrorsOf } from "../../domain/fieldErrors.ts";
import { AppError, type FieldError } from "../../errors.ts";
import { AccountRequest } from "./holders.schema.ts";

export const MAX_ROWS = 2_000;

export type StatedAccount = z.output<typeof AccountRequest>;

/** Why a row is refused; `pointer` names the column, or the row as a whole when it is empty. */
export type RowRefusal = { readonly code: string; readonly pointer: string; readonly message: string };

/** A row as it was read: what it states, or what is wrong with it. */
export type FileRow = { readonly row: number; readonly accountRef: string | null } & (
  { readonly account: StatedAccount; readonly eligibility: Eligibility } | { readonly refusal: RowRefusal }
);

const flag = z.enum(["true", "false", ""]).transform((text) => text === "true");

/** A row of the file, whose columns are the fields of an account; in place of its last second stand the dates behind it. */
const Row = AccountRequest.omit({ eligibleUntil: true }).extend({
  ...eligibilityDatesSchema.shape,
  omnibus: flag.default(false),
  usPerson: flag.default(false),
  acceptsFreeDelivery: flag.default(false),
});

const COLUMNS = Object.keys(Row.shape);
const OPTIONAL_COLUMNS = new Set(["omnibus", "usPerson", "acceptsFreeDelivery"]);

/**
 * Reads a file of accounts: CSV in UTF-8 with a header that names the columns, in any order. A row that is wrong is told
 * with the others; a file that cannot be read as rows is refused as a whole.
 * @param today Civil date in UTC; nobody was screened after it.
 * @throws AppError `validation`.
 */
export function readAccountFile(bytes: Uint8Array, today: string): FileRow[] {
  const [header = [], ...records] = cellsOf(bytes);
  refuseHeader(header);
  if (records.length === 0 || records.length > MAX_ROWS) {
    refuseFile([
      { pointer: "/rows", code: "out-of-range", message: `Expected 1 to ${MAX_ROWS} rows below the header.` },
    ]);
  }
  const seen = new Set<string>();
  return records.map((cells, index) => {
    const row = rowOf(header, cells, index + 1, today);
    if (row.accountRef === null || "refusal" in row) return row;
    if (!seen.has(row.accountRef)) {
      seen.add(row.accountRef);
      return row;
    }
    return refused(row.row, row.accountRef, "repeated", "/accountRef", "An earlier row names this account.");
  });
}

function cellsOf(bytes: Uint8Array): string[][] {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return parse(text, { relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    const where = error instanceof CsvError ? `It is no CSV: ${error.message}.` : "It is not UTF-8.";
    throw new AppError("validation", { errors: [{ pointer: "", code: "malformed", message: where }], cause: error });
  }
}

function refuseHeader(header: readonly string[]): void {
  const wrong = (column: string, code: string, message: string) => ({ pointer: `/header/${column}`, code, message });
  const errors = [
    ...header.flatMap((column, index) => {
      if (!COLUMNS.includes(column)) return [wrong(String(index), "unknown-field", "No column of this name is known.")];
      return header.indexOf(column) === index ? [] : [wrong(column, "repeated", "The column stands there twice.")];
    }),
    ...COLUMNS.filter((column) => !OPTIONAL_COLUMNS.has(column) && !header.includes(column)).map((column) =>
      wrong(column, "missing", "The column is missing."),
    ),
  ];
  if (errors.length > 0) refuseFile(errors);
}

function refuseFile(errors: readonly FieldError[]): never {
  throw new AppError("validation", { errors });
}

function rowOf(header: readonly string[], cells: readonly string[], row: number, today: string): FileRow {
  const value = Object.fromEntries(header.map((column, index) => [column, cells[index]]));
  const given = AccountRequest.shape.accountRef.safeParse(value["accountRef"]);
  const accountRef = given.success ? given.data : null;
  if (cells.length !== header.length) {
    const message = `Expected ${header.length} cells as in the header, not ${cells.length}.`;
    return refused(row, accountRef, "malformed", "", message);
  }
  const parsed = Row.safeParse(value);
  if (!parsed.success) {
    const [first] = fieldErrorsOf(parsed.error, value);
    return refused(row, accountRef, first!.code, first!.pointer, first!.message);
  }
  const { kycUntil, categoryUntil, sanctionsClearedOn, ...facts } = parsed.data;
  if (sanctionsClearedOn > today) {
    return refused(row, accountRef, "lies-ahead", "/sanctionsClearedOn", "Expected a day until today.");
  }
  const eligibility = eligibilityOf({ kycUntil, categoryUntil, sanctionsClearedOn }, sanctionsScreenPolicy);
  return { row, accountRef, account: { ...facts, eligibleUntil: eligibility.eligibleUntil }, eligibility };
}

function refused(row: number, accountRef: string | null, code: string, pointer: string, message: string): FileRow {
  return { row, accountRef, refusal: { code, pointer, message } };
}
