import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { StartError } from "../startError.ts";
import type { PostgresAccount } from "./postgresAccount.ts";
import type { PostgresPrograms } from "./postgresPrograms.ts";

/** One embedded database: where everything of it is, and as whom and with what it runs. */
export type PostgresSite = {
  folder: string;
  cluster: string; // PostgreSQL's own data folder.
  passwordFile: string;
  logFile: string;
  programs: PostgresPrograms;
  account: PostgresAccount;
  log: (line: string) => void;
};

/** A program under way. `reason` tells from its output why it failed. */
export type Launched = { child: ChildProcess; reason: () => string };

/** The sentence for a database that does not start. */
export function databaseFailure(folder: string, reason: string, cause?: unknown): StartError {
  return new StartError(`The database in ${folder} does not start: ${reason.replace(/\.$/, "")}.`, { cause });
}

/** Starts one of PostgreSQL's programs; its output goes to the log file, which outlives this process. */
export function launch(site: PostgresSite, program: string, args: string[]): Launched {
  const logFd = openSync(site.logFile, "a", 0o600);
  try {
    const from = fstatSync(logFd).size;
    const child = site.account.run(program, args, logFd);
    return { child, reason: () => reasonIn(readFileSync(site.logFile).subarray(from).toString("utf8"), child) };
  } finally {
    closeSync(logFd);
  }
}

/**
 * Runs one of PostgreSQL's programs to its end.
 *
 * @throws StartError if it fails.
 */
export async function runToEnd(site: PostgresSite, program: string, args: string[]): Promise<void> {
  const { child, reason } = launch(site, program, args);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw databaseFailure(site.folder, reason());
}

/** The first line that says what was fatal, with its detail, or else the last line. */
function reasonIn(output: string, { exitCode, signalCode }: ChildProcess): string {
  const [, fatal, detail] = /(?:FATAL|PANIC|error): +(.+)(?:\n.*DETAIL: +(.+))?/.exec(output) ?? [];
  if (fatal && detail) return `${fatal} (${detail.replace(/\.$/, "")})`;
  const last = output.trim().split("\n").at(-1);
  return fatal || last || `PostgreSQL ended with ${exitCode ?? signalCode} and left no message`;
}
