import { AppError } from "../errors.ts";
import type { Queryable } from "./database.ts";
import { toBytes } from "./hex.ts";
import {
  toOperation,
  type NewOperation,
  type Operation,
  type OperationRow,
  type OperationState,
  type Settlement,
} from "./operation.ts";

/**
 * Stores a command.
 * @throws AppError `duplicate-operation` when its reference stands for an operation already.
 */
export async function insertOperation(tx: Queryable, operation: NewOperation): Promise<Operation> {
  const { rows } = await tx.query<OperationRow>({
    name: "operation.insert",
    text: withHistory(
      `insert into records.operation
         (id, party, kind, signer, target, data, gas_limit, operation_ref, facts, state, nonce)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (operation_ref) do nothing
       returning *, null::text as note`,
      "*",
    ),
    values: [
      operation.id,
      operation.party,
      operation.kind,
      operation.signer,
      operation.target,
      toBytes(operation.data),
      operation.gasLimit,
      toBytes(operation.operationRef),
      JSON.stringify(operation.facts),
      operation.state,
      operation.state === "prepared" ? operation.nonce : null,
    ],
  });
  if (!rows[0]) throw new AppError("duplicate-operation", { values: { operationRef: operation.operationRef } });
  return toOperation(rows[0]);
}

/** One operation; undefined when there is none, or `db` reads on behalf of somebody who may not see it. */
export async function findOperation(db: Queryable, id: string): Promise<Operation | undefined> {
  const { rows } = await db.query<OperationRow>("select * from records.operation where id = $1", [id]);
  return rows[0] && toOperation(rows[0]);
}

/** Operations by the hash of their transaction, in no order; unknown hashes are left out. */
export async function operationsByTxHash(db: Queryable, txHashes: readonly string[]): Promise<Operation[]> {
  const { rows } = await db.query<OperationRow>("select * from records.operation where tx_hash = any($1::bytea[])", [
    txHashes.map(toBytes),
  ]);
  return rows.map(toOperation);
}

export type OperationFilter = { party?: string; state?: OperationState; kind?: string };

/** One page of operations, newest first, of those accepted before `beforeSeq`. */
export async function listOperations(
  db: Queryable,
  { party, state, kind }: OperationFilter,
  page: { limit: number; beforeSeq?: bigint },
): Promise<Operation[]> {
  const { rows } = await db.query<OperationRow>(
    `select * from records.operation
     where ($1::text is null or party = $1) and ($2::text is null or state = $2) and ($3::text is null or kind = $3)
       and ($4::bigint is null or seq < $4)
     order by seq desc limit $5`,
    [party, state, kind, page.beforeSeq, page.limit],
  );
  return rows.map(toOperation);
}

/** Every state an operation has been in, oldest first. */
export async function historyOf(
  db: Queryable,
  id: string,
): Promise<{ state: OperationState; at: Date; note: string | null }[]> {
  const { rows } = await db.query<{ state: OperationState; at: Date; note: string | null }>(
    "select state, at, note from records.operation_history where operation_id = $1 order by id",
    [id],
  );
  return rows;
}

/** The next queued operations of a signing key, in order, locked until the transaction ends. */
export async function takeQueued(tx: Queryable, signer: string, limit: number): Promise<Operation[]> {
  const { rows } = await tx.query<OperationRow>({
    name: "operation.takeQueued",
    text: `select * from records.operation where signer = $1 and state = 'queued'
           order by seq limit $2 for update skip locked`,
    values: [signer, limit],
  });
  return rows.map(toOperation);
}

/** Operations that have signed bytes and are not settled, in order of signer and nonce. */
export async function unconfirmed(db: Queryable, signer?: string): Promise<Operation[]> {
  const { rows } = await db.query<OperationRow>(
    `select * from records.operation where state in ('signed', 'sent') and ($1::text is null or signer = $1)
     order by signer, nonce`,
    [signer],
  );
  return rows.map(toOperation);
}

/** The highest nonce for which bytes were ever signed with a key; undefined when there is none. */
export async function maxNonce(db: Queryable, signer: string): Promise<number | undefined> {
  const { rows } = await db.query<{ max: bigint | null }>(
    "select max(nonce) from records.operation where signer = $1 and raw is not null",
    [signer],
  );
  const max = rows[0]?.max ?? null;
  return max === null ? undefined : Number(max);
}

/**
 * Stores signed bytes of queued operations, before any of them is broadcast.
 * @throws Error when one of them is not queued any more; nothing may then be broadcast.
 */
