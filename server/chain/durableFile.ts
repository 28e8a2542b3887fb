import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file so that after a crash at any moment either the old or the new content is there, never a part.
 *
 * @param mode Permission bits of the file, for example `0o600`.
 */
export async function writeFileDurably(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, "w", mode);
    try {
      await file.chmod(mode); // The mode given to open is narrowed by the process's umask and ignored for an old file.
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A rename is durable once its folder is. Windows cannot open a folder; there the rename itself is journalled. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
