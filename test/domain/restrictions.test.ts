import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restrictions, restrictionsOf, UnknownRestrictionError } from "../../server/domain/restrictions.ts";

describe("restrictionsOf", () => {
  it("refuses a bit that stands for no reason and names that bit alone", () => {
    expect(() => restrictionsOf(1n | (1n << 40n))).toThrow(UnknownRestrictionError);
    expect(() => restrictionsOf(1n | (1n << 40n))).toThrow("no known reason stands for: 0x10000000000.");
    expect(() => restrictionsOf(1n << 255n)).toThrow(UnknownRestrictionError);
  });

  it("refuses a negative set", () => {
    expect(() => restrictionsOf(-1n)).toThrow(UnknownRestrictionError);
  });

  it("lists nothing for the empty set", () => {
    expect(restrictionsOf(0n)).toEqual([]);
  });

  it("lists every reason of any set, once and in order", () => {
    fc.assert(
      fc.property(fc.subarray([...restrictions]), (chosen) => {
        const bits = chosen.reduce((set, { number }) => set | (1n << BigInt(number)), 0n);
        expect(restrictionsOf(bits)).toEqual(chosen);
      }),
    );
  });
});

describe("restrictions", () => {
  it("keeps the number of each reason, since deployed ledgers carry them", () => {
    expect(restrictions.map(({ number, code }) => `${number} ${code}`)).toEqual([
      "0 FILING_NOT_RECORDED",
      "1 FILING_SUSPENDED",
      "2 FILING_REVOKED",
      "3 ISSUANCE_WINDOW_CLOSED",
      "4 DEAL_NOT_PRICED",
      "5 CLASS_PAUSED",
      "6 REPORT_OVERDUE",
      "7 RECHECK_MISSING",
      "8 SAME_ACCOUNT",
      "9 UNITS_ZERO",
      "10 UNITS_INSUFFICIENT",
      "11 SENDER_NOT_REGISTERED",
      "12 SENDER_STOPPED",
      "13 RECEIVER_NOT_REGISTERED",
      "14 RECEIVER_STOPPED",
      "15 RECEIVER_ONSHORE",
      "16 RECEIVER_LOOK_THROUGH_FAILED",
      "17 RECEIVER_LAPSED",
      "18 RECEIVER_CATEGORY_NOT_ADMITTED",
      "19 RECEIVER_CUSTODIAN_INACTIVE",
      "20 OPERATOR_NOT_ENTITLED",
      "21 OPERATOR_CUSTODIAN_INACTIVE",
      "22 UNITS_FROZEN",
      "23 LOCKED_UP",
      "24 COMPLIANCE_PERIOD",
      "25 COMPLIANCE_PERIOD_UNSET",
      "26 BELOW_MINIMUM",
      "27 HOLDER_LIMIT",
      "28 RECEIVER_RESIDENCE_NOT_ADMITTED",
      "29 RECEIVER_US_PERSON",
      "30 RECEIVER_STATEMENT_DUE",
      "31 RECEIVER_DELIVERY_NOT_ACCEPTED",
      "32 FILING_CLOSED",
    ]);
  });

  it("says each reason in one sentence of each language, and never claims an approval", () => {
    for (const { text, textZh, remedy } of restrictions) {
      expect(text).toMatch(/^[A-Z][^.]*\.$/);
      expect(remedy).toMatch(/^[A-Z][^.]*\.$/);
      expect(textZh).toMatch(/^[\p{Script=Han}，]+。$/u);
      expect(text + remedy + textZh).not.toMatch(/approv|批准|token|tranche/i);
    }
  });
});
