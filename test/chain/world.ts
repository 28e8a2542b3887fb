import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { id, ZeroHash } from "ethers";
import pino from "pino";
import { encodeCall, type SingletonName } from "../../server/chain/contracts.ts";
import { deployLedger } from "../../server/chain/deployment.ts";
import type { Deployment } from "../../server/chain/deploymentManifest.ts";
import type { Genesis } from "../../server/chain/genesis.ts";
import { startLanes, type Lanes } from "../../server/chain/lanes.ts";
import type { Ledger } from "../../server/chain/rpc.ts";
import { openSigners, signTransaction, type Signers } from "../../server/chain/signers.ts";
import { accountWord } from "../../server/domain/accountWord.ts";
import { openDatabase, type Database } from "../../server/store/database.ts";
import { laneStoreOf } from "../../server/store/laneStore.ts";
import { migrate } from "../../server/store/migrate.ts";
import type { Operation } from "../../server/store/operation.ts";
import { findOperation, insertOperation } from "../../server/store/operations.ts";
import type { TestServer } from "../support/database.ts";
import { deployer, keyOf, startLedger } from "./ledgers.ts";

export const log = pino({ level: "silent" });

const FAR = 2n ** 39n;

/** Parties by their number from 1. The first two sign here, the others outside with the key of their name. */
export const cast = [
  "registrar",
  "custodian",
  "filing-entity",
  "issuer",
  "trustee",
  "paying-agent",
  "servicer",
] as const;

/** A ledger with the registry on it, a database, and the keys of registrar and custodian. */
export type World = {
  ledger: Ledger;
  url: string;
  deployment: Deployment;
  database: Database;
  signers: Signers;
  /** Stores a command of a party held here as the spine would. */
  queue(party: "registrar" | "custodian", data: string, contract?: SingletonName): Promise<Operation>;
  /** Sends a call with a key that signs outside, and waits until it is included. */
  sendOutside(role: (typeof cast)[number], contract: SingletonName, data: string): Promise<void>;
  operation(id: string): Promise<Operation>;
  lanes(options?: { ledger?: Ledger; onSettled?: (ids: readonly string[]) => void; resendMs?: number }): Lanes;
  stop(): Promise<void>;
};

let worlds = 0;

/** Starts a world with a database of its own on a server that the test file started. */
export async function startWorld(server: TestServer): Promise<World> {
  const running = await startLedger();
  const { ledger, url, folder } = running;
  const database = await openDatabase({ url: await server.createDatabase(`world_${++worlds}`) });
  await migrate(database);
  const signers = await openSigners({
    folder: join(folder, "keys"),
    passphrase: "correct horse battery",
    parties: ["registrar", "custodian"],
  });
  const genesis: Genesis = {
    parties: cast.map((role) => ({
      ref: id(`party ${role}`),
      keys: [signers.addressOf(role) ?? keyOf(role).address],
      roles: [role],
    })),
    grantDelaySeconds: 0,
    ruleChangeDelaySeconds: 0,
  };
  const manifestFile = join(folder, "manifest.json");
  const deployment = await deployLedger({ ledger, deployerKey: deployer.privateKey, genesis, manifestFile });
  return {
    ledger,
    url,
    deployment,
    database,
    signers,
    queue: (code, data, contract = "HolderRegistry") =>
      insertOperation(database, {
        id: randomUUID(),
        party: code,
        kind: "test",
        signer: signers.addressOf(code)!,
        target: deployment.contracts[contract].address,
        data,
        gasLimit: 500_000n,
        operationRef: id(randomUUID()),
        facts: {},
        state: "queued",
      }),
    async sendOutside(role, contract, data) {
      const { key, address } = keyOf(role);
      const nonce = Number(await ledger.request<string>("eth_getTransactionCount", [address, "latest"]));
      const to = deployment.contracts[contract].address;
      const unsigned = { chainId: ledger.chainId, nonce, to, data, gasLimit: 10_000_000n };
      const { raw, hash } = signTransaction(key, unsigned);
      await ledger.sendBatch([raw]);
      const receipt = await until(
        async () => (await ledger.request<any>("eth_getTransactionReceipt", [hash])) ?? false,
      );
      if (Number(receipt.status) !== 1) throw new Error(`The call of ${role} was reverted.`);
    },
    operation: async (operationId) => (await findOperation(database, operationId))!,
    lanes: (options = {}) =>
      startLanes({ ledger, store: laneStoreOf(database), signers, log, onSettled: () => undefined, ...options }),
    async stop() {
      await database.close();
      await running.stop();
    },
  };
}

/** The registrar's call that lets a custodian act; the custodian of a world has number 2. */
export function license(custodianId = 2, licensedUntil = FAR): string {
  return encodeCall("HolderRegistry", "license", [custodianId, licensedUntil, ZeroHash, id("licence")]);
}

/** The custodian's call that registers one account, by a reference of its own. */
export function registerAccount(reference: string): string {
  const facts = {
    holderRef: id(reference).slice(0, 34),
    residence: "0x484b",
    category: 1,
    lookThrough: 1,
    omnibus: false,
    usPerson: false,
    acceptsFreeDelivery: false,
    eligibleUntil: Number(FAR),
  };
  const registration = { facts: accountWord(facts), evidenceCommitment: id("evidence") };
  return encodeCall("HolderRegistry", "registerAccount", [{ accountRef: id(reference), ...registration }]);
}

/** Waits until something holds. */
export async function until<T>(look: () => Promise<T | false | undefined>, timeoutMs = 10_000): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it did not come to hold in time");
}
