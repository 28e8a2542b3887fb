import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

/** How far the payment of a class has come. Minor units. */
type ClassTally = {
  classIndex: number;
  paidMinor: bigint;
  heldMinor: bigint;
  /** Accounts, or for a retained class the issuer, that are neither paid nor held. */
  openAccounts: number;
};

/** How far the payments of a period have come. */
export type PeriodTally = {
  period: number;
  /** Second in which it was funded; null before. */
  fundedAt: bigint | null;
  /** Whether anybody, the payees of fees included, is neither paid nor held. */
  isOpen: boolean;
};

/** Funds and payments of the posted periods of a deal, by period. */
export async function periodTallies(db: Queryable, dealId: string): Promise<Map<number, PeriodTally>> {
  const { rows } = await db.query<{ period: number; funded_at: bigint | null; is_open: boolean }>(
    `select period, f.at as funded_at,
       exists (select from readmodel.class_payment c
         where c.deal_id = $1 and c.period = p.period and c.open_accounts > 0)
       or exists (select from readmodel.party_payment o
         where o.deal_id = $1 and o.period = p.period and o.amount_minor > 0 and o.at is null) as is_open
     from readmodel.posting p left join readmodel.funding f using (deal_id, period) where deal_id = $1`,
    [toBytes(dealId)],
  );
  return new Map(rows.map((row) => [row.period, { period: row.period, fundedAt: row.funded_at, isOpen: row.is_open }]));
}

/** Payments of a posted period by class. */
export async function classTallies(db: Queryable, dealId: string, period: number): Promise<Map<number, ClassTally>> {
  type Row = { class_index: number; paid_minor: bigint; held_minor: bigint; open_accounts: number };
  const { rows } = await db.query<Row>(
    `select class_index, paid_minor, held_minor, open_accounts from readmodel.class_payment
     where deal_id = $1 and period = $2
     union all
     select class_index, case when at is null then 0 else amount_minor end, 0,
       case when at is null and amount_minor > 0 then 1 else 0 end
     from readmodel.party_payment where deal_id = $1 and period = $2 and class_index is not null`,
    [toBytes(dealId), period],
  );
  return new Map(
    rows.map((row) => [
      row.class_index,
      {
        classIndex: row.class_index,
        paidMinor: row.paid_minor,
        heldMinor: row.held_minor,
        openAccounts: row.open_accounts,
      },
    ]),
  );
}
