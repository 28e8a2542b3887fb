import type { LedgerEvent } from "../../chain/events.ts";
import { stepKinds, type StepTerms } from "../../domain/dealTerms.ts";
import { splitOverHolders, type Holding } from "../../domain/entitlements.ts";
import { linesOf } from "../../domain/waterfallLines.ts";
import { heldAtRecordDate } from "../transfers/positions.view.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

type Posted = LedgerEvent<"Distributor.Posted">;

type DealRow = { issuer_id: number; paying_agent_id: number; note: Buffer | null; class_index: number };

/**
 * Opens the payments of a period when it is posted: what each account is to be paid of each class, by its units at the
 * record date, and what goes to one party alone.
 */
export async function openPayments(tx: Queryable, event: Posted): Promise<void> {
  const { deal, classes } = event.args;
  const { rows } = await tx.query<DealRow>({
    name: "payment.classes",
    text: `select d.issuer_id, d.paying_agent_id, c.note, c.class_index
           from readmodel.deal d join readmodel.class c using (deal_id) where deal_id = $1 order by c.class_index`,
    values: [toBytes(deal)],
  });
  for (const row of rows) {
    const { payableMinor } = classes[row.class_index]!;
    if (row.note) await openClass(tx, event, { ...row, note: row.note }, payableMinor);
    else await insertPartyPayment(tx, event, { classIndex: row.class_index, payeeId: row.issuer_id }, payableMinor);
  }
  for (const [line, { payee }] of linesOf(await stepsOf(tx, deal)).entries()) {
    if (payee !== null) await insertPartyPayment(tx, event, { line, payeeId: payee }, event.args.paidMinor[line]!);
  }
}

async function openClass(
  tx: Queryable,
  { args, blockNumber, timestamp }: Posted,
  { note, class_index: classIndex, paying_agent_id: payingAgentId }: DealRow & { note: Buffer },
  payableMinor: bigint,
): Promise<void> {
  // Nobody is credited a share of nothing.
  const holdings = payableMinor === 0n ? [] : await holdingsAt(tx, args, note);
  const { entitlements } = splitOverHolders(holdings, payableMinor, 0n);
  await tx.query({
    name: "classPayment.insert",
    text: `insert into readmodel.class_payment (deal_id, period, class_index, payable_minor, accounts, open_accounts,
             held_accounts, paid_minor, held_minor)
           values ($1, $2, $3, $4, $5, $5, 0, 0, 0)`,
    values: [toBytes(args.deal), args.period, classIndex, payableMinor, holdings.length],
  });
  await tx.query({
    name: "entitlement.insert",
    text: `insert into readmodel.entitlement (deal_id, period, class_index, account, custodian_id, paying_agent_id, units,
             amount_minor, block_number, at)
           select $1, $2, $3, e.account, a.custodian_id, $4, e.units, e.amount, $5, $6
           from unnest($7::bytea[], $8::numeric[], $9::numeric[]) as e(account, units, amount)
           join readmodel.account a on a.address = e.account`,
    values: [
      toBytes(args.deal),
      args.period,
      classIndex,
      payingAgentId,
      blockNumber,
      timestamp,
      holdings.map(({ account }) => toBytes(account)),
      holdings.map(({ units }) => units),
      entitlements.map(({ amountMinor }) => amountMinor),
    ],
  });
}

/** Who held a note when the record date of a cycle closed. */
async function holdingsAt(tx: Queryable, { deal, period }: Posted["args"], note: Buffer): Promise<Holding[]> {
  const recordDateId = `select record_date_id from readmodel.cycle where deal_id = $1 and period = $2
    order by version desc limit 1`;
  const { rows } = await tx.query<{ account: string; units: bigint }>({
    name: "entitlement.holdings",
    text: `select '0x' || encode(account, 'hex') as account, units
           from (${heldAtRecordDate("$1", "$3", recordDateId)}) held order by account`,
    values: [toBytes(deal), period, note],
  });
  return rows;
}

async function stepsOf(tx: Queryable, dealId: string): Promise<StepTerms[]> {
  type Row = { kind: (typeof stepKinds)[number]; classes: number; payee_id: number; cap_minor: bigint };
  const { rows } = await tx.query<Row>({
    name: "payment.steps",
    text: "select kind, classes, payee_id, cap_minor from readmodel.step where deal_id = $1 order by step_index",
    values: [toBytes(dealId)],
  });
  return rows.map(({ kind, classes, payee_id: payee, cap_minor: capMinor }) => ({
    kind: stepKinds.indexOf(kind),
    classes,
    payee,
    capMinor,
  }));
}

async function insertPartyPayment(
  tx: Queryable,
  { args }: Posted,
  { line, classIndex, payeeId }: { line?: number; classIndex?: number; payeeId: number },
  amountMinor: bigint,
): Promise<void> {
  await tx.query({
    name: "partyPayment.insert",
    text: `insert into readmodel.party_payment (deal_id, period, line, class_index, payee_id, amount_minor)
           values ($1, $2, $3, $4, $5, $6)`,
    values: [toBytes(args.deal), args.period, line ?? null, classIndex ?? null, payeeId, amountMinor],
  });
}
