import type { z } from "zod";
import { eligibilityOf, sanctionsScreenPolicy, type EligibilityDates } from "../../domain/eligibility.ts";
import type { HolderIdentity } from "../../domain/holderIdentity.ts";
import { AppError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import type { Queryable } from "../../store/database.ts";
import { toHex } from "../../store/hex.ts";
import { referencesOfHolder } from "../holders/holder.view.ts";
import type { VaultKeys } from "./sealing.ts";
import type {
  Access,
  AccessList,
  AccessQuery,
  Eligibility,
  IdentityList,
  KeptIdentity,
  OpenedIdentity,
} from "./vault.schema.ts";
import { identitiesOf, type IdentityRecord } from "./vaultStore.ts";

export type AccessRow = {
  id: string;
  seq: bigint;
  party: string;
  holder_ref: Buffer;
  purpose: string;
  at: Date;
  ends_at: Date;
};

/** The end of eligibility that follows from dates, and the policy it was computed with. */
export function eligibilityBody(dates: EligibilityDates): z.input<typeof Eligibility> {
  const { eligibleUntil, boundBy } = eligibilityOf(dates, sanctionsScreenPolicy);
  return { eligibleUntil, boundBy: [...boundBy], policy: sanctionsScreenPolicy };
}

/**
 * Every version of what the caller itself put in of a holder, oldest first.
 * @throws AppError `not-found` when that is nothing, whatever others put in.
 */
export async function ownIdentities(
  db: Queryable,
  keys: VaultKeys,
  { party }: Caller,
  holderRef: string,
): Promise<z.input<typeof IdentityList>> {
  const records = await identitiesOf(db, keys, await referencesOfHolder(db, holderRef));
  return listed(records.filter((record) => record.party === party));
}

/**
 * Every version of the records that an access opens.
 * @throws AppError `not-found` when the access is not the caller's, has ended, or the vault has no such holder.
 */
export async function openedIdentities(
  db: Queryable,
  keys: VaultKeys,
  { party }: Caller,
  accessId: string,
): Promise<z.input<typeof IdentityList>> {
  const { rows } = await db.query<{ holder_refs: Buffer[] }>(
    "select holder_refs from records.vault_access where id = $1 and party = $2 and now() <= ends_at",
    [accessId, party],
  );
  if (!rows[0]) throw new AppError("not-found", { detail: "No access of yours with this id is open." });
  return listed(await identitiesOf(db, keys, rows[0].holder_refs.map(toHex)));
}

/** A page of the looks into the vault, newest first. */
export async function listAccesses(
  db: Queryable,
  { limit, cursor }: z.output<typeof AccessQuery>,
): Promise<z.input<typeof AccessList>> {
  const [beforeSeq] = decodeCursor(cursor, [BIGINT_FORM]) ?? [null];
  const { rows } = await db.query<AccessRow>(
    "select * from records.vault_access where $1::bigint is null or seq < $1 order by seq desc limit $2",
    [beforeSeq, limit + 1],
  );
  const page = cutPage(rows, limit, (last) => [last.seq]);
  return { items: page.rows.map(accessBody), next: page.next };
}

/** An access for an answer. */
export function accessBody({ id, party, holder_ref, purpose, at, ends_at }: AccessRow): z.input<typeof Access> {
  const holderRef = toHex(holder_ref);
  return { accessId: id, party, holderRef, purpose, at: at.toISOString(), endsAt: ends_at.toISOString() };
}

/** A record for an answer that is kept, so without anything that identifies somebody. */
export function keptBody(record: IdentityRecord): z.input<typeof KeptIdentity> {
  return {
    holderRef: record.holderRef,
    custodian: record.party,
    version: record.version,
    evidenceCommitment: record.commitment,
    eligibility: eligibilityBody(datesOf(record.identity)),
    storedAt: record.storedAt.toISOString(),
  };
}

function listed(records: readonly IdentityRecord[]): z.input<typeof IdentityList> {
  if (records.length === 0) throw new AppError("not-found", { detail: "No identity of this holder is kept for you." });
  return { items: records.map(openedBody) };
}

function openedBody(record: IdentityRecord): z.input<typeof OpenedIdentity> {
  return { ...keptBody(record), salt: record.salt, identity: record.identity };
}

function datesOf({ kyc, category, sanctionsScreen }: HolderIdentity): EligibilityDates {
  return { kycUntil: kyc.until, categoryUntil: category.until, sanctionsClearedOn: sanctionsScreen.clearedOn };
}
