/**
 * A table of what orders freeze of each account at the end of block $1, under an alias: note, account, frozen_units. An
 * account of which nothing was ever frozen has no row.
 */
export function frozenAsOf(alias: string): string {
  return `(
    select distinct on (note, account) note, account, frozen_units from readmodel.order_effect
    where frozen_units is not null and block_number <= $1
    order by note, account, block_number desc, log_index desc) ${alias}`;
}
