import { join } from "node:path";
import type { Logger } from "pino";
import { openEmbeddedLedger } from "./chain/embedded/ledger.ts";
import { connectLedger, type Ledger } from "./chain/rpc.ts";
import type { Config } from "./config.ts";
import { openDatabase, type Database } from "./store/database.ts";
import { startEmbeddedDatabase } from "./store/embeddedDatabase.ts";
import { migrate } from "./store/migrate.ts";

/** The two things a service stands on. */
export type Foundation = { database: Database; ledger: Ledger; ledgerUrl: string; close(): Promise<void> };

type Closer = () => Promise<void>;

/**
 * Opens database and ledger: those that the settings name, or embedded ones in the data folder.
 *
 * @param onFailure Called when an embedded part stops working later on.
 * @throws StartError when one of them does not start or is not reachable; what was opened before is closed again.
 */
export async function openFoundation(
  config: Config,
  log: Logger,
  onFailure: (error: Error) => void,
): Promise<Foundation> {
  const closers: Closer[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const database = await openRecords(config, log, closers);
    const ledgerUrl = await openLedger(config, log, closers, onFailure);
    const ledger = await connectLedger({ url: ledgerUrl, chainId: config.chainId });
    return { database, ledger, ledgerUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openRecords(config: Config, log: Logger, closers: Closer[]): Promise<Database> {
  let url = config.databaseUrl;
  if (url === undefined) {
    log.warn("the database is embedded: not for production");
    const embedded = await startEmbeddedDatabase({
      dataDir: join(config.dataDir, "database"),
      log: (line) => log.info(line),
    });
    closers.push(() => embedded.stop());
    ({ url } = embedded);
  }
  const database = await openDatabase({ url, log });
  closers.push(() => database.close());
  await migrate(database);
  return database;
}

async function openLedger(
  config: Config,
  log: Logger,
  closers: Closer[],
  onFailure: (error: Error) => void,
): Promise<string> {
  if ("url" in config.ledger) return config.ledger.url;
  log.warn("the ledger is embedded, a single node: not for production");
  const embedded = await openEmbeddedLedger({
    journalFile: join(config.dataDir, "ledger.sqlite"),
    port: config.ledger.embeddedPort,
    onFailure,
  });
  closers.push(() => embedded.close());
  log.info({ url: embedded.url, blocks: embedded.replayedBlocks }, "the embedded ledger is ready");
  return embedded.url;
}
