import { AppError } from "../errors.ts";
import { verifyApiKey } from "../store/apiKeys.ts";
import type { Queryable, ReadScope } from "../store/database.ts";
import type { Role } from "../store/parties.ts";

/** On whose behalf a request is made. `partyId` is 0 until the ledger has registered the party. */
export type Caller = { party: string; partyId: number; roles: readonly Role[] };

/** Who may use a route: parties with one of these roles, any party with a key, or everybody. */
export type Access = readonly Role[] | "any-party" | "public";

/** The caller of a public route; it sees no party's rows. */
export const anonymous: Caller = { party: "", partyId: 0, roles: [] };

/**
 * The party behind an Authorization header.
 * @throws AppError `unauthenticated` when there is none, whatever the reason.
 */
export async function authenticate(db: Queryable, authorization: string | undefined): Promise<Caller> {
  const [, key] = /^Bearer (\S+)$/i.exec(authorization ?? "") ?? [];
  const owner = key === undefined ? undefined : await verifyApiKey(db, key);
  if (!owner) throw new AppError("unauthenticated");
  return { party: owner.party, partyId: owner.partyId ?? 0, roles: owner.roles };
}

/** @throws AppError `forbidden` when none of the caller's roles opens the route. */
export function requireAccess(access: Access, caller: Caller): void {
  if (access === "public" || access === "any-party") return;
  if (!access.some((role) => caller.roles.includes(role))) {
    throw new AppError("forbidden", { detail: `This route is for parties with the role ${access.join(" or ")}.` });
  }
}

/** Which rows a caller sees: registrar and regulator all, every other party its own. */
export function scopeOf({ party, partyId, roles }: Caller): ReadScope {
  return { party, partyId, seesAll: roles.includes("registrar") || roles.includes("regulator") };
}
