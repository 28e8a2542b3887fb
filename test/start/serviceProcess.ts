import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MAIN = join(import.meta.dirname, "../../server/main.ts");
const HANGING_MS = 50_000;

export type Environment = Readonly<Record<string, string>>;

/** A running `node server/main.ts`. */
export type ServiceProcess = {
  url: string;
  ledgerUrl: string;
  /** Everything it has logged so far. */
  logged(): string;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; stderr: string }>;
};

function run(dataDir: string, environment: Environment): ChildProcess {
  const { PATH, HOME } = process.env; // Nothing else of this process, which runs under settings of its own.
  const own = { NARROWGATE_DATA: dataDir, NARROWGATE_PORT: "0", NARROWGATE_LEDGER_PORT: "0" };
  const env = { PATH, HOME, ...own, ...environment };
  return spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"], timeout: HANGING_MS });
}

/** Runs the service until it ends by itself, which it does only when it cannot start. */
export async function runToEnd(dataDir: string, environment: Environment = {}) {
  const child = run(dataDir, environment);
  let [stdout, stderr] = ["", ""];
  child.stdout!.on("data", (chunk) => (stdout += chunk));
  child.stderr!.on("data", (chunk) => (stderr += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** Runs the service until it is ready, or has logged another message. */
export async function startService(
  dataDir: string,
  environment: Environment = {},
  until = "the service is ready",
): Promise<ServiceProcess> {
  const child = run(dataDir, environment);
  let [stdout, stderr] = ["", ""];
  child.stderr!.on("data", (chunk) => (stderr += chunk));
  const closed = once(child, "close");
  for await (const line of createInterface({ input: child.stdout! })) {
    stdout += `${line}\n`;
    const { msg, url, ledger } = JSON.parse(line) as { msg: string; url: string; ledger: string };
    if (msg !== until) continue;
    child.stdout!.on("data", (chunk) => (stdout += chunk)).resume();
    return {
      url,
      ledgerUrl: ledger,
      logged: () => stdout,
      async kill(signal) {
        child.kill(signal);
        const [code] = (await closed) as [number | null];
        return { code, stderr };
      },
    };
  }
  throw new Error(`The service ended before it logged "${until}": ${stderr}`);
}

/** What a data folder holds, file by file; PostgreSQL's own folder aside, which changes with every start. */
export function contentsOf(dataDir: string): Record<string, string> {
  const files = globSync("**/*", { cwd: dataDir, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(join(dataDir, "database")));
  return Object.fromEntries(
    files.sort().map((file) => [file, createHash("sha256").update(readFileSync(file)).digest("hex")]),
  );
}

/** The plain API key of a party. */
export function apiKeyOf(dataDir: string, party: string): string {
  return readFileSync(join(dataDir, "keys", party), "utf8").trim();
}

/** A GET as a party. */
export async function get(url: string, key: string): Promise<{ status: number; body: any }> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, body: await response.json() };
}
