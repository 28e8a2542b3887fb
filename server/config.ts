import { resolve } from "node:path";
import { z } from "zod";
import { StartError } from "./startError.ts";

const count = z.string().regex(/^\d+$/, "must be a whole number").transform(Number);
const port = count.pipe(z.number().max(65_535, "must be a port, at most 65535"));

const Environment = z.object({
  // A misspelt "production" must not start a service with everything embedded.
  NODE_ENV: z.enum(["production", "development", "test"]).default("development"),
  NARROWGATE_DATA: z.string().default("./data"),
  NARROWGATE_PORT: port.default(8787),
  NARROWGATE_LEDGER_PORT: port.default(8545),
  NARROWGATE_CHAIN_ID: count.pipe(z.int().positive()).default(20_260_206),
  NARROWGATE_PARTIES: z.string().optional(),
  NARROWGATE_DEPLOYMENT: z.string().optional(),
  NARROWGATE_KEYSTORE_PASSPHRASE: z.string().min(12).optional(),
  NARROWGATE_VAULT_KEYS: z.string().optional(),
  NARROWGATE_VAULT_INDEX_KEY: z.string().optional(),
  NARROWGATE_LOG: z.enum(["silent", "fatal", "error", "warn", "info", "debug"]).default("info"),
  LEDGER_URL: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres address" }).optional(),
});

/** Settings of one service process. What is absent is embedded: a ledger, a database, made-up parties. */
export type Config = {
  isProduction: boolean;
  /** Folder of everything that is kept: database, ledger journal, keystores, API keys, documents. */
  dataDir: string;
  /** Port of the HTTP API; 0 takes a free one. */
  port: number;
  chainId: number;
  /** JSON-RPC address of a ledger, or the port of the embedded one. */
  ledger: { url: string } | { embeddedPort: number };
  /** Address of a PostgreSQL database; undefined starts the embedded one. */
  databaseUrl: string | undefined;
  /** File that names the parties of the registry; undefined takes the made-up parties of the demo. */
  partiesFile: string | undefined;
  /** Manifest of a deployment made before; undefined lets this process deploy to the embedded ledger. */
  deploymentFile: string | undefined;
  keystorePassphrase: string | undefined;
  /** `id:key` of each key of the identity vault, parted by commas; the first seals, all open. Keys are base64. */
  vaultKeys: string | undefined;
  /** Key of the vault's blind index, base64. */
  vaultIndexKey: string | undefined;
  logLevel: "silent" | "fatal" | "error" | "warn" | "info" | "debug";
};

/**
 * Reads the settings from environment variables. The only place that does. An empty variable counts as absent.
 *
 * @throws StartError naming every variable that is wrong, or that production needs and does not have.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== "");
  const parsed = Environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")} (${issue.message})`);
    throw new StartError(`The settings do not hold: ${wrong.join(", ")}.`);
  }
  const set = parsed.data;
  const isProduction = set.NODE_ENV === "production";
  if (isProduction) requireProduction(set);
  return {
    isProduction,
    dataDir: resolve(set.NARROWGATE_DATA),
    port: set.NARROWGATE_PORT,
    chainId: set.NARROWGATE_CHAIN_ID,
    ledger: set.LEDGER_URL ? { url: set.LEDGER_URL } : { embeddedPort: set.NARROWGATE_LEDGER_PORT },
    databaseUrl: set.DATABASE_URL,
    partiesFile: set.NARROWGATE_PARTIES,
    deploymentFile: set.NARROWGATE_DEPLOYMENT,
    keystorePassphrase: set.NARROWGATE_KEYSTORE_PASSPHRASE,
    vaultKeys: set.NARROWGATE_VAULT_KEYS,
    vaultIndexKey: set.NARROWGATE_VAULT_INDEX_KEY,
    logLevel: set.NARROWGATE_LOG,
  };
}

/** Nothing embedded and nothing made up may stand behind a production service. */
function requireProduction(set: z.infer<typeof Environment>): void {
  const needed = [
    "LEDGER_URL",
    "DATABASE_URL",
    "NARROWGATE_PARTIES",
    "NARROWGATE_DEPLOYMENT",
    "NARROWGATE_KEYSTORE_PASSPHRASE",
    "NARROWGATE_VAULT_KEYS",
    "NARROWGATE_VAULT_INDEX_KEY",
  ] as const;
  const missing = needed.filter((name) => set[name] === undefined);
  if (missing.length > 0) throw new StartError(`NODE_ENV=production needs ${missing.join(", ")}.`);
}
