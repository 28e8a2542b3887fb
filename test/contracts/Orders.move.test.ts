import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { IOrders } from "../../types/contracts/Orders.ts";
import { fileOrder, HOUR, kind, MOST, state } from "../support/orders.ts";
import { byThree, nextAt, now, reach, reasons, register, residence, update } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const file = (overrides: Partial<IOrders.OrderStruct> = {}) => fileOrder(world, overrides);
const refused = (error: string, args: readonly unknown[]) => [world.orders, error, args] as const;
const balanceOf = (account: string) => world.note.balanceOf(account);
const frozenOf = (account: string) => world.note.getFrozenTokens(account);
const stateOf = async (orderId: string) => (await world.orders.orderOf(orderId)).state;
const move = (units: bigint) =>
  world.note.connect(world.actors.custodianA.key).move(world.alpha, world.beta, units, id("move"));

const freeze = (orderId: string) => byThree(world, (key) => world.orders.connect(key).freeze(orderId));
const unfreeze = (orderId: string) =>
  byThree(world, (key) => world.orders.connect(key).unfreeze(orderId, id("grounds")));
const decideForce = (orderId: string) => byThree(world, (key) => world.orders.connect(key).force(orderId));
const decideRecover = (orderId: string) => byThree(world, (key) => world.orders.connect(key).recover(orderId));

/** Another account of alpha's holder with the same custodian. */
const second = () =>
  register(world, world.actors.custodianA, "alpha's second", { holderRef: id("alpha").slice(0, 34) });

/** A freeze in force. */
async function frozen(overrides: Partial<IOrders.OrderStruct> = {}): Promise<string> {
  const orderId = await file(overrides);
  await freeze(orderId);
  return orderId;
}

