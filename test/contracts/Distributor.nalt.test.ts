import { encodeBytes32String, id, toUtf8Bytes, zeroPadBytes } from "ethers";
import { expect, it } from "vitest";
import type { ClassTermsStruct, DealTermsStruct } from "../../types/contracts/DealRegistry.ts";
import { declare, fixRate, issuedDeal, post, report, reportOf } from "../support/cycles.ts";
import { classTerms, dealTerms, rateKind, residualStep, stepKind, stepTerms } from "../support/terms.ts";
import { deployed, openLedger, type World } from "../support/world.ts";
import { register } from "../support/steps.ts";
import { nalt } from "./nalt2004a.ts";

// The monthly statements of Nissan Auto Lease Trust 2004-A, as printed, posted one after another. The ledger gets the funds
// and the principal to distribute; every line it accepts is the printed one.

const ledger = await openLedger();
const world = await ledger.networkHelpers.loadFixture(deployed);

const SPREAD_E10 = 7_000_000n; // 0.07 percent, made up: the statements print the whole rate.
const everyCategory = 0b1111110;

function naltClass(given: (typeof nalt.classes)[number]): ClassTermsStruct {
  const isFloating = given.kind === "floating";
  const rateE10 = isFloating ? SPREAD_E10 : given.rateE10;
  const isTokenised = given.kind !== "zero";
  return classTerms({
    label: given.label,
    isin: isTokenised ? toUtf8Bytes(given.label.padEnd(12, "0")) : zeroPadBytes("0x", 12),
    tokenised: isTokenised,
    unitFaceMinor: isTokenised ? 100_000n : 0n,
    originalBalanceLowestMinor: given.originalMinor,
    originalBalanceHighestMinor: given.originalMinor,
    rateKind: rateKind[given.kind],
    rateLowestE10: rateE10,
    rateHighestE10: rateE10,
    dayCount: given.dayCount === "ACT/360" ? 0 : 1,
    adjustedAccrual: given.dayCount === "ACT/360",
    rounding: 0,
    admittedCategories: isTokenised ? everyCategory : 0,
  });
}

const naltTerms = ({ actors }: World): DealTermsStruct =>
  dealTerms(actors, {
    utcOffsetMinutes: -5 * 60,
    calendarTableHash: encodeBytes32String("calendar"),
    cutoffDate: 20040831,
    closingDateEarliest: nalt.closingDate,
    closingDateLatest: nalt.closingDate,
    firstPaymentDate: 20041115,
    legalFinalMaturityDate: 20100115,
    classes: nalt.classes.map(naltClass),
    steps: [
      stepTerms({ classes: 0b011111 }),
      stepTerms({ kind: stepKind.principalSequential, classes: 0b111111 }),
      residualStep(5),
    ],
  });

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

it("accepts every printed line of the five statements, and the month between them from ledger state", async () => {
  const account = await register(world, world.actors.custodianA, "alpha");
  const holdings = Object.fromEntries(
    nalt.classes.flatMap(({ kind, originalMinor }, i) =>
      kind === "zero" ? [] : [[i, [{ account, units: originalMinor / 100_000n }]]],
    ),
  );
  const { deal } = await issuedDeal(world, naltTerms(world), holdings);
  let compared = 0;

  for (const [i, month] of nalt.months.entries()) {
    const period = i + 1;
    const { recordDate, nominalDate, paymentDate } = month;
    await declare(world, deal, { period, version: 1, recordDate, nominalDate, paymentDate });
    await fixRate(world, deal, period, 3, month.floatingE10 - SPREAD_E10);
    const paidMinor = [...month.interestMinor.slice(0, 5), ...month.principalMinor, 0n];
    const given = reportOf({ availableMinor: sum(paidMinor), principalMinor: sum(month.principalMinor) });
    await report(world, deal, period, given);
    const dayCounts = nalt.classes.map(({ dayCount }) => (dayCount === "ACT/360" ? month.actual : month.thirty));
    // The certificates earn nothing; they are filed as counting thirty-day months.
    const posting = { period, version: 1, report: given, dayCounts, paidMinor };

    for (const [line, amountMinor] of paidMinor.entries()) {
      for (const wrong of [amountMinor + 1n, amountMinor - 1n]) {
        if (wrong < 0n) continue;
        const paying = world.distributor.connect(world.actors.payingAgent.key);
        await expect(paying.post.staticCall(deal, { ...posting, paidMinor: paidMinor.with(line, wrong) })).toRevertWith(
          await waterfall,
          "Waterfall_WrongLine",
          [BigInt(line), amountMinor, wrong],
        );
      }
    }
    await post(world, deal, posting);
    for (const [classIndex, endingMinor] of (month.endingMinor ?? []).entries()) {
      const { outstandingMinor, interestShortfallMinor } = await world.distributor.balanceOf(deal, classIndex);
      expect([outstandingMinor, interestShortfallMinor]).toEqual([endingMinor, 0n]);
      compared += 1;
    }
  }
  expect(compared).toBe(30);
});

const waterfall = ledger.ethers.getContractAt("Waterfall", id("library").slice(0, 42));
