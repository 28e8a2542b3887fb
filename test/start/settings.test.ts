import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import type { Environment } from "./serviceProcess.ts";
import { NOWHERE, PARTIES, useData } from "./usedData.ts";

const { dataDir, parent, environment, refused } = useData();

/** The parties with a change. */
function partiesFile(change: (parties: any[]) => void): Environment {
  const file = join(parent, `${randomUUID()}.json`);
  const parties = structuredClone<any[]>(PARTIES);
  change(parties);
  writeFileSync(file, JSON.stringify(parties));
  return { NARROWGATE_PARTIES: file };
}

describe("settings", () => {
  it("that do not hold are all named", () =>
    refused(/NARROWGATE_PORT .*NARROWGATE_CHAIN_ID .*NARROWGATE_LOG /, {
      NARROWGATE_PORT: "port",
      NARROWGATE_CHAIN_ID: "-1",
      NARROWGATE_LOG: "loud",
    }));

  it("that production lacks are all named", () =>
    refused(
      /^NODE_ENV=production needs LEDGER_URL, DATABASE_URL, NARROWGATE_DEPLOYMENT, NARROWGATE_KEYSTORE_PASSPHRASE, NARROWGATE_VAULT_KEYS, NARROWGATE_VAULT_INDEX_KEY\.$/m,
      { NODE_ENV: "production" },
    ));

  it("of production do not let one process sign for two parties", () =>
    refused(/one process signs for one party, but registrar, issuer are all to sign here/, {
      NODE_ENV: "production",
      LEDGER_URL: `http://${NOWHERE}`,
      DATABASE_URL: `postgres://${NOWHERE}/registry`,
      ...environment,
      NARROWGATE_DEPLOYMENT: join(dataDir, "deployment.json"),
      NARROWGATE_KEYSTORE_PASSPHRASE: "correct horse battery",
      NARROWGATE_VAULT_KEYS: "first:key",
      NARROWGATE_VAULT_INDEX_KEY: "key",
    }));
});

describe("a parties file", () => {
  it("that is missing", () =>
    refused(/none\.json cannot be read: ENOENT/, { NARROWGATE_PARTIES: join(dataDir, "none.json") }));

  it("that is not JSON", () => refused(/is not JSON/, { NARROWGATE_PARTIES: import.meta.filename }));

  it("of another form", () =>
    refused(
      /is wrong at 0\.roles\.0: /,
      partiesFile((parties) => (parties[0].roles = ["king"])),
    ));

  it("that names a party twice", () =>
    refused(
      /names registrar twice/,
      partiesFile((parties) => parties.push(parties[0])),
    ));

  it("that names no address for a party outside", () =>
    refused(
      /The party regulator signs outside, so the parties file must name its addresses/,
      partiesFile((parties) => (parties[2].addresses = undefined)),
    ));

  it("with a mistyped address", () =>
    refused(
      /The address 0x70997970c51812dc3A010C7d01b50e0d17dc79C8 of the party regulator is mistyped/,
      partiesFile((parties) => (parties[2].addresses = ["0x70997970c51812dc3A010C7d01b50e0d17dc79C8"])),
    ));

  it("without references for a ledger that was deployed before", () =>
    refused(/so the parties file must name the ref of newcomer/, {
      ...partiesFile((parties) => parties.push({ code: "newcomer", name: "New", roles: ["trustee"], signs: "here" })),
      NARROWGATE_DEPLOYMENT: join(dataDir, "deployment.json"),
    }));
});
