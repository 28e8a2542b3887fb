import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { AppError } from "../../errors.ts";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import { noteOf } from "../transfers/transfers.view.ts";
import type { Order, OrderAsOf, OrderList, OrderQuery } from "./orders.schema.ts";
import { pausesAsOf } from "./pauses.view.ts";

type OrderBody = z.input<typeof Order>;

type EffectRow = {
  effect: OrderBody["effects"][number]["effect"];
  units: string | null;
  frozen: string | null;
  ground: string | null;
  until: number | null;
  by: number | null;
  at: number;
  block: number;
  tx: string;
};

type Row = {
  order_id: Buffer;
  order_ref: Buffer;
  kind: OrderBody["kind"];
  filed_by_party_id: number;
  deal_id: Buffer;
  class_index: number;
  account: Buffer | null;
  custodian_id: number | null;
  destination: Buffer | null;
  destination_custodian_id: number | null;
  units: bigint | null;
  releases: Buffer | null;
  authority: Buffer;
  jurisdiction: string;
  basis_hash: Buffer;
  received_at: bigint;
  expires_at: bigint;
  review_at: bigint;
  block_number: bigint;
  log_index: number;
  at: bigint;
  tx_hash: Buffer;
  expired: boolean;
  is_standing_pause: boolean;
  effects: EffectRow[];
};

/** Who decides orders sees the accounts of all; a custodian, whose own are joined, sees those alone. */
const shown = (account: string, own: string) =>
  `case when (select readmodel.caller_decides_orders()) then ${account} else ${own} end`;

/** Orders with what was done under them up to block $1; `rest` continues the conditions from $2 on and may order them. */
const orders = (rest: string) => `
  select o.*, c.deal_id, c.class_index, ${shown("o.account", "a.address")} as account, a.custodian_id,
    ${shown("o.destination", "d.address")} as destination, d.custodian_id as destination_custodian_id,
    b.timestamp > o.expires_at as expired, p.order_id is not null as is_standing_pause,
    (select coalesce(jsonb_agg(jsonb_build_object('effect', e.effect, 'units', e.units::text,
         'frozen', e.frozen_units::text, 'ground', '0x' || encode(e.ground, 'hex'), 'until', e.paused_until,
         'by', e.by_party_id, 'at', e.at, 'block', e.block_number, 'tx', '0x' || encode(e.tx_hash, 'hex'))
         order by e.block_number, e.log_index), '[]')
     from readmodel.order_effect e where e.order_id = o.order_id and e.block_number <= b.number) as effects
  from readmodel.authority_order o
  join readmodel.block b on b.number = $1
  join readmodel.class c on c.note = o.note
  left join readmodel.account a on a.address = o.account
  left join readmodel.account d on d.address = o.destination
  left join ${pausesAsOf("p")} on p.order_id = o.order_id
  where o.block_number <= b.number and ${rest}`;

/**
 * A page of the orders that the caller sees, newest first.
 * @throws AppError `unknown-class`.
 */
export async function listOrders(
  db: Queryable,
  { asOfBlock, kind, classId, account, limit, cursor }: z.output<typeof OrderQuery>,
): Promise<z.input<typeof OrderList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const [block, log] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/]) ?? [null, null];
  const { rows } = await db.query<Row>(
    orders(`($2::text is null or o.kind = $2) and ($3::bytea is null or o.note = $3)
       and ($4::bytea is null or $4 in (${shown("o.account", "a.address")}, ${shown("o.destination", "d.address")}))
       and ($5::bigint is null or (o.block_number, o.log_index) < ($5, $6::int))
     order by o.block_number desc, o.log_index desc limit $7`),
    [
      asOf.blockNumber,
      kind,
      classId === undefined ? null : toBytes(await noteOf(db, classId)),
      account === undefined ? null : toBytes(account),
      block,
      log,
      limit + 1,
    ],
  );
  const page = cutPage(rows, limit, (last) => [last.block_number, last.log_index]);
  const codeOf = await partyCodes(db);
  return { asOf, items: page.rows.map((row) => orderBody(row, codeOf)), next: page.next };
}

/**
 * One order.
 * @throws AppError `unknown-order` when the caller sees none of this id at that block.
 */
export async function readOrder(
  db: Queryable,
  orderId: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof OrderAsOf>> {
  const asOf: AsOf = await readAsOf(db, asOfBlock);
  const { rows } = await db.query<Row>(orders("o.order_id = $2"), [asOf.blockNumber, toBytes(orderId)]);
  const row = rows[0];
  if (!row) throw new AppError("unknown-order", { values: { orderId } });
  return { ...orderBody(row, await partyCodes(db)), asOf };
}

function orderBody(row: Row, codeOf: PartyCodes): OrderBody {
  const frozenUnits = frozenBy(row.effects);
  return {
    orderId: toHex(row.order_id),
    orderRef: toHex(row.order_ref),
    kind: row.kind,
    state: stateOf(row, frozenUnits),
    expired: row.expired,
    filedBy: codeOf(row.filed_by_party_id),
    classId: `${toHex(row.deal_id)}.${row.class_index}`,
    account: row.account && checksumAddress(toHex(row.account)),
    custodian: row.custodian_id === null ? null : codeOf(row.custodian_id),
    destination: row.destination && checksumAddress(toHex(row.destination)),
    destinationCustodian: row.destination_custodian_id === null ? null : codeOf(row.destination_custodian_id),
    units: row.units === null ? null : String(row.units),
    frozenUnits: String(frozenUnits),
    releases: row.releases && toHex(row.releases),
    authority: toHex(row.authority),
    jurisdiction: row.jurisdiction,
    basisHash: toHex(row.basis_hash),
    receivedAt: instantOf(row.received_at),
    expiresAt: instantOf(row.expires_at),
    reviewAt: instantOf(row.review_at),
    filedAt: instantOf(row.at),
    blockNumber: Number(row.block_number),
    transactionHash: toHex(row.tx_hash),
    effects: row.effects.map((effect) => effectBody(effect, codeOf)),
  };
}

/** What a freeze has frozen, less what was released or taken from it. */
function frozenBy(effects: readonly EffectRow[]): bigint {
  return effects.reduce((sum, { effect, units }) => {
    if (effect === "frozen") return sum + BigInt(units!);
    return effect === "released" ? sum - BigInt(units!) : sum;
  }, 0n);
}

function stateOf(row: Row, frozenUnits: bigint): OrderBody["state"] {
  if (row.effects.length === 0) return "filed";
  return frozenUnits > 0n || row.is_standing_pause ? "in-force" : "done";
}

function effectBody(row: EffectRow, codeOf: PartyCodes): OrderBody["effects"][number] {
  return {
    effect: row.effect,
    units: row.units,
    frozenUnits: row.frozen,
    ground: row.ground,
    pausedUntil: row.until ? instantOf(BigInt(row.until)) : null,
    by: row.by === null ? null : codeOf(row.by),
    at: instantOf(BigInt(row.at)),
    blockNumber: row.block,
    transactionHash: row.tx,
  };
}
