import type { z } from "zod";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import type { Holder } from "./holders.schema.ts";
import { accountsWhere } from "./holders.view.ts";

/**
 * The accounts of a holder that the caller sees.
 * @throws AppError `not-found` when there are none.
 */
export async function readHolder(
  db: Queryable,
  holderRef: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof Holder>> {
  const asOf = await readAsOf(db, asOfBlock);
  const condition = "f.holder_ref = $2 order by a.ring, a.block_number, a.log_index";
  const accounts = await accountsWhere(db, asOf, condition, [toBytes(holderRef)]);
  if (accounts.length === 0) throw new AppError("not-found", { detail: "No account of this holder is known to you." });
  const { rows } = await db.query<{ address: Buffer; number: bigint }>(
    "select address, dense_rank() over (order by ring) as number from readmodel.account where address = any($1::bytea[])",
    [accounts.map(({ account }) => toBytes(account))],
  );
  const ringOf = new Map(rows.map(({ address, number }) => [toHex(address), Number(number)]));
  return {
    asOf,
    holderRef,
    accounts: accounts.map((body) => ({ ...body, ring: ringOf.get(body.account.toLowerCase())! })),
  };
}

/**
 * Every reference under which the holder of a reference was ever known, itself among them: accounts that are joined take
 * over one reference, while what was written before names the others.
 */
export async function referencesOfHolder(db: Queryable, holderRef: string): Promise<string[]> {
  const { rows } = await db.query<{ holder_ref: Buffer }>(
    `select distinct every.holder_ref
     from readmodel.account_facts named
     join readmodel.account one on one.address = named.account
     join readmodel.account ringed on ringed.ring = one.ring
     join readmodel.account_facts every on every.account = ringed.address
     where named.holder_ref = $1`,
    [toBytes(holderRef)],
  );
  return [...new Set([holderRef, ...rows.map((row) => toHex(row.holder_ref))])];
}

/** Accounts of the holders of references, each with the references it ever had, its custodian and its ring. */
export async function accountsOfHolders(
  db: Queryable,
  holderRefs: readonly string[],
): Promise<{ account: string; custodianId: number; ring: string; holderRefs: readonly string[] }[]> {
  type Row = { address: Buffer; custodian_id: number; ring: Buffer; refs: Buffer[] };
  const { rows } = await db.query<Row>(
    `select a.address, a.custodian_id, a.ring, array_agg(distinct f.holder_ref) as refs
     from readmodel.account a join readmodel.account_facts f on f.account = a.address
     where f.holder_ref = any($1::bytea[])
     group by a.address order by a.block_number, a.log_index`,
    [holderRefs.map(toBytes)],
  );
  return rows.map(({ address, custodian_id: custodianId, ring, refs }) => ({
    account: toHex(address),
    custodianId,
    ring: toHex(ring),
    holderRefs: refs.map(toHex),
  }));
}
