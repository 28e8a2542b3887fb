import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "../../server/store/database.ts";
import { readMeta, writeMeta } from "../../server/store/meta.ts";
import * as parties from "../../server/store/parties.ts";
import { insertRefusal } from "../../server/store/refusals.ts";
import { startTestDatabase } from "../support/database.ts";

let database: Database, stop: () => Promise<void>;

beforeAll(async () => void ({ database, stop } = await startTestDatabase()));
afterAll(() => stop());

const harbour: parties.Party = {
  code: "harbour",
  name: "Harbour Custody",
  ref: `0x${"01".repeat(32)}`,
  partyId: null,
  addresses: ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
  heldHere: true,
  roles: ["custodian"],
};

it("refuses codes that could not stand in an address, and a second party with one reference", async () => {
  await expect(parties.upsertParty(database, { ...harbour, code: "Har bour/" })).rejects.toThrow("check constraint");
  await parties.upsertParty(database, harbour);
  await expect(parties.upsertParty(database, { ...harbour, code: "other" })).rejects.toThrow("party_ref_key");
});

it("finds a party by code, number and key, and takes on what changed", async () => {
  await parties.upsertParty(database, harbour);
  expect(await parties.partyById(database, 5)).toBeUndefined();
  const registered = { ...harbour, partyId: 5 };
  await parties.upsertParty(database, registered);
  expect(await parties.partyByCode(database, "harbour")).toEqual(registered);
  expect(await parties.partyById(database, 5)).toEqual(registered);
  expect(await parties.partyByKeyAddress(database, harbour.addresses[0]!.toLowerCase())).toEqual(registered);
  expect(await parties.partyByKeyAddress(database, "0x5FbDB2315678afecb367f032d93F642f64180aa3")).toBeUndefined();
  expect(await parties.listParties(database)).toEqual([registered]);
});

it("remembers which ledger the records belong to", async () => {
  expect(await readMeta(database, "ledger")).toBeUndefined();
  await writeMeta(database, "ledger", { chainId: 1 });
  await writeMeta(database, "ledger", { chainId: 20260206, genesisHash: "0xab" });
  expect(await readMeta(database, "ledger")).toEqual({ chainId: 20260206, genesisHash: "0xab" });
});

it("keeps a refusal for the party it was given to", async () => {
  const refusal = {
    party: "harbour",
    kind: "transfers.move",
    code: "restricted",
    restrictions: [12, 15],
    values: { leg: "0" },
  };
  await insertRefusal(database, refusal);
  const seenBy = (party: string) =>
    database.read({ party, partyId: 5, seesAll: false }, async (db) => {
      return (await db.query("select party, kind, code, restrictions, values from records.refusal")).rows;
    });
  expect(await seenBy("harbour")).toEqual([refusal]);
  expect(await seenBy("kestrel")).toEqual([]);
});