export async function markSigned(
  tx: Queryable,
  signed: readonly { id: string; nonce: number; raw: string; txHash: string }[],
): Promise<void> {
  const { rowCount } = await tx.query({
    name: "operation.markSigned",
    text: withHistory(
      `update records.operation o
       set state = 'signed', nonce = v.nonce, raw = v.raw, tx_hash = v.tx_hash, updated_at = now()
       from unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[]) as v(id, nonce, raw, tx_hash)
       where o.id = v.id and o.state = 'queued'
       returning o.id, o.party, o.state, null::text as note`,
    ),
    values: [
      signed.map(({ id }) => id),
      signed.map(({ nonce }) => nonce),
      signed.map(({ raw }) => toBytes(raw)),
      signed.map(({ txHash }) => toBytes(txHash)),
    ],
  });
  if (rowCount !== signed.length) throw new Error("An operation that was to be signed is not queued any more.");
}

/** Notes that the ledger was given the bytes. Operations that have moved on meanwhile are left alone. */
export async function markSent(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query({
    name: "operation.markSent",
    text: withHistory(
      `update records.operation set state = 'sent', updated_at = now()
       where id = any($1::uuid[]) and state = 'signed' returning id, party, state, null::text as note`,
    ),
    values: [ids],
  });
}

/** Notes that operations cannot proceed without somebody looking, and why. */
export async function markStuck(db: Queryable, ids: readonly string[], note: string): Promise<void> {
  await db.query(
    withHistory(
      `update records.operation set state = 'stuck', updated_at = now()
       where id = any($1::uuid[]) and state in ('signed', 'sent') returning id, party, state, $2::text as note`,
    ),
    [ids, note],
  );
}

/**
 * Notes how transactions ended. Hashes of others, and of operations that had settled before, are passed over; a stuck
 * operation whose transaction was included after all is settled too.
 * @returns Ids of the operations that settled by this call.
 */
export async function settle(tx: Queryable, settlements: readonly Settlement[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>({
    name: "operation.settle",
    text: withHistory(
      `update records.operation o set state = v.outcome, block_number = v.block_number, block_hash = v.block_hash,
         problem = v.problem, updated_at = now()
       from unnest($1::bytea[], $2::text[], $3::bigint[], $4::bytea[], $5::jsonb[])
         as v(tx_hash, outcome, block_number, block_hash, problem)
       where o.tx_hash = v.tx_hash and o.state in ('signed', 'sent', 'stuck')
       returning o.id, o.party, o.state, v.problem ->> 'code' as note`,
    ),
    values: [
      settlements.map(({ txHash }) => toBytes(txHash)),
      settlements.map(({ outcome }) => outcome),
      settlements.map(({ blockNumber }) => blockNumber),
      settlements.map(({ blockHash }) => toBytes(blockHash)),
      settlements.map(({ problem }) => (problem ? JSON.stringify(problem) : null)),
    ],
  });
  return rows.map(({ id }) => id);
}

/** Makes transactions that choose a nonce of one key wait for each other. */
export async function lockSigner(tx: Queryable, signer: string): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [signer]);
}

/**
 * Stores the signature that came from outside for a prepared operation.
 * @returns The operation, or undefined when it does not wait for a signature.
 * @throws AppError `nonce-stale` when bytes were signed for this nonce before.
 */
export async function attachSignature(
  tx: Queryable,
  id: string,
  { raw, txHash, nonce }: { raw: string; txHash: string; nonce: number },
): Promise<Operation | undefined> {
  const statement = withHistory(
    `update records.operation set state = 'signed', raw = $2, tx_hash = $3, nonce = $4, updated_at = now()
     where id = $1 and state = 'prepared' returning *, null::text as note`,
    "*",
  );
  try {
    const { rows } = await tx.query<OperationRow>(statement, [id, toBytes(raw), toBytes(txHash), nonce]);
    return rows[0] && toOperation(rows[0]);
  } catch (error) {
    const taken = (error as { constraint?: string }).constraint === "operation_nonce";
    throw taken ? new AppError("nonce-stale", { operationId: id, cause: error }) : error;
  }
}

/** Offers a prepared operation anew. Returns undefined when it does not wait for a signature any more. */
export async function reprepare(
  db: Queryable,
  id: string,
  { nonce, gasLimit }: { nonce: number; gasLimit: bigint },
): Promise<Operation | undefined> {
  const { rows } = await db.query<OperationRow>(
    withHistory(
      `update records.operation set nonce = $2, gas_limit = $3, updated_at = now()
       where id = $1 and state = 'prepared' returning *, 'offered with nonce ' || nonce as note`,
      "*",
    ),
    [id, nonce, gasLimit],
  );
  return rows[0] && toOperation(rows[0]);
}

/** Joins a change of state with its line of history, in one statement. The change returns id, party, state and note. */
function withHistory(change: string, columns = "id"): string {
  return `with changed as (${change}),
    noted as (insert into records.operation_history (operation_id, party, state, note)
      select id, party, state, note from changed)
    select ${columns} from changed`;
}
