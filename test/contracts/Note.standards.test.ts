import { id, Interface, toBeHex, ZeroAddress } from "ethers";
import hre from "hardhat";
import { beforeEach, describe, expect, it } from "vitest";
import { restrictions } from "../../server/domain/restrictions.ts";
import { as, now, reasons, register, residence, setRules, update } from "../support/steps.ts";
import { category } from "../support/terms.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const stop = async (account: string) =>
  world.holders.connect(world.actors.regulator.key).stopAccount(account, id("stop"), (await now(world)) + 3_600);
const byOrders = async () => world.note.connect(await as(world, "orders"));

describe("ERC-165", () => {
  const interfaceId = (abi: Interface, without: readonly string[] = []) => {
    let bits = 0n;
    abi.forEachFunction((f) => void (without.includes(f.selector) || (bits ^= BigInt(f.selector))));
    return toBeHex(bits, 4);
  };
  const read = async (name: string) => new Interface((await hre.artifacts.readArtifact(name)).abi);

  it("names ERC-165, ERC-20, its metadata, ERC-7943, ERC-1404 and the note's own interface", async () => {
    const erc20 = new Interface([
      "function totalSupply()",
      "function balanceOf(address)",
      "function transfer(address,uint256)",
      "function allowance(address,address)",
      "function approve(address,uint256)",
      "function transferFrom(address,address,uint256)",
    ]);
    const [erc7943, erc1404] = [await read("IERC7943Fungible"), await read("IERC1404")];
    expect([erc20, erc7943, erc1404].map((abi) => interfaceId(abi))).toEqual([
      "0x36372b07",
      "0x3edbb4c4",
      "0xab84a5c8",
    ]);
    const inherited: string[] = [];
    for (const abi of [erc20, erc7943, erc1404]) abi.forEachFunction((f) => void inherited.push(f.selector));
    const own = interfaceId(await read("INote"), inherited);
    for (const known of ["0x01ffc9a7", "0x36372b07", "0xa219a025", "0x3edbb4c4", "0xab84a5c8", own]) {
      expect(await world.note.supportsInterface(known)).toBe(true);
    }
    for (const unknown of ["0xffffffff", "0x00000000", "0x80ac58cd", "0x9d8ff7da"]) {
      expect(await world.note.supportsInterface(unknown)).toBe(false);
    }
  });
});

describe("canSend and canReceive", () => {
  const both = async (account: string) => [await world.note.canSend(account), await world.note.canReceive(account)];

  it("never revert and say no for who is not registered", async () => {
    for (const nobody of [ZeroAddress, world.actors.outsider.address, await world.note.getAddress()]) {
      expect(await both(nobody)).toEqual([false, false]);
    }
  });

  it("part an account that may only leave from one that may do neither (R-H6)", async () => {
    const { custodianB } = world.actors;
    expect(await both(world.gamma)).toEqual([true, true]);
    await update(world, custodianB.key, world.gamma, "gamma", { eligibleUntil: 1 });
    expect(await both(world.gamma)).toEqual([true, false]);
    await stop(world.gamma);
    expect(await both(world.gamma)).toEqual([false, false]);
  });

  it("judge by the terms and rules of this class (R-H4)", async () => {
    const overrides = { category: category.hongKongCorporate };
    const corporate = await register(world, world.actors.custodianB, "corporate", overrides);
    expect(await both(corporate)).toEqual([true, false]);
    expect(await world.exactNote.canReceive(corporate)).toBe(true);
    await setRules(world, world.note, { residences: [{ residence: residence("CH"), categories: 0 }] });
    expect(await world.note.canReceive(world.gamma)).toBe(false);
    expect(await world.note.canReceive(world.beta)).toBe(true);
  });
});

describe("canTransfer", () => {
  const ask = (units: bigint, from = world.alpha, to = world.gamma) => world.note.canTransfer(from, to, units);

  it("says yes whoever would make the transfer, and is silent on the balance, which is no rule", async () => {
    for (const units of [1n, 100n, 101n, 2n ** 256n - 1n]) expect(await ask(units)).toBe(true);
  });

  it("says no where the rules do: receiver, sender, class and frozen units", async () => {
    expect(await ask(1n, world.alpha, world.actors.outsider.address)).toBe(false);
    await (await byOrders()).setFrozenTokens(world.alpha, 40n);
    expect([await ask(60n), await ask(61n), await ask(101n)]).toEqual([true, false, false]);
    await stop(world.alpha);
    expect(await ask(1n)).toBe(false);
    expect(await ask(1n, world.beta)).toBe(true);
    await (await byOrders()).pause((await now(world)) + 100);
    expect(await ask(1n, world.beta)).toBe(false);
  });
});

describe("ERC-1404", () => {
  const detect = (units: bigint, to = world.gamma) => world.note.detectTransferRestriction(world.alpha, to, units);

  it("answers 0 where nothing forbids, whoever the operator is, else the lowest reason plus one", async () => {
    expect(await detect(1n)).toBe(0n);
    expect(await detect(101n)).toBe(11n);
    expect(await detect(0n)).toBe(10n);
    expect(await detect(101n, world.actors.outsider.address)).toBe(11n);
    expect(await detect(1n, world.actors.outsider.address)).toBe(14n);
    await (await byOrders()).setFrozenTokens(world.alpha, 100n);
    expect(await detect(1n)).toBe(23n);
    await setRules(world, world.note, { minimumUnits: 50 });
    expect(await world.note.restrictionsOf(ZeroAddress, world.alpha, world.gamma, 1n)).toBe(
      reasons("UNITS_FROZEN", "BELOW_MINIMUM", "OPERATOR_NOT_ENTITLED"),
    );
    expect(await detect(1n)).toBe(23n);
  });

  it("has a message for every reason, the sentence of the table, and none for other codes", async () => {
    for (const { number, text } of restrictions) {
      expect(await world.note.messageForTransferRestriction(number + 1)).toBe(text);
    }
    const known = restrictions.map(({ number }) => number + 1);
    for (const code of [0, 34, 255]) {
      expect(known).not.toContain(code);
      expect(await world.note.messageForTransferRestriction(code)).toBe("");
    }
  });
});
