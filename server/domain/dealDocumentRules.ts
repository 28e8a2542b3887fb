import type { z } from "zod";
import {
  boundsOf,
  closingWindowOf,
  type ClassOfDocument,
  type DealDocument,
  type RulesOfDocument,
} from "./dealDocumentShape.ts";
import { DecimalError } from "./decimals.ts";
import { parseMinor } from "./money.ts";
import { parseRateE10 } from "./rates.ts";

const UINT64_MAX = 2n ** 64n - 1n;
const UINT128_MAX = 2n ** 128n - 1n;

type Refuse = (path: PropertyKey[], code: string, message: string) => void;

/**
 * Holds the fields of a deal document against each other. The ledger refuses most of what is refused here, but only when
 * the deal is created, and by then its terms have been filed; the writer of the document must learn it before.
 */
export function refuseContradictions(document: DealDocument, context: z.RefinementCtx): void {
  const refuse: Refuse = (path, code, message) => context.addIssue({ code: "custom", params: { code }, path, message });
  refuseDates(document, refuse);
  for (const [index, noteClass] of document.classes.entries()) refuseClass(document, noteClass, index, refuse);
  refuseRepeated(
    document.classes.map(({ label }) => label),
    (index) => ["classes", index, "label"],
    refuse,
  );
  const isins = document.classes.map((noteClass) => (noteClass.tokenised ? noteClass.isin : undefined));
  refuseRepeated(isins, (index) => ["classes", index, "isin"], refuse);
  refuseSteps(document, refuse);
}

function refuseDates({ dates, paymentDates }: DealDocument, refuse: Refuse): void {
  const { earliest, latest } = closingWindowOf(dates);
  if (typeof dates.closing !== "string" && earliest >= latest) {
    refuse(["dates", "closing"], "bounds-order", "The earliest closing date must lie before the latest.");
  }
  if (dates.cutoff > latest) {
    refuse(["dates", "cutoff"], "date-order", "The cut-off date lies after the latest closing date.");
  }
  if (dates.firstPayment <= latest) {
    refuse(["dates", "firstPayment"], "date-order", "The first payment date must lie after the latest closing date.");
  }
  if (dates.legalFinalMaturity < dates.firstPayment) {
    refuse(
      ["dates", "legalFinalMaturity"],
      "date-order",
      "The legal final maturity lies before the first payment date.",
    );
  }
  for (const [index, { from, to }] of paymentDates.calendars.entries()) {
    if (from > earliest || to < dates.legalFinalMaturity) {
      const message = "The calendar must cover the days from the earliest closing date to the legal final maturity.";
      refuse(["paymentDates", "calendars", index], "calendar-too-short", message);
    }
  }
}

function refuseClass(document: DealDocument, noteClass: ClassOfDocument, index: number, refuse: Refuse): void {
  const at: PropertyKey[] = ["classes", index];
  const balance = [...at, "originalBalance"];
  const balances = amountsOf(noteClass.originalBalance, balance, document, UINT128_MAX, refuse);
  refuseBounds(noteClass.originalBalance, balances, balance, refuse);
  const { interest } = noteClass;
  if (interest.kind !== "zero") {
    const [field, name] =
      interest.kind === "fixed" ? [interest.ratePercent, "ratePercent"] : [interest.spreadPercent, "spreadPercent"];
    const { lowest, highest } = boundsOf(field);
    refuseBounds(field, [parseRateE10(lowest), parseRateE10(highest)], [...at, "interest", name], refuse);
  }
  if (!noteClass.tokenised) return;
  const [unitFace] = amountsOf(noteClass.unitFace, [...at, "unitFace"], document, UINT64_MAX, refuse);
  if (unitFace !== undefined && balances.some((amount) => amount % unitFace !== 0n)) {
    refuse([...at, "unitFace"], "not-divisible", "The face of a unit must divide the original balance.");
  }
  const path = (position: number) => [...at, "admittedCategories", position];
  refuseRepeated(noteClass.admittedCategories, path, refuse);
  refuseRules(noteClass.rules, [...at, "rules"], refuse);
  const [lowest] = balances;
  if (unitFace !== undefined && lowest !== undefined && BigInt(noteClass.rules.minimumUnits) > lowest / unitFace) {
    refuse([...at, "rules", "minimumUnits"], "out-of-range", "The least holding is more than the whole class.");
  }
}

function refuseRules({ residences }: RulesOfDocument, at: PropertyKey[], refuse: Refuse): void {
  for (const [index, { residence, categories }] of residences.entries()) {
    const path = [...at, "residences", index];
    const before = residences[index - 1];
    if (before && before.residence >= residence) {
      refuse([...path, "residence"], "out-of-order", "Residences stand once, in alphabetical order.");
    }
    refuseRepeated(categories, (position) => [...path, "categories", position], refuse);
  }
}

function refuseSteps(document: DealDocument, refuse: Refuse): void {
  const labels = document.classes.map(({ label }) => label);
  for (const [index, step] of document.steps.entries()) {
    if (step.pay === "fee") {
      amountsOf(step.cap, ["steps", index, "cap"], document, UINT64_MAX, refuse);
      continue;
    }
    let last = -1;
    for (const [position, label] of step.classes.entries()) {
      const path = ["steps", index, "classes", position];
      const known = labels.indexOf(label);
      if (known < 0) refuse(path, "unknown-class", `The deal has no class ${label}.`);
      // The ledger keeps the classes of a step as a set, so another order would be lost without a trace.
      else if (known <= last) refuse(path, "out-of-order", "Classes of a step stand once, in the order of the deal.");
      last = Math.max(last, known);
    }
  }
}

/** The amounts of a field in minor units; none of them where one is refused. */
function amountsOf(
  field: string | { lowest: string; highest: string },
  path: PropertyKey[],
  { currency }: DealDocument,
  largest: bigint,
  refuse: Refuse,
): bigint[] {
  const entries: [PropertyKey[], string][] =
    typeof field === "string"
      ? [[path, field]]
      : [
          [[...path, "lowest"], field.lowest],
          [[...path, "highest"], field.highest],
        ];
  const amounts = entries.map(([at, text]) => {
    try {
      const amount = parseMinor(text, currency);
      if (amount > 0n && amount <= largest) return amount;
      refuse(at, "out-of-range", `Expected an amount above zero and at most ${largest} minor units.`);
    } catch (error) {
      if (!(error instanceof DecimalError)) throw error;
      refuse(at, error.code, error.message);
    }
    return undefined;
  });
  return amounts.every((amount) => amount !== undefined) ? amounts : [];
}

function refuseBounds(field: unknown, [lowest, highest]: bigint[], path: PropertyKey[], refuse: Refuse): void {
  if (typeof field === "string" || lowest === undefined || highest === undefined) return;
  if (lowest >= highest) refuse(path, "bounds-order", "The lowest value must be below the highest.");
}

function refuseRepeated(
  values: readonly (string | undefined)[],
  path: (index: number) => PropertyKey[],
  refuse: Refuse,
): void {
  for (const [index, value] of values.entries()) {
    if (value !== undefined && values.indexOf(value) < index) refuse(path(index), "repeated", `${value} stands twice.`);
  }
}
