import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import type { EligibilityDates } from "../../domain/eligibility.ts";
import { AppError, problemKinds, type ProblemCode } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import type { OperationState, StoredProblem } from "../../store/operation.ts";
import type { AccountFile } from "./accountFile.schema.ts";

type Body = z.input<typeof AccountFile>;
type RowBody = Body["rows"][number];

type Row = {
  row: number;
  account_ref: Buffer | null;
  action: "register" | "renew" | "keep" | "refuse";
  operation_id: string | null;
  eligible_until: Date | null;
  bound_by: (keyof EligibilityDates)[] | null;
  code: string | null;
  pointer: string | null;
  message: string | null;
  state: OperationState | null;
  problem: StoredProblem | null;
  address: Buffer | null;
};

/** A file of the caller and what has become of its rows until now; undefined when the caller sent no such file. */
export async function findAccountFile(
  db: Queryable,
  { party, partyId }: Caller,
  sha256: string,
): Promise<Body | undefined> {
  const { rows: files } = await db.query<{ size_bytes: bigint; created_at: Date }>(
    "select size_bytes, created_at from records.account_file where party = $1 and sha256 = $2",
    [party, toBytes(sha256)],
  );
  const file = files[0];
  if (!file) return undefined;
  const { rows } = await db.query<Row>(
    `select r.*, o.state, o.problem, a.address
     from records.account_file_row r
     left join records.operation o on o.id = r.operation_id
     left join readmodel.account a on a.account_ref = r.account_ref and a.custodian_id = $3
     where r.party = $1 and r.sha256 = $2 order by r.row`,
    [party, toBytes(sha256), partyId],
  );
  const bodies = rows.map(rowBody);
  const count = (state: RowBody["state"]) => bodies.filter((row) => row.state === state).length;
  return {
    sha256,
    custodian: party,
    sizeBytes: Number(file.size_bytes),
    receivedAt: file.created_at.toISOString(),
    counts: {
      pending: count("pending"),
      registered: count("registered"),
      renewed: count("renewed"),
      unchanged: count("unchanged"),
      refused: count("refused"),
    },
    rows: bodies,
  };
}

/**
 * A file of the caller.
 * @throws AppError `not-found` when the caller sent no such file.
 */
export async function readAccountFileResult(db: Queryable, caller: Caller, sha256: string): Promise<Body> {
  const found = await findAccountFile(db, caller, sha256);
  if (!found) throw new AppError("not-found", { detail: "You sent no file with this hash." });
  return found;
}

const COLUMNS = [
  "row",
  "accountRef",
  "state",
  "account",
  "eligibleUntil",
  "boundBy",
  "operationId",
  "code",
  "pointer",
  "message",
] as const satisfies readonly (keyof RowBody)[];

/**
 * The rows as CSV (RFC 4180). Nothing that was sent comes back except references in hexadecimal, so no cell can be a
 * formula to whatever opens the file.
 */
export function csvOf({ rows }: Body): string {
  const lines = rows.map((row) => COLUMNS.map((column) => cellOf(row[column])).join(","));
  return [COLUMNS.join(","), ...lines, ""].join("\r\n");
}

function cellOf(value: RowBody[keyof RowBody]): string {
  if (value === null) return "";
  const text = Array.isArray(value) ? value.join(" ") : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function rowBody(row: Row): RowBody {
  const refusal = refusalOf(row);
  return {
    row: row.row,
    accountRef: row.account_ref && toHex(row.account_ref),
    state: refusal ? "refused" : stateOf(row),
    account: row.address && checksumAddress(toHex(row.address)),
    eligibleUntil: row.eligible_until?.toISOString() ?? null,
    boundBy: row.bound_by,
    operationId: row.operation_id,
    code: refusal?.code ?? null,
    pointer: refusal?.pointer ?? null,
    message: refusal?.message ?? null,
  };
}

function stateOf({ action, state }: Row): RowBody["state"] {
  if (action === "keep") return "unchanged";
  if (state !== "final") return "pending";
  return action === "register" ? "registered" : "renewed";
}

/** What was wrong with a row when it was sent, or why the ledger reverted its operation after all. */
function refusalOf({ code, pointer, message, state, problem }: Row) {
  if (code !== null) return { code, pointer: pointer ?? "", message: message ?? "" };
  if (state !== "reverted" && state !== "expired") return undefined;
  const reverted = problem?.code ?? "ledger-refused";
  const { title } = problemKinds[reverted in problemKinds ? (reverted as ProblemCode) : "ledger-refused"];
  return { code: reverted, pointer: "", message: title };
}
