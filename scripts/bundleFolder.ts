import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { BundleDocument } from "../server/domain/bundle.ts";
import { bundleDescriptionSchema, describeDocuments, descriptionFileName } from "../server/domain/bundleDescription.ts";
import { parseFields } from "../server/domain/fieldErrors.ts";
import { parseJsonBytes } from "../server/domain/jsonText.ts";

/** Thrown when a folder cannot be a bundle. The message is one clear sentence. */
export class BundleFolderError extends Error {
  override readonly name = "BundleFolderError";
}

/** A folder read as a bundle. */
export interface BundleFolder {
  readonly documents: readonly BundleDocument[];
  /** Bytes of each document by its name. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** False where no `bundle.json` says more of the documents than their names and bytes do. */
  readonly isDescribed: boolean;
}

/**
 * Reads every file of a folder, at any depth, as a document of a bundle.
 * @throws BundleFolderError when the folder cannot be read, is empty, or holds something that is not a plain file.
 * @throws InvalidFieldsError or JsonTextError when its `bundle.json` is wrong.
 */
export function readBundleFolder(directory: string): BundleFolder {
  const contents = new Map<string, Uint8Array>();
  for (const [name, file] of filesOf(directory)) contents.set(name, readFileSync(file));
  const description = contents.get(descriptionFileName);
  contents.delete(descriptionFileName);
  if (contents.size === 0) throw new BundleFolderError(`The folder ${directory} holds no documents.`);
  const described =
    description === undefined
      ? { documents: [] }
      : parseFields(bundleDescriptionSchema, parseJsonBytes(description), `${descriptionFileName} of the folder`);
  return { documents: describeDocuments(contents, described), contents, isDescribed: description !== undefined };
}

/** Files of a folder by the names they have in a bundle, which are the same on every file system. */
function filesOf(directory: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of entriesOf(directory)) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) throw new BundleFolderError(`${file} is not a plain file, so no bundle can carry it.`);
    const name = relative(directory, file).split(sep).join("/").normalize("NFC");
    if (files.has(name))
      throw new BundleFolderError(`The folder ${directory} holds two files that are both named ${name}.`);
    files.set(name, file);
  }
  return files;
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new BundleFolderError(`The folder ${directory} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
