import type { DealDocument } from "../../server/domain/dealDocumentShape.ts";

/** A deal document with one of each: a class fixed and one open at pricing, a retained one, a fee, every kind of interest. */
export function smallDeal(): DealDocument {
  return {
    format: "narrowgate-deal/2",
    name: "Small deal",
    remarks: ["made up"],
    sources: [{ figures: "none", url: "https://example.com/none" }],
    parties: {
      filingEntity: "filing-entity",
      issuer: "issuer",
      trustee: "trustee",
      payingAgent: "paying-agent",
      servicer: "servicer",
    },
    currency: "USD",
    utcOffset: "+08:00",
    dates: {
      cutoff: "2026-01-31",
      closing: { earliest: "2026-02-10", latest: "2026-02-20" },
      firstPayment: "2026-03-15",
      legalFinalMaturity: "2031-03-15",
    },
    paymentDates: {
      everyMonths: 1,
      dayOfMonth: 15,
      roll: "following",
      recordDateBusinessDaysBefore: 1,
      calendars: [
        {
          name: "Days",
          from: "2026-02-01",
          to: "2031-12-31",
          holidays: ["2026-04-03", "2026-12-25"],
          workingWeekends: ["2026-02-14"],
        },
      ],
    },
    classes: [
      {
        label: "A-1",
        tokenised: true,
        isin: "US0378331005",
        unitFace: "1000.00",
        originalBalance: { lowest: "900000.00", highest: "1000000.00" },
        interest: {
          kind: "fixed",
          ratePercent: { lowest: "4", highest: "6.00000001" },
          dayCount: "30/360",
          accrual: "unadjusted",
          rounding: "HALF_UP",
        },
        admittedCategories: ["hong-kong-institutional", "other-institutional"],
        rules: {
          lockUpDays: 30,
          compliancePeriodDays: 40,
          minimumUnits: 1,
          maxHolders: 99,
          residences: [
            { residence: "JP", categories: ["other-institutional"] },
            { residence: "US", categories: [] },
          ],
        },
      },
      {
        label: "A-2",
        tokenised: true,
        isin: "GB0002634946",
        unitFace: "0.50",
        originalBalance: "500000.5",
        interest: {
          kind: "floating",
          index: "Some index",
          spreadPercent: "1.5",
          dayCount: "ACT/360",
          accrual: "adjusted",
          rounding: "FLOOR",
        },
        admittedCategories: ["singapore-accredited"],
        rules: { lockUpDays: 0, compliancePeriodDays: null, minimumUnits: 0, maxHolders: 0, residences: [] },
      },
      { label: "Certificates", tokenised: false, originalBalance: "250000.07", interest: { kind: "zero" } },
    ],
    steps: [
      { pay: "fee", name: "Servicing", payee: "servicer", cap: "50000.00" },
      { pay: "class-interest", classes: ["A-1", "A-2"] },
      { pay: "principal-sequential", classes: ["A-1"] },
      { pay: "principal-pro-rata", classes: ["A-2", "Certificates"] },
      { pay: "residual", classes: ["Certificates"] },
    ],
  };
}

/** Numbers of the parties that the small deal names. */
export const smallDealPartyIds: ReadonlyMap<string, number> = new Map([
  ["filing-entity", 2],
  ["issuer", 3],
  ["trustee", 4],
  ["paying-agent", 5],
  ["servicer", 65_535],
]);
