import fc from "fast-check";
import { expect, it } from "vitest";
import type { StepTermsStruct } from "../../types/contracts/DealRegistry.ts";
import { declaration, declare, fixRate, issuedDeal, post, report, reportOf, type Posting } from "../support/cycles.ts";
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
import { engineLines, plainDate } from "../support/engineLines.ts";
import { distribute, type ModelClass } from "../support/waterfallModel.ts";
import { deployed, openLedger } from "../support/world.ts";

// Random small deals over two periods: the server's engine and an independent model agree, the ledger accepts what they say,
// and refuses each line that is one minor unit more or less, by the line's index. Engine, model and ledger share no code.

const ledger = await openLedger();
const world = await ledger.networkHelpers.loadFixture(deployed);
const account = await register(world, world.actors.custodianA, "alpha");
const waterfall = await ledger.ethers.getContractAt("Waterfall", account);

const oneClass = fc.record({
  units: fc.bigInt(1n, 400n),
  kind: fc.constantFrom(rateKind.zero, rateKind.fixed, rateKind.floating),
  rateE10: fc.bigInt(0n, 900_000_000n),
  fixingE10: fc.bigInt(-1_000_000_000n, 1_000_000_000n),
  dayCount: fc.constantFrom(0, 1),
  adjustedAccrual: fc.boolean(),
  rounding: fc.constantFrom(0, 1),
});

const deals = fc.array(oneClass, { minLength: 1, maxLength: 4 }).chain((classes) => {
  const some = fc.integer({ min: 1, max: (1 << classes.length) - 1 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant(stepKind.fee), capMinor: fc.bigInt(0n, 20_000n) }),
    fc.record({ kind: fc.constant(stepKind.classInterest), classes: some }),
    fc.record({ kind: fc.constant(stepKind.principalSequential), classes: some }),
    fc.record({ kind: fc.constant(stepKind.principalProRata), classes: some }),
  );
  const period = fc.record({
    availableMinor: fc.oneof(fc.bigInt(0n, 300_000n), fc.bigInt(0n, 60_000_000n)),
    principalPercent: fc.bigInt(0n, 100n),
    feesDue: fc.array(fc.bigInt(0n, 30_000n), { minLength: 6, maxLength: 6 }),
  });
  return fc.record({
    classes: fc.constant(classes),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
    residual: fc.integer({ min: 0, max: classes.length - 1 }),
    periods: fc.tuple(period, period),
  });
});

const CLOSING_DATE = 20260210;
let engineCompared = 0;

/** Civil dates of both periods, and their days as the four ways of counting have them. */
const dates = [
  { recordDate: 20260201, nominalDate: 20260315, paymentDate: 20260316, days: { act: [33n, 34n], thirty: [35n, 36n] } },
  { recordDate: 20260202, nominalDate: 20260415, paymentDate: 20260415, days: { act: [31n, 30n], thirty: [30n, 29n] } },
];

/** From the closing or the payment date before to the payment date, nominal and rolled. */
function accrualOf(i: number) {
  const ends = (date: { nominalDate: number; paymentDate: number }) => ({
    nominal: plainDate(date.nominalDate),
    rolled: plainDate(date.paymentDate),
  });
  const from = i === 0 ? { nominalDate: CLOSING_DATE, paymentDate: CLOSING_DATE } : dates[i - 1]!;
  return { from: ends(from), to: ends(dates[i]!) };
}

