import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const PID_LINE = 0;
const STATUS_LINE = 7;

/** Whether the server process `pid` on this folder says that it takes connections. */
export function isReady(clusterFolder: string, pid: number | undefined): boolean {
  const lines = pidFile(clusterFolder)?.split("\n") ?? [];
  return Number(lines[PID_LINE]) === pid && lines[STATUS_LINE]?.trim() === "ready";
}

/**
 * Looks for a server process that an earlier process of ours left behind on this folder when it was killed.
 * A process id file that no server of this folder can have written is removed: PostgreSQL would take the process that
 * has the number by now for a server, and refuse to start.
 *
 * @returns The server's process id, or undefined.
 */
export function findLeftover(clusterFolder: string): number | undefined {
  const file = pidFile(clusterFolder);
  if (file === undefined) return undefined;
  const pid = Math.abs(Number.parseInt(file, 10)); // A single-user server writes it negative.
  const command = Number.isNaN(pid) ? "" : commandOf(pid);
  if (command === undefined) return undefined; // Nothing runs under that number, which PostgreSQL sees for itself.
  if (command.includes("postgres") && command.includes(clusterFolder)) return pid;
  if (!command.includes("postgres")) rmSync(join(clusterFolder, "postmaster.pid"));
  return undefined;
}

function pidFile(clusterFolder: string): string | undefined {
  try {
    return readFileSync(join(clusterFolder, "postmaster.pid"), "utf8");
  } catch {
    return undefined;
  }
}

/** The command line of a process, empty for one that is dead but not yet reaped, undefined if there is none. */
function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return undefined;
  }
}
