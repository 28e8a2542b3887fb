import { randomUUID } from "node:crypto";
import { id as keccakOfText } from "ethers";
import { pino } from "pino";
import { z } from "zod";
import { createApp } from "../../server/app.ts";
import { AppError } from "../../server/errors.ts";
import type { Gateway } from "../../server/http/command.ts";
import { healthRoutes } from "../../server/http/health.ts";
import { checkRoute, commandRoute, readRoute, recordRoute, type Route } from "../../server/http/route.ts";
import { Address, Units } from "../../server/http/schemas.ts";
import { createApiKey } from "../../server/store/apiKeys.ts";
import { openDatabase, type Database } from "../../server/store/database.ts";
import { upsertParty, type Role } from "../../server/store/parties.ts";
import { openSettlements, type Settlements } from "../../server/store/settlements.ts";
import { startApi, type TestApi } from "../support/api.ts";
import { startTestDatabase } from "../support/database.ts";

export const NOTE = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const HARBOUR_KEY = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
export const ATTESTER_KEYS = [
  "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
] as const;

const Note = z.strictObject({ text: z.string().max(100), tags: z.array(z.string()).optional() });
const Move = z.strictObject({ to: Address, units: Units }).meta({ id: "Move" });

/** What a test may change while the app runs. */
type Hooks = {
  /** Called in the transaction of `createNote`, after its insert. */
  beforeRecord: () => Promise<void>;
  whyNotReady: readonly string[];
  /** Signers whose lanes were told that they have work. */
  woken: string[];
};

/** Routes of every kind, in the manner of a feature. A test may hook into the one that writes. */
function testRoutes(hooks: Hooks): Route[] {
  return [
    ...healthRoutes(async () => hooks.whyNotReady),
    readRoute({
      path: "/v1/notes/{noteId}",
      operationId: "getNote",
      summary: "One note of the caller.",
      access: "any-party",
      params: z.strictObject({ noteId: z.string().max(40) }),
      query: z.strictObject({ limit: z.coerce.number().int().optional() }),
      response: z.strictObject({ party: z.string(), text: z.string() }),
      async handler({ params, read }) {
        const { rows } = await read((db) =>
          db.query<{ party: string; text: string }>("select party, text from records.note where id = $1", [
            params.noteId,
          ]),
        );
        if (!rows[0]) throw new AppError("not-found");
        return rows[0];
      },
    }),
    readRoute({
      path: "/v1/failures",
      operationId: "fail",
      summary: "Fails.",
      access: ["registrar"],
      response: z.strictObject({}),
      handler: () => Promise.reject(new Error("select secret from vault")),
    }),
    recordRoute({
      path: "/v1/notes",
      operationId: "createNote",
      summary: "Writes a note.",
      access: ["custodian", "registrar"],
      body: Note,
      status: 201,
      response: z.strictObject({ id: z.string() }),
      location: ({ id }) => `/v1/notes/${id}`,
      async handler({ caller, body }, tx) {
        const id = randomUUID();
        await tx.query("insert into records.note (id, party, text) values ($1, $2, $3)", [id, caller.party, body.text]);
        await hooks.beforeRecord();
        if (body.text === "kept problem") return new AppError("order-used");
        if (body.text === "thrown problem") throw new AppError("order-used");
        return { id };
      },
    }),
    checkRoute({
      path: "/v1/notes/check",
      operationId: "checkNote",
      summary: "Counts letters.",
      access: ["custodian"],
      body: Note,
      response: z.strictObject({ letters: z.int() }),
      handler: async ({ body }) => ({ letters: body.text.length }),
    }),
    commandRoute({
      path: "/v1/moves",
      operationId: "move",
      summary: "Moves units.",
      access: ["custodian", "attester"],
      body: Move,
      handler: async ({ body, operationRef }) => ({
        kind: "transfers.move",
        to: NOTE,
        data: operationRef,
        facts: { to: body.to, units: body.units },
      }),
    }),
  ];
}

export type World = {
  api: TestApi;
  /** API keys by party. */
  keys: Record<"harbour" | "kestrel" | "attester" | "registrar", string>;
  database: Database;
  settlements: Settlements;
  hooks: Hooks;
  /** A second process over the same database. */
  another(gateway?: Partial<Gateway>, options?: { requestsPerMinute?: number }): Promise<World>;
  stop(): Promise<void>;
};

/** An app over a real database with parties, API keys and the test routes; only the ledger is stood in for. */
export async function startWorld(gateway: Partial<Gateway> = {}): Promise<World> {
  const test = await startTestDatabase();
  const keys = await populate(test.database);
  const world = await startProcess(test.url, keys, gateway, {});
  return {
    ...world,
    async stop() {
      await world.stop();
      await test.stop();
    },
  };
}

async function startProcess(
  url: string,
  keys: World["keys"],
  gateway: Partial<Gateway>,
  { requestsPerMinute = 100_000 }: { requestsPerMinute?: number },
): Promise<World> {
  const database = await openDatabase({ url });
  const settlements = openSettlements();
  const hooks: Hooks = { beforeRecord: async () => {}, whyNotReady: [], woken: [] };
  const app = createApp({
    database,
    settlements,
    routes: testRoutes(hooks),
    gateway: {
      chainId: 20260206,
      addressOf: (target) => target,
      heldAddressOf: (party) => (party === "harbour" ? HARBOUR_KEY : undefined),
      simulate: async () => ({ gasLimit: 90_000n }),
      transactionCount: async () => 3,
      keccak256: keccakOfText,
      ...gateway,
    },
    wakeLane: (signer) => void hooks.woken.push(signer),
    log: pino({ level: "silent" }),
    version: "0.0.0",
    requestsPerMinute,
  });
  const api = await startApi(app);
  return {
    hooks,
    api,
    keys,
    database,
    settlements,
    another: (otherGateway = {}, options = {}) => startProcess(url, keys, otherGateway, options),
    async stop() {
      settlements.close();
      await api.close();
      await database.close();
    },
  };
}

/** Makes the table that the test routes write, and four parties. */
async function populate(database: Database): Promise<World["keys"]> {
  await database.query(
    `create table records.note (id text primary key, party text not null, text text not null);
     alter table records.note enable row level security;
     create policy own_party on records.note for select to narrowgate_reader
       using ((select records.caller_sees_all()) or party = (select records.caller_party()));
     grant select on records.note to narrowgate_reader`,
  );
  return {
    harbour: await addParty(database, 5, "harbour", ["custodian"], [HARBOUR_KEY]),
    kestrel: await addParty(database, 6, "kestrel", ["custodian"], []),
    attester: await addParty(database, 7, "attester", ["attester"], ATTESTER_KEYS),
    registrar: await addParty(database, 1, "registrar", ["registrar"], []),
  };
}

async function addParty(
  database: Database,
  partyId: number,
  code: string,
  roles: Role[],
  addresses: readonly string[],
) {
  const ref = `0x${String(partyId).padStart(64, "0")}`;
  await upsertParty(database, { code, name: code, ref, partyId, addresses, heldHere: code === "harbour", roles });
  return (await createApiKey(database, code)).key;
}

/** Headers with an idempotency key that is new for each name. */
export const keyed = (name: string) => ({ "idempotency-key": `test-key-${name.padEnd(16, ".")}` });