describe("force", () => {
  const force = (overrides: Partial<IOrders.OrderStruct> = {}) =>
    file({ kind: kind.force, destination: world.gamma, ...overrides });

  it("refuses a destination that may not receive, a court's account too (R-O2)", async () => {
    const orderId = await force({ units: 1n });
    await update(world, world.actors.custodianB.key, world.gamma, "gamma", {
      residence: residence("CH"),
      eligibleUntil: 1,
    });
    await expect(decideForce(orderId)).toRevertWith(world.note, "Note_Restricted", [reasons("RECEIVER_LAPSED"), 0n]);
    expect(await stateOf(orderId)).toBe(state.filed);
  });

  it("refuses frozen units, unless it releases the freeze that holds them (R-O2)", async () => {
    await frozen({ units: 60n });
    const short = [world.alpha, 41n, 40n];
    await expect(decideForce(await force({ units: 41n }))).toRevertWith(
      world.note,
      "ERC7943InsufficientUnfrozenBalance",
      short,
    );
    await decideForce(await force({ units: 40n }));
    expect([await balanceOf(world.alpha), await frozenOf(world.alpha)]).toEqual([60n, 60n]);
  });

  it("refuses to take what another order froze than the one it releases (R-O2)", async () => {
    const released = await frozen({ units: 60n });
    await frozen({ units: 60n });
    const orderId = await force({ units: 41n, releases: released });
    const short = [world.alpha, 41n, 40n];
    await expect(decideForce(orderId)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", short);
    expect(await frozenOf(world.alpha)).toBe(120n);
    await decideForce(await force({ units: 40n, releases: released }));
    expect([await balanceOf(world.alpha), await frozenOf(world.alpha)]).toEqual([60n, 80n]);
  });

  it("refuses a release of a freeze that is not in force, or not any more (R-O2)", async () => {
    const releases = await file();
    const orderId = await force({ releases });
    const act = () => world.orders.connect(world.actors.registrar.key).force(orderId);
    await expect(act()).toRevertWith(...refused("Orders_OtherState", [releases, state.filed]));
    await freeze(releases);
    await unfreeze(releases);
    await expect(act()).toRevertWith(...refused("Orders_OtherState", [releases, state.done]));
  });

  it("takes frozen units: the freeze first, then the movement (R-O2)", async () => {
    const releases = await frozen({ units: 60n });
    const orderId = await force({ units: 60n, releases });
    const note = await world.note.getAddress();
    const done = decideForce(orderId);
    await expect(done).toEmit(world.orders, "UnitsReleased", [releases, note, world.alpha, 60n, 0n, orderId]);
    await expect(done).toEmit(world.orders, "UnitsForced", [orderId, note, world.alpha, world.gamma, 60n]);
    const { logs } = (await (await done).wait())!;
    const ofNote = logs
      .filter(({ address }) => address === note)
      .map((log) => world.note.interface.parseLog(log)!.name);
    expect(ofNote).toEqual(["Frozen", "ForcedTransfer", "Transfer"]);
    expect([await stateOf(releases), await stateOf(orderId)]).toEqual([state.done, state.done]);
    expect([await balanceOf(world.alpha), await balanceOf(world.gamma)]).toEqual([40n, 160n]);
  });

  it("takes part of what is frozen, and the rest stays frozen (R-O2)", async () => {
    const releases = await frozen({ units: 60n });
    await decideForce(await force({ units: 20n, releases }));
    const { state: current, frozenUnits } = await world.orders.orderOf(releases);
    expect([current, frozenUnits, await frozenOf(world.alpha)]).toEqual([state.inForce, 40n, 40n]);
    await decideForce(await force({ units: 50n, releases }));
    expect([await stateOf(releases), await frozenOf(world.alpha)]).toEqual([state.done, 0n]);
    expect(await balanceOf(world.alpha)).toBe(30n);
  });

  it("takes from under a freeze of everything, which goes on freezing everything (R-O2)", async () => {
    const releases = await frozen({ units: MOST });
    await decideForce(await force({ units: 30n, releases }));
    expect(await frozenOf(world.alpha)).toBe(MOST - 30n);
    expect([await balanceOf(world.alpha), await balanceOf(world.gamma)]).toEqual([70n, 130n]);
    await expect(move(1n)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", [world.alpha, 1n, 0n]);
  });

  it("reaches an account that is stopped, one of a stopped custodian, and a paused class (R-G3, R-O4)", async () => {
    const { regulator, custodianA } = world.actors;
    const until = (await now(world)) + HOUR;
    const holders = world.holders.connect(regulator.key);
    await holders.stopAccount(world.alpha, id("stop"), until);
    await holders.stopCustodian(custodianA.id, id("stop"), until);
    await world.orders
      .connect(regulator.key)
      .pause(await file({ kind: kind.pause, account: ZeroAddress, units: 0n }), until);
    await expect(move(1n)).toRevertWith(world.note, "Note_Restricted", [
      reasons("CLASS_PAUSED", "SENDER_STOPPED", "RECEIVER_CUSTODIAN_INACTIVE", "OPERATOR_CUSTODIAN_INACTIVE"),
      0n,
    ]);
    await decideForce(await force({ units: 100n }));
    expect([await balanceOf(world.alpha), await balanceOf(world.gamma)]).toEqual([0n, 200n]);
  });
});

describe("recover", () => {
  const recover = async (overrides: Partial<IOrders.OrderStruct> = {}) =>
    file({ kind: kind.recover, destination: world.beta, ...overrides });
  const act = (orderId: string) => world.orders.connect(world.actors.registrar.key).recover(orderId);

  it("refuses an account of another holder, of the same custodian or another (R-O2)", async () => {
    const { custodianB } = world.actors;
    const holderRef = id("alpha").slice(0, 34);
    const namesake = await register(world, custodianB, "namesake", { holderRef });
    for (const destination of [world.beta, world.gamma, namesake]) {
      const orderId = await recover({ destination });
      await expect(act(orderId)).toRevertWith(...refused("Orders_OtherHolder", [world.alpha, destination]));
    }
  });

  it("does not reach an account that is stopped, to the second (R-O2)", async () => {
    const orderId = await recover({ destination: await second() });
    const until = (await now(world)) + HOUR;
    await world.holders.connect(world.actors.regulator.key).stopAccount(world.alpha, id("stop"), until);
    await nextAt(world, until);
    await expect(act(orderId)).toRevertWith(...refused("Orders_AccountStopped", [world.alpha, BigInt(until)]));
    await reach(world, until + 1);
    await decideRecover(orderId);
    expect(await balanceOf(world.alpha)).toBe(90n);
  });

  it("does not reach an account that was stopped after two parties had approved (R-O2)", async () => {
    const { approverA, approverB, regulator } = world.actors;
    const orderId = await recover({ destination: await second() });
    await act(orderId);
    await world.orders.connect(approverA.key).recover(orderId);
    const until = (await now(world)) + HOUR;
    await world.holders.connect(regulator.key).stopAccount(world.alpha, id("stop"), until);
    const last = world.orders.connect(approverB.key).recover(orderId);
    await expect(last).toRevertWith(...refused("Orders_AccountStopped", [world.alpha, BigInt(until)]));
  });

  it("never takes frozen units (R-O2)", async () => {
    await frozen({ units: 60n });
    const orderId = await recover({ destination: await second(), units: 41n });
    const short = [world.alpha, 41n, 40n];
    await expect(decideRecover(orderId)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", short);
  });

  it("refuses a destination that may not receive (R-O2)", async () => {
    const destination = await second();
    const until = (await now(world)) + HOUR;
    await world.holders.connect(world.actors.regulator.key).stopAccount(destination, id("stop"), until);
    await expect(decideRecover(await recover({ destination }))).toRevertWith(world.note, "Note_Restricted", [
      reasons("RECEIVER_STOPPED"),
      0n,
    ]);
  });

  it("moves the units of a lost key to another account of the holder (R-O2)", async () => {
    const { custodianA, holder } = world.actors;
    const holderRef = id(holder.address).slice(0, 34);
    const destination = await register(world, custodianA, "found", { holderRef });
    const orderId = await recover({ account: world.selfKept, destination, units: 100n });
    const recovered = [orderId, await world.note.getAddress(), world.selfKept, destination, 100n];
    await expect(decideRecover(orderId)).toEmit(world.orders, "UnitsRecovered", recovered);
    expect([await balanceOf(world.selfKept), await balanceOf(destination)]).toEqual([0n, 100n]);
    expect(await stateOf(orderId)).toBe(state.done);
  });

  it("moves them to an account with another custodian once the two are joined (R-O2)", async () => {
    const orderId = await recover({ destination: world.gamma });
    await world.holders.connect(world.actors.registrar.key).join(world.alpha, world.gamma);
    await decideRecover(orderId);
    expect(await balanceOf(world.gamma)).toBe(110n);
  });
});

describe("units at the limits of their type", () => {
  it("are refused beyond it, and forced never beyond what the account has (R-O2)", async () => {
    await expect(file({ units: MOST + 1n })).rejects.toThrow(/out-of-bounds/);
    const orderId = await file({ kind: kind.force, destination: world.gamma, units: MOST });
    const short = [world.alpha, 100n, MOST];
    await expect(decideForce(orderId)).toRevertWith(world.note, "ERC20InsufficientBalance", short);
  });
});
