import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readConfig, type Config } from "../server/config.ts";
import { deployerKeyOf, enrolMembers, gatherMembers, genesisOf, type Members } from "../server/members.ts";
import type { PartyDescription } from "../server/parties.ts";
import { revokeApiKey, verifyApiKey } from "../server/store/apiKeys.ts";
import type { Database } from "../server/store/database.ts";
import { listParties } from "../server/store/parties.ts";
import { startTestDatabase } from "./support/database.ts";

const KEY = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const REF = `0x${"ab".repeat(32)}`;
const registrar: PartyDescription = {
  code: "registrar",
  name: "Registrar",
  roles: ["registrar"],
  signs: "here",
  keys: 1,
};
const attester: PartyDescription = {
  code: "attester",
  name: "Attester",
  roles: ["attester"],
  signs: "outside",
  keys: 2,
};

const parent = mkdtempSync(join(tmpdir(), "narrowgate-members-"));
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(parent, "case-"));
});
afterAll(() => rmSync(parent, { recursive: true }));

const config = (more: NodeJS.ProcessEnv = {}): Config => readConfig({ NARROWGATE_DATA: dataDir, ...more });
const named = { NARROWGATE_PARTIES: "parties.json" };

describe("members are refused", () => {
  it("when a party that is not made up signs outside with no address", async () => {
    await expect(gatherMembers(config(named), [attester])).rejects.toThrow(
      "The party attester signs outside, so the parties file must name its addresses.",
    );
    expect(existsSync(join(dataDir, "outside-keys"))).toBe(false);
  });

  it("when the checksum of an address does not hold", async () => {
    const mistyped = KEY.replace("C8", "c8");
    await expect(gatherMembers(config(), [{ ...attester, addresses: [mistyped] }])).rejects.toThrow(
      `The address ${mistyped} of the party attester is mistyped: its checksum does not hold.`,
    );
  });

  it("when others deployed the ledger and nobody says under which references", async () => {
    const parties = [registrar, { ...attester, ref: REF, addresses: [KEY] }];
    await expect(gatherMembers(config({ NARROWGATE_DEPLOYMENT: "x.json" }), parties)).rejects.toThrow(
      "The ledger was deployed before, so the parties file must name the ref of registrar.",
    );
    expect(existsSync(join(dataDir, "keystores"))).toBe(false);
  });

  it.each(["{", "[]x", '{"registrar":"0x12"}', '{"registrar":1}'])("when the kept references are %s", async (text) => {
    const file = join(dataDir, "party-references.json");
    writeFileSync(file, text);
    await expect(gatherMembers(config(), [registrar])).rejects.toThrow(
      `The file ${file} of the party references is damaged.`,
    );
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it.each(["", "0x12", "ab".repeat(32)])("when the kept deployer key is '%s'", async (text) => {
    writeFileSync(join(dataDir, "deployer-key"), text);
    await expect(deployerKeyOf(config())).rejects.toThrow(/^The deployer key .*deployer-key is damaged\.$/);
  });
});

describe("members", () => {
  it("keep the keys and references that were made for them", async () => {
    const first = await gatherMembers(config(), [registrar, attester]);
    const again = await gatherMembers(config(), [registrar, attester]);
    expect(again.all).toEqual(first.all);
    expect(first.all.map(({ addresses }) => addresses.length)).toEqual([1, 2]);
    expect(new Set(first.all.map(({ ref }) => ref)).size).toBe(2);
    expect(first.signers.held().map(({ party }) => party)).toEqual(["registrar"]);
    expect(await deployerKeyOf(config())).toBe(await deployerKeyOf(config()));
    for (const file of ["passphrase", "party-references.json", "deployer-key", "keystores/registrar.json"]) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
  });

  it("take the references and addresses that they are told", async () => {
    const told = [{ ...attester, ref: REF, addresses: [KEY.toLowerCase()] }];
    const { all, signers } = await gatherMembers(config({ ...named, NARROWGATE_DEPLOYMENT: "x.json" }), told);
    expect(genesisOf(all).parties).toEqual([{ ref: REF, keys: [KEY], roles: ["attester"] }]);
    expect(signers.held()).toEqual([]);
  });
});

describe("API keys", () => {
  let database: Database;
  let stop: () => Promise<void>;
  let members: Members;
  beforeAll(async () => {
    ({ database, stop } = await startTestDatabase());
  });
  afterAll(() => stop());
  beforeEach(async () => {
    await database.query("truncate records.party cascade");
    members = await gatherMembers(config(), [registrar]);
    await enrolMembers(database, config(), members.all);
  });

  const file = () => join(dataDir, "keys", "registrar");
  const keyNow = () => readFileSync(file(), "utf8").trim();

  it("are made once, for a party that can then use it", async () => {
    const key = keyNow();
    await enrolMembers(database, config(), members.all);
    expect(keyNow()).toBe(key);
    expect(await verifyApiKey(database, key)).toMatchObject({ party: "registrar", roles: ["registrar"] });
    expect(await listParties(database)).toMatchObject([{ code: "registrar", heldHere: true, partyId: null }]);
  });

  it("are not made anew when the file was taken away", async () => {
    const key = keyNow();
    rmSync(file());
    await enrolMembers(database, config(), members.all);
    expect(existsSync(file())).toBe(false);
    expect(await verifyApiKey(database, key)).toBeDefined();
  });

  it("are made anew when the file was written but the database did not keep the hash, or the key was revoked", async () => {
    for (const lose of [() => database.query("delete from records.api_key"), revoke]) {
      const lost = keyNow();
      await lose();
      await enrolMembers(database, config(), members.all);
      expect(await verifyApiKey(database, lost)).toBeUndefined();
      expect(await verifyApiKey(database, keyNow())).toMatchObject({ party: "registrar" });
      expect(statSync(file()).mode & 0o777).toBe(0o600);
    }
  });

  const revoke = () => revokeApiKey(database, keyNow().split("_")[1]!);
});
