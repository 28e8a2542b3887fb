import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database } from "../../server/store/database.ts";
import { startEmbeddedDatabase } from "../../server/store/embeddedDatabase.ts";
import { migrate } from "../../server/store/migrate.ts";

/** A PostgreSQL server of one test file, in a folder of its own that is gone afterwards. */
export type TestServer = {
  /** Makes an empty database and returns its address. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts a server on a free port. */
export async function startTestServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "narrowgate-test-"));
  const server = await startEmbeddedDatabase({ dataDir: folder });
  const root = await openDatabase({ url: server.url, maxConnections: 1 });
  return {
    async createDatabase(name) {
      await root.query(`create database ${name}`);
      return server.url.replace(/[^/]+$/, name);
    },
    async stop() {
      await root.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A database with schema `records` in it, and all that has to be closed with it. */
export async function startTestDatabase(): Promise<{
  database: Database;
  url: string;
  server: TestServer;
  stop: () => Promise<void>;
}> {
  const server = await startTestServer();
  const url = await server.createDatabase("records");
  const database = await openDatabase({ url });
  await migrate(database);
  return {
    database,
    url,
    server,
    async stop() {
      await database.close();
      await server.stop();
    },
  };
}
