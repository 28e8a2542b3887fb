import type { LedgerEvent } from "../../chain/events.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

/** Events that say what became of an account's share; one for each account of a batch. */
export const CREDIT_EVENTS = ["Payments.Paid", "Payments.Held", "Payments.Released", "Payments.Unpaid"] as const;

type Credit = LedgerEvent<(typeof CREDIT_EVENTS)[number]>;

const states: Readonly<Record<string, string>> = { Paid: "paid", Held: "held", Released: "released" };

/** What a block changed for one account; the state is null when the deposit did not move. */
type Change = { credit: Credit; state: string | null; failedAt: number | null };

/** What a block changed for one class. */
type Sum = { payment: string; credited: number; held: number; paidMinor: bigint; heldMinor: bigint };

/** Brings entitlements and the sums of their classes to where the events leave them, in two statements. */
export async function applyCredits(tx: Queryable, events: readonly LedgerEvent[]): Promise<void> {
  const credits = events.filter(({ name }) => name !== "CustodianPaid") as Credit[];
  if (credits.length === 0) return;
  await updateEntitlements(tx, changesOf(credits));
  await updateClasses(tx, sumsOf(credits));
}

/** Keeps the deposit transfers of batches. */
export async function insertCustodianPayments(tx: Queryable, events: readonly LedgerEvent[]): Promise<void> {
  for (const event of events) {
    if (event.name !== "CustodianPaid") continue;
    const { args, blockNumber, logIndex, timestamp, transactionHash } = event as LedgerEvent<"Payments.CustodianPaid">;
    await tx.query({
      name: "custodianPayment.insert",
      text: `insert into readmodel.custodian_payment (deal_id, period, class_index, custodian_id, paying_agent_id,
               cash_account, amount_minor, block_number, log_index, at, tx_hash)
             select p.deal_id, p.period, p.class_index, $2, d.paying_agent_id, $3, $4, $5, $6, $7, $8
             from readmodel.class_payment p join readmodel.deal d using (deal_id) where p.payment = $1`,
      values: [
        toBytes(args.payment),
        args.custodian,
        toBytes(args.cashAccount),
        args.amountMinor,
        blockNumber,
        logIndex,
        timestamp,
        toBytes(transactionHash),
      ],
    });
  }
}

function changesOf(credits: readonly Credit[]): Change[] {
  const changes = new Map<string, Change>();
  for (const credit of credits) {
    const key = `${credit.args.payment} ${credit.args.account}`;
    const state = states[credit.name] ?? changes.get(key)?.state ?? null;
    changes.set(key, { credit, state, failedAt: credit.name === "Unpaid" ? credit.timestamp : null });
  }
  return [...changes.values()];
}

function sumsOf(credits: readonly Credit[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const credit of credits) {
    const key = credit.args.payment;
    const sum = sums.get(key) ?? { payment: key, credited: 0, held: 0, paidMinor: 0n, heldMinor: 0n };
    sums.set(key, sum);
    const { amountMinor } = credit.args;
    if (credit.name === "Paid" || credit.name === "Held") sum.credited += 1;
    if (credit.name === "Paid" || credit.name === "Released") sum.paidMinor += amountMinor;
    if (credit.name === "Held") [sum.held, sum.heldMinor] = [sum.held + 1, sum.heldMinor + amountMinor];
    if (credit.name === "Released") [sum.held, sum.heldMinor] = [sum.held - 1, sum.heldMinor - amountMinor];
  }
  return [...sums.values()];
}

async function updateEntitlements(tx: Queryable, changes: readonly Change[]): Promise<void> {
  await tx.query({
    name: "entitlement.update",
    text: `update readmodel.entitlement e
           set state = coalesce(c.state, e.state), failed_at = c.failed_at, block_number = c.block, at = c.at
           from unnest($1::bytea[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
             as c(payment, account, state, failed_at, block, at)
           join readmodel.class_payment p using (payment)
           where e.deal_id = p.deal_id and e.period = p.period and e.class_index = p.class_index
             and e.account = c.account`,
    values: [
      changes.map(({ credit }) => toBytes(credit.args.payment)),
      changes.map(({ credit }) => toBytes(credit.args.account)),
      changes.map(({ state }) => state),
      changes.map(({ failedAt }) => failedAt),
      changes.map(({ credit }) => credit.blockNumber),
      changes.map(({ credit }) => credit.timestamp),
    ],
  });
}

async function updateClasses(tx: Queryable, sums: readonly Sum[]): Promise<void> {
  await tx.query({
    name: "classPayment.update",
    text: `update readmodel.class_payment p
           set open_accounts = p.open_accounts - s.credited, held_accounts = p.held_accounts + s.held,
             paid_minor = p.paid_minor + s.paid, held_minor = p.held_minor + s.held_minor
           from unnest($1::bytea[], $2::int[], $3::int[], $4::numeric[], $5::numeric[])
             as s(payment, credited, held, paid, held_minor)
           where p.payment = s.payment`,
    values: [
      sums.map(({ payment }) => toBytes(payment)),
      sums.map(({ credited }) => credited),
      sums.map(({ held }) => held),
      sums.map(({ paidMinor }) => paidMinor),
      sums.map(({ heldMinor }) => heldMinor),
    ],
  });
}
