import { AbiCoder, JsonRpcProvider, id } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeCall, interfaces } from "../../server/chain/contracts.ts";
import { deployLedger } from "../../server/chain/deployment.ts";
import { contractErrorNames, describeRevert, refusalOf, revertDataOf, toAppError } from "../../server/chain/reverts.ts";
import { LedgerUnreachable, RpcError } from "../../server/chain/rpc.ts";
import { AppError, codeOfContractError, problemKinds } from "../../server/errors.ts";
import { deployer, genesis, keyOf, startLedger } from "./ledgers.ts";

const word = (value: number | bigint) => value.toString(16).padStart(64, "0");

describe("every failure that is no custom error", () => {
  test.each([
    ["no data", "0x", "it gave no reason"],
    [
      "a reason in words",
      `0x08c379a0${AbiCoder.defaultAbiCoder().encode(["string"], ["too late"]).slice(2)}`,
      "too late",
    ],
    ["a panic", `0x4e487b71${word(0x11)}`, "a check inside the contract failed (panic 0x11)"],
    ["an error of another contract", "0xdeadbeef", "data 0xdeadbeef"],
    ["a panic cut short", "0x4e487b7100", "data 0x4e487b7100"],
    ["a known error cut short", interfaces.Note.getError("Note_Restricted")!.selector, /data 0x/],
  ])("is ledger-refused: %s", (_what, data, words) => {
    const error = refusalOf(data);
    expect(error.code).toBe("ledger-refused");
    expect(error.message).toMatch(words);
  });

  test("of a ledger that does not answer is ledger-unavailable, and of one that fails ledger-error", () => {
    expect(toAppError(new LedgerUnreachable("x"))).toMatchObject({ code: "ledger-unavailable" });
    expect(toAppError(new RpcError("eth_call", { code: -32603, message: "Internal error" }))).toMatchObject({
      code: "ledger-error",
    });
  });

  test("of our own is handed back", () => {
    const error = new TypeError("x");
    expect(toAppError(error)).toBe(error);
  });
});

test("every custom error of every contract has a problem of its own, and the table names no other", () => {
  const names = contractErrorNames();
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => codeOfContractError(name) === undefined)).toEqual([]);
  const mapped = Object.values(problemKinds).flatMap(({ contractErrors }) => contractErrors);
  expect(mapped.filter((name) => !names.includes(name))).toEqual([]);
});

describe("a custom error becomes its problem", () => {
  test("with its arguments by name", () => {
    const args = [id("filing"), 1, 100n, 90n, 11n];
    const error = refusalOf(interfaces.FilingRegistry.encodeErrorResult("FilingRegistry_CapExceeded", args));
    expect(error.code).toBe("cap-exceeded");
    expect(error.details.values).toEqual({
      filing: id("filing"),
      classIndex: "1",
      capMinor: "100",
      issuedMinor: "90",
      requestedMinor: "11",
    });
  });

  test("with every reason of a restriction", () => {
    const error = refusalOf(interfaces.Note.encodeErrorResult("Note_Restricted", [0b11n, 4]));
    expect(error.code).toBe("restricted");
    expect(error.details.restrictions!.map(({ code }) => code)).toEqual(["FILING_NOT_RECORDED", "FILING_SUSPENDED"]);
    expect(error.details.values).toEqual({ reasons: "3", leg: "4" });
  });

  test("also when the set has a reason that only a newer ledger knows", () => {
    const error = refusalOf(interfaces.Note.encodeErrorResult("Note_Restricted", [1n << 200n, 0]));
    expect(error.code).toBe("restricted");
    expect(error.details.restrictions).toBeUndefined();
  });

  test("and reads well in a log", () => {
    const data = interfaces.Parties.encodeErrorResult("Parties_UnknownKey", [keyOf("issuer").address]);
    expect(describeRevert(data)).toBe(`Parties_UnknownKey(${keyOf("issuer").address})`);
  });
});

describe("errors of a real ledger", () => {
  let running: Awaited<ReturnType<typeof startLedger>>;
  let call: { from: string; to: string; data: string };

  beforeAll(async () => {
    running = await startLedger();
    const manifestFile = `${running.folder}/manifest.json`;
    const { contracts } = await deployLedger({
      ledger: running.ledger,
      deployerKey: deployer.privateKey,
      genesis,
      manifestFile,
    });
    const data = encodeCall("HolderRegistry", "registerAccounts", [[]]);
    call = { from: keyOf("issuer").address, to: contracts.HolderRegistry.address, data };
  });
  afterAll(() => running.stop());

  test.each(["eth_call", "eth_estimateGas"])("are read from our own connection: %s", async (method) => {
    const error = await running.ledger.request(method, [call, "latest"]).catch(toAppError);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "role-missing", details: { values: { party: "6" } } });
  });

  test("are read from ethers", async () => {
    const provider = new JsonRpcProvider(running.url);
    const error = await provider.call(call).catch((thrown) => thrown);
    provider.destroy();
    expect(describeRevert(revertDataOf(error)!)).toMatch(/^Parties_RoleMissing\(6, /);
  });

  test("that say nothing are ledger-refused", async () => {
    const error = await running.ledger
      .request("eth_call", [{ ...call, data: "0x12345678" }, "latest"])
      .catch(toAppError);
    expect(error).toMatchObject({ code: "ledger-refused" });
  });
});
