import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { redeemable, repay, UNITS, type RedeemableWorld } from "../support/redeemable.ts";
import { filingState, now } from "../support/steps.ts";
import { openLedger, recorded } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: RedeemableWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(redeemable);
});

const cancel = (classIndex: number, key: Key = world.actors.outsider, accounts = [world.alpha, world.beta]) =>
  world.deals.connect(key).cancel(world.deal, classIndex, accounts);
const notRedeemed = (classIndex: bigint) => ["DealRegistry_NotRedeemed", [world.deal, classIndex]] as const;

const closeBy = (key: Key) => world.filings.connect(key).close(world.filing, id("final report"));

describe("cancel", () => {
  it("refuses a deal that nobody created and a class that does not exist", async () => {
    await expect(world.deals.cancel(id("no deal"), 0, [world.alpha])).toRevertWith(
      world.deals,
      "DealRegistry_UnknownDeal",
      [id("no deal")],
    );
    await expect(cancel(2)).toRevertWith(world.deals, "DealRegistry_ClassNotTokenised", [world.deal, 2n]);
  });

  it("refuses before payments began, and one minor unit before the class is repaid", async () => {
    await expect(cancel(0)).toRevertWith(world.deals, ...notRedeemed(0n));
    await repay(world, 1, UNITS - 1n);
    await expect(cancel(0)).toRevertWith(world.deals, ...notRedeemed(0n));
    await repay(world, 2, 1n);
    await cancel(0);
  });

  it("refuses while the filing is suspended, since nothing is redeemed then", async () => {
    await repay(world, 1, UNITS);
    const until = (await now(world)) + 3_600;
    await world.filings.connect(world.actors.regulator.key).suspend(world.filing, id("order"), until, id("basis"));
    await expect(cancel(0)).toRevertWith(world.deals, "DealRegistry_FilingNotRecorded", [
      world.deal,
      filingState.suspended,
    ]);
  });

  it("burns all units of the accounts of a redeemed class, by whoever calls", async () => {
    await repay(world, 1, UNITS);
    await expect(cancel(0, world.actors.outsider, [world.alpha])).toEmit(world.notes[0]!, "Transfer", [
      world.alpha,
      ZeroAddress,
      4n,
    ]);
    expect(await world.notes[0]!.totalSupply()).toBe(6n);
    await cancel(0);
    expect(await world.notes[0]!.totalSupply()).toBe(0n);
    expect(await world.notes[1]!.totalSupply()).toBe(UNITS);
    expect(await world.notes[0]!.unitsAt(world.alpha, 1)).toBe(4n);
  });

  it("leaves the class that takes the residual to the paying agent, once every class is repaid (R-S3)", async () => {
    const { payingAgent, outsider, registrar } = world.actors;
    await repay(world, 1, UNITS);
    await expect(cancel(1, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    await expect(cancel(1, registrar.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      registrar.id,
      role("PAYING_AGENT"),
    ]);
    await expect(cancel(1, payingAgent.key)).toRevertWith(world.deals, ...notRedeemed(1n));
    await repay(world, 2, UNITS, 500n);
    await cancel(1, payingAgent.key);
    expect(await world.notes[1]!.totalSupply()).toBe(0n);
  });
});

describe("close", () => {
  it("refuses everybody but the filing registry", async () => {
    for (const { key } of [world.actors.registrar, world.actors.filingEntity]) {
      await expect(world.deals.connect(key).close(world.filing)).toRevertWith(
        world.deals,
        "DealRegistry_NotFilingRegistry",
        [key.address],
      );
    }
  });

  it("refuses while one unit of one class is left (R-F4)", async () => {
    const { filingEntity, registrar } = world.actors;
    await closeBy(filingEntity.key);
    await expect(closeBy(registrar.key)).toRevertWith(world.deals, "DealRegistry_UnitsLeft", [world.deal, 0n, UNITS]);
    await repay(world, 1, UNITS);
    await repay(world, 2, UNITS);
    await cancel(0);
    await cancel(1, world.actors.payingAgent.key, [world.alpha]);
    await expect(closeBy(registrar.key)).toRevertWith(world.deals, "DealRegistry_UnitsLeft", [world.deal, 1n, 6n]);
  });

  it("ends the filing, its notes and what the holder registry tells them (R-F4)", async () => {
    const [first, second] = world.notes;
    for (const note of world.notes) expect(await world.holders.isLive(note)).toBe(true);
    await repay(world, 1, UNITS);
    await repay(world, 2, UNITS);
    await cancel(0);
    await cancel(1, world.actors.payingAgent.key);
    const { filingEntity, registrar } = world.actors;
    await closeBy(filingEntity.key);
    const closed = closeBy(registrar.key);
    for (const note of [first!, second!]) {
      await expect(closed).toEmit(note, "FilingStateFollowed", [filingState.closed, 0n]);
      expect(await world.holders.isLive(note)).toBe(false);
    }
    expect(await world.filings.stateOf(world.filing)).toBe(filingState.closed);
  });
});

describe("a note", () => {
  it("is not among the live ones before its deal is issued for the first time", async () => {
    const fresh = await networkHelpers.loadFixture(recorded);
    expect(await fresh.holders.isLive(fresh.note)).toBe(false);
  });
});
