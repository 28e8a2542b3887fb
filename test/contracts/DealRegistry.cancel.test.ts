import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { declaration, declare, issuedDeal, post, report, reportOf } from "../support/cycles.ts";
import { filingState, noteOf, now, register } from "../support/steps.ts";
import {
  classTerms,
  dealTerms,
  rateKind,
  residualStep,
  stepKind,
  stepTerms,
  UNIT_FACE_MINOR,
} from "../support/terms.ts";
import { deployed, openLedger, recorded, type Ledger, type World } from "../support/world.ts";
import type { Note } from "../../types/contracts/index.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

type RedeemableWorld = World & {
  readonly deal: string;
  readonly filing: string;
  readonly alpha: string;
  readonly beta: string;
  readonly notes: readonly Note[];
};

const UNITS = 10n;
const bullet = { rateKind: rateKind.zero, rateLowestE10: 0n, rateHighestE10: 0n };
const exact = {
  originalBalanceLowestMinor: UNITS * UNIT_FACE_MINOR,
  originalBalanceHighestMinor: UNITS * UNIT_FACE_MINOR,
};

/** A deal of two tokenised classes without interest, repaid one after the other; the second takes what is left. */
async function issued(of: Ledger): Promise<RedeemableWorld> {
  const world = await deployed(of);
  const alpha = await register(world, world.actors.custodianA, "alpha");
  const beta = await register(world, world.actors.custodianB, "beta");
  const terms = dealTerms(world.actors, {
    closingDateLatest: 20260210,
    classes: [classTerms({ ...bullet, ...exact, label: "A-1" }), classTerms({ ...bullet, ...exact, label: "B" })],
    steps: [stepTerms({ kind: stepKind.principalSequential, classes: 0b11 }), residualStep(1)],
  });
  const held = [
    { account: alpha, units: 4n },
    { account: beta, units: 6n },
  ];
  const { deal, filing } = await issuedDeal(world, terms, { 0: held, 1: held });
  return { ...world, deal, filing, alpha, beta, notes: [await noteOf(world, deal, 0), await noteOf(world, deal, 1)] };
}

let world: RedeemableWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

/** Repays so many units' worth of principal, first class first, and pays the rest out. */
async function repay(period: number, units: bigint, residualMinor = 0n): Promise<void> {
  const dates = declaration({
    period,
    recordDate: 20260203 + period,
    nominalDate: period === 1 ? 20260315 : 20260415,
    paymentDate: period === 1 ? 20260316 : 20260415,
  });
  await declare(world, world.deal, dates);
  const principalMinor = units * UNIT_FACE_MINOR;
  const given = reportOf({ availableMinor: principalMinor + residualMinor, principalMinor });
  await report(world, world.deal, period, given);
  const before = await Promise.all([0, 1].map((i) => outstanding(i, period)));
  const first = principalMinor < before[0]! ? principalMinor : before[0]!;
  const paidMinor = [first, principalMinor - first, residualMinor];
  const { actualAdjusted } = await world.distributor.cycleOf(world.deal, period);
  await post(world, world.deal, {
    period,
    version: 1,
    report: given,
    dayCounts: [actualAdjusted, actualAdjusted],
    paidMinor,
  });
}

const outstanding = async (classIndex: number, period: number) =>
  period === 1 ? UNITS * UNIT_FACE_MINOR : (await world.distributor.balanceOf(world.deal, classIndex)).outstandingMinor;

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
    await repay(1, UNITS - 1n);
    await expect(cancel(0)).toRevertWith(world.deals, ...notRedeemed(0n));
    await repay(2, 1n);
    await cancel(0);
  });

  it("refuses while the filing is suspended, since nothing is redeemed then", async () => {
    await repay(1, UNITS);
    const until = (await now(world)) + 3_600;
    await world.filings.connect(world.actors.regulator.key).suspend(world.filing, id("order"), until, id("basis"));
    await expect(cancel(0)).toRevertWith(world.deals, "DealRegistry_FilingNotRecorded", [
      world.deal,
      filingState.suspended,
    ]);
  });

  it("burns all units of the accounts of a redeemed class, by whoever calls", async () => {
    await repay(1, UNITS);
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
    await repay(1, UNITS);
    await expect(cancel(1, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    await expect(cancel(1, registrar.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      registrar.id,
      role("PAYING_AGENT"),
    ]);
    await expect(cancel(1, payingAgent.key)).toRevertWith(world.deals, ...notRedeemed(1n));
    await repay(2, UNITS, 500n);
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
    await repay(1, UNITS);
    await repay(2, UNITS);
    await cancel(0);
    await cancel(1, world.actors.payingAgent.key, [world.alpha]);
    await expect(closeBy(registrar.key)).toRevertWith(world.deals, "DealRegistry_UnitsLeft", [world.deal, 1n, 6n]);
  });

  it("ends the filing, its notes and what the holder registry tells them (R-F4)", async () => {
    const [first, second] = world.notes;
    for (const note of world.notes) expect(await world.holders.isLive(note)).toBe(true);
    await repay(1, UNITS);
    await repay(2, UNITS);
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