it("accepts the lines of engine and model and refuses every other (R-S2)", async () => {
  await fc.assert(
    fc.asyncProperty(deals, async ({ classes, steps, residual, periods }) => {
      const filed: StepTermsStruct[] = steps.map((step) =>
        stepTerms(
          step.kind === stepKind.fee ? { ...step, classes: 0, payee: world.actors.servicer.id } : (step as object),
        ),
      );
      filed.push(residualStep(residual));
      const terms = dealTerms(world.actors, {
        closingDateEarliest: CLOSING_DATE,
        closingDateLatest: CLOSING_DATE,
        classes: classes.map((one, i) =>
          classTerms({
            label: `A-${i}`,
            originalBalanceLowestMinor: one.units * UNIT_FACE_MINOR,
            originalBalanceHighestMinor: one.units * UNIT_FACE_MINOR,
            rateKind: one.kind,
            rateLowestE10: one.kind === rateKind.zero ? 0n : one.rateE10,
            rateHighestE10: one.kind === rateKind.zero ? 0n : one.rateE10,
            dayCount: one.dayCount,
            adjustedAccrual: one.adjustedAccrual,
            rounding: one.rounding,
          }),
        ),
        steps: filed,
      });
      const { deal } = await issuedDeal(
        world,
        terms,
        Object.fromEntries(classes.map(({ units }, i) => [i, [{ account, units }]])),
      );
      let outstanding = classes.map(({ units }) => units * UNIT_FACE_MINOR);
      let shortfall = classes.map(() => 0n);

      for (const [i, { availableMinor, principalPercent, feesDue }] of periods.entries()) {
        const period = i + 1;
        const { days, ...given } = dates[i]!;
        await declare(world, deal, declaration({ ...given, period }));
        const model: ModelClass[] = classes.map((one, c) => {
          const spread = one.kind === rateKind.zero ? 0n : one.rateE10;
          const rate = one.kind === rateKind.floating ? one.fixingE10 + spread : spread;
          return {
            rateE10: rate < 0n ? 0n : rate,
            dayCount: (one.dayCount === 0 ? days.act : days.thirty)[one.adjustedAccrual ? 1 : 0]!,
            isHalfUp: one.rounding === 0,
            outstanding: outstanding[c]!,
            shortfall: shortfall[c]!,
          };
        });
        for (const [c, one] of classes.entries()) {
          if (one.kind === rateKind.floating) await fixRate(world, deal, period, c, one.fixingE10);
        }
        const principalMinor = (availableMinor * principalPercent) / 100n;
        const feesDueMinor = feesDue.slice(0, steps.filter(({ kind }) => kind === stepKind.fee).length);
        const reported = reportOf({ availableMinor, principalMinor, feesDueMinor });
        await report(world, deal, period, reported);
        const funds = { available: availableMinor, principal: principalMinor, feesDue: feesDueMinor };
        const result = distribute(filed, model, funds);
        // The engine takes no negative index; the ledger floors the rate at zero, which only the model follows.
        if (classes.every(({ kind, fixingE10 }) => kind !== rateKind.floating || fixingE10 >= 0n)) {
          const opening = classes.map(({ kind, fixingE10 }, c) => ({
            outstanding: outstanding[c]!,
            shortfall: shortfall[c]!,
            fixingE10: kind === rateKind.floating ? fixingE10 : null,
          }));
          expect(engineLines(terms, opening, accrualOf(i), funds)).toEqual(result.lines);
          engineCompared++;
        }
        const dayCounts = model.map(({ dayCount }) => dayCount);
        const posting: Posting = { period, version: 1, report: reported, dayCounts, paidMinor: result.lines };

        const paying = world.distributor.connect(world.actors.payingAgent.key);
        for (const [line, amount] of result.lines.entries()) {
          for (const wrong of amount === 0n ? [1n] : [amount + 1n, amount - 1n]) {
            const mutated = { ...posting, paidMinor: result.lines.with(line, wrong) };
            await expect(paying.post.staticCall(deal, mutated)).toRevertWith(waterfall, "Waterfall_WrongLine", [
              BigInt(line),
              amount,
              wrong,
            ]);
          }
        }
        await post(world, deal, posting);
        ({ outstanding, shortfall } = result);
        for (const c of classes.keys()) {
          const balance = await world.distributor.balanceOf(deal, c);
          expect([balance.outstandingMinor, balance.interestShortfallMinor]).toEqual([outstanding[c], shortfall[c]]);
        }
        expect(result.lines.reduce((sum, amount) => sum + amount, 0n)).toBe(availableMinor);
      }
    }),
    { numRuns: 40, seed: 20260206 },
  );
  expect(engineCompared).toBeGreaterThan(40);
}, 300_000);
