import { id } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { fileOrder, HOUR, kind } from "../support/orders.ts";
import { byThree, now, reasons, register } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

// Defects that were found in other token contracts, each tried here by its name.

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const balances = async () =>
  Promise.all([world.alpha, world.beta, world.gamma, world.selfKept].map((account) => world.note.balanceOf(account)));

async function frozen(units: bigint): Promise<string> {
  const orderId = await fileOrder(world, { units });
  await byThree(world, (key) => world.orders.connect(key).freeze(orderId));
  return orderId;
}

async function stop(account: string): Promise<number> {
  const until = (await now(world)) + HOUR;
  await world.holders.connect(world.actors.regulator.key).stopAccount(account, id(`stop ${account}`), until);
  return until;
}

describe("a forced transfer from an account to itself", () => {
  it("cannot thaw what is frozen: the order is refused, and the note refuses it to the orders too (R-O2)", async () => {
    const releases = await frozen(100n);
    const itself = fileOrder(world, { kind: kind.force, destination: world.alpha, units: 100n, releases });
    await expect(itself).toRevertWith(world.orders, "Orders_SameAccount", [world.alpha]);
    const hand = await ledger.ethers.getImpersonatedSigner(world.wiring.orders);
    const forced = world.note.connect(hand).forcedTransfer(world.alpha, world.alpha, 1n);
    await expect(forced).toRevertWith(world.note, "Note_Restricted", [reasons("SAME_ACCOUNT", "UNITS_FROZEN"), 0n]);
    expect(await world.note.getFrozenTokens(world.alpha)).toBe(100n);
  });
});

describe("a recovery", () => {
  it("shares no way round the rules with a forced transfer: it reaches no blocked account (R-O2)", async () => {
    const holderRef = id("alpha").slice(0, 34);
    const found = await register(world, world.actors.custodianA, "found", { holderRef });
    const recover = await fileOrder(world, { kind: kind.recover, destination: found });
    const force = await fileOrder(world, { kind: kind.force, destination: found });
    const until = await stop(world.alpha);
    const recovered = world.orders.connect(world.actors.registrar.key).recover(recover);
    await expect(recovered).toRevertWith(world.orders, "Orders_AccountStopped", [world.alpha, BigInt(until)]);
    await byThree(world, (key) => world.orders.connect(key).force(force));
    expect(await world.note.balanceOf(found)).toBe(10n);
  });

  it("does not serve under an order to force, nor the other way round (R-O1)", async () => {
    const force = await fileOrder(world, { kind: kind.force, destination: world.gamma });
    const recovered = world.orders.connect(world.actors.registrar.key).recover(force);
    await expect(recovered).toRevertWith(world.orders, "Orders_OtherKind", [force, BigInt(kind.force)]);
  });
});

describe("the operator", () => {
  it("is judged on every way that moves units, not on some (R-T1)", async () => {
    const { outsider, custodianB } = world.actors;
    for (const key of [outsider, custodianB.key]) {
      const note = world.note.connect(key);
      const leg = { from: world.alpha, to: world.beta, units: 1n, operationRef: id("leg") };
      const refused = [world.note, "Note_Restricted", [reasons("OPERATOR_NOT_ENTITLED"), 0n]] as const;
      await expect(note.move(world.alpha, world.beta, 1n, id("move"))).toRevertWith(...refused);
      await expect(note.moveMany([leg])).toRevertWith(...refused);
      await expect(note.transferFrom(world.alpha, world.beta, 1n)).toRevertWith(...refused);
    }
  });

  it("is judged when it spends an allowance, as it stands then (R-T1, R-G3)", async () => {
    const { holder, custodianA, regulator } = world.actors;
    await world.note.connect(holder).approve(custodianA.key.address, 50n);
    const until = (await now(world)) + HOUR;
    await world.holders.connect(regulator.key).stopCustodian(custodianA.id, id("stop"), until);
    const spent = world.note.connect(custodianA.key).transferFrom(world.selfKept, world.gamma, 1n);
    await expect(spent).toRevertWith(world.note, "Note_Restricted", [reasons("OPERATOR_CUSTODIAN_INACTIVE"), 0n]);
    await world.note.connect(holder).transfer(world.gamma, 1n);
  });
});

describe("each leg of a batch", () => {
  const leg = (from: string, to: string, units: bigint) => ({ from, to, units, operationRef: id(`${from}${units}`) });
  const moveMany = (...legs: ReturnType<typeof leg>[]) =>
    world.note.connect(world.actors.custodianA.key).moveMany(legs);

  it("is judged by itself, wherever it stands, and one that fails undoes all (R-T1)", async () => {
    const before = await balances();
    await stop(world.gamma);
    const sound = leg(world.alpha, world.beta, 1n);
    const failing = leg(world.beta, world.gamma, 1n);
    for (const [legs, at] of [
      [[failing, sound], 0n],
      [[sound, failing, sound], 1n],
      [[sound, sound, failing], 2n],
    ] as const) {
      await expect(moveMany(...legs)).toRevertWith(world.note, "Note_Restricted", [reasons("RECEIVER_STOPPED"), at]);
    }
    expect(await balances()).toEqual(before);
  });

  it("is judged as the legs before it left things: frozen units are not moved in two halves (R-O2)", async () => {
    await frozen(60n);
    const halves = [leg(world.alpha, world.beta, 30n), leg(world.alpha, world.beta, 30n)];
    const short = [world.alpha, 30n, 10n];
    await expect(moveMany(...halves)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", short);
    expect(await world.note.balanceOf(world.alpha)).toBe(100n);
  });

  it("is judged for its operator too (R-T1)", async () => {
    const foreign = moveMany(leg(world.alpha, world.beta, 1n), leg(world.gamma, world.beta, 1n));
    await expect(foreign).toRevertWith(world.note, "Note_Restricted", [reasons("OPERATOR_NOT_ENTITLED"), 1n]);
  });
});
