import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const SCRIPT = join(import.meta.dirname, "../../scripts/ledger.ts");

/** The embedded ledger in a process of its own, reached over HTTP like a node elsewhere. */
export type LedgerProcess = { url: string; kill(signal?: NodeJS.Signals): Promise<void> };

/** Starts a ledger on a free port, or on a given one to come back after a kill. */
export async function startLedgerProcess(journalFile: string, port = 0): Promise<LedgerProcess> {
  const child = spawn(process.execPath, [SCRIPT, "--journal", journalFile, "--port", String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /ledger ready at (\S+),/.exec(line) ?? [];
    if (!url) continue;
    return {
      url,
      async kill(signal = "SIGTERM") {
        child.kill(signal);
        await exited;
      },
    };
  }
  throw new Error("The ledger process ended before it was ready.");
}
