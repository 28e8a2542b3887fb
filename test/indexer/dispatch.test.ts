import { id, ZeroHash } from "ethers";
import { describe, expect, test } from "vitest";
import { interfaces, type ContractName } from "../../server/chain/contracts.ts";
import type { RawLog } from "../../server/chain/events.ts";
import { makeDispatch } from "../../server/indexer/dispatch.ts";
import type { Projection } from "../../server/indexer/projection.ts";
import type { Queryable } from "../../server/store/database.ts";

const NOTE = `0x${"aa".repeat(20)}`;
const HOLDERS = `0x${"bb".repeat(20)}`;
const tx = {} as Queryable; // handed through, never used

const contractAt = (address: string): ContractName | undefined =>
  (({ [NOTE]: "Note", [HOLDERS]: "HolderRegistry" }) as const)[address];

function log(address: string, contract: ContractName, name: string, args: unknown[], logIndex: number): RawLog {
  const where = { blockNumber: "0x1", blockHash: id("block"), transactionHash: id("tx"), logIndex: `0x${logIndex}` };
  return { address, ...interfaces[contract].encodeEventLog(name, args), ...where };
}

const transfer = (logIndex: number, address = NOTE) => log(address, "Note", "Transfer", [NOTE, HOLDERS, 1n], logIndex);
const licensed = (logIndex: number, address = HOLDERS) =>
  log(address, "HolderRegistry", "CustodianLicensed", [2, 5n, ZeroHash, id("evidence")], logIndex);

/** A projection that writes down when it is called. */
function noting(name: string, calls: string[], batched: boolean): Projection {
  return {
    name,
    ddl: "",
    handlers: {
      "HolderRegistry.CustodianLicensed": async (_, { logIndex }) => void calls.push(`${name} licence ${logIndex}`),
      ...(!batched && { "Note.Transfer": async (_, { logIndex }) => void calls.push(`${name} transfer ${logIndex}`) }),
    },
    ...(batched && {
      batch: {
        events: ["Note.Transfer"],
        apply: async (_, events) =>
          void calls.push(`${name} transfers ${events.map(({ logIndex }) => logIndex).join()}`),
      },
    }),
  };
}

describe("events are handed out", () => {
  test("to nobody when they come from an address that is not of the deployment, or from the wrong contract", async () => {
    const calls: string[] = [];
    const dispatch = makeDispatch([noting("a", calls, false)]);
    await dispatch(tx, [transfer(0, `0x${"cc".repeat(20)}`), licensed(1, NOTE), transfer(2, HOLDERS)], 0, contractAt);
    expect(calls).toEqual([]);
  });

  test("to one projection after the other, to each in the order of the ledger, and batches last", async () => {
    const calls: string[] = [];
    const dispatch = makeDispatch([noting("a", calls, true), noting("b", calls, false)]);
    await dispatch(tx, [transfer(0), licensed(1), transfer(2)], 0, contractAt);
    expect(calls).toEqual(["a licence 1", "a transfers 0,2", "b transfer 0", "b licence 1", "b transfer 2"]);
  });

  test("never twice by one projection", () => {
    const apply = async () => undefined;
    const twice: Projection = { ...noting("a", [], false), batch: { events: ["Note.Transfer"], apply } };
    expect(() => makeDispatch([twice])).toThrow("Projection a handles Note.Transfer twice.");
  });
});
