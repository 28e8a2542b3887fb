import { existsSync, linkSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { StartError } from "../../startError.ts";

/** What makes a chain this chain. A journal only ever holds blocks of one. */
export type LedgerIdentity = { chainId: number; genesisHash: string; hardfork: string };

/** A mined block as the journal keeps it: enough to make it again, and the hash it must then have. */
export type JournalBlock = {
  number: number;
  timestampS: number; // Unix time in seconds.
  hash: string;
  transactions: string[]; // Signed raw transactions as hex, in the order of the block.
};

const FORMAT = 1;
const APPLICATION_ID = 0x4e474a31; // "NGJ1", in the header of every journal file.
const LOCK_WAIT_MS = 1_000; // A process that is just ending gets this long to let go of the file.
const [SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CORRUPT, SQLITE_NOTADB] = [5, 6, 11, 26];

/**
 * The block journal: one SQLite file that holds every mined block. A block is one row, durable when `append` returns.
 * The file belongs to one process at a time; the lock is the kernel's, so it ends with the process however that ends.
 */
export class Journal {
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  /**
   * Opens the journal, or makes it if no file is there.
   *
   * @param file Path of the SQLite file; its folder is made if missing.
   * @param identity The chain that the caller runs.
   * @throws StartError if the file is in use, damaged, no journal, or the journal of another chain. The file is then
   * left as it was.
   */
  static open(file: string, identity: LedgerIdentity): Journal {
    let database: DatabaseSync | undefined;
    try {
      if (!existsSync(file)) create(file, identity);
      if (!statSync(file).isFile()) throw new StartError(`The ledger journal ${file} is not a file.`);
      database = new DatabaseSync(file, { timeout: LOCK_WAIT_MS });
      database.exec("pragma locking_mode = exclusive");
      refuseForeign(file, database, identity);
      database.exec("pragma synchronous = full");
      return new Journal(file, database);
    } catch (error) {
      database?.close();
      throw startError(file, error);
    }
  }

  private constructor(file: string, database: DatabaseSync) {
    this.file = file;
    this.#database = database;
    this.#insert = database.prepare("insert into blocks (number, timestamp_s, hash, transactions) values (?, ?, ?, ?)");
  }

  /**
   * Every block from the first to the last.
   *
   * @throws StartError if a block is missing or unreadable.
   */
  *blocks(): Generator<JournalBlock> {
    let expected = 1;
    try {
      for (const row of this.#database.prepare("select * from blocks order by number").iterate()) {
        const number = Number(row.number);
        if (number !== expected++) {
          throw new StartError(`The ledger journal ${this.file} is damaged (block ${expected - 1} is missing).`);
        }
        const transactions = JSON.parse(String(row.transactions)) as string[];
        yield { number, timestampS: Number(row.timestamp_s), hash: String(row.hash), transactions };
      }
    } catch (error) {
      throw startError(this.file, error);
    }
  }

  /**
   * Writes a block. When this returns, the block survives a power cut.
   *
   * @throws Error if it cannot be written, for instance because the disk is full.
   */
  append(block: JournalBlock): void {
    try {
      this.#insert.run(block.number, block.timestampS, block.hash, JSON.stringify(block.transactions));
    } catch (error) {
      const reason = (error as Error).message;
      throw new Error(`block ${block.number} cannot be written to ${this.file} (${reason})`, { cause: error });
    }
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }
}

/**
 * Makes an empty journal under another name and links it into place whole, so that a file of the journal's name is
 * never half made, and an empty or cut file can be told from a new one.
 */
function create(file: string, identity: LedgerIdentity): void {
  if (existsSync(`${file}-wal`)) {
    throw new StartError(`The ledger journal ${file} is missing, but its write-ahead log ${file}-wal is there.`);
  }
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  const database = new DatabaseSync(fresh);
  try {
    database.exec(`
      pragma application_id = ${APPLICATION_ID};
      pragma journal_mode = wal;
      pragma synchronous = full;
      create table meta (
        only integer primary key check (only = 1),
        format integer not null, chain_id integer not null, genesis_hash text not null, hardfork text not null
      ) strict;
      create table blocks (
        number integer primary key,
        timestamp_s integer not null, hash text not null, transactions text not null
      ) strict`);
    database
      .prepare("insert into meta (only, format, chain_id, genesis_hash, hardfork) values (1, ?, ?, ?, ?)")
      .run(FORMAT, identity.chainId, identity.genesisHash, identity.hardfork);
    database.close();
    linkSync(fresh, file);
  } catch (error) {
    // Another process may have made the journal in the same moment; then that one holds.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    if (database.isOpen) database.close();
    rmSync(fresh, { force: true });
  }
}

/** Looks before anything is written: a file of somebody else's, or of another chain, must stay as it is. */
function refuseForeign(file: string, database: DatabaseSync, identity: LedgerIdentity): void {
  const header = database.prepare("pragma application_id").get();
  if (header?.application_id !== APPLICATION_ID) throw new StartError(`The file ${file} is not a ledger journal.`);
  const meta = database.prepare("select * from meta").get();
  if (meta === undefined) throw new StartError(`The ledger journal ${file} is damaged (it names no chain).`);
  if (meta.format !== FORMAT) {
    throw new StartError(
      `The ledger journal ${file} has format ${String(meta.format)}, and this version reads ${FORMAT}.`,
    );
  }
  if (meta.chain_id !== identity.chainId) {
    throw new StartError(
      `The ledger journal ${file} is of chain ${String(meta.chain_id)}, and this ledger is chain ${identity.chainId}.`,
    );
  }
  if (meta.genesis_hash !== identity.genesisHash || meta.hardfork !== identity.hardfork) {
    throw new StartError(
      `The ledger journal ${file} grew from genesis ${String(meta.genesis_hash)} (${String(meta.hardfork)}), ` +
        `and this ledger starts from ${identity.genesisHash} (${identity.hardfork}).`,
    );
  }
}

function startError(file: string, error: unknown): StartError {
  if (error instanceof StartError) return error;
  const { errcode, message } = error as Error & { errcode?: number };
  const code = (errcode ?? 0) & 0xff; // The low byte is the plain code, the rest says more about it.
  if (code === SQLITE_BUSY || code === SQLITE_LOCKED) {
    return new StartError(`The ledger journal ${file} is in use by another process.`, { cause: error });
  }
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB || error instanceof SyntaxError) {
    return new StartError(`The ledger journal ${file} is damaged (${message}).`, { cause: error });
  }
  return new StartError(`The ledger journal ${file} cannot be opened: ${message}.`, { cause: error });
}
