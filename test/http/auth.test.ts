import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requireAccess, scopeOf } from "../../server/http/auth.ts";
import { revokeApiKey } from "../../server/store/apiKeys.ts";
import { roles } from "../../server/store/parties.ts";
import { keyed, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => void (world = await startWorld()));
afterAll(() => world.stop());
beforeEach(() => world.database.query("truncate records.note, records.idempotency"));

const write = async (as: keyof World["keys"]) =>
  (await world.api.send("POST", "/v1/notes", { as: world.keys[as], body: { text: as }, headers: keyed(as) })).body.id;
const read = (as: keyof World["keys"], id: string) =>
  world.api.sendChecked("GET", `/v1/notes/${id}`, { as: world.keys[as] });

describe("tenancy", () => {
  it("hides another party's row like one that does not exist", async () => {
    const id = await write("kestrel");
    const [foreign, unknown] = [await read("harbour", id), await read("harbour", "nothing")];
    const { instance: _1, ...seen } = foreign.body;
    const { instance: _2, ...nothing } = unknown.body;
    expect([foreign.status, seen]).toEqual([404, nothing]);
  });

  it("shows a party its own rows, and all rows to the registrar", async () => {
    const id = await write("kestrel");
    expect((await read("kestrel", id)).body).toEqual({ party: "kestrel", text: "kestrel" });
    expect((await read("registrar", id)).body).toEqual({ party: "kestrel", text: "kestrel" });
  });

  it("does not let one answer be taken for another caller's", async () => {
    const { headers } = await read("kestrel", await write("kestrel"));
    expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["private, no-cache", "Authorization"]);
  });

  it.each(roles)("lets %s see everything only as registrar or regulator", (role) => {
    const { seesAll } = scopeOf({ party: "p", partyId: 1, roles: [role] });
    expect(seesAll).toBe(role === "registrar" || role === "regulator");
  });
});

describe("access", () => {
  it("is refused without one of the roles", () => {
    const caller = { party: "p", partyId: 1, roles: ["issuer", "servicer"] as const };
    expect(() => requireAccess(["registrar", "custodian"], caller)).toThrow(
      "This route is for parties with the role registrar or custodian.",
    );
    expect(() => requireAccess([], caller)).toThrow("This route is for parties with the role .");
    expect(() => requireAccess(["servicer"], caller)).not.toThrow();
    expect(() => requireAccess("any-party", caller)).not.toThrow();
  });

  it("ends at once when a key is revoked", async () => {
    const [, id] = world.keys.attester.split("_");
    const asking = () => world.api.sendChecked("GET", "/v1/notes/x", { as: world.keys.attester });
    expect((await asking()).status).toBe(404);
    await revokeApiKey(world.database, id!);
    expect((await asking()).status).toBe(401);
  });
});
