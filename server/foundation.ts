import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { openEmbeddedLedger } from "./chain/embedded/ledger.ts";
import { connectLedger, type Ledger } from "./chain/rpc.ts";
import type { Config } from "./config.ts";
import { StartError } from "./startError.ts";
import { openDatabase, type Database } from "./store/database.ts";
import { startEmbeddedDatabase } from "./store/embeddedDatabase.ts";
import { lockFolder } from "./store/folderLock.ts";
import { migrate } from "./store/migrate.ts";

/** The two things a service stands on. */
export type Foundation = { database: Database; ledger: Ledger; ledgerUrl: string };

/**
 * Takes the data folder for this process until it is closed: keys, journal and documents have one writer.
 *
 * @returns The function that lets go of the folder.
 * @throws StartError when the folder cannot be made, or another process has it.
 */
export function takeDataFolder(dataDir: string): () => void {
  let release: (() => void) | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    release = lockFolder(dataDir);
  } catch (error) {
    throw new StartError(`The data folder ${dataDir} cannot be used: ${(error as Error).message}.`, { cause: error });
  }
  if (!release) throw new StartError(`The data folder ${dataDir} is in use by another process.`);
  return release;
}

/**
 * Opens database and ledger: those that the settings name, or embedded ones in the data folder.
 *
 * @param started Receives what closes each part again, also when a later one does not start.
 * @param onFailure Called when an embedded part stops working later on.
 * @throws StartError when one of them does not start or is not reachable.
 */
export async function openFoundation(
  config: Config,
  log: Logger,
  started: AsyncDisposableStack,
  onFailure: (error: Error) => void,
): Promise<Foundation> {
  const database = await openRecords(config, log, started);
  const ledgerUrl = await openLedger(config, log, started, onFailure);
  const ledger = await connectLedger({ url: ledgerUrl, chainId: config.chainId });
  return { database, ledger, ledgerUrl };
}

async function openRecords(config: Config, log: Logger, started: AsyncDisposableStack): Promise<Database> {
  let url = config.databaseUrl;
  if (url === undefined) {
    log.warn("the database is embedded: not for production");
    const embedded = await startEmbeddedDatabase({
      dataDir: join(config.dataDir, "database"),
      log: (line) => log.info(line),
    });
    started.defer(() => embedded.stop());
    ({ url } = embedded);
  }
  const database = await openDatabase({ url, log });
  started.defer(() => database.close());
  try {
    await migrate(database);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`The database cannot be prepared: ${(error as Error).message}.`, { cause: error });
  }
  return database;
}

async function openLedger(
  config: Config,
  log: Logger,
  started: AsyncDisposableStack,
  onFailure: (error: Error) => void,
): Promise<string> {
  if ("url" in config.ledger) return config.ledger.url;
  log.warn("the ledger is embedded, a single node: not for production");
  const embedded = await openEmbeddedLedger({
    journalFile: join(config.dataDir, "ledger.sqlite"),
    port: config.ledger.embeddedPort,
    onFailure,
  });
  started.defer(() => embedded.close());
  log.info({ url: embedded.url, blocks: embedded.replayedBlocks }, "the embedded ledger is ready");
  return embedded.url;
}
