import { z } from "zod";
import { AsOf } from "../../http/asOf.ts";
import { Address, Bytes32, PartyCode } from "../../http/schemas.ts";

const Party = z
  .strictObject({
    party: PartyCode,
    name: z.string().nullable().meta({ description: "Null for a party that this service has no name of." }),
    partyId: z.int().meta({ description: "Number of the party on the ledger." }),
    ref: Bytes32,
    roles: z
      .array(z.string())
      .meta({ description: "Platform-wide roles that the ledger knows.", example: ["custodian"] }),
    keys: z.array(Address).meta({ description: "Signing keys that have not been removed." }),
  })
  .meta({ id: "Party", description: "A party of the registry. Every signing key belongs to one party." });

export const PartyList = z.strictObject({ asOf: AsOf, items: z.array(Party) });

export const Me = z.strictObject({
  party: PartyCode,
  name: z.string(),
  partyId: z.int().nullable().meta({ description: "Null until the ledger has registered the party." }),
  roles: z.array(z.string()),
  signingKeys: z.array(Address),
  signsHere: z
    .boolean()
    .meta({ description: "Whether this service signs for the party; otherwise the party signs what is prepared." }),
});
