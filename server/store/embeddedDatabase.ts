import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { StartError } from "../startError.ts";
import { lockFolder } from "./folderLock.ts";
import { postgresAccount } from "./postgresAccount.ts";
import { findPostgres } from "./postgresPrograms.ts";
import { HOST, startServer } from "./postgresServer.ts";
import { databaseFailure, runToEnd, type PostgresSite } from "./postgresSite.ts";

/** The running database. */
export type EmbeddedDatabase = {
  /** Connection string of the superuser, with the password. */
  url: string;
  /** Ends open sessions, stops PostgreSQL in order, and releases the folder. */
  stop(): Promise<void>;
};

export type EmbeddedDatabaseOptions = {
  dataDir: string; // Folder of the database, its password and its log; made if missing.
  port?: number; // A free port unless told.
  log?: (line: string) => void; // Hears what is done and what goes wrong later.
};

const USER = "narrowgate";
const DATABASE = "narrowgate";

/**
 * Starts a real PostgreSQL that npm brought, with its data in a folder. The first start makes the database; later ones
 * find it again, also after this process or PostgreSQL was killed.
 *
 * @throws StartError if another process uses the folder, the port is in use, or PostgreSQL does not start; the message
 * then names the folder and PostgreSQL's own reason.
 */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { folder, release } = takeFolder(options.dataDir);
  try {
    const site = await prepareSite(folder, options.log ?? (() => undefined));
    if (!existsSync(site.cluster)) await initialise(site);
    const password = readPassword(site);
    const server = await startServer(site, options.port);
    const stop = () => server.stop().finally(release);
    const url = `postgres://${USER}:${password}@${HOST}:${server.port}/${DATABASE}`;
    try {
      await createDatabase(site, url);
    } catch (error) {
      await stop();
      throw error;
    }
    return { url, stop };
  } catch (error) {
    release();
    throw error instanceof StartError ? error : databaseFailure(folder, (error as Error).message, error);
  }
}

/** The folder under its one true name: PostgreSQL's command line is later recognised by it. */
function takeFolder(dataDir: string): { folder: string; release: () => void } {
  try {
    mkdirSync(dataDir, { recursive: true });
    const folder = realpathSync(dataDir);
    const release = lockFolder(folder);
    if (!release) throw new StartError(`The database in ${folder} is in use by another process.`);
    return { folder, release };
  } catch (error) {
    throw error instanceof StartError ? error : databaseFailure(dataDir, (error as Error).message, error);
  }
}

async function prepareSite(folder: string, log: (line: string) => void): Promise<PostgresSite> {
  const programs = await findPostgres();
  const cluster = join(folder, "cluster");
  const logFile = join(folder, "postgres.log");
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`); // The log of the run before is kept, older ones are not.
  const account = postgresAccount([folder, programs.postgres], cluster);
  return { folder, cluster, logFile, passwordFile: join(folder, "password"), programs, account, log };
}

/** Makes the database beside its final place, so that a folder of the final name is always a whole one. */
async function initialise(site: PostgresSite): Promise<void> {
  site.log(`making a new database in ${site.folder}`);
  const fresh = `${site.cluster}.new`;
  const { owner } = site.account;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(site.passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600, flush: true });
  if (owner) for (const path of [fresh, site.passwordFile]) chownSync(path, owner.uid, owner.gid);
  await runToEnd(site, site.programs.initdb, [
    `--pgdata=${fresh}`,
    `--username=${USER}`,
    `--pwfile=${site.passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-instructions",
  ]);
  renameSync(fresh, site.cluster);
}

function readPassword({ folder, passwordFile }: PostgresSite): string {
  try {
    return readFileSync(passwordFile, "utf8");
  } catch (error) {
    throw databaseFailure(folder, `its password cannot be read (${(error as Error).message})`, error);
  }
}

/** The database of ours, made beside the server's own ones if it is missing. */
async function createDatabase(site: PostgresSite, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/[^/]+$/, "postgres") });
  try {
    await client.connect();
    const { rowCount } = await client.query("select from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (error) {
    throw databaseFailure(site.folder, (error as Error).message, error);
  } finally {
    await client.end();
  }
}
