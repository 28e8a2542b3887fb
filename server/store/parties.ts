import type { Queryable } from "./database.ts";
import { toBytes, toHex } from "./hex.ts";

/** The roles of parties, as the API names them; `Roles.sol` has the same in capitals with underscores. */
export const roles = [
  "registrar",
  "regulator",
  "attester",
  "approver",
  "custodian",
  "filing-entity",
  "issuer",
  "trustee",
  "paying-agent",
  "servicer",
  "assessor",
] as const;

export type Role = (typeof roles)[number];

export type Party = {
  /** Short name in addresses and files, for example `harbour-custody`. */
  code: string;
  name: string;
  /** 32 bytes as 0x…, under which the ledger registers the party. */
  ref: string;
  /** Number on the ledger; null until it is registered there. */
  partyId: number | null;
  /** Keys of the party (EIP-55); the first is the one it usually signs with. */
  addresses: readonly string[];
  /** Whether this process signs for the party. */
  heldHere: boolean;
  roles: readonly Role[];
};

type Row = {
  code: string;
  name: string;
  ref: Buffer;
  party_id: number | null;
  addresses: string[];
  held_here: boolean;
  roles: Role[];
};

const COLUMNS = "code, name, ref, party_id, addresses, held_here, roles";

/** Writes a party, in place of what was known under its code. */
export async function upsertParty(db: Queryable, party: Party): Promise<void> {
  await db.query(
    `insert into records.party (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (code) do update set name = excluded.name, ref = excluded.ref, party_id = excluded.party_id,
       addresses = excluded.addresses, held_here = excluded.held_here, roles = excluded.roles`,
    [party.code, party.name, toBytes(party.ref), party.partyId, party.addresses, party.heldHere, party.roles],
  );
}

/** Every party, in order of code. */
export async function listParties(db: Queryable): Promise<Party[]> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from records.party order by code`);
  return rows.map(toParty);
}

export async function partyByCode(db: Queryable, code: string): Promise<Party | undefined> {
  return one(db, "code = $1", code);
}

export async function partyById(db: Queryable, partyId: number): Promise<Party | undefined> {
  return one(db, "party_id = $1", partyId);
}

/** The party of a key, whatever the case of its address. */
export async function partyByKeyAddress(db: Queryable, address: string): Promise<Party | undefined> {
  return one(db, "lower($1) in (select lower(key) from unnest(addresses) as key)", address);
}

async function one(db: Queryable, condition: string, value: string | number): Promise<Party | undefined> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from records.party where ${condition}`, [value]);
  return rows[0] && toParty(rows[0]);
}

function toParty(row: Row): Party {
  return {
    code: row.code,
    name: row.name,
    ref: toHex(row.ref),
    partyId: row.party_id,
    addresses: row.addresses,
    heldHere: row.held_here,
    roles: row.roles,
  };
}
