import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../server/config.ts";
import { StartError } from "../server/startError.ts";

function refusal(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as Error).message;
  }
  throw new Error("The settings were accepted.");
}

const production = {
  NODE_ENV: "production",
  LEDGER_URL: "https://ledger.example",
  DATABASE_URL: "postgresql://narrowgate@db.example/registry",
  NARROWGATE_PARTIES: "parties.json",
  NARROWGATE_DEPLOYMENT: "deployment.json",
  NARROWGATE_KEYSTORE_PASSPHRASE: "correct horse battery",
  NARROWGATE_VAULT_KEYS: "first:key",
  NARROWGATE_VAULT_INDEX_KEY: "key",
};

describe("settings are refused", () => {
  it.each([
    ["NARROWGATE_PORT", "65536"],
    ["NARROWGATE_PORT", "-1"],
    ["NARROWGATE_PORT", "80.5"],
    ["NARROWGATE_PORT", "1e3"],
    ["NARROWGATE_PORT", " 80"],
    ["NARROWGATE_LEDGER_PORT", "http"],
    ["NARROWGATE_CHAIN_ID", "0"],
    ["NARROWGATE_CHAIN_ID", "0x5"],
    ["NARROWGATE_KEYSTORE_PASSPHRASE", "too short"],
    ["NARROWGATE_LOG", "loud"],
    ["LEDGER_URL", "127.0.0.1:8545"],
    ["LEDGER_URL", "ws://127.0.0.1:8545"],
    ["DATABASE_URL", "mysql://127.0.0.1/registry"],
    ["NODE_ENV", "Production"],
  ])("when %s is %s, in one sentence", (name, value) => {
    const sentence = refusal({ [name]: value });
    expect(sentence).toMatch(new RegExp(`^The settings do not hold: ${name} \\(.+\\)\\.$`));
  });

  it("all at once, and without repeating a secret", () => {
    const sentence = refusal({
      NARROWGATE_PORT: "x",
      NARROWGATE_LOG: "x",
      NARROWGATE_KEYSTORE_PASSPHRASE: "hush",
      DATABASE_URL: "redis://user:hush@db.example",
    });
    for (const name of ["NARROWGATE_PORT", "NARROWGATE_LOG", "NARROWGATE_KEYSTORE_PASSPHRASE", "DATABASE_URL"]) {
      expect(sentence).toContain(name);
    }
    expect(sentence).not.toContain("hush");
  });

  it.each(Object.keys(production).filter((name) => name !== "NODE_ENV"))("when production lacks %s", (name) => {
    expect(refusal({ ...production, [name]: undefined })).toBe(`NODE_ENV=production needs ${name}.`);
    expect(refusal({ ...production, [name]: "" })).toBe(`NODE_ENV=production needs ${name}.`);
  });

  it("naming everything that production lacks", () => {
    expect(refusal({ NODE_ENV: "production" })).toBe(
      "NODE_ENV=production needs LEDGER_URL, DATABASE_URL, NARROWGATE_PARTIES, NARROWGATE_DEPLOYMENT, NARROWGATE_KEYSTORE_PASSPHRASE, NARROWGATE_VAULT_KEYS, NARROWGATE_VAULT_INDEX_KEY.",
    );
  });
});

describe("settings", () => {
  it("embed everything unless told, an empty variable counting as none", () => {
    const embedded = {
      isProduction: false,
      dataDir: resolve("data"),
      port: 8787,
      chainId: 20_260_206,
      ledger: { embeddedPort: 8545 },
      databaseUrl: undefined,
      partiesFile: undefined,
      deploymentFile: undefined,
      keystorePassphrase: undefined,
      vaultKeys: undefined,
      vaultIndexKey: undefined,
      logLevel: "info",
    };
    expect(readConfig({})).toEqual(embedded);
    expect(readConfig({ NARROWGATE_PORT: "", LEDGER_URL: "", NODE_ENV: "" })).toEqual(embedded);
  });

  it("of production take what is named", () => {
    expect(readConfig({ ...production, NARROWGATE_DATA: "/srv/registry", NARROWGATE_PORT: "0" })).toMatchObject({
      isProduction: true,
      dataDir: "/srv/registry",
      port: 0,
      ledger: { url: "https://ledger.example" },
      databaseUrl: "postgresql://narrowgate@db.example/registry",
      partiesFile: "parties.json",
      deploymentFile: "deployment.json",
      keystorePassphrase: "correct horse battery",
    });
  });
});
