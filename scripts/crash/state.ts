import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { compose } from "../../server/compose.ts";
import { readConfig } from "../../server/config.ts";
import { readParties } from "../../server/parties.ts";

const PARTIES = new URL("../../deals/parties.json", import.meta.url);

/** What a registry came to, in terms that do not depend on keys and addresses drawn at random. */
export type RegistryState = {
  /** `class holder units`, and what each payment date paid and left, sorted. */
  register: string[];
  /** References of all issuances and movements as they stand on the ledger. */
  operationRefs: string[];
  /** Operations that are neither final nor refused. */
  unsettled: string[];
};

type PaidClass = { label: string; outstandingMinor: string; paidMinor: string; heldMinor: string };

type Page<T> = { items: T[]; next: string | null };

/** Starts the service on a data folder once more and reads through the API what it knows. */
export async function readState(dataDir: string): Promise<RegistryState> {
  const config = readConfig({ NARROWGATE_DATA: dataDir, NARROWGATE_PORT: "0", NARROWGATE_LEDGER_PORT: "0" });
  const parties = await readParties(PARTIES);
  const service = await compose({
    config,
    parties,
    log: pino({ level: "silent" }),
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    const key = readFileSync(join(config.dataDir, "keys", "registrar"), "utf8").trim();
    const get = async <T>(path: string): Promise<T> => {
      const response = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
      if (!response.ok) throw new Error(`GET ${path} answers ${response.status}.`);
      return (await response.json()) as T;
    };
    return await readThrough(get);
  } finally {
    await service.stop();
  }
}

async function readThrough(get: <T>(path: string) => Promise<T>): Promise<RegistryState> {
  const state: RegistryState = { register: [], operationRefs: [], unsettled: [] };
  const all = async <T>(path: string): Promise<T[]> => {
    const items: T[] = [];
    for (let cursor = ""; ;) {
      const page = await get<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}limit=200${cursor}`);
      items.push(...page.items);
      if (page.next === null) return items;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
  };
  const classes = await all<{ classId: string; label: string; tokenised: boolean }>("/v1/classes");
  for (const { classId, label } of classes.filter(({ tokenised }) => tokenised)) {
    const { rows } = await get<{ rows: { holderRef: string; units: string }[] }>(`/v1/classes/${classId}/register`);
    state.register.push(...rows.map(({ holderRef, units }) => `${label} ${holderRef} ${units}`));
    const issuances = await all<{ operationRef: string }>(`/v1/classes/${classId}/issuances`);
    state.operationRefs.push(...issuances.map(({ operationRef }) => operationRef));
  }
  // The legs of an issuance carry its one reference; they come from nowhere.
  const movements = await all<{ from: string | null; operationRef: string | null }>("/v1/transfers");
  state.operationRefs.push(...movements.flatMap(({ from, operationRef }) => (from && operationRef) ?? []));
  for (const { dealId } of await all<{ dealId: string }>("/v1/deals")) {
    const { items } = await get<{ items: { period: number }[] }>(`/v1/deals/${dealId}/cycles`);
    for (const { period } of items) {
      const cycle = await get<{ state: string; classes: PaidClass[] }>(`/v1/deals/${dealId}/cycles/${period}`);
      state.register.push(...cycle.classes.map((paid) => `${period} ${cycle.state} ${JSON.stringify(paid)}`));
    }
  }
  const operations = await all<{ id: string; state: string }>("/v1/operations");
  state.unsettled = operations.filter((operation) => operation.state !== "final").map(({ id }) => id);
  state.register.sort();
  return state;
}
