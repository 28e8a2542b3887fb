import type { LedgerEvent } from "../../chain/events.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- Every movement of units. The class is known by the address of its note, which is a third of a class id's size in a
-- table that grows with each transfer.
create table readmodel.movement (
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  note bytea not null,
  from_account bytea, -- null for an issuance
  to_account bytea, -- null for a cancellation
  units numeric not null,
  from_custodian_id int,
  to_custodian_id int,
  operation_ref bytea, -- null for a movement by a holder's own key through ERC-20, by order, and for a cancellation
  operator bytea, -- key that moved; null where the ledger does not tell
  order_id bytea, -- order under which the units moved without their holder
  order_kind text, -- force or recover, with order_id
  tx_hash bytea not null,
  primary key (block_number, log_index),
  check ((from_account is null) = (from_custodian_id is null)),
  check ((to_account is null) = (to_custodian_id is null))
);
create index movement_of_note on readmodel.movement (note, block_number, log_index);
create index movement_from on readmodel.movement (from_account, block_number, log_index);
create index movement_to on readmodel.movement (to_account, block_number, log_index);

-- What an account holds of a note since a block.
create table readmodel.holding (
  note bytea not null,
  account bytea not null,
  custodian_id int not null,
  units numeric not null,
  block_number bigint not null,
  primary key (note, account)
) with (fillfactor = 80);

-- What an account held of a note at the end of each block in which that changed.
create table readmodel.position (
  note bytea not null,
  account bytea not null,
  block_number bigint not null,
  log_index int not null, -- of the last movement in the block
  custodian_id int not null,
  units numeric not null check (units >= 0),
  primary key (note, account, block_number)
);

alter table readmodel.movement enable row level security;
alter table readmodel.holding enable row level security;
alter table readmodel.position enable row level security;
create policy own_accounts on readmodel.movement for select to narrowgate_reader
  using ((select records.caller_sees_all())
    or (select records.caller_party_id()) in (from_custodian_id, to_custodian_id));
create policy own_accounts on readmodel.holding for select to narrowgate_reader
  using ((select records.caller_sees_all()) or custodian_id = (select records.caller_party_id()));
create policy own_accounts on readmodel.position for select to narrowgate_reader
  using ((select records.caller_sees_all()) or custodian_id = (select records.caller_party_id()));
