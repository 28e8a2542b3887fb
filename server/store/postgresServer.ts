import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../startError.ts";
import { databaseFailure, launch, runToEnd, type PostgresSite } from "./postgresSite.ts";
import { findLeftover, isReady } from "./postmaster.ts";

/** A server process that takes connections. */
export type PostgresServer = { port: number; stop(): Promise<void> };

/** The address the server listens on, and no other. */
export const HOST = "127.0.0.1";

const START_LIMIT_MS = 120_000; // Recovery after a crash replays the write-ahead log first.
const STOP_LIMIT_S = 60;
const ATTEMPTS = 20;
const PAUSE_MS = 500;
// What passes by itself: processes of a killed server that are still ending.
const PASSING = /shared memory block|lock file "postmaster.pid" already exists/;
const PORT_TAKEN = /could not create any TCP\/IP sockets/;

/**
 * Starts the server process and waits until it takes connections. It ends with this process, unless this process is
 * killed; then the next start finds it.
 *
 * @param wantedPort undefined takes a free port.
 * @throws StartError if the port is in use or the server does not start.
 */
export async function startServer(site: PostgresSite, wantedPort: number | undefined): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt++) {
    await stopLeftover(site);
    const port = wantedPort ?? (await freePort());
    const { child, reason } = launch(site, site.programs.postgres, serverArguments(site, port));
    if (await becomesReady(site, child)) return { port, stop: guard(site, child) };
    const isPortTaken = PORT_TAKEN.test(reason());
    if (isPortTaken && wantedPort !== undefined) throw new StartError(`Port ${port} on ${HOST} is in use.`);
    if (attempt === ATTEMPTS || !(isPortTaken || PASSING.test(reason()))) {
      throw databaseFailure(site.folder, reason());
    }
    await sleep(PAUSE_MS);
  }
}

/** A server whose parent was killed goes on running; there must never be two on one folder. */
async function stopLeftover(site: PostgresSite): Promise<void> {
  const pid = findLeftover(site.cluster);
  if (pid === undefined) return;
  site.log(`stopping the database process ${pid} that an earlier run left behind in ${site.folder}`);
  await stopInOrder(site, () => findLeftover(site.cluster) === pid);
}

/** @param isRunning Tells whether a failed stop matters: the server may have ended by itself in the same moment. */
async function stopInOrder(site: PostgresSite, isRunning: () => boolean): Promise<void> {
  const args = ["stop", "-D", site.cluster, "-m", "fast", "-w", "-t", String(STOP_LIMIT_S)];
  await runToEnd(site, site.programs.pg_ctl, args).catch((error: unknown) => {
    if (isRunning()) throw error;
  });
}

function serverArguments({ cluster }: PostgresSite, port: number): string[] {
  const network = [`listen_addresses=${HOST}`, "unix_socket_directories="];
  const settings = [...network, "fsync=on", "timezone=UTC", "log_timezone=UTC", "logging_collector=off"];
  return ["-D", cluster, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
}

/** @returns Whether the server takes connections; false if it ended instead. */
async function becomesReady(site: PostgresSite, child: ChildProcess): Promise<boolean> {
  const ended = once(child, "exit").then(() => true);
  const deadline = Date.now() + START_LIMIT_MS;
  while (!isReady(site.cluster, child.pid)) {
    if (await Promise.race([ended, sleep(20, false)])) return false;
    if (Date.now() < deadline) continue;
    child.kill("SIGQUIT");
    throw databaseFailure(site.folder, `it took more than ${START_LIMIT_MS / 1000} seconds, see ${site.logFile}`);
  }
  return true;
}

/** Ties the server to this process: reports its unexpected end, and ends it when this process ends without `stop`. */
function guard(site: PostgresSite, child: ChildProcess): () => Promise<void> {
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const ended = once(child, "exit");
  const stopOnExit = () => void child.kill("SIGINT"); // A fast shutdown: open sessions are ended.
  let stopping: Promise<void> | undefined;
  process.on("exit", stopOnExit);
  child.on("exit", (code, signal) => {
    process.off("exit", stopOnExit);
    if (!stopping) site.log(`the database in ${site.folder} ended with ${code ?? signal}, see ${site.logFile}`);
  });
  const stop = async () => {
    if (!isRunning()) return;
    await stopInOrder(site, isRunning);
    await ended;
  };
  return () => (stopping ??= stop());
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
