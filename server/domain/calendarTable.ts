import { z } from "zod";
import { civilDateSchema } from "./civilDates.ts";
import { plainText } from "./plainText.ts";

/**
 * Schema of a table of the days on which no payment is made, besides Saturdays and Sundays. A deal carries its tables,
 * because a calendar that somebody else keeps could change under it.
 */
export const calendarTableSchema = z
  .strictObject({
    name: plainText(200),
    /** First and last day that the table speaks of. */
    from: civilDateSchema,
    to: civilDateSchema,
    holidays: z.array(civilDateSchema).max(2_000),
    /** Saturdays and Sundays that are worked, as mainland China has them. */
    workingWeekends: z.array(civilDateSchema).max(500),
  })
  .superRefine(refuseContradictions, { when: ({ issues }) => issues.length === 0 });

export type CalendarTable = z.infer<typeof calendarTableSchema>;

function refuseContradictions(table: CalendarTable, context: z.RefinementCtx): void {
  const refuse = (path: PropertyKey[], code: string, message: string) =>
    context.addIssue({ code: "custom", params: { code }, path, message });
  if (table.from > table.to) refuse(["to"], "date-order", "The last day of the table lies before its first.");
  for (const list of ["holidays", "workingWeekends"] as const) {
    for (const [index, date] of table[list].entries()) {
      const previous = table[list][index - 1];
      if (date < table.from || date > table.to) {
        refuse([list, index], "out-of-range", `${date} lies outside the days of the table.`);
      } else if (previous !== undefined && date <= previous) {
        refuse([list, index], "out-of-order", `${date} must stand before ${previous}, once.`);
      } else if (list === "workingWeekends" && Temporal.PlainDate.from(date).dayOfWeek < 6) {
        refuse([list, index], "not-a-weekend", `${date} is neither a Saturday nor a Sunday.`);
      }
    }
  }
}
