/**
 * A table of the pauses of classes that stand at block $1, under an alias: note, order_id, until. A pause that is not
 * longer than the one that stands changes nothing of it, and one that ran out stands no more.
 */
export function pausesAsOf(alias: string): string {
  return `(
    select note, order_id, paused_until as until from (
      select distinct on (note) note, order_id, paused_until from (
        select *, lag(paused_until, 1, 0::bigint) over (partition by note order by block_number, log_index) as before
        from readmodel.order_effect where paused_until is not null and block_number <= $1) changes
      where paused_until > before or paused_until = 0
      order by note, block_number desc, log_index desc) last
    join readmodel.block now on now.number = $1
    where now.timestamp <= paused_until) ${alias}`;
}
