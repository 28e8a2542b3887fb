import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../../scripts/ledger.ts", import.meta.url));

export type LedgerProcess = {
  url: string;
  ready: string; // The line that it printed.
  ended: Promise<{ code: number | null; stderr: string }>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
};

function run(args: string[]): ChildProcess {
  return spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"], cwd: "/" });
}

/** Runs scripts/ledger.ts until it ends by itself. */
export async function runToEnd(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = run(args);
  let [stdout, stderr] = ["", ""];
  child.stdout!.on("data", (chunk) => (stdout += chunk));
  child.stderr!.on("data", (chunk) => (stderr += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** Runs scripts/ledger.ts until it says that it is ready. The caller kills it. */
export async function startLedgerProcess(journalFile: string): Promise<LedgerProcess> {
  return untilReady(run(["--journal", journalFile, "--port", "0"]));
}

/** The same on a disk that is full as soon as a file has this many blocks of 512 bytes. */
export async function startLedgerOnFullDisk(journalFile: string, fileBlocks: number): Promise<LedgerProcess> {
  const shell = `trap '' XFSZ; ulimit -f ${fileBlocks}; exec "$0" "$@"`; // A write over the limit fails, as on a full disk.
  const args = ["-c", shell, process.execPath, SCRIPT, "--journal", journalFile, "--port", "0"];
  return untilReady(spawn("/bin/sh", args, { stdio: ["ignore", "pipe", "pipe"], cwd: "/" }));
}

async function untilReady(child: ChildProcess): Promise<LedgerProcess> {
  let stderr = "";
  child.stderr!.on("data", (chunk) => (stderr += chunk));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stderr }));
  const ready = await Promise.race([
    once(child.stdout!, "data").then(([chunk]) => String(chunk).trim()),
    ended.then(({ code }) => Promise.reject(new Error(`the ledger ended with ${code}: ${stderr}`))),
  ]);
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await ended).code;
  };
  return { url: /http:\S+\d/.exec(ready)![0], ready, ended, kill };
}
