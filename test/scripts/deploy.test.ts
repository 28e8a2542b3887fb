import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployer, genesis, startLedger } from "../chain/ledgers.ts";

const root = join(import.meta.dirname, "../..");
let running: Awaited<ReturnType<typeof startLedger>>;
let genesisFile: string;
let manifestFile: string;

beforeAll(async () => {
  running = await startLedger();
  genesisFile = join(running.folder, "genesis.json");
  manifestFile = join(running.folder, "manifest.json");
  await writeFile(genesisFile, JSON.stringify(genesis));
});
afterAll(() => running.stop());

/** Runs the script as `npm run deploy` does. */
async function deploy(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["scripts/deploy.ts", ...args], {
    cwd: root,
    env: { ...process.env, CONSORTIUM_RPC_URL: running.url, DEPLOYER_KEY: deployer.privateKey, ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

describe("the deploy script says in one sentence what is wrong and exits with 1", () => {
  test.each([
    ["no network is named", [], {}, /^Usage: npm run deploy/],
    ["the network is unknown", ["--network", "moon"], {}, /no network of type http named moon\./],
    ["the network lives in another process", ["--network", "embedded"], {}, /no network of type http named embedded\./],
    [
      "no genesis is there",
      ["--network", "consortium", "--genesis", "nowhere.json"],
      {},
      /^The genesis nowhere\.json /,
    ],
  ])("when %s", async (_when, args, env, sentence) => {
    const { code, stderr } = await deploy(args, env);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(1);
  });

  test("when a party of the genesis has a malformed reference", async () => {
    const file = join(running.folder, "bad.json");
    await writeFile(file, JSON.stringify({ ...genesis, parties: [{ ...genesis.parties[0], ref: "0x12" }] }));
    const { code, stderr } = await deploy(["--network", "consortium", "--genesis", file]);
    expect(stderr).toMatch(/parties\.0\.ref is not 32 bytes in hex\.\n$/);
    expect(code).toBe(1);
  });

  test("when nobody answers at the address", async () => {
    const env = { CONSORTIUM_RPC_URL: "http://127.0.0.1:9" };
    const { code, stderr } = await deploy(["--network", "consortium", "--genesis", genesisFile], env);
    expect(stderr).toMatch(/^The ledger at 127\.0\.0\.1:9 does not answer: .*\.\n$/);
    expect(code).toBe(1);
  });
});

test("the deploy script deploys, writes the manifest and may be run again", async () => {
  const args = ["--network", "consortium", "--genesis", genesisFile, "--manifest", manifestFile];
  const first = await deploy(args);
  expect(first.stderr).toBe("");
  expect(first.code).toBe(0);
  const manifest = await readFile(manifestFile, "utf8");
  expect(first.stdout).toContain(JSON.parse(manifest).contracts.DealRegistry.address);
  const second = await deploy(args);
  expect(second).toEqual(first);
  expect(await readFile(manifestFile, "utf8")).toBe(manifest);
});
