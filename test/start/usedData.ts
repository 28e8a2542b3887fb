import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { apiKeyOf, contentsOf, get, runToEnd, startService, type Environment } from "./serviceProcess.ts";

/** Nobody listens here. */
export const NOWHERE = "127.0.0.1:2";

/** As few keys as tell parties apart: each costs every start a tenth of a second. */
export const PARTIES = [
  { code: "registrar", name: "Registrar", roles: ["registrar"], signs: "here" },
  { code: "issuer", name: "Issuer", roles: ["issuer"], signs: "here" },
  {
    code: "regulator",
    name: "Regulator",
    roles: ["regulator"],
    signs: "outside",
    addresses: ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
  },
];

/** A data folder of one test file on which the service ran once. */
export type UsedData = {
  dataDir: string;
  /** Folder for what a test needs besides; gone in the end. */
  parent: string;
  /** Names the parties of this registry. */
  environment: Environment;
  registrarKey: () => string;
  /** The service does not start: status 1, one sentence, and nothing in the data folder is touched. */
  refused(sentence: RegExp, environment?: Environment, folder?: string): Promise<void>;
  /** Changes a file of the data folder until the test is over. */
  damage(name: string, change: (file: string) => void): void;
  /** An HTTP server until the test is over. */
  listen(handler: RequestListener): Promise<{ url: string; port: string }>;
};

/** Starts the service once before the tests, and once more after them: what was refused has left it as it was. */
export function useData(): UsedData {
  const parent = mkdtempSync(join(tmpdir(), "narrowgate-start-"));
  const dataDir = join(parent, "data");
  const partiesFile = join(parent, "parties.json");
  writeFileSync(partiesFile, JSON.stringify(PARTIES));
  const own = { NARROWGATE_PARTIES: partiesFile };
  const undo: (() => void)[] = [];
  let registrarKey: string;

  beforeAll(async () => {
    const service = await startService(dataDir, own);
    registrarKey = apiKeyOf(dataDir, "registrar");
    expect(await service.kill("SIGTERM")).toEqual({ code: 0, stderr: "" });
  });
  afterEach(() => {
    for (const step of undo.splice(0).reverse()) step();
  });
  afterAll(async () => {
    const service = await startService(dataDir, own);
    const { status, body } = await get(`${service.url}/v1/parties`, registrarKey);
    await service.kill("SIGTERM");
    rmSync(parent, { recursive: true });
    expect(status).toBe(200);
    expect(body.items).toHaveLength(PARTIES.length);
  });

  return {
    dataDir,
    parent,
    environment: own,
    registrarKey: () => registrarKey,
    async refused(sentence, environment = {}, folder = dataDir) {
      const before = contentsOf(folder);
      const { code, stderr } = await runToEnd(folder, { ...own, ...environment });
      expect(stderr).toMatch(sentence);
      expect(stderr).toMatch(/^[A-Z][^\n]*\.\n$/);
      expect(code).toBe(1);
      expect(contentsOf(folder)).toEqual(before);
    },
    damage(name, change) {
      const file = join(dataDir, name);
      const intact = join(parent, "intact");
      cpSync(file, intact);
      undo.push(() => writeFileSync(file, readFileSync(intact))); // in place, so that owner and mode stay
      change(file);
    },
    async listen(handler) {
      const server = createServer(handler).listen(0, "127.0.0.1");
      await once(server, "listening");
      undo.push(() => server.close().closeAllConnections());
      const { port } = server.address() as AddressInfo;
      return { url: `http://127.0.0.1:${port}`, port: String(port) };
    },
  };
}
