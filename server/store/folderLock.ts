import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const LOCK_WAIT_MS = 1_000; // A process that is just ending gets this long to let go.
const SQLITE_BUSY = 5;

/**
 * Takes a folder for this process until it is released or the process ends, however it ends: the lock is the kernel's,
 * held through SQLite on an empty file, so nothing stale is left behind and no process id is to be judged.
 *
 * @returns The function that releases the folder, once or more often, or undefined if another process has it.
 */
export function lockFolder(folder: string): (() => void) | undefined {
  const database = new DatabaseSync(join(folder, "lock"), { timeout: LOCK_WAIT_MS });
  try {
    database.exec("begin exclusive");
    return () => {
      if (database.isOpen) database.close();
    };
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}
