import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import type { Queryable } from "../../store/database.ts";
import { toHex } from "../../store/hex.ts";
import { accountsOfHolders } from "../holders/holder.view.ts";
import { partyCodes } from "../parties/parties.view.ts";
import type { Match, MatchList, MatchQuery } from "./vault.schema.ts";

export type MatchRow = {
  id: string;
  seq: bigint;
  holder_ref: Buffer;
  other_holder_ref: Buffer;
  matched_by: "lei" | "name-and-number";
  found_at: Date;
  dismissed_by: string | null;
  dismissed_at: Date | null;
  dismissal: string | null;
};

/** A page of the matches, newest first. */
export async function listMatches(
  db: Queryable,
  { limit, cursor }: z.output<typeof MatchQuery>,
): Promise<z.input<typeof MatchList>> {
  const [beforeSeq] = decodeCursor(cursor, [BIGINT_FORM]) ?? [null];
  const { rows } = await db.query<MatchRow>(
    "select * from records.holder_match where $1::bigint is null or seq < $1 order by seq desc limit $2",
    [beforeSeq, limit + 1],
  );
  const page = cutPage(rows, limit, (last) => [last.seq]);
  return { items: await matchBodies(db, page.rows), next: page.next };
}

/** Matches for an answer, with the accounts of both sides. */
export async function matchBodies(db: Queryable, rows: readonly MatchRow[]): Promise<z.input<typeof Match>[]> {
  const codeOf = await partyCodes(db);
  const accounts = await accountsOfHolders(
    db,
    rows.flatMap((row) => [toHex(row.holder_ref), toHex(row.other_holder_ref)]),
  );
  return rows.map((row) => {
    const sides = [row.holder_ref, row.other_holder_ref].map((bytes) => {
      const holderRef = toHex(bytes);
      return { holderRef, accounts: accounts.filter(({ holderRefs }) => holderRefs.includes(holderRef)) };
    });
    const [rings, otherRings] = sides.map((side) => new Set(side.accounts.map(({ ring }) => ring)));
    const dismissal =
      row.dismissed_by === null
        ? null
        : { by: row.dismissed_by, reason: row.dismissal!, at: row.dismissed_at!.toISOString() };
    return {
      matchId: row.id,
      matchedBy: row.matched_by,
      state: rings!.isDisjointFrom(otherRings!) ? (dismissal ? "dismissed" : "open") : "joined",
      holders: sides.map((side) => ({
        holderRef: side.holderRef,
        accounts: side.accounts.map(({ account, custodianId }) => ({
          account: checksumAddress(account),
          custodian: codeOf(custodianId),
        })),
      })),
      foundAt: row.found_at.toISOString(),
      dismissal,
    };
  });
}
