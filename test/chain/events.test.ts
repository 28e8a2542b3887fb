import { getAddress, id, type EventFragment } from "ethers";
import { describe, expect, test } from "vitest";
import { interfaces, type ContractName } from "../../server/chain/contracts.ts";
import { decodeEvent, topicOf, type RawLog } from "../../server/chain/events.ts";

const A = `0x${"aB".repeat(20)}`;

function logOf(contract: ContractName, name: string, args: readonly unknown[]): RawLog {
  const { data, topics } = interfaces[contract].encodeEventLog(name, args);
  const where = { blockNumber: "0x10", blockHash: id("block"), transactionHash: id("tx"), logIndex: "0x2" };
  return { address: A, data, topics, ...where };
}

/** A value that ethers can encode, the largest or longest that fits, to find readers that cut something off. */
function sampleOf(type: { baseType: string; arrayChildren: any; components: any; type: string }): unknown {
  if (type.baseType === "array") return [sampleOf(type.arrayChildren), sampleOf(type.arrayChildren)];
  if (type.baseType === "tuple") return type.components.map(sampleOf);
  if (type.baseType === "address") return getAddress(A.toLowerCase());
  if (type.baseType === "bool") return true;
  if (type.baseType === "string") return "备案";
  if (type.baseType === "bytes") return "0x0102030405";
  const bytes = /^bytes(\d+)$/.exec(type.baseType);
  if (bytes) return `0x${"c7".repeat(Number(bytes[1]))}`;
  const bits = /^(u?)int(\d+)$/.exec(type.baseType)!;
  return bits[1] ? 2n ** BigInt(bits[2]!) - 1n : -(2n ** (BigInt(bits[2]!) - 1n));
}

const events = Object.entries(interfaces).flatMap(([contract, abi]) => {
  const fragments: [ContractName, EventFragment][] = [];
  abi.forEachEvent((fragment) => fragments.push([contract as ContractName, fragment]));
  return fragments;
});

describe("decoding", () => {
  test("knows nothing of an event that the contract's ABI does not have", () => {
    const log = logOf("Note", "Transfer", [A.toLowerCase(), A.toLowerCase(), 1n]);
    expect(decodeEvent("Parties", log, 0)).toBeUndefined();
    expect(decodeEvent("Note", { ...log, topics: [] }, 0)).toBeUndefined();
  });

  test("refuses a log that is too short for its event", () => {
    const log = logOf("Note", "Transfer", [A.toLowerCase(), A.toLowerCase(), 1n]);
    expect(() => decodeEvent("Note", { ...log, data: log.data.slice(0, -2) }, 0)).toThrow(/too short/);
  });

  test("gives addresses and bytes in lower case, integers as bigint and structs by name", () => {
    const evidence = ["备案", "https://example.org", id("page"), 5n];
    const log = logOf("FilingRegistry", "FilingAttested", [id("filing"), 3, 1, id("evidence"), evidence]);
    expect(decodeEvent("FilingRegistry", log, 1_770_000_000)).toMatchObject({
      contract: "FilingRegistry",
      name: "FilingAttested",
      address: A.toLowerCase(),
      blockNumber: 16,
      logIndex: 2,
      timestamp: 1_770_000_000,
      args: { attester: 3n, version: 1n, evidence: { filingReference: "备案", pageHash: id("page"), capturedAt: 5n } },
    });
  });

  // Our reader of words is compared with ethers' decoder, for every event there is and at the edge of every type.
  test.each(events.map(([contract, fragment]) => [`${contract}.${fragment.name}`, contract, fragment] as const))(
    "of %s agrees with ethers",
    (_key, contract, fragment) => {
      const values = fragment.inputs.map((input) => sampleOf(input as any));
      const log = logOf(contract, fragment.name, values);
      const ours = decodeEvent(contract, log, 0)!.args as Record<string, unknown>;
      const theirs = interfaces[contract].decodeEventLog(fragment, log.data, log.topics);
      expect(Object.keys(ours)).toEqual(expect.arrayContaining(fragment.inputs.map(({ name }) => name)));
      for (const [i, input] of fragment.inputs.entries()) {
        expect(plain(ours[input.name])).toEqual(plain(theirs[i]));
      }
    },
  );
});

test("a topic belongs to a contract and an event", () => {
  expect(topicOf("Note.Transfer")).toBe(id("Transfer(address,address,uint256)"));
});

/** Values to compare: lists without names, addresses in one case. */
function plain(value: any): unknown {
  if (Array.isArray(value)) return [...value].map(plain);
  return typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value) ? value.toLowerCase() : value;
}
