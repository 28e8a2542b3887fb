/**
 * A query for what accounts held at the end of block $1: note, account, custodian_id and units above zero.
 *
 * An account that has not moved since that block is read from its one row of what it holds; the others are looked up in
 * their history, one step down an index each.
 * @param condition On the holding `h`.
 */
export function heldAsOf(condition: string): string {
  return `
    select note, account, custodian_id, units from (
      select h.note, h.account, h.custodian_id, h.units
      from readmodel.holding h where h.block_number <= $1 and ${condition}
      union all
      select h.note, h.account, p.custodian_id, p.units
      from readmodel.holding h cross join lateral (
        select p.custodian_id, p.units from readmodel.position p
        where p.note = h.note and p.account = h.account and p.block_number <= $1
        order by p.block_number desc limit 1) p
      where h.block_number > $1 and ${condition}
    ) held where units > 0`;
}

/**
 * A query for what accounts held of a note when a record date closed: account and units above zero, in order of accounts.
 * A record date that was declared after its day closed where it was declared, in the middle of a block; any other one with
 * the last block of its day.
 * @param deal Placeholder of the deal's id.
 * @param note Placeholder of the note's address.
 * @param recordDateId Number of the record date in the deal, or a query for it.
 */
export function heldAtRecordDate(deal: string, note: string, recordDateId: string): string {
  return `
    with closed as (
      select r.* from readmodel.record_date r where r.deal_id = ${deal} and r.record_date_id = (${recordDateId})
      order by r.block_number, r.log_index limit 1
    ), cut as (
      select case when closes_at <= at then block_number
          else (select max(number) from readmodel.block where timestamp <= closed.closes_at) end as block,
        case when closes_at <= at then log_index end as log -- null: the whole block
      from closed
    ), held as (
      select distinct on (p.account) p.account, p.units
      from readmodel.position p, cut where p.note = ${note} and p.block_number <= cut.block
      order by p.account, p.block_number desc
    ), after as (
      select account, sum(units) as units from (
        select m.to_account as account, m.units from readmodel.movement m, cut
        where m.note = ${note} and m.block_number = cut.block and m.log_index > cut.log and m.to_account is not null
        union all
        select m.from_account, -m.units from readmodel.movement m, cut
        where m.note = ${note} and m.block_number = cut.block and m.log_index > cut.log and m.from_account is not null
      ) moved group by account
    )
    select account, held.units - coalesce(after.units, 0) as units
    from held left join after using (account)
    where held.units - coalesce(after.units, 0) > 0 order by account`;
}
