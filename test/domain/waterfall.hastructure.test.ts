import { describe, expect, it } from "vitest";
import { dayCountFraction } from "../../server/domain/dayCountFraction.ts";
import { formatPrincipalFactor } from "../../server/domain/factor.ts";
import { largestRemainder } from "../../server/domain/largestRemainder.ts";
import { formatMinor, parseMinor } from "../../server/domain/money.ts";
import { parseRateE10 } from "../../server/domain/rates.ts";
import { divideRounded } from "../../server/domain/rounding.ts";
import { allocate } from "../../server/domain/waterfall.ts";
import type { ClassState } from "../../server/domain/waterfallPeriod.ts";
import { payPrincipalSequentially } from "../../server/domain/waterfallSteps.ts";
import { classStep, feeStep, noteClass, smallPeriod } from "./smallPeriod.ts";
import { withVectors } from "./vectors.ts";

interface TraceRow {
  paymentDate: string;
  available: string;
  fee?: string;
  feeUnpaid?: string;
  interest: Record<string, string>;
  interestUnpaid: Record<string, string>;
  principal: Record<string, string>;
  residual: string;
  ending: Record<string, string>;
}

interface Case {
  id: string;
  tranches: { name: string; balance: string }[];
  derivedTrace: TraceRow[];
  expected: any;
}

interface Units {
  cases: { fn: string; available: string; due: string[]; expectedPaid: string[]; [field: string]: any }[];
}

const minor = (text: string) => parseMinor(text, "USD");
const money = (amountMinor: bigint) => formatMinor(amountMinor, "USD");
const inCents = (amounts: Record<string, string>) =>
  Object.fromEntries(Object.entries(amounts).map(([name, text]) => [name, money(minor(text))]));

const byMinor = (amounts: Record<string, string>) =>
  Object.fromEntries(Object.entries(amounts).map(([name, text]) => [name, minor(text)]));

/** Their classes earn 7 percent by ACT/365F with every amount floored; a class of ours cannot accrue so. */
function interestOf(balanceMinor: bigint, from: string, to: string): bigint {
  const { days } = dayCountFraction("ACT/360", Temporal.PlainDate.from(from), Temporal.PlainDate.from(to));
  return divideRounded(balanceMinor * parseRateE10("7") * BigInt(days), 365n * 10n ** 10n, "FLOOR");
}

/** How a case of theirs is written here. */
interface Plan {
  /** Classes in our order. */
  labels: string[];
  earning: string[];
  /** Classes that are repaid in order; what they leave goes to the last class of the case, or to nobody of it. */
  repaid: string[];
  hasFee?: boolean;
  /** Principal to distribute, from the balances before and the date. */
  principalMinor: (balances: Record<string, bigint>, date: string) => bigint;
  feeMinor?: (date: string) => bigint;
}

const everything = (balances: Record<string, bigint>) => Object.values(balances).reduce((all, one) => all + one, 0n);
const downTo = (balanceMinor: bigint, targetMinor: bigint) =>
  balanceMinor > targetMinor ? balanceMinor - targetMinor : 0n;

/** The target in force on a date: schedules are written by the nominal date, which lies a few days before. */
function scheduled(schedule: Record<string, number>, date: string): bigint {
  const inForce = Object.keys(schedule).filter((from) => from <= date);
  return BigInt(schedule[inForce.at(-1)!]!) * 100n;
}

function planOf(id: string): Plan {
  const one = { labels: ["A1", "B"], earning: ["A1"] };
  switch (id) {
    case "pac01": {
      const targets = { "2021-07-20": 800, "2021-08-20": 750, "2021-09-20": 700, "2021-10-20": 650, "2021-11-20": 0 };
      return { ...one, repaid: ["A1"], principalMinor: ({ A1 }, date) => downTo(A1!, scheduled(targets, date)) };
    }
    case "cap-fixed":
      return { ...one, repaid: ["A1"], principalMinor: ({ A1 }, date) => (date > "2021-10-20" ? A1! : 3_000n) };
    case "pac03": {
      const targets = { "2021-07-20": 1050, "2021-08-20": 980, "2021-09-20": 915, "2021-10-20": 880, "2021-11-20": 0 };
      const both = ["A1", "A2"];
      const principalMinor = (balances: Record<string, bigint>, date: string) =>
        downTo(everything(balances), scheduled(targets, date));
      return { labels: both, earning: both, repaid: both, principalMinor };
    }
    case "seq-group": {
      const both = ["A2", "A1"];
      return { labels: both, earning: both, repaid: both, principalMinor: everything };
    }
    case "fee-shortfall":
      return {
        ...one,
        repaid: ["A1", "B"],
        hasFee: true,
        principalMinor: everything,
        feeMinor: (date) => (date === "2021-07-26" ? 40_000n : 0n),
      };
    case "fee-schedule": {
      const fees: Record<string, bigint> = { "2021-08-20": 10_000n, "2021-12-20": 5_000n };
      const feeMinor = (date: string) => fees[date] ?? 0n;
      return { ...one, repaid: ["A1", "B"], hasFee: true, principalMinor: everything, feeMinor };
    }
    default:
      throw new Error(`There is no plan for ${id}.`);
  }
}

