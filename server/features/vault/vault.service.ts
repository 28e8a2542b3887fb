import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { AppError, type FieldError } from "../../errors.ts";
import type { Caller } from "../../http/auth.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { referencesOfHolder } from "../holders/holder.view.ts";
import { insertMatches } from "./matches.ts";
import type { VaultKeys } from "./sealing.ts";
import type { Access, AccessRequest, IdentityRequest, KeptIdentity } from "./vault.schema.ts";
import { accessBody, keptBody, type AccessRow } from "./vault.view.ts";
import { insertIdentity } from "./vaultStore.ts";

/** Minutes for which an access opens a holder: long enough to read, too short to come back without a new purpose. */
const ACCESS_MINUTES = 15;

/**
 * Puts an identity into the vault. A second one of the same holder by the same custodian is its next version.
 * @throws AppError `validation` for findings that lie ahead.
 */
export async function keepIdentity(
  tx: Queryable,
  keys: VaultKeys,
  { party }: Caller,
  { holderRef, identity }: z.output<typeof IdentityRequest>,
): Promise<z.input<typeof KeptIdentity>> {
  refuseFindingsAhead(identity);
  const record = await insertIdentity(tx, keys, { party, holderRef, identity });
  await insertMatches(tx, keys, record);
  return keptBody(record);
}

/** Notes that a regulator looks at a holder, and why. Nothing opens without. */
export async function openAccess(
  tx: Queryable,
  { party }: Caller,
  { holderRef, purpose }: z.output<typeof AccessRequest>,
): Promise<z.input<typeof Access>> {
  const references = await referencesOfHolder(tx, holderRef);
  const { rows } = await tx.query<AccessRow>(
    `insert into records.vault_access (id, party, holder_ref, holder_refs, purpose, ends_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(mins => $6)) returning *`,
    [randomUUID(), party, toBytes(holderRef), references.map(toBytes), purpose, ACCESS_MINUTES],
  );
  return accessBody(rows[0]!);
}

/** Nothing was found tomorrow. A day of grace, since a day begins earlier east of here. */
function refuseFindingsAhead(identity: z.output<typeof IdentityRequest>["identity"]): void {
  const tomorrow = Temporal.Now.plainDateISO("UTC").add({ days: 1 }).toString();
  const findings = {
    "kyc/identifiedOn": identity.kyc.identifiedOn,
    "category/evidencedOn": identity.category.evidencedOn,
    "lookThrough/checkedOn": identity.lookThrough.checkedOn,
    "sanctionsScreen/clearedOn": identity.sanctionsScreen.clearedOn,
    "usPerson/statedOn": identity.usPerson.statedOn,
  };
  const errors: FieldError[] = Object.entries(findings)
    .filter(([, date]) => date > tomorrow)
    .map(([path]) => ({
      pointer: `/body/identity/${path}`,
      code: "lies-ahead",
      message: "Expected a day until today.",
    }));
  if (errors.length > 0) throw new AppError("validation", { errors });
}
