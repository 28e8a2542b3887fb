import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { createClient, type Client, type Outside } from "../../scripts/demo/client.ts";
import { openOutsideKeys } from "../../scripts/demo/outsideKeys.ts";
import { compose, type Service } from "../../server/compose.ts";
import { readConfig } from "../../server/config.ts";
import { readParties } from "../../server/parties.ts";
import { startLedgerProcess } from "./ledgerProcess.ts";

const PARTIES = new URL("../../deals/parties.json", import.meta.url);

/** The whole service over a real database, a real ledger in a second process, and real HTTP. */
export type Stack = {
  service: Service;
  url: string;
  dataDir: string;
  /** The client of the demo; `command` follows an operation until it is final and signs outside where needed. */
  client: Client;
  /** Keys of the parties that sign outside, by party code. */
  outside: Readonly<Record<string, readonly Outside[]>>;
  /** One raw request as a party; `party` null sends no key. */
  request(party: string | null, method: string, path: string, options?: RawRequest): Promise<RawAnswer>;
  stop(): Promise<void>;
};

export type RawRequest = { body?: unknown; key?: string; headers?: Record<string, string> };
export type RawAnswer = { status: number; headers: Headers; body: any; text: string };

/**
 * Starts a stack of its own with the made-up parties: the two custodians are not licensed yet, nothing is filed.
 * Everything is removed by `stop`.
 * @param settings Environment variables beyond those of the stack itself, such as another database.
 */
export async function startStack(settings: NodeJS.ProcessEnv = {}): Promise<Stack> {
  const dataDir = mkdtempSync(join(tmpdir(), "narrowgate-stack-"));
  const ledger = await startLedgerProcess(join(dataDir, "ledger.sqlite"));
  const config = readConfig({
    NARROWGATE_DATA: join(dataDir, "service"),
    NARROWGATE_PORT: "0",
    LEDGER_URL: ledger.url,
    ...settings,
  });
  const parties = await readParties(PARTIES);
  const service = await compose({
    config,
    parties,
    log: pino({ level: process.env["STACK_LOG"] ?? "silent" }),
    onFailure: (error) => {
      throw error;
    },
  });
  const { outside, sign } = await openOutsideKeys(config, parties);
  const apiKeyOf = (party: string) => readFileSync(join(config.dataDir, "keys", party), "utf8").trim();

  return {
    service,
    url: service.url,
    dataDir,
    client: createClient({ url: service.url, apiKeyOf, sign }),
    outside,
    async request(party, method, path, { body, key, headers = {} } = {}) {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: {
          ...(party !== null && { authorization: `Bearer ${apiKeyOf(party)}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(key !== undefined && { "idempotency-key": key }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = (response.headers.get("content-type") ?? "").includes("json");
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined, text };
    },
    async stop() {
      await service.stop();
      await ledger.kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
