import { id, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { IOrders } from "../../types/contracts/Orders.ts";
import { fileOrder, MOST, state } from "../support/orders.ts";
import { byThree, reach } from "../support/steps.ts";
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

/** A freeze in force. */
async function frozen(overrides: Partial<IOrders.OrderStruct> = {}): Promise<string> {
  const orderId = await file(overrides);
  await freeze(orderId);
  return orderId;
}

describe("freeze", () => {
  it("freezes part of an account's units, and leaves the rest free (R-O2)", async () => {
    const orderId = await file({ units: 60n });
    const note = await world.note.getAddress();
    const done = freeze(orderId);
    await expect(done).toEmit(world.orders, "UnitsFrozen", [orderId, note, world.alpha, 60n, 60n]);
    await expect(done).toEmit(world.note, "Frozen", [world.alpha, 60n]);
    expect(await stateOf(orderId)).toBe(state.inForce);
    const short = [world.alpha, 41n, 40n];
    await expect(move(41n)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", short);
    await move(40n);
    expect(await balanceOf(world.alpha)).toBe(60n);
  });

  it("may freeze more than there is, so that what comes in later is frozen too (R-O2)", async () => {
    await frozen({ units: MOST });
    await world.note.connect(world.actors.custodianA.key).move(world.beta, world.alpha, 5n, id("in"));
    expect(await balanceOf(world.alpha)).toBe(105n);
    await expect(move(1n)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", [world.alpha, 1n, 0n]);
  });

  it("adds up over orders, and stops counting at the most that a note can (R-O2)", async () => {
    const first = await frozen({ units: MOST - 1n });
    await frozen({ units: 1n });
    expect(await frozenOf(world.alpha)).toBe(MOST);
    const third = await frozen({ units: MOST });
    expect(await frozenOf(world.alpha)).toBe(MOST);
    await unfreeze(third);
    expect(await frozenOf(world.alpha)).toBe(MOST);
    await unfreeze(first);
    expect(await frozenOf(world.alpha)).toBe(1n);
    const note = await world.note.getAddress();
    expect(await world.orders.frozenUnitsOf(note, world.alpha)).toBe(1n);
    expect(await world.orders.frozenUnitsOf(note, world.beta)).toBe(0n);
  });

  it("holds past its expiry, and can be ended then (R-O1)", async () => {
    const orderId = await frozen({ units: 60n });
    const { expiresAt } = (await world.orders.orderOf(orderId)).order;
    await reach(world, Number(expiresAt) + 1);
    expect(await frozenOf(world.alpha)).toBe(60n);
    await unfreeze(orderId);
    expect(await frozenOf(world.alpha)).toBe(0n);
  });
});

describe("unfreeze", () => {
  it("refuses a release without grounds", async () => {
    const orderId = await frozen();
    const release = world.orders.connect(world.actors.registrar.key).unfreeze(orderId, ZeroHash);
    await expect(release).toRevertWith(...refused("Orders_GroundsMissing", []));
  });

  it("refuses an order that was filed and never put in force", async () => {
    const orderId = await file();
    const release = world.orders.connect(world.actors.registrar.key).unfreeze(orderId, id("grounds"));
    await expect(release).toRevertWith(...refused("Orders_OtherState", [orderId, state.filed]));
  });

  it("leaves what other orders froze, and tells its grounds (R-O2)", async () => {
    const first = await frozen({ units: 60n });
    await frozen({ units: 30n });
    const released = [first, await world.note.getAddress(), world.alpha, 60n, 30n, id("grounds")];
    const done = unfreeze(first);
    await expect(done).toEmit(world.orders, "UnitsReleased", released);
    await expect(done).toEmit(world.note, "Frozen", [world.alpha, 30n]);
    expect(await stateOf(first)).toBe(state.done);
    await move(70n);
  });
});
