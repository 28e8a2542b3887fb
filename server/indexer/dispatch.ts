import type { ContractName } from "../chain/contracts.ts";
import { decodeEvent, topicOf, type EventKey, type LedgerEvent, type RawLog } from "../chain/events.ts";
import type { Queryable } from "../store/database.ts";
import type { Projection } from "./projection.ts";

type Handler = (tx: Queryable, event: LedgerEvent) => Promise<void>;

/** Hands the logs of one block to every projection that knows their events. */
export type Dispatch = (
  tx: Queryable,
  logs: readonly RawLog[],
  timestamp: number,
  contractAt: (address: string) => ContractName | undefined,
) => Promise<void>;

/** Prepares the way from logs to handlers. Logs that nobody handles are not even decoded. */
export function makeDispatch(projections: readonly Projection[]): Dispatch {
  const prepared = projections.map(({ name, handlers = {}, batch }) => {
    const single = new Map(Object.entries(handlers).map(([key, handle]) => [routeOf(key), handle as Handler]));
    const batched = new Set(batch?.events.map(routeOf));
    const twice = batch?.events.find((key) => key in handlers);
    if (twice) throw new Error(`Projection ${name} handles ${twice} twice.`);
    return { single, batched, batch };
  });
  const known = new Set(prepared.flatMap(({ single, batched }) => [...single.keys(), ...batched]));

  return async (tx, logs, timestamp, contractAt) => {
    const events: { route: string; event: LedgerEvent }[] = [];
    for (const log of logs) {
      const contract = contractAt(log.address);
      const route = `${contract}.${log.topics[0]}`;
      if (contract && known.has(route)) events.push({ route, event: decodeEvent(contract, log, timestamp)! });
    }
    if (events.length === 0) return;
    for (const { single, batched, batch } of prepared) {
      for (const { route, event } of events) await single.get(route)?.(tx, event);
      const together = events.filter(({ route }) => batched.has(route)).map(({ event }) => event);
      if (together.length > 0) await batch!.apply(tx, together);
    }
  };
}

/** Contract and first topic, as a log carries them. */
function routeOf(key: string): string {
  return `${key.slice(0, key.indexOf("."))}.${topicOf(key as EventKey)}`;
}
