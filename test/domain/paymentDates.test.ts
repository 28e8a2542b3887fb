import { describe, expect, it } from "vitest";
import { paymentDateOf, recordDateOf } from "../../server/domain/paymentDates.ts";
import { smallDeal } from "./smallDeal.ts";

const document = smallDeal();
const texts = (number: number, deal = document) => {
  const { nominal, rolled } = paymentDateOf(deal, number);
  return [nominal.toString(), rolled.toString()];
};

describe("paymentDateOf", () => {
  it.each([0, -1, 1.5, Number.NaN])("refuses number %d", (number) => {
    expect(() => paymentDateOf(document, number)).toThrow(`no payment date number ${number} from the first`);
  });

  it("refuses a date after the legal final maturity", () => {
    expect(texts(61)[0]).toBe("2031-03-15");
    expect(() => paymentDateOf(document, 62)).toThrow("The deal has no payment date number 62");
  });

  it("rolls each date on its own, so that a rolled one does not move the next", () => {
    expect(texts(1)).toEqual(["2026-03-15", "2026-03-16"]);
    expect(texts(2)).toEqual(["2026-04-15", "2026-04-15"]);
    expect(texts(4)).toEqual(["2026-06-15", "2026-06-15"]);
  });

  it("takes the last day of a month that is too short, and the stated day again after it", () => {
    const monthEnd = {
      ...document,
      dates: { ...document.dates, firstPayment: "2026-03-31" },
      paymentDates: { ...document.paymentDates, dayOfMonth: 31, everyMonths: 1, roll: "preceding" as const },
    };
    expect(texts(2, monthEnd)).toEqual(["2026-04-30", "2026-04-30"]);
    expect(texts(3, monthEnd)).toEqual(["2026-05-31", "2026-05-29"]);
  });

  it("steps by the months that the deal states", () => {
    const quarterly = { ...document, paymentDates: { ...document.paymentDates, everyMonths: 3 } };
    expect(texts(3, quarterly)).toEqual(["2026-09-15", "2026-09-15"]);
  });
});

describe("recordDateOf", () => {
  it("counts business days back from the rolled date", () => {
    expect(recordDateOf(document, paymentDateOf(document, 1)).toString()).toBe("2026-03-13");
    const threeDays = { ...document, paymentDates: { ...document.paymentDates, recordDateBusinessDaysBefore: 3 } };
    expect(recordDateOf(threeDays, paymentDateOf(document, 2)).toString()).toBe("2026-04-10");
  });
});
