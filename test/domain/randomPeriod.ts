import fc from "fast-check";
import { dayCounts, rateKinds, roundings, type StepTerms } from "../../server/domain/dealTerms.ts";
import type { Period } from "../../server/domain/waterfallPeriod.ts";
import { classStep, feeStep, noteClass, smallPeriod } from "./smallPeriod.ts";

/** Amounts small enough that parts of a minor unit matter, and large enough that they do not. */
const amounts = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 0n, max: 10n ** 13n }));
const dates = fc
  .tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 5 }))
  .map(([start, days, rolledBy]) => {
    const from = Temporal.PlainDate.from("2001-01-01").add({ days: start });
    const to = from.add({ days });
    return { from: { nominal: from, rolled: from }, to: { nominal: to, rolled: to.add({ days: rolledBy }) } };
  });

/** One class with its pricing, opening state and fixing. */
const noteClasses = fc
  .record({
    rateKind: fc.nat({ max: rateKinds.length - 1 }),
    dayCount: fc.nat({ max: dayCounts.length - 1 }),
    rounding: fc.nat({ max: roundings.length - 1 }),
    adjustedAccrual: fc.boolean(),
    outstandingMinor: amounts,
    repaidMinor: amounts,
    interestShortfallMinor: fc.oneof(fc.constant(0n), amounts),
    rateE10: fc.bigInt({ min: 0n, max: 3_000_000_000n }),
    fixingE10: fc.bigInt({ min: 0n, max: 1_000_000_000n }),
  })
  .map(({ outstandingMinor, repaidMinor, interestShortfallMinor, rateE10, fixingE10, ...terms }) => ({
    terms,
    // The ledger knows no class without an original balance.
    priced: { originalBalanceMinor: outstandingMinor + repaidMinor + 1n, rateE10 },
    state: { outstandingMinor, interestShortfallMinor },
    fixingE10: rateKinds[terms.rateKind] === "floating" ? fixingE10 : null,
  }));

function stepsOf(classCount: number): fc.Arbitrary<StepTerms[]> {
  const members = fc.subarray(
    Array.from({ length: classCount }, (_, index) => index),
    { minLength: 1 },
  );
  const kinds = fc.constantFrom(
    "class-interest" as const,
    "principal-sequential" as const,
    "principal-pro-rata" as const,
    "residual" as const,
  );
  const step = fc.oneof(
    { weight: 1, arbitrary: amounts.map((capMinor) => feeStep(capMinor + 1n)) },
    { weight: 4, arbitrary: fc.tuple(kinds, members).map(([kind, classes]) => classStep(kind, ...classes)) },
  );
  return fc.array(step, { minLength: 1, maxLength: 8 });
}

/**
 * Periods of small deals: any steps in any order over one to some classes, with funds from nothing to more than enough.
 * @param maxClasses Most classes that a deal has.
 */
export function randomPeriod(maxClasses: number): fc.Arbitrary<Period> {
  return fc
    .array(noteClasses, { minLength: 1, maxLength: maxClasses })
    .chain((classes) =>
      fc.record({
        classes: fc.constant(classes),
        steps: stepsOf(classes.length),
        accrual: dates,
        availableFundsMinor: amounts,
        principalDistributableMinor: amounts,
        fees: fc.array(amounts, { minLength: 8, maxLength: 8 }),
      }),
    )
    .map(({ classes, steps, fees, ...figures }) => {
      const labels = classes.map((_, index) => `C${index}`);
      const period = smallPeriod(labels, steps, {
        ...figures,
        pricing: classes.map(({ priced }) => priced),
        opening: classes.map(({ state }) => state),
        fixingsE10: classes.map(({ fixingE10 }) => fixingE10),
        feesDueMinor: fees.slice(0, steps.filter(({ payee }) => payee > 0).length),
      });
      const terms = classes.map((one, index) => noteClass({ label: `C${index}`, ...one.terms }));
      return { ...period, terms: { ...period.terms, classes: terms } };
    });
}