/** Plays a case from its collections, each date opening with what the one before closed with. */
function play({ id, tranches, derivedTrace }: Case): TraceRow[] {
  const plan = planOf(id);
  const indexes = (labels: readonly string[]) => labels.map((label) => plan.labels.indexOf(label));
  const steps = [
    ...(plan.hasFee === true ? [feeStep(1_000_000n)] : []),
    classStep("class-interest", ...indexes(plan.earning)),
    classStep("principal-sequential", ...indexes(plan.repaid)),
    classStep("residual", plan.labels.length - 1),
  ];
  const base = smallPeriod(plan.labels, steps);
  const terms = { ...base.terms, classes: plan.labels.map((label) => noteClass({ label, rateKind: 0, rounding: 1 })) };
  const originals = plan.labels.map((label) => minor(tranches.find(({ name }) => name === label)!.balance));
  const byLabel = (amounts: readonly bigint[], labels = plan.labels) =>
    Object.fromEntries(labels.map((label) => [label, amounts[plan.labels.indexOf(label)]!]));

  let opening: ClassState[] = originals.map((outstandingMinor) => ({ outstandingMinor, interestShortfallMinor: 0n }));
  let [from, feeArrears] = ["2021-04-15", 0n];
  return derivedTrace.map(({ paymentDate, available }) => {
    const balances = byLabel(opening.map(({ outstandingMinor }) => outstandingMinor));
    const { lines, closing, remainderMinor } = allocate({
      ...base,
      terms,
      pricing: originals.map((originalBalanceMinor) => ({ originalBalanceMinor, rateE10: 0n })),
      // Interest comes in as unpaid, since no class of ours accrues by their day count.
      opening: opening.map(({ outstandingMinor, interestShortfallMinor }, index) => ({
        outstandingMinor,
        interestShortfallMinor: plan.earning.includes(plan.labels[index]!)
          ? interestShortfallMinor + interestOf(outstandingMinor, from, paymentDate)
          : 0n,
      })),
      availableFundsMinor: minor(available),
      principalDistributableMinor: plan.principalMinor(balances, paymentDate),
      feesDueMinor: plan.hasFee === true ? [feeArrears + plan.feeMinor!(paymentDate)] : [],
    });
    expect(remainderMinor).toBe(0n);
    const amounts = (kind: string, labels: readonly string[]) =>
      Object.fromEntries(
        labels.map((label) => {
          const index = plan.labels.indexOf(label);
          return [label, money(lines.find((line) => line.kind === kind && line.classIndex === index)!.paidMinor)];
        }),
      );
    const moneyOf = (entries: readonly bigint[], labels = plan.labels) =>
      Object.fromEntries(Object.entries(byLabel(entries, labels)).map(([label, amount]) => [label, money(amount)]));
    const fee = lines.find(({ kind }) => kind === "fee");
    [from, feeArrears, opening] = [paymentDate, fee?.shortfallMinor ?? 0n, [...closing]];
    const unpaid = closing.map(({ interestShortfallMinor }) => interestShortfallMinor);
    return {
      paymentDate,
      available,
      ...(fee && { fee: money(fee.paidMinor), feeUnpaid: money(fee.shortfallMinor) }),
      interest: amounts("class-interest", plan.earning),
      interestUnpaid: moneyOf(unpaid, plan.earning),
      principal: amounts("principal-sequential", plan.repaid),
      residual: money(lines.find(({ kind }) => kind === "residual")!.paidMinor),
      ending: moneyOf(closing.map(({ outstandingMinor }) => outstandingMinor)),
    };
  });
}

/**
 * Their row in our words. Where a class is held to a target or a limit, the principal of the equity class below it is our
 * residual: a step of ours has one amount of principal to distribute and no target of its own.
 */
