import { interfaces, type ContractName, type EventArgs, type EventName } from "./contracts.ts";
import { logDecoderOf, type LogDecoder } from "./logDecoder.ts";

/** A log as the ledger gives it over JSON-RPC. */
export type RawLog = {
  address: string;
  topics: string[];
  data: string;
  blockNumber: string;
  blockHash: string;
  transactionHash: string;
  logIndex: string;
};

/** `Contract.Event` for every event of every contract. */
export type EventKey = { [C in ContractName]: `${C}.${EventName<C>}` }[ContractName];

/** Arguments of the event named by a key. */
export type ArgsOf<K extends EventKey> = K extends `${infer C extends ContractName}.${infer E}`
  ? E extends EventName<C>
    ? EventArgs<C, E>
    : never
  : never;

/**
 * One event of the ledger. Integers are bigint whatever their width; addresses and bytes are lower-case hex, ready for
 * a `bytea` column; `timestamp` is the second of its block.
 */
export type LedgerEvent<K extends EventKey = EventKey> = {
  contract: ContractName;
  name: string;
  args: ArgsOf<K>;
  /** Address of the contract that emitted it, lower-case. */
  address: string;
  blockNumber: number;
  logIndex: number;
  transactionHash: string;
  timestamp: number;
};

type Decoder = { name: string; decode: LogDecoder };

const decoders = Object.fromEntries(
  Object.entries(interfaces).map(([contract, abi]) => {
    const byTopic = new Map<string, Decoder>();
    abi.forEachEvent((fragment) =>
      byTopic.set(fragment.topicHash, { name: fragment.name, decode: logDecoderOf(fragment) }),
    );
    return [contract, byTopic];
  }),
) as Record<ContractName, Map<string, Decoder>>;

/** First topic of an event. */
export function topicOf(key: EventKey): string {
  const [contract, name] = key.split(".") as [ContractName, string];
  return interfaces[contract].getEvent(name)!.topicHash;
}

/**
 * Decodes a log of a known contract; undefined when the contract's ABI has no such event.
 *
 * @param timestamp Second of the log's block.
 */
export function decodeEvent(contract: ContractName, log: RawLog, timestamp: number): LedgerEvent | undefined {
  const decoder = decoders[contract].get(log.topics[0] ?? "");
  if (!decoder) return undefined;
  return {
    contract,
    name: decoder.name,
    args: decoder.decode(log) as LedgerEvent["args"],
    address: log.address.toLowerCase(),
    blockNumber: Number(log.blockNumber),
    logIndex: Number(log.logIndex),
    transactionHash: log.transactionHash,
    timestamp,
  };
}
