import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id } from "ethers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployLedger } from "../../server/chain/deployment.ts";
import { openSigners } from "../../server/chain/signers.ts";
import { deployer, keyOf, startLedger } from "../chain/ledgers.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { apiKeyOf, get, runToEnd, startService, type Environment } from "./serviceProcess.ts";

const passphrase = "correct horse battery";
const parent = mkdtempSync(join(tmpdir(), "narrowgate-production-"));
const dataDir = join(parent, "data");
const partiesFile = join(parent, "parties.json");
let ledger: Awaited<ReturnType<typeof startLedger>>;
let server: TestServer;
let environment: Environment;

/** Another member deployed; this process holds the registrar's key alone. */
beforeAll(async () => {
  [ledger, server] = await Promise.all([startLedger(), startTestServer()]);
  const held = await openSigners({ folder: join(dataDir, "keystores"), passphrase, parties: ["registrar"] });
  const regulatorKey = keyOf("regulator").address;
  const described = [
    { code: "registrar", name: "Registrar", roles: ["registrar"], signs: "here", ref: id("a") },
    {
      code: "regulator",
      name: "Regulator",
      roles: ["regulator"],
      signs: "outside",
      addresses: [regulatorKey.toLowerCase()],
      ref: id("b"),
    },
  ];
  writeFileSync(partiesFile, JSON.stringify(described));
  const manifestFile = join(parent, "manifest.json");
  await deployLedger({
    ledger: ledger.ledger,
    deployerKey: deployer.privateKey,
    genesis: {
      parties: [
        { ref: id("b"), keys: [regulatorKey], roles: ["regulator"] },
        { ref: id("a"), keys: [held.addressOf("registrar")!], roles: ["registrar"] },
      ],
      grantDelaySeconds: 0,
      ruleChangeDelaySeconds: 0,
    },
    manifestFile,
  });
  environment = {
    NODE_ENV: "production",
    LEDGER_URL: ledger.url,
    DATABASE_URL: await server.createDatabase("production"),
    NARROWGATE_PARTIES: partiesFile,
    NARROWGATE_DEPLOYMENT: manifestFile,
    NARROWGATE_KEYSTORE_PASSPHRASE: passphrase,
    NARROWGATE_VAULT_KEYS: `first:${randomBytes(32).toString("base64")}`,
    NARROWGATE_VAULT_INDEX_KEY: randomBytes(32).toString("base64"),
  };
});
afterAll(async () => {
  await Promise.all([ledger.stop(), server.stop()]);
  rmSync(parent, { recursive: true });
});

it("a production service does not sign with a passphrase that is not its own", async () => {
  const { code, stderr } = await runToEnd(dataDir, {
    ...environment,
    NARROWGATE_KEYSTORE_PASSPHRASE: "another phrase",
  });
  expect(stderr).toMatch(/^The keystore .*registrar\.json does not open: [^\n]*\.\n$/);
  expect(code).toBe(1);
});

it("a production service takes over the parties as the ledger has them, and warns of nothing made up", async () => {
  const service = await startService(dataDir, environment);
  const { body } = await get(`${service.url}/v1/parties`, apiKeyOf(dataDir, "registrar"));
  expect(await service.kill("SIGTERM")).toEqual({ code: 0, stderr: "" });
  const numbered = body.items.map(({ party, partyId }: { party: string; partyId: number }) => [party, partyId]);
  expect(Object.fromEntries(numbered)).toEqual({ regulator: 1, registrar: 2 });
  expect(service.logged()).not.toMatch(/embedded|made up/);
});
