import type { Narrator } from "../narrator.ts";
import { StoryError } from "../client.ts";
import type { PaidClass } from "./payment.ts";
import type { PaymentDate } from "./payments.ts";

export type PeriodRows = { date: PaymentDate; classes: readonly PaidClass[] };

/** Cents as a statement prints them. */
function printed(minor: string): string {
  return `${minor.padStart(3, "0").slice(0, -2)}.${minor.padStart(3, "0").slice(-2)}`;
}

/** The figures of one class row, in the order of the table. */
function figuresOf(paid: PaidClass): string[] {
  const { interestMinor, principalMinor, interestPerThousand, principalPerThousand, factor } = paid;
  return [printed(interestMinor), printed(principalMinor), interestPerThousand, principalPerThousand, factor];
}

/**
 * Puts every class row beside the printed one. Rows of a payment date without a public statement are shown and not counted.
 *
 * @throws StoryError when a row differs in a single digit.
 */
export function compareWithStatements(narrator: Narrator, periods: readonly PeriodRows[]): void {
  let compared = 0;
  let equal = 0;
  const rows = periods.flatMap(({ date, classes }) =>
    classes.map((paid) => {
      const figures = figuresOf(paid);
      const statement = date.statement?.classes.find(({ label }) => label === paid.label);
      if (!statement) return [date.paymentDate, paid.label, ...figures, "not compared"];
      const { interest, principal, interestPer1000, principalPer1000, poolFactor } = statement;
      const isEqual = figures.join() === [interest, principal, interestPer1000, principalPer1000, poolFactor].join();
      compared++;
      if (isEqual) equal++;
      return [date.paymentDate, paid.label, ...figures, isEqual ? "equal" : `printed ${interest} ${principal}`];
    }),
  );
  narrator.table(["date", "class", "interest", "principal", "per 1000", "per 1000", "factor", "statement"], rows);
  narrator.note(`${equal}/${compared} rows equal`);
  if (equal !== compared) throw new StoryError(`Only ${equal} of ${compared} rows equal the printed statements.`);
}
