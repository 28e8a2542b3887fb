import pg from "pg";
import type { Logger } from "pino";
import { AppError } from "../errors.ts";
import { StartError } from "../startError.ts";

/** Where SQL can be sent: the database itself, or one transaction of it. */
export type Queryable = {
  /** Sends one statement; a `QueryConfig` with a name is planned once per connection. */
  query<R extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>;
};

/** On whose behalf rows are read; row-level security judges by it. `partyId` 0 is nobody. */
export type ReadScope = { party: string; partyId: number; seesAll: boolean };

/**
 * The database as its owner. Columns of int8 and numeric are bigint, dates are `YYYY-MM-DD`, jsonb is parsed.
 * Every function throws AppError `database-unavailable` while the server cannot be reached.
 */
export type Database = Queryable & {
  /** Runs `work` in one transaction as the owner, past row-level security. Rolled back when `work` throws. */
  tx<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Runs `work` on one snapshot, read-only and with the rights of `scope`. */
  read<T>(scope: ReadScope, work: (db: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens a pool of connections and makes sure that the database answers.
 *
 * @param options.url `postgres://user:password@host:port/database`.
 * @param options.maxConnections Most connections at a time; 16 unless told.
 * @throws StartError when the database cannot be reached.
 */
export async function openDatabase(options: {
  url: string;
  log?: Pick<Logger, "warn">;
  maxConnections?: number;
}): Promise<Database> {
  const settings: pg.PoolConfig & { pipeline: boolean } = {
    connectionString: options.url,
    max: options.maxConnections ?? 16,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: { getTypeParser },
    // Statements that do not wait for one another share a round trip, so BEGIN and SET ROLE cost a read nothing.
    pipeline: true,
  };
  const pool = new pg.Pool(settings);
  pool.on("error", (error) => options.log?.warn({ err: error }, "an idle database connection was lost"));
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    throw new StartError(`The database at ${placeOf(options.url)} cannot be reached: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  return {
    query: (statement, values) => pool.query(statement as string, values).catch(rethrow),
    tx: (work) => transaction(pool, "begin", work),
    read: (scope, work) => transaction(pool, beginRead(scope), work),
    close: () => pool.end(),
  };
}

async function transaction<T>(pool: pg.Pool, begin: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(rethrow);
  client.on("error", ignore); // A lost connection also fails the statement in flight, which reports it.
  const opened = client.query(begin);
  opened.catch(ignore); // Awaited below; it may fail while `work` still runs.
  let broken: Error | undefined;
  try {
    const value = await work(client);
    await opened;
    const { command } = await client.query("commit");
    // PostgreSQL answers ROLLBACK, not an error, when `work` swallowed the failure of a statement.
    if (command !== "COMMIT") throw new Error("The transaction was rolled back because one of its statements failed.");
    return value;
  } catch (error) {
    await client.query("rollback").catch((failure: Error) => (broken = failure));
    return rethrow(error);
  } finally {
    client.off("error", ignore);
    client.release(broken);
  }
}

function beginRead({ party, partyId, seesAll }: ReadScope): string {
  return `begin isolation level repeatable read read only;
    set local role narrowgate_reader;
    set local app.party = ${pg.escapeLiteral(party)};
    set local app.party_id = ${pg.escapeLiteral(String(partyId))};
    set local app.sees_all = ${seesAll ? "on" : "off"}`;
}

const { INT8, NUMERIC, DATE } = pg.types.builtins;
const INT8_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;
const TEXT_ARRAY = 1009;
const textArray = pg.types.getTypeParser(TEXT_ARRAY as never) as (text: string) => (string | null)[];
const exactArray = (text: string) => textArray(text).map((item) => (item === null ? null : BigInt(item)));

/** Amounts and units never pass through a JavaScript number, and a civil date never through a time zone. */
const parsers: Record<number, (text: string) => unknown> = {
  [INT8]: BigInt,
  [NUMERIC]: BigInt,
  [DATE]: (text) => text,
  [INT8_ARRAY]: exactArray,
  [NUMERIC_ARRAY]: exactArray,
};

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: string) =>
  parsers[oid] ?? pg.types.getTypeParser(oid, format as never);

// Lost or refused connections, a server that is full, starting or going down (SQLSTATE classes 08, 53, 57P).
const UNAVAILABLE = /^(08|53|57P)|^E(CONNREFUSED|CONNRESET|NOTFOUND|TIMEDOUT|PIPE|AI_AGAIN|HOSTUNREACH)$/;
const CONNECTION_LOST = /timeout exceeded when trying to connect|connection terminated|connection error|not queryable/i;

function rethrow(error: unknown): never {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const lost = !(error instanceof AppError) && (UNAVAILABLE.test(code) || CONNECTION_LOST.test(message));
  throw lost ? new AppError("database-unavailable", { cause: error }) : error;
}

function placeOf(url: string): string {
  const { host, pathname } = URL.parse(url) ?? { host: "an unreadable address", pathname: "" };
  return `${host}${pathname}`; // never the whole address: it carries a password
}

/** Node reports a refused connection to several addresses as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}

function ignore(): void {}
