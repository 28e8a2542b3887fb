import { AbiCoder, EventFragment, type ParamType } from "ethers";
import { interfaces, type ContractName, type EventArgs, type EventName } from "./contracts.ts";

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

type Decoder = { name: string; decode: (log: { topics: readonly string[]; data: string }) => Record<string, unknown> };

const decoders = Object.fromEntries(
  Object.entries(interfaces).map(([contract, abi]) => {
    const byTopic = new Map<string, Decoder>();
    abi.forEachEvent((fragment) =>
      byTopic.set(fragment.topicHash, { name: fragment.name, decode: decoderOf(fragment) }),
    );
    return [contract, byTopic];
  }),
) as Record<ContractName, Map<string, Decoder>>;

/** Name of the event that a contract announces by a first topic, or undefined when its ABI has none. */
export function eventNameOf(contract: ContractName, topic: string | undefined): string | undefined {
  return topic === undefined ? undefined : decoders[contract].get(topic)?.name;
}

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

const WORD = 64; // hex digits of one ABI word

/**
 * Events of static values alone, the transfers among them, are read straight from their words: a hundred times as fast
 * as ethers' decoder, in which catching up with a long ledger would otherwise spend its time. All others go through
 * ethers.
 */
function decoderOf(fragment: EventFragment): Decoder["decode"] {
  const indexed = fragment.inputs.filter((input) => input.indexed);
  const plain = fragment.inputs.filter((input) => !input.indexed);
  // Dynamic indexed values are on the ledger only as their hash; no event of ours has one, and ethers' answer is kept.
  const fromTopics = indexed.map((input) => ({
    name: input.name,
    read: wordReader(input) ?? ((word: string) => word),
  }));
  const readers = plain.map((input) => ({ name: input.name, read: wordReader(input) }));
  const allStatic = readers.every(({ read }) => read !== undefined);
  const coder = AbiCoder.defaultAbiCoder();

  return ({ topics, data }) => {
    const args: Record<string, unknown> = {};
    for (const [i, { name, read }] of fromTopics.entries()) args[name] = read(topics[i + 1]!.slice(2));
    if (allStatic) {
      if (data.length < 2 + readers.length * WORD) throw new Error(`The log of ${fragment.name} is too short.`);
      for (const [i, { name, read }] of readers.entries())
        args[name] = read!(data.slice(2 + i * WORD, 2 + (i + 1) * WORD));
    } else {
      const values = coder.decode(plain, data);
      for (const [i, input] of plain.entries()) args[input.name] = plainValue(input, values[i]);
    }
    return args;
  };
}

type WordReader = (word: string) => unknown;

/** Reads one word as a value of a static elementary type; undefined for every other type. */
function wordReader(type: ParamType): WordReader | undefined {
  if (type.baseType === "address") return (word) => `0x${word.slice(24)}`;
  if (type.baseType === "bool") return (word) => word.endsWith("1");
  if (/^uint\d+$/.test(type.baseType)) return (word) => BigInt(`0x${word}`);
  if (/^int\d+$/.test(type.baseType)) return (word) => BigInt.asIntN(256, BigInt(`0x${word}`));
  const bytes = /^bytes(\d+)$/.exec(type.baseType);
  if (bytes) return (word) => `0x${word.slice(0, Number(bytes[1]) * 2)}`;
  return undefined;
}

/** A decoded value without ethers' wrappers. A struct is a list that also has its fields by name, as TypeChain types it. */
function plainValue(type: ParamType, value: any): unknown {
  if (type.baseType === "array") return [...value].map((item) => plainValue(type.arrayChildren!, item));
  if (type.baseType === "tuple") {
    const fields = type.components!.map((field, i) => plainValue(field, value[i]));
    return Object.assign(fields, Object.fromEntries(type.components!.map((field, i) => [field.name, fields[i]])));
  }
  return type.baseType === "address" ? value.toLowerCase() : value;
}
