import { AbiCoder, ParamType, type EventFragment, type Result } from "ethers";

/** Reads the arguments of one event, by name, from a log of it. */
export type LogDecoder = (log: { topics: readonly string[]; data: string }) => Record<string, unknown>;

const WORD = 64; // hex digits of one ABI word

/**
 * Events of static values alone, the transfers among them, are read straight from their words: a hundred times as fast
 * as ethers' decoder, in which catching up with a long ledger would otherwise spend its time. All others go through
 * ethers.
 */
export function logDecoderOf(fragment: EventFragment): LogDecoder {
  const indexed = fragment.inputs.filter((input) => input.indexed);
  const plain = fragment.inputs.filter((input) => !input.indexed);
  // A dynamic indexed value is on the ledger only as its hash, and a struct as well.
  const hash: Reader = { words: 1, read: (hex, at) => `0x${hex.slice(at, at + WORD)}` };
  const fromTopics = indexed.map((input) => ({ name: input.name, reader: elementaryReader(input) ?? hash }));
  const readers = plain.map(readerOf);

  return ({ topics, data }) => {
    const args: Record<string, unknown> = {};
    for (const [i, { name, reader }] of fromTopics.entries()) args[name] = reader.read(topics[i + 1]!, 2);
    if (isStatic(readers)) {
      if (data.length < 2 + wordsOf(readers) * WORD) throw new Error(`The log of ${fragment.name} is too short.`);
      for (const [i, value] of readAll(readers, data, 2).entries()) args[plain[i]!.name] = value;
    } else {
      for (const [i, value] of decodePlain(plain, data).entries()) args[plain[i]!.name] = value;
    }
    return args;
  };
}

/**
 * Decodes values without ethers' wrappers: addresses in lower case, a struct as a list that has its fields by name too.
 * A text that is no UTF-8 is read with replacement characters. Whoever may call a contract may write such a text, and it
 * must not keep the rest of the ledger from being read.
 */
export function decodePlain(types: readonly ParamType[], data: string): unknown[] {
  const values = AbiCoder.defaultAbiCoder().decode(types.map(textAsBytes), data);
  return types.map((type, i) => plainValue(type, values[i]));
}

/** The same type with bytes for each text, which are encoded alike; ethers decodes a text only when it is UTF-8. */
function textAsBytes(type: ParamType): ParamType {
  return ParamType.from(type.format("full").replaceAll(/\bstring\b/g, "bytes"));
}

/** Reads a value that takes a fixed number of words, from a place in a hex string. */
type Reader = { words: number; read: (hex: string, at: number) => unknown };

/** A reader for a static type; undefined for types whose length is in the data. */
function readerOf(type: ParamType): Reader | undefined {
  if (type.baseType !== "tuple") return elementaryReader(type);
  const fields = type.components!;
  const readers = fields.map(readerOf);
  if (!isStatic(readers)) return undefined;
  return {
    words: wordsOf(readers),
    read: (hex, at) => struct(fields, readAll(readers, hex, at)),
  };
}

function elementaryReader({ baseType }: ParamType): Reader | undefined {
  const oneWord = (read: (word: string) => unknown): Reader => ({
    words: 1,
    read: (hex, at) => read(hex.slice(at, at + WORD)),
  });
  if (baseType === "address") return oneWord((word) => `0x${word.slice(24)}`);
  if (baseType === "bool") return oneWord((word) => word.endsWith("1"));
  if (/^uint\d+$/.test(baseType)) return oneWord((word) => BigInt(`0x${word}`));
  if (/^int\d+$/.test(baseType)) return oneWord((word) => BigInt.asIntN(256, BigInt(`0x${word}`)));
  const bytes = /^bytes(\d+)$/.exec(baseType);
  return bytes ? oneWord((word) => `0x${word.slice(0, Number(bytes[1]) * 2)}`) : undefined;
}

function isStatic(readers: readonly (Reader | undefined)[]): readers is readonly Reader[] {
  return !readers.includes(undefined);
}

function wordsOf(readers: readonly Reader[]): number {
  return readers.reduce((sum, { words }) => sum + words, 0);
}

function readAll(readers: readonly Reader[], hex: string, at: number): unknown[] {
  let place = at;
  return readers.map(({ words, read }) => {
    const value = read(hex, place);
    place += words * WORD;
    return value;
  });
}

/** A value as `decodePlain` answers it. */
function plainValue(type: ParamType, value: unknown): unknown {
  if (type.baseType === "array") return [...(value as Result)].map((item) => plainValue(type.arrayChildren!, item));
  if (type.baseType === "address") return (value as string).toLowerCase();
  if (type.baseType === "string") return Buffer.from((value as string).slice(2), "hex").toString("utf8");
  if (type.baseType !== "tuple") return value;
  const fields = type.components!;
  return struct(
    fields,
    [...(value as Result)].map((item, i) => plainValue(fields[i]!, item)),
  );
}

/** A struct is a list that also has its fields by name, as TypeChain types it. */
function struct(types: readonly ParamType[], values: unknown[]): unknown {
  return Object.assign(values, Object.fromEntries(types.map(({ name }, i) => [name, values[i]])));
}
