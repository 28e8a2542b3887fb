import type { LedgerEvent } from "../../chain/events.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
create table readmodel.authority_order (
  order_id bytea primary key,
  filed_by_party_id int not null,
  order_ref bytea not null,
  kind text not null check (kind in ('freeze', 'force', 'recover', 'pause')),
  note bytea not null,
  account bytea, -- null for a pause
  destination bytea, -- null unless units move
  units numeric, -- null for a pause
  releases bytea, -- freeze whose units a forced movement may take
  authority bytea not null,
  jurisdiction text not null,
  basis_hash bytea not null,
  received_at bigint not null,
  expires_at bigint not null,
  review_at bigint not null,
  acted_on boolean not null default false, -- whether anything was done under it
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  tx_hash bytea not null
);
create index authority_order_by_time on readmodel.authority_order (block_number, log_index);
create index authority_order_of_account on readmodel.authority_order (account);

-- What was done under orders. A pause lasts through the second paused_until; zero where it was lifted.
create table readmodel.order_effect (
  order_id bytea not null,
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  effect text not null check (effect in ('frozen', 'released', 'forced', 'recovered', 'paused', 'pause-lifted')),
  note bytea not null,
  account bytea, -- null for a pause
  units numeric, -- null for a pause
  frozen_units numeric, -- of the account, by all orders together, from then on; null where that did not change
  ground bytea, -- of a release: hash of its grounds, or the order that took the units
  paused_until bigint, -- of a pause
  by_party_id int, -- of a pause; null for what three parties decide
  tx_hash bytea not null,
  primary key (block_number, log_index)
);
create index effect_of_order on readmodel.order_effect (order_id);
create index effect_on_note on readmodel.order_effect (note, account);

-- Approvers see what they are asked to decide, like those who see everything.
create function readmodel.caller_decides_orders() returns boolean stable language sql
  return records.caller_sees_all()
    or exists (select from records.party p where p.code = records.caller_party() and 'approver' = any (p.roles));

-- Custodians see the orders on their accounts once something was done under them, not before: whoever hears of a freeze
-- could move the units first.
alter table readmodel.authority_order enable row level security;
alter table readmodel.order_effect enable row level security;
create policy acted_on_own_accounts on readmodel.authority_order for select to narrowgate_reader
  using ((select readmodel.caller_decides_orders())
    or (acted_on and (account is null
      or exists (select from readmodel.account a where a.address in (account, destination)))));
create policy of_orders on readmodel.order_effect for select to narrowgate_reader
  using ((select readmodel.caller_decides_orders())
    or exists (select from readmodel.authority_order o where o.order_id = order_effect.order_id));
`;

/** Kinds of orders in the order of the ledger's numbers, which begin with none. */
const kinds = [null, "freeze", "force", "recover", "pause"] as const;

/** Orders of authorities, and everything that was done under them. */
export const ordersProjection: Projection = {
  name: "orders",
  ddl,
  handlers: {
    "Orders.OrderFiled": insertOrder,
    "Orders.UnitsFrozen": (tx, event) => insertEffect(tx, event, "frozen", event.args),
    "Orders.UnitsReleased": (tx, event) =>
      insertEffect(tx, event, "released", { ...event.args, ground: event.args.groundHash }),
    "Orders.UnitsForced": (tx, event) => insertEffect(tx, event, "forced", { ...event.args, account: event.args.from }),
    "Orders.UnitsRecovered": (tx, event) =>
      insertEffect(tx, event, "recovered", { ...event.args, account: event.args.from }),
    "Orders.ClassPaused": (tx, event) =>
      insertEffect(tx, event, "paused", { ...event.args, pausedUntil: event.args.until }),
    "Orders.ClassPauseLifted": (tx, event) =>
      insertEffect(tx, event, "pause-lifted", { ...event.args, pausedUntil: 0n }),
  },
};

async function insertOrder(tx: Queryable, event: LedgerEvent<"Orders.OrderFiled">): Promise<void> {
  const { orderId, by, ref, order } = event.args;
  await tx.query({
    name: "order.insert",
    text: `insert into readmodel.authority_order (order_id, filed_by_party_id, order_ref, kind, note, account, destination,
             units, releases, authority, jurisdiction, basis_hash, received_at, expires_at, review_at,
             block_number, log_index, at, tx_hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    values: [
      toBytes(orderId),
      by,
      toBytes(ref),
      kinds[Number(order.kind)],
      toBytes(order.note),
      bytesOrNull(order.account),
      bytesOrNull(order.destination),
      order.units === 0n ? null : order.units,
      bytesOrNull(order.releases),
      toBytes(order.authority),
      toBytes(order.jurisdiction).toString("latin1"),
      toBytes(order.basisHash),
      order.receivedAt,
      order.expiresAt,
      order.reviewAt,
      event.blockNumber,
      event.logIndex,
      event.timestamp,
      toBytes(event.transactionHash),
    ],
  });
}

type Effect = {
  orderId: string;
  note: string;
  account?: string;
  units?: bigint;
  frozenUnits?: bigint;
  ground?: string;
  pausedUntil?: bigint;
  by?: bigint;
};

async function insertEffect(
  tx: Queryable,
  { blockNumber, logIndex, timestamp, transactionHash }: Omit<LedgerEvent, "args">,
  name: string,
  effect: Effect,
): Promise<void> {
  await tx.query({
    name: "orderEffect.insert",
    text: `with acted as (update readmodel.authority_order set acted_on = true where order_id = $1)
           insert into readmodel.order_effect (order_id, block_number, log_index, at, effect, note, account, units,
             frozen_units, ground, paused_until, by_party_id, tx_hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    values: [
      toBytes(effect.orderId),
      blockNumber,
      logIndex,
      timestamp,
      name,
      toBytes(effect.note),
      effect.account === undefined ? null : toBytes(effect.account),
      effect.units ?? null,
      effect.frozenUnits ?? null,
      effect.ground === undefined ? null : toBytes(effect.ground),
      effect.pausedUntil ?? null,
      effect.by ?? null,
      toBytes(transactionHash),
    ],
  });
}

/** Addresses and hashes of zeros alone stand for none. */
function bytesOrNull(hex: string): Buffer | null {
  return /^0x0+$/.test(hex) ? null : toBytes(hex);
}
