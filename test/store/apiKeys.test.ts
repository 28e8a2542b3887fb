import { afterAll, beforeAll, expect, it } from "vitest";
import { countApiKeys, createApiKey, revokeApiKey, verifyApiKey } from "../../server/store/apiKeys.ts";
import type { Database } from "../../server/store/database.ts";
import { upsertParty } from "../../server/store/parties.ts";
import { startTestDatabase } from "../support/database.ts";

let database: Database, stop: () => Promise<void>;

beforeAll(async () => {
  ({ database, stop } = await startTestDatabase());
  const ref = `0x${"01".repeat(32)}`;
  await upsertParty(database, {
    code: "harbour",
    name: "Harbour Custody",
    ref,
    partyId: 5,
    addresses: [],
    heldHere: true,
    roles: ["custodian"],
  });
});
afterAll(() => stop());

it("does not know keys that were never made, or made otherwise", async () => {
  const { id, key } = await createApiKey(database, "harbour");
  const { key: another } = await createApiKey(database, "harbour");
  const secretOfAnother = another.slice(another.indexOf("_", 4) + 1);
  for (const wrong of ["", "ngk_", key.slice(0, -1), `${key}A`, ` ${key}`, `ngk_${id}_${secretOfAnother}`]) {
    expect(await verifyApiKey(database, wrong), wrong).toBeUndefined();
  }
});

it("stores no secret", async () => {
  const { key } = await createApiKey(database, "harbour");
  const { rows } = await database.query("select k::text as row from records.api_key k");
  const secret = key.slice(key.indexOf("_", 4) + 1);
  const hex = Buffer.from(secret).toString("hex");
  for (const { row } of rows) expect(row).not.toMatch(new RegExp(`${secret}|${hex}`));
});

it("cannot belong to an unknown party", async () => {
  await expect(createApiKey(database, "nobody")).rejects.toThrow("foreign key");
});

it("is worth nothing once revoked", async () => {
  const { id, key } = await createApiKey(database, "harbour");
  const before = await countApiKeys(database, "harbour");
  expect(await verifyApiKey(database, key)).toEqual({ party: "harbour", partyId: 5, roles: ["custodian"] });
  expect(await revokeApiKey(database, id)).toBe(true);
  expect(await revokeApiKey(database, id)).toBe(false);
  expect(await verifyApiKey(database, key)).toBeUndefined();
  expect(await countApiKeys(database, "harbour")).toBe(before - 1);
});
