import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, parse } from "node:path";
import { StartError } from "../startError.ts";

/** The operating system's account under which PostgreSQL's programs run. */
export type PostgresAccount = {
  /** Who has to own the database files; undefined if this process does anyway. */
  owner: { uid: number; gid: number } | undefined;
  /** Starts a program in its own process group: a Ctrl-C in the terminal is ours to answer, not PostgreSQL's. */
  run(program: string, args: string[], logFd: number): ChildProcess;
};

const ACCOUNT = "postgres";

/**
 * PostgreSQL refuses to run as root, and on files that are not its own. Started by root it therefore runs as the owner
 * of the database or, for a new one, as the account `postgres`, which is made if it is missing; started by anybody
 * else it runs as that user.
 *
 * @param paths Folders and programs that the account has to reach.
 * @param cluster PostgreSQL's data folder, if there is one yet.
 * @throws StartError if root has no such account and cannot make one.
 */
export function postgresAccount(paths: string[], cluster: string): PostgresAccount {
  if (process.getuid?.() !== 0) return { owner: undefined, run: (...command) => start([], {}, ...command) };
  const { uid, gid } = statSync(cluster, { throwIfNoEntry: false }) ?? {};
  const owner = uid && gid ? { uid, gid } : { uid: accountId("-u"), gid: accountId("-g") };
  if (paths.every(isReachable)) return { owner, run: (...command) => start([], owner, ...command) };
  // A folder on the way, root's home for instance, is closed to other users. Root lends the one privilege to pass.
  const lend = [
    "setpriv",
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
  ];
  return { owner, run: (...command) => start(lend, {}, ...command) };
}

function start(
  prefix: string[],
  ids: { uid?: number; gid?: number },
  program: string,
  args: string[],
  logFd: number,
): ChildProcess {
  const [command, ...rest] = [...prefix, program, ...args];
  return spawn(command!, rest, {
    ...ids,
    cwd: parse(program).root, // The working directory may be closed to the account.
    env: { LC_ALL: "C" }, // Nothing of PGDATA, PGPORT and the like may reach it.
    stdio: ["ignore", logFd, logFd],
    detached: true,
  });
}

function accountId(flag: "-u" | "-g"): number {
  const read = () => Number(execFileSync("id", [flag, ACCOUNT], { stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return read();
  } catch {
    try {
      execFileSync("useradd", ["--system", "--user-group", "--no-create-home", ACCOUNT], { stdio: "ignore" });
      return read();
    } catch (error) {
      throw new StartError(`PostgreSQL does not run as root, and the account ${ACCOUNT} cannot be made.`, {
        cause: error,
      });
    }
  }
}

function isReachable(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o001) !== 0;
  return isOpen && (path === dirname(path) || isReachable(dirname(path)));
}
