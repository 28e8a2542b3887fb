import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { get, startService } from "./serviceProcess.ts";
import { NOWHERE, useData } from "./usedData.ts";

const { dataDir, environment, damage, refused, registrarKey } = useData();

const write = (text: string) => (file: string) => writeFileSync(file, text);
const cut = (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 2));

function edit(change: (json: any) => void): (file: string) => void {
  return (file) => {
    const json = JSON.parse(readFileSync(file, "utf8"));
    change(json);
    writeFileSync(file, JSON.stringify(json));
  };
}

describe("the data folder", () => {
  it("that is a file", () => refused(/The data folder .* cannot be used: EEXIST/, {}, import.meta.filename));

  it("that another service uses, wherever its database and ledger are", async () => {
    const service = await startService(dataDir, environment);
    try {
      await refused(/The data folder .* is in use by another process/);
      await refused(/The data folder .* is in use by another process/, {
        LEDGER_URL: service.ledgerUrl,
        DATABASE_URL: `postgres://${NOWHERE}/registry`,
      });
      expect((await get(`${service.url}/v1/parties`, registrarKey())).status).toBe(200);
    } finally {
      await service.kill("SIGTERM");
    }
  });

  it.each([
    ["keystores/issuer.json", cut, /issuer\.json does not open: it is damaged, or the passphrase/],
    ["passphrase", write("another passphrase"), /registrar\.json does not open/],
    ["party-references.json", cut, /party-references\.json of the party references is damaged/],
    ["deployer-key", cut, /The deployer key .* is damaged/],
    ["deployment.json", cut, /The manifest .*deployment\.json is not JSON/],
    ["deployment.json", edit((plan) => (plan.chainId = 5)), /The manifest is of chain id 5/],
    ["deployment.json", edit((plan) => (plan.genesisHash = `0x${"1".repeat(64)}`)), /is of another ledger/],
    ["party-references.json", edit((refs) => (refs.issuer = refs.issuer.replace(/.$/, "_"))), /is damaged/],
    ["party-references.json", edit((refs) => (refs.issuer = `0x${"1".repeat(64)}`)), /another genesis/],
    ["ledger.sqlite", cut, /The ledger journal .*ledger\.sqlite is damaged/],
    ["ledger.sqlite", write(""), /ledger\.sqlite is not a ledger journal/],
    ["ledger.sqlite", withoutLastBlock, /Orders does not stand at 0x.*; this is not the ledger of the manifest/],
    ["ledger.sqlite", ofAnotherGenesis, /The ledger journal .* grew from genesis 0xab/],
    ["database/cluster/global/pg_control", write("x".repeat(8192)), /The database in .* does not start: /],
  ])("with a damaged %s (%#)", async (name, change, sentence) => {
    damage(name, change);
    await refused(sentence);
  });

  it("whose keystores were made with another passphrase", () =>
    refused(/registrar\.json does not open/, { NARROWGATE_KEYSTORE_PASSPHRASE: "another passphrase" }));
});

it("a signal in the middle of a start ends it in order", async () => {
  const message = "the ledger is embedded, a single node: not for production";
  const starting = await startService(dataDir, environment, message);
  expect(await starting.kill("SIGTERM")).toEqual({ code: 0, stderr: "" });
  expect(existsSync(join(dataDir, "database/cluster/postmaster.pid"))).toBe(false);
});

function withoutLastBlock(file: string): void {
  const journal = new DatabaseSync(file);
  journal.exec("delete from blocks where number = (select max(number) from blocks)");
  journal.close();
}

function ofAnotherGenesis(file: string): void {
  const journal = new DatabaseSync(file);
  journal.exec("update meta set genesis_hash = '0xab'");
  journal.close();
}
