import { roleId } from "../../chain/genesis.ts";
import type { LedgerEvent } from "../../chain/events.ts";
import type { Projection } from "../../indexer/projection.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { roles } from "../../store/parties.ts";

const ddl = `
create table readmodel.party (
  party_id int primary key,
  ref bytea not null unique,
  block_number bigint not null,
  log_index int not null
);

-- A key never changes hands, so one row tells its whole life.
create table readmodel.party_key (
  key bytea primary key,
  party_id int not null,
  block_number bigint not null,
  log_index int not null,
  removed_by_party_id int,
  removed_block_number bigint
);
create index party_key_of_party on readmodel.party_key (party_id);

create table readmodel.party_role (
  party_id int not null,
  role text not null,
  block_number bigint not null,
  log_index int not null,
  held boolean not null,
  primary key (party_id, role, block_number, log_index)
);
`;

const roleOfId = new Map(roles.map((role) => [roleId(role), role]));

/** Who is who on the ledger: parties, their keys and their platform-wide roles. */
export const partiesProjection: Projection = {
  name: "parties",
  ddl,
  handlers: {
    "Parties.PartyRegistered": async (tx, { args, blockNumber, logIndex }) => {
      await tx.query({
        name: "party.insert",
        text: "insert into readmodel.party (party_id, ref, block_number, log_index) values ($1, $2, $3, $4)",
        values: [args.party, toBytes(args.ref), blockNumber, logIndex],
      });
    },
    "Parties.KeyAdded": async (tx, { args, blockNumber, logIndex }) => {
      await tx.query({
        name: "partyKey.insert",
        text: "insert into readmodel.party_key (key, party_id, block_number, log_index) values ($1, $2, $3, $4)",
        values: [toBytes(args.key), args.party, blockNumber, logIndex],
      });
    },
    "Parties.KeyRemoved": async (tx, { args, blockNumber }) => {
      await tx.query({
        name: "partyKey.remove",
        text: "update readmodel.party_key set removed_by_party_id = $2, removed_block_number = $3 where key = $1",
        values: [toBytes(args.key), args.by, blockNumber],
      });
    },
    "Parties.RoleHeld": (tx, event) => insertRole(tx, event, true),
    "Parties.RoleEnded": (tx, event) => insertRole(tx, event, false),
  },
};

async function insertRole(
  tx: Queryable,
  { args, blockNumber, logIndex }: LedgerEvent<"Parties.RoleHeld"> | LedgerEvent<"Parties.RoleEnded">,
  held: boolean,
): Promise<void> {
  // A ledger newer than this server may name other roles; they are kept under their id.
  const role = roleOfId.get(args.role) ?? args.role;
  await tx.query({
    name: "partyRole.insert",
    text: `insert into readmodel.party_role (party_id, role, block_number, log_index, held) values ($1, $2, $3, $4, $5)`,
    values: [args.party, role, blockNumber, logIndex, held],
  });
}
