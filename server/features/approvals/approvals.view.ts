import type { z } from "zod";
import type { SingletonName } from "../../chain/contracts.ts";
import type { Addresses } from "../../chain/genesis.ts";
import { readAsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toHex } from "../../store/hex.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import type { Matter, MatterList, MatterQuery } from "./approvals.schema.ts";

type Row = {
  module: Buffer;
  subject: Buffer;
  payload_hash: Buffer;
  opened_block_number: bigint;
  opened_log_index: number;
  opened_at: bigint;
  effective_at: bigint | null;
  withdrawn_at: bigint | null;
  withdrawn_by_party_id: number | null;
  endorsements: { party: number; at: number; block: number; tx: string }[];
};

/**
 * A page of matters, newest first.
 * @param addresses Of the singletons; a matter shows the name of its module.
 */
export async function listMatters(
  db: Queryable,
  addresses: Addresses,
  { state, limit, cursor }: z.output<typeof MatterQuery>,
): Promise<z.input<typeof MatterList>> {
  const [beforeBlock, beforeLog] = decodeCursor(cursor, [BIGINT_FORM, BIGINT_FORM]) ?? [null, null];
  const { rows } = await db.query<Row>(
    `select m.*, (
       select jsonb_agg(jsonb_build_object('party', e.party_id, 'at', e.at, 'block', e.block_number,
         'tx', '0x' || encode(e.tx_hash, 'hex')) order by e.block_number, e.log_index)
       from readmodel.endorsement e
       where e.module = m.module and e.subject = m.subject
         and (e.block_number, e.log_index) >= (m.opened_block_number, m.opened_log_index)
         and (e.block_number, e.log_index) < coalesce((
           select (n.opened_block_number, n.opened_log_index) from readmodel.matter n
           where n.module = m.module and n.subject = m.subject
             and (n.opened_block_number, n.opened_log_index) > (m.opened_block_number, m.opened_log_index)
           order by n.opened_block_number, n.opened_log_index limit 1), (9223372036854775807, 0))
     ) as endorsements
     from readmodel.matter m
     where ($1::text is null or $1 = case when effective_at is not null then 'effective'
         when withdrawn_at is not null then 'withdrawn' else 'open' end)
       and ($2::bigint is null or (opened_block_number, opened_log_index) < ($2, $3::bigint))
     order by opened_block_number desc, opened_log_index desc limit $4`,
    [state, beforeBlock, beforeLog, limit + 1],
  );
  const page = cutPage(rows, limit, (last) => [last.opened_block_number, last.opened_log_index]);
  const codeOf = await partyCodes(db);
  const nameOf = new Map(Object.entries(addresses).map(([name, at]) => [at.toLowerCase(), name as SingletonName]));
  return {
    asOf: await readAsOf(db),
    items: page.rows.map((row) => ({ module: nameOf.get(toHex(row.module)) ?? null, ...toMatter(row, codeOf) })),
    next: page.next,
  };
}

function toMatter(row: Row, codeOf: PartyCodes): Omit<z.input<typeof Matter>, "module"> {
  return {
    subject: toHex(row.subject),
    payloadHash: toHex(row.payload_hash),
    state: row.effective_at !== null ? "effective" : row.withdrawn_at !== null ? "withdrawn" : "open",
    openedAt: instantOf(row.opened_at),
    effectiveAt: row.effective_at === null ? null : instantOf(row.effective_at),
    withdrawnAt: row.withdrawn_at === null ? null : instantOf(row.withdrawn_at),
    withdrawnBy: row.withdrawn_by_party_id === null ? null : codeOf(row.withdrawn_by_party_id),
    endorsements: row.endorsements.map(({ party, at, block, tx }) => ({
      party: codeOf(party),
      at: instantOf(BigInt(at)),
      blockNumber: block,
      transactionHash: tx,
    })),
  };
}
