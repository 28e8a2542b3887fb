import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { reasons, register, setRules } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: IssuedWorld & { readonly empty: string };
beforeEach(async () => {
  world = await networkHelpers.loadFixture(withEmptyAccount);
});

/** Accounts with 100 units each, and one without any. */
async function withEmptyAccount(of: typeof ledger) {
  const issuedWorld = await issued(of);
  return { ...issuedWorld, empty: await register(issuedWorld, issuedWorld.actors.custodianA, "empty") };
}

const minimum = (minimumUnits: number) => setRules(world, world.note, { minimumUnits });
const byA = () => world.note.connect(world.actors.custodianA.key);

/** What the page says of units of alpha that go to an account. */
const of = (units: bigint, to = world.beta) =>
  world.note.restrictionsOf(world.actors.custodianA.key.address, world.alpha, to, units);

describe("the least units of a class (R-T4)", () => {
  it("may move, and one unit less may not", async () => {
    await minimum(40);
    expect(await of(39n)).toBe(reasons("BELOW_MINIMUM"));
    expect(await of(40n)).toBe(0n);
  });

  it("may be left, and one unit less may not, but nothing may", async () => {
    await minimum(40);
    expect(await of(60n)).toBe(0n);
    expect(await of(61n)).toBe(reasons("BELOW_MINIMUM"));
    expect(await of(100n)).toBe(0n);
  });

  it("may be what a receiver comes to by a whole position below it, and one unit less may not", async () => {
    await byA().move(world.alpha, world.empty, 70n, id("seventy"));
    await minimum(100);
    expect(await of(30n, world.empty)).toBe(0n);
    await byA().move(world.alpha, world.empty, 30n, id("thirty"));
    await minimum(0);
    await byA().move(world.empty, world.alpha, 31n, id("back"));
    await minimum(101);
    expect(await of(31n, world.empty)).toBe(reasons("BELOW_MINIMUM"));
  });

  it("are asked of an issuance to an account without units", async () => {
    await minimum(40);
    const restrictions = (units: bigint) =>
      world.note.restrictionsOf(world.wiring.deals, ZeroAddress, world.empty, units);
    expect(await restrictions(39n)).toBe(reasons("BELOW_MINIMUM"));
    expect(await restrictions(40n)).toBe(0n);
  });
});
