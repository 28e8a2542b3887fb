// Run as a program: starts the embedded database in the folder given, prints its address, and stays.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startEmbeddedDatabase } from "../../server/store/embeddedDatabase.ts";

const SCRIPT = fileURLToPath(import.meta.url);

export type DatabaseProcess = { url: string; pid: number; kill(signal: NodeJS.Signals): Promise<void> };

/** The embedded database in a process of its own, as another user if told. The caller kills it. */
export async function startDatabaseProcess(
  dataDir: string,
  user: { uid?: number; gid?: number } = {},
): Promise<DatabaseProcess> {
  const child = spawn(process.execPath, [SCRIPT, dataDir], { ...user, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const url = await Promise.race([
    once(child.stdout, "data").then(([chunk]) => String(chunk).trim()),
    ended.then(() => Promise.reject(new Error(stderr.trim()))),
  ]);
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return { url, pid: child.pid!, kill };
}

if (process.argv[1] === SCRIPT) {
  try {
    const database = await startEmbeddedDatabase({ dataDir: process.argv[2]! });
    process.on("SIGTERM", () => void database.stop().then(() => process.exit(0)));
    process.on("SIGINT", () => process.exit(0)); // Ends without a stop.
    console.log(database.url);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
