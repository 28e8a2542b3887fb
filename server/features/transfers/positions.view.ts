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
