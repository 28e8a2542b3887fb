import { decodeEvent, topicOf, type EventKey, type LedgerEvent, type RawLog } from "../chain/events.ts";
import type { ContractName } from "../chain/contracts.ts";
import type { Queryable } from "../store/database.ts";
import type { Projection } from "./projection.ts";

type Handler = (tx: Queryable, event: LedgerEvent) => Promise<void>;
type BlockHandler = (tx: Queryable, events: readonly LedgerEvent[]) => Promise<void>;

/** Hands the logs of one block to every projection that knows their events. */
export type Dispatch = (
  tx: Queryable,
  logs: readonly RawLog[],
  timestamp: number,
  contractAt: (address: string) => ContractName | undefined,
) => Promise<void>;

/** Prepares the way from logs to handlers. Logs that nobody handles are not even decoded. */
export function makeDispatch(projections: readonly Projection[]): Dispatch {
  const routes = new Map<string, Handler[]>();
  const blockRoutes: { route: string; handle: BlockHandler }[] = [];
  for (const projection of projections) {
    for (const [key, handle] of Object.entries(projection.handlers) as [EventKey, Handler][]) {
      routes.set(routeOf(key), [...(routes.get(routeOf(key)) ?? []), handle]);
    }
    for (const [key, handle] of Object.entries(projection.blockHandlers ?? {}) as [EventKey, BlockHandler][]) {
      if (key in projection.handlers) throw new Error(`Projection ${projection.name} handles ${key} twice.`);
      blockRoutes.push({ route: routeOf(key), handle });
    }
  }
  const collected = new Set(blockRoutes.map(({ route }) => route));

  return async (tx, logs, timestamp, contractAt) => {
    const ofBlock = new Map<string, LedgerEvent[]>();
    for (const log of logs) {
      const contract = contractAt(log.address);
      const route = `${contract}.${log.topics[0]}`;
      const handlers = routes.get(route);
      if (!contract || !(handlers || collected.has(route))) continue;
      const event = decodeEvent(contract, log, timestamp)!;
      for (const handle of handlers ?? []) await handle(tx, event);
      if (!collected.has(route)) continue;
      const events = ofBlock.get(route);
      if (events) events.push(event);
      else ofBlock.set(route, [event]);
    }
    for (const { route, handle } of blockRoutes) {
      const events = ofBlock.get(route);
      if (events) await handle(tx, events);
    }
  };
}

/** Contract and first topic, as a log carries them. */
function routeOf(key: EventKey): string {
  return `${key.slice(0, key.indexOf("."))}.${topicOf(key)}`;
}