`;

const NOBODY = `0x${"0".repeat(40)}`;

type Transfer = LedgerEvent<"Note.Transfer">;
type Movement = {
  transfer: Transfer;
  operationRef: string | null;
  operator: string | null;
  orderId: string | null;
  orderKind: "force" | "recover" | null;
};

/**
 * Movements and what follows from them: who holds how much, now and at the end of every block. This is the hot path of
 * the indexer, so a call of any length is two statements.
 */
export const transfersProjection: Projection = {
  name: "transfers",
  ddl,
  handlers: {
    // Units go with their account: the custodian that has it now sees what it held at every block.
    "HolderRegistry.AccountsReassigned": async (tx, { args }) => {
      const values = [args.accounts.map(toBytes), args.to];
      for (const table of ["holding", "position"]) {
        const text = `update readmodel.${table} set custodian_id = $2 where account = any($1::bytea[])`;
        await tx.query({ name: `${table}.reassign`, text, values });
      }
    },
  },
  batch: {
    events: ["Note.Transfer", "Note.Moved", "DealRegistry.Issued", "Orders.UnitsForced", "Orders.UnitsRecovered"],
    apply: async (tx, events) => {
      const movements = movementsOf(events);
      if (movements.length === 0) return;
      await insertMovements(tx, movements);
      await insertPositions(tx, movements);
    },
  },
};

/**
 * Joins each transfer with the event that says why: `Moved` right behind it, `UnitsForced` or `UnitsRecovered` behind the
 * only transfer of its transaction, or `Issued` behind all legs of an issuance.
 */
function movementsOf(events: readonly LedgerEvent[]): Movement[] {
  const movements: Movement[] = [];
  for (const event of events) {
    if (event.name === "Transfer") {
      const cause = { operationRef: null, operator: null, orderId: null, orderKind: null };
      movements.push({ transfer: event as Transfer, ...cause });
    } else if (event.name === "Moved") {
      const { operationRef, operator } = (event as LedgerEvent<"Note.Moved">).args;
      Object.assign(movements.at(-1)!, { operationRef, operator });
    } else if (event.contract === "Orders") {
      const { orderId } = (event as LedgerEvent<"Orders.UnitsForced" | "Orders.UnitsRecovered">).args;
      const orderKind = event.name === "UnitsForced" ? "force" : "recover";
      Object.assign(movements.at(-1)!, { orderId, orderKind });
    } else {
      const { operationRef } = (event as LedgerEvent<"DealRegistry.Issued">).args;
      for (const leg of legsOfIssuance(movements, event.transactionHash)) leg.operationRef = operationRef;
    }
  }
  return movements;
}

/** The movements from the end backwards that are of this transaction, come from nobody and have no reference yet. */
function legsOfIssuance(movements: readonly Movement[], transactionHash: string): readonly Movement[] {
  const before = movements.findLastIndex(
    ({ transfer, operationRef }) =>
      transfer.transactionHash !== transactionHash || transfer.args.from !== NOBODY || operationRef !== null,
  );
  return movements.slice(before + 1);
}

async function insertMovements(tx: Queryable, movements: readonly Movement[]): Promise<void> {
  await tx.query({
    name: "movement.insert",
    // The custodians stand in the table of accounts, which the projection of holders has written before.
    text: `insert into readmodel.movement (block_number, log_index, at, note, from_account, to_account, units,
             operation_ref, operator, tx_hash, order_id, order_kind, from_custodian_id, to_custodian_id)
           select m.*, f.custodian_id, t.custodian_id
           from unnest($1::bigint[], $2::int[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::numeric[],
             $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[], $12::text[])
             as m(block, log, at, note, from_account, to_account)
           left join readmodel.account f on f.address = m.from_account
           left join readmodel.account t on t.address = m.to_account`,
    values: [
      movements.map(({ transfer }) => transfer.blockNumber),
      movements.map(({ transfer }) => transfer.logIndex),
      movements.map(({ transfer }) => transfer.timestamp),
      movements.map(({ transfer }) => toBytes(transfer.address)),
      movements.map(({ transfer }) => accountBytes(transfer.args.from)),
      movements.map(({ transfer }) => accountBytes(transfer.args.to)),
      movements.map(({ transfer }) => transfer.args.value),
      movements.map(({ operationRef }) => operationRef && toBytes(operationRef)),
      movements.map(({ operator }) => operator && toBytes(operator)),
      movements.map(({ transfer }) => toBytes(transfer.transactionHash)),
      movements.map(({ orderId }) => orderId && toBytes(orderId)),
      movements.map(({ orderKind }) => orderKind),
    ],
  });
}

/** Units come from nobody when they are issued, and go to nobody when they are cancelled. */
function accountBytes(account: string): Buffer | null {
  return account === NOBODY ? null : toBytes(account);
}

/** What one block changed in the units that one account holds of one note. */
type Change = { note: string; account: string; blockNumber: number; logIndex: number; units: bigint };

async function insertPositions(tx: Queryable, movements: readonly Movement[]): Promise<void> {
  const changes = changesOf(movements);
  await tx.query({
    name: "position.insert",
    text: `with change as (
             select * from unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::int[], $5::numeric[])
               as c(note, account, block, log, units)
           ), total as (
             select note, account, sum(units) as units, max(block) as block from change group by note, account
           ), held as (
             insert into readmodel.holding as h (note, account, custodian_id, units, block_number)
             select t.note, t.account, a.custodian_id, t.units, t.block
             from total t left join readmodel.account a on a.address = t.account
             on conflict (note, account) do update
               set units = h.units + excluded.units, block_number = excluded.block_number
             returning note, account, custodian_id, units
           )
           insert into readmodel.position (note, account, block_number, log_index, custodian_id, units)
           select note, account, c.block, c.log, held.custodian_id,
             held.units - total.units + sum(c.units) over (partition by note, account order by c.block)
           from change c join total using (note, account) join held using (note, account)`,
    values: [
      changes.map(({ note }) => toBytes(note)),
      changes.map(({ account }) => toBytes(account)),
      changes.map(({ blockNumber }) => blockNumber),
      changes.map(({ logIndex }) => logIndex),
      changes.map(({ units }) => units),
    ],
  });
}

function changesOf(movements: readonly Movement[]): Change[] {
  const changes = new Map<string, Change>();
  const add = ({ address: note, blockNumber, logIndex }: Transfer, account: string, units: bigint) => {
    const key = `${blockNumber} ${note} ${account}`;
    const before = changes.get(key)?.units ?? 0n;
    changes.set(key, { note, account, blockNumber, logIndex, units: before + units });
  };
  for (const { transfer } of movements) {
    const { from, to, value } = transfer.args;
    if (from !== NOBODY) add(transfer, from, -value);
    if (to !== NOBODY) add(transfer, to, value);
  }
  return [...changes.values()];
}
