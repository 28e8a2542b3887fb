import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "../../errors.ts";

/** Largest document that is kept. */
export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;

/** Documents in files that are named by their content. A file is there whole or not at all, and never changes. */
export type DocumentFiles = {
  /**
   * Keeps a document; one that is kept already stays as it is.
   * @param sha256 Hash that its bytes must have, 0x….
   * @throws AppError `document-hash-mismatch` for other bytes, `body-too-large` for too many. Nothing is kept then.
   */
  keep(sha256: string, bytes: Readable): Promise<{ locator: string; sizeBytes: number }>;
  /** Absolute path of a kept document. */
  pathOf(locator: string): string;
};

/** Opens the folder of documents, and clears away what an earlier process had received in part. */
export function openDocumentFiles(folder: string): DocumentFiles {
  const incoming = join(folder, "incoming");
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true, mode: 0o700 });
  return {
    pathOf: (locator) => join(folder, locator),
    async keep(sha256, bytes) {
      const locator = locatorOf(sha256);
      const temporary = join(incoming, randomUUID());
      try {
        const received = await write(temporary, bytes);
        if (received.sha256 !== sha256) {
          throw new AppError("document-hash-mismatch", { values: { expected: sha256, given: received.sha256 } });
        }
        await mkdir(dirname(join(folder, locator)), { recursive: true, mode: 0o700 });
        await rename(temporary, join(folder, locator));
        await sync(dirname(join(folder, locator)));
        await sync(folder);
        return { locator, sizeBytes: received.sizeBytes };
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
  };
}

/** `ab/cdef…`: no folder grows to more than a part in 256 of all documents. */
function locatorOf(sha256: string): string {
  return `${sha256.slice(2, 4)}/${sha256.slice(4)}`;
}

async function write(path: string, bytes: Readable): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const file = await open(path, "wx", 0o600);
  try {
    // A body that is refused in the middle is not torn off, so that the answer to it can still be sent.
    for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_DOCUMENT_BYTES) throw new AppError("body-too-large");
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: `0x${hash.digest("hex")}`, sizeBytes };
}

/** A rename is durable once its folder is. Windows cannot open a folder; there the rename itself is journalled. */
async function sync(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