function theirs({ id }: Case, row: TraceRow): Omit<TraceRow, "available"> {
  const limited = id === "pac01" || id === "cap-fixed";
  const { B: equity, ...others } = row.principal;
  return {
    paymentDate: row.paymentDate,
    ...(row.fee !== undefined && { fee: money(minor(row.fee)), feeUnpaid: money(minor(row.feeUnpaid!)) }),
    interest: inCents(row.interest),
    interestUnpaid: inCents(row.interestUnpaid),
    principal: inCents(limited ? others : row.principal),
    residual: limited ? money(minor(equity!) + minor(row.residual)) : money(minor(row.residual)),
    ending: inCents(limited ? { A1: row.ending["A1"]! } : row.ending),
  };
}

describe("the waterfall and AbsBox / Hastructure, by floor", () => {
  withVectors(
    "absbox-hastructure-cases.json",
    ({ cases, hastructureUnits }: { cases: Case[]; hastructureUnits: Units }) => {
      const deals = cases.filter(({ id }) => id !== "first-coupon");

      it("has the six deals played here", () => {
        expect(deals.map(({ id }) => id)).toEqual([
          "pac01",
          "pac03",
          "seq-group",
          "cap-fixed",
          "fee-shortfall",
          "fee-schedule",
        ]);
      });

      it.each(deals)("$id pays and ends on every date as theirs does", (deal) => {
        const ours = play(deal).map(({ available: _available, ...row }) => ({
          ...row,
          ending: "B" in row.principal || !("B" in row.ending) ? row.ending : { A1: row.ending["A1"]! },
        }));
        expect(ours).toEqual(deal.derivedTrace.map((row) => theirs(deal, row)));
      });

      it.each(deals)("$id gives the figures that their own tests assert", (deal) => {
        const ours = play(deal);
        const { endingBalance, groupEndingBalance, principal, feePaid, feeUnpaidAndPaid } = deal.expected;
        let asserted = 0;
        const expectColumn = (figures: string[], column: (row: TraceRow) => string) => {
          expect(ours.slice(0, figures.length).map(column)).toEqual(figures.map((figure) => money(minor(figure))));
          asserted += figures.length;
        };
        for (const [label, figures] of Object.entries<string[]>(endingBalance ?? {})) {
          expectColumn(figures, ({ ending }) => ending[label]!);
        }
        for (const [label, figures] of Object.entries<string[]>(principal ?? {})) {
          expectColumn(figures, (row) => row.principal[label]!);
        }
        expectColumn(groupEndingBalance ?? [], ({ ending }) => money(everything(byMinor(ending))));
        expectColumn(feePaid ?? [], ({ fee }) => fee!);
        for (const [date, figures] of Object.entries<string[]>(feeUnpaidAndPaid ?? {})) {
          const { feeUnpaid, fee } = ours.find(({ paymentDate }) => paymentDate === date)!;
          expect([feeUnpaid, fee]).toEqual(figures.map((figure) => money(minor(figure))));
          asserted += figures.length;
        }
        expect(asserted).toBeGreaterThan(1);
      });

      it("first-coupon earns 102 days", () => {
        const { expected } = cases.find(({ id }) => id === "first-coupon")!;
        expect(money(interestOf(100_000n, expected.from, expected.to))).toBe(expected.interest.A1);
      });

      describe("unit cases", () => {
        const units = (fn: string) => hastructureUnits.cases.filter((unit) => unit.fn === fn);

        it.each(units("paySequential"))("pays $due from $available one after the other", (unit) => {
          const shares = payPrincipalSequentially(unit.due.map(minor), minor(unit.available), minor(unit.available));
          expect(shares.map(({ paidMinor }) => paidMinor)).toEqual(unit.expectedPaid.map(minor));
        });

        it.each(units("proRata"))("splits $amount by $weights", (unit) => {
          const split = largestRemainder(minor(unit["amount"]), unit["weights"].map(minor));
          expect(split).toEqual(unit["expected"].map(minor));
        });

        it.each(units("principalFactor"))("prints the factors of $balances", (unit) => {
          const factors = unit["balances"].map((balance: string) =>
            Number(formatPrincipalFactor(minor(balance), minor(unit["original"]))),
          );
          expect(factors).toEqual(unit["expected"].map(Number));
        });

        it("leaves out what is not built: losses, reserves, triggers and the cash flow of a pool", () => {
          const built = new Set(["paySequential", "proRata", "principalFactor"]);
          const left = hastructureUnits.cases.map(({ fn }) => fn).filter((fn) => !built.has(fn));
          expect(new Set(left)).toEqual(
            new Set(["writeDown", "reserveTarget.pctOfPool", "reserveTarget.fixed", "sequentialDealEnd"]),
          );
        });
      });
    },
  );
});
