import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accrualPeriodOf } from "../../server/domain/accrual.ts";
import type { Allocation } from "../../server/domain/allocation.ts";
import { readDealDocument, termsOf } from "../../server/domain/dealDocument.ts";
import { formatPerThousand, formatPrincipalFactor } from "../../server/domain/factor.ts";
import { parseJsonBytes } from "../../server/domain/jsonText.ts";
import { formatMinor, parseMinor } from "../../server/domain/money.ts";
import { formatPercent, parseRateE10 } from "../../server/domain/rates.ts";
import { allocate } from "../../server/domain/waterfall.ts";
import type { ClassState, Period } from "../../server/domain/waterfallPeriod.ts";
import { withVectors } from "./vectors.ts";

interface Row {
  cls: string;
  ratePct: string;
  dayCount: string;
  days: number;
  initialBalance: string;
  beginningBalance: string;
  expected: Record<
    "interest" | "principal" | "endingBalance" | "principalPer1000" | "interestPer1000" | "poolFactor",
    string
  >;
}

interface Statement {
  accrualFrom: string;
  paymentDate: string;
  principalDistributable: string;
  classes: Row[];
  expectedTotals: { principal: string; interest: string };
}

const document = readDealDocument(
  parseJsonBytes(readFileSync(join(import.meta.dirname, "../../deals/nalt-2004-a.json"))),
);
const partyIds = new Map(Object.values(document.parties).map((code, index) => [code, index + 1]));
const terms = termsOf(document, partyIds);
const closing = Temporal.PlainDate.from("2004-10-28");
const minor = (text: string) => parseMinor(text, document.currency);

/** The spread lies inside the bounds of the document and is made up, as the document says. */
const pricing = terms.classes.map((noteClass) => ({
  originalBalanceMinor: noteClass.originalBalanceLowestMinor,
  rateE10: noteClass.label === "A-4a" ? parseRateE10("0.07") : noteClass.rateLowestE10,
}));

/** A date that the statements leave out: its principal is the difference of the printed balances, its fixing made up. */
const march = { paymentDate: "2005-03-15", principalDistributable: "32291050.83", floatingRatePercent: "2.70" };

/** More than the statements distribute, so that nothing is right only because the funds ended there. */
const spareMinor = minor("1000000.00");

function pay(
  number: number,
  opening: readonly ClassState[],
  principal: string,
  floatingRatePercent: string,
): Allocation {
  const period: Period = {
    terms,
    pricing,
    accrual: accrualPeriodOf(document, closing, number),
    opening,
    fixingsE10: terms.classes.map(({ label }, index) =>
      label === "A-4a" ? parseRateE10(floatingRatePercent) - pricing[index]!.rateE10 : null,
    ),
    availableFundsMinor: minor("5000000.00") + minor(principal) + spareMinor,
    principalDistributableMinor: minor(principal),
    feesDueMinor: [],
  };
  return allocate(period);
}

/** One row as the statements print it. */
function rowOf({ lines, interest, closing }: Allocation, index: number): Omit<Row, "ratePct" | "dayCount" | "days"> {
  const { label } = terms.classes[index]!;
  const { originalBalanceMinor } = pricing[index]!;
  const paid = (kind: string) => lines.find((line) => line.kind === kind && line.classIndex === index)?.paidMinor ?? 0n;
  const [interestMinor, principalMinor] = [paid("class-interest"), paid("principal-sequential")];
  const { outstandingMinor } = closing[index]!;
  const money = (amountMinor: bigint) => formatMinor(amountMinor, document.currency);
  return {
    cls: label,
    initialBalance: money(originalBalanceMinor),
    beginningBalance: money(interest[index]!.outstandingMinor),
    expected: {
      interest: money(interestMinor),
      principal: money(principalMinor),
      endingBalance: money(outstandingMinor),
      principalPer1000: formatPerThousand(principalMinor, originalBalanceMinor),
      interestPer1000: formatPerThousand(interestMinor, originalBalanceMinor),
      poolFactor: formatPrincipalFactor(outstandingMinor, originalBalanceMinor),
    },
  };
}

