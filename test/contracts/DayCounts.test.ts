import { describe, expect, it } from "vitest";
import { declaration, declare, issuedDeal } from "../support/cycles.ts";
import { register } from "../support/steps.ts";
import {
  classTerms,
  dealTerms,
  rateKind,
  residualStep,
  stepKind,
  stepTerms,
  UNIT_FACE_MINOR,
} from "../support/terms.ts";
import { deployed, openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

/** From closing to the first payment date: actual days, and days of months that have thirty, as the bond basis counts. */
const periods = [
  { closing: 20260130, payment: 20260331, actual: 60n, thirty: 60n },
  { closing: 20260131, payment: 20260331, actual: 59n, thirty: 60n },
  { closing: 20260131, payment: 20260330, actual: 58n, thirty: 60n },
  { closing: 20260210, payment: 20260331, actual: 49n, thirty: 51n },
  { closing: 20260131, payment: 20260228, actual: 28n, thirty: 28n },
  { closing: 20260228, payment: 20260331, actual: 31n, thirty: 33n },
  { closing: 20260131, payment: 20270131, actual: 365n, thirty: 360n },
];

describe("the days of a period", () => {
  it.each(periods)("from $closing to $payment are $actual, or $thirty of thirty a month", async (given) => {
    const world = await networkHelpers.loadFixture(deployed);
    const account = await register(world, world.actors.custodianA, "alpha");
    const minor = 10n * UNIT_FACE_MINOR;
    const whole = { originalBalanceLowestMinor: minor, originalBalanceHighestMinor: minor };
    const terms = dealTerms(world.actors, {
      cutoffDate: 20260115,
      closingDateEarliest: given.closing,
      closingDateLatest: given.closing,
      firstPaymentDate: given.payment,
      classes: [classTerms({ ...whole, rateKind: rateKind.zero, rateLowestE10: 0n, rateHighestE10: 0n })],
      steps: [stepTerms({ kind: stepKind.principalSequential, classes: 1 }), residualStep(0)],
    });
    const { deal } = await issuedDeal(world, terms, { 0: [{ account, units: 10n }] });
    await declare(world, deal, declaration({ nominalDate: given.payment, paymentDate: given.payment }));
    const { actualNominal, thirtyNominal, actualAdjusted, thirtyAdjusted } = await world.distributor.cycleOf(deal, 1);
    expect([actualNominal, thirtyNominal]).toEqual([given.actual, given.thirty]);
    expect([actualAdjusted, thirtyAdjusted]).toEqual([given.actual, given.thirty]);
  });
});
