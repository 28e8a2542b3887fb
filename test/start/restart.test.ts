import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase, type Database } from "../../server/store/database.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { apiKeyOf, contentsOf, get, startService, type Environment, type ServiceProcess } from "./serviceProcess.ts";

const PARTIES = 12;
const parent = mkdtempSync(join(tmpdir(), "narrowgate-restart-"));
const dataDir = join(parent, "data");
let server: TestServer;
let database: Database;
let environment: Environment;
let service: ServiceProcess;

/** What a client sees of the registry, asked with the key of the first start. */
type Sight = { parties: unknown; keys: Record<string, string> };
let first: Sight;

beforeAll(async () => {
  server = await startTestServer();
  const url = await server.createDatabase("registry");
  environment = { DATABASE_URL: url };
  service = await startService(dataDir, environment);
  database = await openDatabase({ url, maxConnections: 1 });
  first = await look();
});
afterAll(async () => {
  await service.kill("SIGTERM");
  await database.close();
  await server.stop();
  rmSync(parent, { recursive: true });
});

function keysHere(): Record<string, string> {
  return Object.fromEntries(readdirSync(join(dataDir, "keys")).map((party) => [party, apiKeyOf(dataDir, party)]));
}

async function look(): Promise<Sight> {
  const { status, body } = await get(`${service.url}/v1/parties`, apiKeyOf(dataDir, "registrar"));
  expect(status).toBe(200);
  return { parties: body.items, keys: keysHere() };
}

async function count(table: string): Promise<number> {
  const { rows } = await database.query<{ count: bigint }>(`select count(*) from ${table}`);
  return Number(rows[0]!.count);
}

describe("the first start", () => {
  it("gives every party a key that nobody else can read", () => {
    const folder = join(dataDir, "keys");
    expect(Object.keys(first.keys)).toHaveLength(PARTIES);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const party of Object.keys(first.keys)) {
      expect(first.keys[party]).toMatch(/^ngk_[0-9a-f]{16}_[\w-]{43}$/);
      expect(statSync(join(folder, party)).mode & 0o777).toBe(0o600);
    }
  });

  it("keeps the other secrets from other users too", () => {
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    for (const file of ["passphrase", "deployer-key", "party-references.json", "keystores/issuer.json"]) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
  });

  it("puts nothing of a key into the database but its hash", async () => {
    const { rows } = await database.query<{ party: string; hash: Buffer; whole: string }>(
      "select party, secret_sha256 as hash, to_jsonb(k)::text as whole from records.api_key k",
    );
    expect(rows).toHaveLength(PARTIES);
    for (const { party, hash, whole } of rows) {
      const secret = first.keys[party]!.slice("ngk_0123456789abcdef_".length);
      expect(hash).toEqual(createHash("sha256").update(secret).digest());
      expect(whole).not.toContain(secret);
    }
  });

  it("logs no secret", () => {
    for (const key of Object.values(first.keys)) expect(service.logged()).not.toContain(key.slice(-43));
  });

  it("links every party to its number on the ledger", async () => {
    const { rows } = await database.query<{ party_id: number }>("select party_id from records.party order by 1");
    expect(rows.map(({ party_id }) => party_id)).toEqual(Array.from({ length: PARTIES }, (_, i) => i + 1));
  });
});

describe.each(["SIGTERM", "SIGKILL"] as const)("a start after %s", (signal) => {
  let before: Record<string, string>;
  let blocks: number;

  beforeAll(async () => {
    blocks = await count("readmodel.block");
    // A mark that a read model built anew would not have.
    await database.query("update readmodel.block set timestamp = timestamp + 1000000 where number = 1");
    const ended = await service.kill(signal);
    if (signal === "SIGTERM") expect(ended).toEqual({ code: 0, stderr: "" });
    before = contentsOf(dataDir);
    service = await startService(dataDir, environment);
  });

  it("shows the same register to the same keys, linked to the same numbers", async () => {
    expect(await look()).toEqual(first);
    expect(await count("records.api_key")).toBe(PARTIES);
  });

  it("makes and changes no file", () => {
    expect(keptIn(contentsOf(dataDir))).toEqual(keptIn(before));
  });

  it("goes on with the read model instead of building it anew", async () => {
    expect(service.logged()).not.toContain("the read model is built");
    expect(await count("readmodel.block")).toBeGreaterThanOrEqual(blocks);
    const { rows } = await database.query<{ marked: boolean }>(
      `select (select timestamp from readmodel.block where number = 1) >
              (select timestamp from readmodel.block where number = 2) as marked`,
    );
    expect(rows).toEqual([{ marked: true }]);
  });
});

/** Without the files that SQLite writes while a service runs: its lock, and the two between which rows move. */
function keptIn(contents: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(contents).filter(([file]) => !/\/(lock|ledger\.sqlite)[^/]*$/.test(file)));
}

it("a stop does not wait for a client that never ends its request", async () => {
  const { hostname, port } = new URL(service.url);
  const client = connect(Number(port), hostname);
  client.on("error", () => undefined); // cut by the service
  client.write("POST /v1/holders HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  await get(`${service.url}/healthz`, "");
  const started = performance.now();
  expect(await service.kill("SIGTERM")).toEqual({ code: 0, stderr: "" });
  expect(performance.now() - started).toBeLessThan(15_000);
  service = await startService(dataDir, environment);
  expect(await look()).toEqual(first);
});