describe("the payment dates of NALT 2004-A", () => {
  withVectors("sec-lease-abs-nalt-2004-a.json", ({ statements }: { statements: Statement[] }) => {
    const original: ClassState[] = pricing.map(({ originalBalanceMinor }) => ({
      outstandingMinor: originalBalanceMinor,
      interestShortfallMinor: 0n,
    }));
    const floatingRate = ({ classes }: Statement) => classes.find(({ cls }) => cls === "A-4a")!.ratePct;
    // Each date opens with what the one before closed with, and never with a printed balance.
    const allocations = new Map<string, Allocation>();
    let opening: readonly ClassState[] = original;
    const printed = statements.map((statement) => ({ ...statement, floatingRatePercent: floatingRate(statement) }));
    for (const [position, date] of [...printed.slice(0, 4), march, ...printed.slice(4)].entries()) {
      const allocation = pay(position + 1, opening, date.principalDistributable, date.floatingRatePercent);
      allocations.set(date.paymentDate, allocation);
      opening = allocation.closing;
    }

    it("are five with six classes each, which makes 30 rows", () => {
      expect(statements.map(({ paymentDate }) => paymentDate)).toEqual([
        "2004-11-15",
        "2004-12-15",
        "2005-01-18",
        "2005-02-15",
        "2005-04-15",
      ]);
      expect(statements.flatMap(({ classes }) => classes)).toHaveLength(30);
    });

    it.each([...allocations.keys()].map((date, position) => [date, position + 1] as const))(
      "%s is payment date %d of the document",
      (date, number) => {
        expect(accrualPeriodOf(document, closing, number).to.rolled.toString()).toBe(date);
      },
    );

    const rows = statements.flatMap((statement) =>
      statement.classes.map((row, index) => ({ date: statement.paymentDate, statement, row, index })),
    );
    it.each(rows)("$date class $row.cls equals the printed row to the digit", ({ date, row, index }) => {
      const { ratePct: _rate, dayCount: _dayCount, days: _days, ...figures } = row;
      expect(rowOf(allocations.get(date)!, index)).toEqual(figures);
    });

    // A class without interest has no day count in the document, although the statements print one for it.
    it.each(rows.filter(({ row }) => row.cls !== "Certificates"))(
      "$date class $row.cls accrues $row.days days at $row.ratePct percent",
      ({ date, row, index }) => {
        const { fraction, rateE10 } = allocations.get(date)!.interest[index]!;
        expect([fraction.days, formatPercent(rateE10)]).toEqual([row.days, String(Number(row.ratePct))]);
      },
    );

    it.each(statements)("$paymentDate adds up to the printed totals, and leaves what was spare", (statement) => {
      const { lines, remainderMinor } = allocations.get(statement.paymentDate)!;
      const paid = (kind: string) =>
        lines.filter((line) => line.kind === kind).reduce((total, { paidMinor }) => total + paidMinor, 0n);
      const [interestMinor, principalMinor] = [paid("class-interest"), paid("principal-sequential")];
      expect(formatMinor(interestMinor, "USD")).toBe(statement.expectedTotals.interest);
      expect(formatMinor(principalMinor, "USD")).toBe(statement.expectedTotals.principal);
      expect(paid("residual")).toBe(minor("5000000.00") + spareMinor - interestMinor);
      expect(remainderMinor).toBe(0n);
    });

    it("pays on the date between what joins the printed balances around it, all of it to A-1", () => {
      const { lines, closing: closed } = allocations.get(march.paymentDate)!;
      const principal = lines.filter(({ kind }) => kind === "principal-sequential");
      expect(principal.map(({ paidMinor }) => paidMinor)).toEqual([3_229_105_083n, 0n, 0n, 0n, 0n, 0n]);
      expect(formatMinor(closed[0]!.outstandingMinor, "USD")).toBe(statements[4]!.classes[0]!.beginningBalance);
      expect(accrualPeriodOf(document, closing, 5).from.rolled.toString()).toBe("2005-02-15");
    });
  });
});
