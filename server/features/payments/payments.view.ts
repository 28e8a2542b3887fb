import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import { cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { partyCodes, partyIds } from "../parties/parties.view.ts";
import type {
  CashAccountList,
  DepositList,
  EntitlementList,
  EntitlementQuery,
  PaymentList,
  entitlementStates,
} from "./payments.schema.ts";
import { classTallies } from "./tallies.view.ts";

// Most accounts of one batch.
const BATCH_MAX = 200;

/**
 * The deposit that is admitted for a currency, EIP-55.
 * @throws AppError `deposit-missing`.
 */
export async function currentDeposit(db: Queryable, currency: string): Promise<string> {
  const { rows } = await db.query<{ deposit: Buffer }>(
    `select deposit from readmodel.deposit where currency = $1 order by block_number desc, log_index desc limit 1`,
    [currency],
  );
  if (!rows[0]) throw new AppError("deposit-missing", { values: { currency } });
  return checksumAddress(toHex(rows[0].deposit));
}

/** Deposits that are admitted, by currency. */
export async function listDeposits(db: Queryable): Promise<z.input<typeof DepositList>> {
  const { rows } = await db.query<{ currency: string; deposit: Buffer; at: bigint }>(
    "select distinct on (currency) * from readmodel.deposit order by currency, block_number desc, log_index desc",
  );
  const items = rows.map(({ currency, deposit, at }) => ({
    currency,
    deposit: checksumAddress(toHex(deposit)),
    admittedAt: instantOf(at),
  }));
  return { asOf: await readAsOf(db), items };
}

/**
 * Where a party is paid, as far as the caller may see it.
 * @throws AppError `unknown-party`.
 */
export async function listCashAccounts(db: Queryable, party: string): Promise<z.input<typeof CashAccountList>> {
  const id = (await partyIds(db)).get(party);
  if (id === undefined) throw new AppError("unknown-party", { values: { party } });
  const { rows } = await db.query<{ currency: string; cash_account: Buffer; at: bigint }>(
    `select distinct on (currency) * from readmodel.cash_account where party_id = $1
     order by currency, block_number desc, log_index desc`,
    [id],
  );
  const items = rows.map(({ currency, cash_account: cashAccount, at }) => ({
    currency,
    cashAccount: checksumAddress(toHex(cashAccount)),
    since: instantOf(at),
  }));
  return { asOf: await readAsOf(db), items };
}

type Subject = { dealId: string; period: number; classIndex: number; state: "due" | "held" };

/**
 * The next accounts of a batch: those that failed last come last, and those of one custodian together, because each
 * custodian of a batch costs a transfer.
 */
export async function entitledAccounts(
  db: Queryable,
  { dealId, period, classIndex, state }: Subject,
): Promise<string[]> {
  const { rows } = await db.query<{ account: Buffer }>(
    `select account from readmodel.entitlement
     where deal_id = $1 and period = $2 and class_index = $3 and state = $4
     order by failed_at nulls first, custodian_id, account limit $5`,
    [toBytes(dealId), period, classIndex, state, BATCH_MAX],
  );
  return rows.map(({ account }) => toHex(account));
}

/**
 * A page of the entitlements of a posted period that the caller sees.
 * @throws AppError `not-found` when the period is not posted.
 */
export async function listEntitlements(
  db: Queryable,
  dealId: string,
  period: number,
  { classIndex, state, limit, cursor }: z.output<typeof EntitlementQuery>,
): Promise<z.input<typeof EntitlementList>> {
  if (!(await isPosted(db, dealId, period))) throw notPosted();
  type Row = {
    class_index: number;
    account: Buffer;
    custodian_id: number;
    units: bigint;
    amount_minor: bigint;
    state: (typeof entitlementStates)[number];
    failed_at: bigint | null;
    at: bigint;
  };
  const [afterClass, afterAccount] = decodeCursor(cursor, [/^\d{1,3}$/, /^[0-9a-f]{40}$/]) ?? [];
  const { rows } = await db.query<Row>(
    `select * from readmodel.entitlement
     where deal_id = $1 and period = $2 and ($3::int is null or class_index = $3) and ($4::text is null or state = $4)
       and ($5::int is null or (class_index, account) > ($5, $6::bytea))
     order by class_index, account limit $7`,
    [
      toBytes(dealId),
      period,
      classIndex ?? null,
      state ?? null,
      afterClass ?? null,
      afterAccount === undefined ? null : Buffer.from(afterAccount, "hex"),
      limit + 1,
    ],
  );
  const page = cutPage(rows, limit, (last) => [last.class_index, last.account.toString("hex")]);
  const codeOf = await partyCodes(db);
  const items = page.rows.map((row) => ({
    classIndex: row.class_index,
    account: checksumAddress(toHex(row.account)),
    custodian: codeOf(row.custodian_id),
    units: String(row.units),
    amountMinor: String(row.amount_minor),
    state: row.state,
    failedAt: row.failed_at === null ? null : instantOf(row.failed_at),
    changedAt: instantOf(row.at),
  }));
  return { asOf: await readAsOf(db), items, next: page.next };
}

/**
 * What was paid of a posted period, as far as the caller sees it.
 * @throws AppError `not-found` when the period is not posted.
 */
export async function listPayments(
  db: Queryable,
  dealId: string,
  period: number,
): Promise<z.input<typeof PaymentList>> {
  if (!(await isPosted(db, dealId, period))) throw notPosted();
  const tallies = await classTallies(db, dealId, period);
  const codeOf = await partyCodes(db);
  return {
    asOf: await readAsOf(db),
    funding: await fundingOf(db, dealId, period),
    classes: [...tallies.values()]
      .sort((a, b) => a.classIndex - b.classIndex)
      .map(({ classIndex, paidMinor, heldMinor, openAccounts }) => ({
        classIndex,
        paidMinor: String(paidMinor),
        heldMinor: String(heldMinor),
        openAccounts,
      })),
    parties: await partyPaymentsOf(db, dealId, period, codeOf),
    custodians: await custodianPaymentsOf(db, dealId, period, codeOf),
  };
}

/** Whether a period is posted. */
export async function isPosted(db: Queryable, dealId: string, period: number): Promise<boolean> {
  const { rowCount } = await db.query("select from readmodel.posting where deal_id = $1 and period = $2", [
    toBytes(dealId),
    period,
  ]);
  return rowCount === 1;
}

function notPosted(): AppError {
  return new AppError("not-found", { detail: "The period has not been posted." });
}

async function fundingOf(
  db: Queryable,
  dealId: string,
  period: number,
): Promise<z.input<typeof PaymentList>["funding"]> {
  const { rows } = await db.query<{ deposit: Buffer; amount_minor: bigint; at: bigint; tx_hash: Buffer }>(
    "select * from readmodel.funding where deal_id = $1 and period = $2",
    [toBytes(dealId), period],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    deposit: checksumAddress(toHex(row.deposit)),
    amountMinor: String(row.amount_minor),
    at: instantOf(row.at),
    transactionHash: toHex(row.tx_hash),
  };
}

type CodeOf = (partyId: number) => string;

async function partyPaymentsOf(
  db: Queryable,
  dealId: string,
  period: number,
  codeOf: CodeOf,
): Promise<z.input<typeof PaymentList>["parties"]> {
  type Row = {
    payee_id: number;
    line: number | null;
    class_index: number | null;
    amount_minor: bigint;
    at: bigint | null;
    tx_hash: Buffer | null;
  };
  const { rows } = await db.query<Row>(
    "select * from readmodel.party_payment where deal_id = $1 and period = $2 order by line, class_index",
    [toBytes(dealId), period],
  );
  return rows.map((row) => ({
    payee: codeOf(row.payee_id),
    line: row.line,
    classIndex: row.class_index,
    amountMinor: String(row.amount_minor),
    paidAt: row.at === null ? null : instantOf(row.at),
    transactionHash: row.tx_hash && toHex(row.tx_hash),
  }));
}

async function custodianPaymentsOf(
  db: Queryable,
  dealId: string,
  period: number,
  codeOf: CodeOf,
): Promise<z.input<typeof PaymentList>["custodians"]> {
  type Row = {
    custodian_id: number;
    class_index: number;
    cash_account: Buffer;
    amount_minor: bigint;
    at: bigint;
    block_number: bigint;
    tx_hash: Buffer;
  };
  const { rows } = await db.query<Row>(
    `select * from readmodel.custodian_payment where deal_id = $1 and period = $2 order by block_number, log_index`,
    [toBytes(dealId), period],
  );
  return rows.map((row) => ({
    custodian: codeOf(row.custodian_id),
    classIndex: row.class_index,
    cashAccount: checksumAddress(toHex(row.cash_account)),
    amountMinor: String(row.amount_minor),
    at: instantOf(row.at),
    blockNumber: Number(row.block_number),
    transactionHash: toHex(row.tx_hash),
  }));
}
