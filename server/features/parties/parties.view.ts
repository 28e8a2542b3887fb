import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import type { Queryable } from "../../store/database.ts";
import { toHex } from "../../store/hex.ts";
import { partyByCode } from "../../store/parties.ts";
import type { Me, PartyList } from "./parties.schema.ts";

/** The code of a party by its number on the ledger; a party that this service has no name of is `party-<number>`. */
export type PartyCodes = (partyId: number) => string;

/** Reads the codes of all parties; they are few, so that other views need no join. */
export async function partyCodes(db: Queryable): Promise<PartyCodes> {
  const codes = new Map((await namedParties(db)).map(({ party_id, code }) => [party_id, code]));
  return (partyId) => codes.get(partyId) ?? `party-${partyId}`;
}

/** Numbers on the ledger of all parties that this service has a name of, by their code. */
export async function partyIds(db: Queryable): Promise<Map<string, number>> {
  return new Map((await namedParties(db)).map(({ party_id, code }) => [code, party_id]));
}

async function namedParties(db: Queryable): Promise<{ party_id: number; code: string }[]> {
  const { rows } = await db.query<{ party_id: number; code: string }>({
    name: "party.named",
    text: "select p.party_id, r.code from readmodel.party p join records.party r on r.ref = p.ref",
  });
  return rows;
}

/** Every party of the ledger with the roles and keys it has now. */
export async function listParties(db: Queryable): Promise<z.input<typeof PartyList>> {
  type Row = { party_id: number; ref: Buffer; code: string; name: string | null; roles: string[]; keys: Buffer[] };
  const { rows } = await db.query<Row>(
    `select p.party_id, p.ref, coalesce(r.code, 'party-' || p.party_id) as code, r.name,
       array(select role from (
         select distinct on (role) role, held from readmodel.party_role h where h.party_id = p.party_id
         order by role, block_number desc, log_index desc) last where held order by role) as roles,
       array(select key from readmodel.party_key k
         where k.party_id = p.party_id and k.removed_block_number is null order by block_number, log_index) as keys
     from readmodel.party p left join records.party r on r.ref = p.ref
     order by p.party_id`,
  );
  const items = rows.map(({ party_id: partyId, code, name, ref, roles, keys }) => ({
    party: code,
    name,
    partyId,
    ref: toHex(ref),
    roles,
    keys: keys.map((key) => checksumAddress(toHex(key))),
  }));
  return { asOf: await readAsOf(db), items };
}

/** What this service knows of the party of an API key. */
export async function readMe(db: Queryable, code: string): Promise<z.input<typeof Me>> {
  const party = await partyByCode(db, code);
  if (!party) throw new AppError("not-found");
  return {
    party: party.code,
    name: party.name,
    partyId: party.partyId,
    roles: [...party.roles],
    signingKeys: [...party.addresses],
    signsHere: party.heldHere,
  };
}
