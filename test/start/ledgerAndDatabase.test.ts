import { readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, it } from "vitest";
import { deployLedger } from "../../server/chain/deployment.ts";
import { openDatabase } from "../../server/store/database.ts";
import { deployer, genesis, startLedger } from "../chain/ledgers.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { NOWHERE, useData } from "./usedData.ts";

const { dataDir, parent, refused, listen } = useData();

describe("a port in use", () => {
  it("of the API", async () => {
    const { port } = await listen(() => undefined);
    await refused(new RegExp(`The API cannot listen: port ${port} is in use`), { NARROWGATE_PORT: port });
  });

  it("of the ledger", async () => {
    const { port } = await listen(() => undefined);
    await refused(new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use`), { NARROWGATE_LEDGER_PORT: port });
  });
});

describe("a database", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it("that does not answer", () =>
    refused(/The database at 127\.0\.0\.1:2\/registry cannot be reached: connect ECONNREFUSED/, {
      DATABASE_URL: `postgres://narrowgate:secret@${NOWHERE}/registry`,
    }));

  it("that is not there", async () => {
    const DATABASE_URL = (await server.createDatabase("there")).replace(/there$/, "missing");
    await refused(/cannot be reached: database "missing" does not exist/, { DATABASE_URL });
  });

  it("in which the service may make nothing", async () => {
    const url = await server.createDatabase("closed");
    const owner = await openDatabase({ url, maxConnections: 1 });
    await owner.query("create role guest login password 'guest'");
    await owner.close();
    const DATABASE_URL = url.replace(/\/\/.*@/, "//guest:guest@");
    await refused(/The database cannot be prepared: permission denied for database closed/, { DATABASE_URL });
  });

  it("whose records another version of the service began", async () => {
    const DATABASE_URL = await server.createDatabase("other");
    const owner = await openDatabase({ url: DATABASE_URL, maxConnections: 1 });
    await owner.query(`create schema records; create table records.migration (number int, name text, sha256 text);
      insert into records.migration values (1, '0001_other.sql', '')`);
    await owner.close();
    await refused(/Migration .* was changed/, { DATABASE_URL });
  });
});

/** A ledger that answers these methods and refuses all others; after `limit` answers it hangs up. */
function answering(answers: Record<string, unknown>, limit = Infinity): RequestListener {
  let given = 0;
  const answer = ({ id, method }: { id: number; method: string }) =>
    method in answers
      ? { jsonrpc: "2.0", id, result: answers[method] }
      : { jsonrpc: "2.0", id, error: { code: -32601, message: "the method is not available" } };
  return (request, response) => {
    if (++given > limit) {
      response.destroy();
      return;
    }
    void text(request).then((sent) => {
      const body = JSON.parse(sent);
      response.end(JSON.stringify(Array.isArray(body) ? body.map(answer) : answer(body)));
    });
  };
}

describe("a ledger", () => {
  const genesisHash = () => JSON.parse(readFileSync(join(dataDir, "deployment.json"), "utf8")).genesisHash as string;
  const chain = (hash: string) => ({ eth_chainId: "0x135256e", eth_getBlockByNumber: { hash } });

  it("that does not answer", () =>
    refused(/^The ledger at 127\.0\.0\.1:2 does not answer: .*ECONNREFUSED/, {
      LEDGER_URL: `http://narrowgate:secret@${NOWHERE}`,
    }));

  it("that is none", async () => {
    const { url } = await listen((_request, response) => response.end("<html>"));
    await refused(/does not answer: HTTP status 200, no JSON/, { LEDGER_URL: url });
  });

  it("with another chain id", () =>
    refused(/The ledger at .* has chain id 20260206, but chain id 5 is configured/, { NARROWGATE_CHAIN_ID: "5" }));

  it("with another first block", async () => {
    const { url } = await listen(answering(chain(`0x${"1".repeat(64)}`)));
    await refused(/The manifest is of another ledger: its first block is 0x/, { LEDGER_URL: url });
  });

  it("that refuses what the service asks", async () => {
    const { url } = await listen(answering(chain(genesisHash())));
    await refused(/The ledger refuses a request: eth_getCode: the method is not available/, { LEDGER_URL: url });
  });

  it("that goes away in the middle of the start", async () => {
    const { url } = await listen(answering(chain(genesisHash()), 2));
    await refused(/The ledger has stopped answering: /, { LEDGER_URL: url });
  });

  it("on which the registry was never deployed, or another one was", async () => {
    const { ledger, url, stop } = await startLedger();
    try {
      await refused(/Parties does not stand at 0x.*; this is not the ledger of the manifest/, { LEDGER_URL: url });
      const manifestFile = join(parent, "other.json");
      await deployLedger({ ledger, deployerKey: deployer.privateKey, genesis, manifestFile });
      await refused(/The database belongs to the deployment with deal registry 0x/, {
        LEDGER_URL: url,
        NARROWGATE_DEPLOYMENT: manifestFile,
      });
    } finally {
      await stop();
    }
  });

  it("whose deployment nobody described, or not to its end", async () => {
    const missing = join(parent, "missing.json");
    await refused(/There is no deployment manifest at .*missing\.json/, { NARROWGATE_DEPLOYMENT: missing });
    const half = join(parent, "half.json");
    const manifest = JSON.parse(readFileSync(join(dataDir, "deployment.json"), "utf8"));
    writeFileSync(half, JSON.stringify({ ...manifest, blockNumber: null }));
    await refused(/The deployment in .*half\.json was cut off/, { NARROWGATE_DEPLOYMENT: half });
  });
});
