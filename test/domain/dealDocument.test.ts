import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../server/domain/canonicalJson.ts";
import { dealDocumentHash, readDealDocument, termsOf } from "../../server/domain/dealDocument.ts";
import type { DealDocument } from "../../server/domain/dealDocumentShape.ts";
import { InvalidFieldsError } from "../../server/domain/fieldErrors.ts";
import { sha256 } from "../../server/domain/hex.ts";
import { smallDeal, smallDealPartyIds } from "./smallDeal.ts";

type Faults = [pointer: string, code: string][];

function faultsOf(call: () => unknown): Faults {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidFieldsError) return error.errors.map(({ pointer, code }) => [pointer, code]);
    throw error;
  }
  return [];
}

/** The small deal with another value at a JSON pointer; undefined takes the field away. */
function changed(pointer: string, value: unknown): unknown {
  const document = smallDeal();
  const steps = pointer.slice(1).split("/");
  const last = steps.pop()!;
  const parent = steps.reduce<any>((at, step) => at[step], document);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return document;
}

const faultsAt = (pointer: string, value: unknown) => faultsOf(() => readDealDocument(changed(pointer, value)));

/** Pointers to everything in a value, the value itself left out. */
function pointersIn(value: unknown, pointer = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${pointer}/${name}`,
    ...pointersIn(inner, `${pointer}/${name}`),
  ]);
}

const everything = pointersIn(smallDeal());
const isEntry = (pointer: string) => /\/\d+$/.test(pointer);
const fields = everything.filter((pointer) => !isEntry(pointer));
const objects = everything.filter((pointer) =>
  everything.some((inner) => inner.startsWith(`${pointer}/`) && !isEntry(inner)),
);

describe("readDealDocument", () => {
  it.each(fields)("names %s when it is missing", (pointer) => {
    expect(faultsAt(pointer, undefined)).toContainEqual([pointer, "missing"]);
  });

  it.each(everything)("names %s when it is of a wrong type", (pointer) => {
    // A compliance period that nobody has set is written as null.
    const wrong = pointer.endsWith("/compliancePeriodDays") ? ["0", 1.5, [null]] : [null, 1.5, [null]];
    for (const value of wrong) {
      const faults = faultsAt(pointer, value);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.filter(([at]) => at !== pointer && !at.startsWith(`${pointer}/`))).toEqual([]);
    }
  });

  it.each(["", ...objects.filter((pointer) => !/(classes|steps|sources|calendars|residences)$/.test(pointer))])(
    "names an unknown field in %j",
    (pointer) => {
      expect(faultsAt(`${pointer}/memo`, "x")).toEqual([[`${pointer}/memo`, "unknown-field"]]);
    },
  );

  it.each<[string, unknown, string, string?]>([
    ["/format", "narrowgate-deal/1", "not-one-of"],
    ["/name", "", "out-of-range"],
    ["/name", "a\u0000b", "malformed"],
    ["/remarks/0", "lone \ud800", "malformed"],
    ["/sources/0/url", "http://example.com", "malformed"],
    ["/parties/issuer", "The Issuer", "malformed"],
    ["/currency", "XXX", "not-one-of"],
    ["/currency", "usd", "not-one-of"],
    ["/utcOffset", "+15:00", "malformed"],
    ["/utcOffset", "-12:30", "malformed"],
    ["/utcOffset", "Asia/Hong_Kong", "malformed"],
    ["/dates/cutoff", "2026-02-30", "malformed"],
    ["/dates/cutoff", "2026-02-21", "date-order"],
    ["/dates/closing", "2026-2-10", "malformed"],
    ["/dates/closing", { earliest: "2026-02-20", latest: "2026-02-20" }, "bounds-order"],
    ["/dates/closing/earliest", "2026-02-31", "malformed"],
    ["/dates/firstPayment", "2026-02-20", "date-order"],
    ["/dates/legalFinalMaturity", "2026-03-14", "date-order"],
    ["/dates/legalFinalMaturity", "2032-01-01", "calendar-too-short", "/paymentDates/calendars/0"],
    ["/paymentDates/everyMonths", 0, "out-of-range"],
    ["/paymentDates/dayOfMonth", 32, "out-of-range"],
    ["/paymentDates/roll", "nearest", "not-one-of"],
    ["/paymentDates/recordDateBusinessDaysBefore", -1, "out-of-range"],
    ["/paymentDates/calendars", [], "out-of-range"],
    ["/paymentDates/calendars/0/from", "2026-02-11", "calendar-too-short", "/paymentDates/calendars/0"],
    ["/paymentDates/calendars/0/holidays/0", "2027-01-01", "out-of-order", "/paymentDates/calendars/0/holidays/1"],
    ["/paymentDates/calendars/0/workingWeekends/0", "2026-02-13", "not-a-weekend"],
    ["/classes", [], "out-of-range"],
    ["/classes/0/label", "A-1234567890123456", "malformed"],
    ["/classes/0/label", "A–1", "malformed"],
    ["/classes/0/tokenised", "yes", "not-one-of"],
    ["/classes/0/isin", "US0378331006", "check-digit"],
    ["/classes/0/isin", "us0378331005", "malformed"],
    ["/classes/1/isin", "US0378331005", "repeated"],
    ["/classes/0/unitFace", "0.00", "out-of-range"],
    ["/classes/0/unitFace", "1000.001", "too-many-decimals"],
    ["/classes/0/unitFace", "184467440737095516.16", "out-of-range"],
    ["/classes/0/unitFace", "3000.00", "not-divisible"],
    ["/classes/1/unitFace", "1.00", "not-divisible"],
    ["/classes/0/unitFace", { lowest: "1.00", highest: "2.00" }, "wrong-type"],
    ["/classes/0/originalBalance", "-1.00", "malformed"],
    ["/classes/0/originalBalance", "1e6", "malformed"],
    ["/classes/0/originalBalance", "3402823669209384634633746074317682115.00", "out-of-range"],
    ["/classes/0/originalBalance", { lowest: "1000.00", highest: "1000.00" }, "bounds-order"],
    ["/classes/0/originalBalance/lowest", "2000000.00", "bounds-order", "/classes/0/originalBalance"],
    ["/classes/0/originalBalance/highest", "1000000.005", "too-many-decimals"],
    ["/classes/0/originalBalance/highest", "1000000.50", "not-divisible", "/classes/0/unitFace"],
    ["/classes/2/originalBalance", "0", "out-of-range"],
    ["/classes/0/interest/kind", "step", "not-one-of"],
    ["/classes/0/interest/ratePercent", "100.5", "malformed"],
    ["/classes/0/interest/ratePercent", "2.123456789", "malformed"],
    ["/classes/0/interest/ratePercent", { lowest: "6", highest: "4" }, "bounds-order"],
    ["/classes/0/interest/dayCount", "ACT/365", "not-one-of"],
    ["/classes/0/interest/accrual", "both", "not-one-of"],
    ["/classes/0/interest/rounding", "HALF_EVEN", "not-one-of"],
    ["/classes/1/interest/index", "", "out-of-range"],
    ["/classes/1/interest/spreadPercent", { lowest: "2", highest: "2" }, "bounds-order"],
    ["/classes/1/interest/spreadPercent", "-0.5", "malformed"],
    ["/classes/0/admittedCategories", [], "out-of-range"],
    ["/classes/0/admittedCategories/1", "none", "not-one-of"],
    ["/classes/0/admittedCategories/1", "hong-kong-institutional", "repeated"],
    ["/classes/0/rules/lockUpDays", 3_661, "out-of-range"],
    ["/classes/0/rules/lockUpDays", 0.5, "wrong-type"],
    ["/classes/0/rules/compliancePeriodDays", -1, "out-of-range"],
    ["/classes/0/rules/compliancePeriodDays", 3_661, "out-of-range"],
    ["/classes/0/rules/minimumUnits", 901, "out-of-range"],
    ["/classes/0/rules/minimumUnits", 4_294_967_296, "out-of-range"],
    ["/classes/0/rules/maxHolders", 4_294_967_296, "out-of-range"],
    ["/classes/0/rules/residences/0/residence", "CN", "not-one-of"],
    ["/classes/0/rules/residences/0/residence", "XX", "not-one-of"],
    ["/classes/0/rules/residences/1/residence", "JP", "out-of-order"],
    ["/classes/0/rules/residences/1/residence", "HK", "out-of-order"],
    ["/classes/0/rules/residences/0/categories/0", "none", "not-one-of"],
    [
      "/classes/0/rules/residences/0/categories",
      ["other-institutional", "other-institutional"],
      "repeated",
      "/classes/0/rules/residences/0/categories/1",
    ],
    ["/classes/2/isin", "US0378331005", "unknown-field"],
    ["/steps", [], "out-of-range"],
    ["/steps/0/pay", "bonus", "not-one-of"],
    ["/steps/0/payee", "S", "malformed"],
    ["/steps/0/cap", "0.00", "out-of-range"],
    ["/steps/0/cap", "1.005", "too-many-decimals"],
    ["/steps/1/classes", [], "out-of-range"],
    ["/steps/1/classes/1", "A-3", "unknown-class"],
    ["/steps/1/classes", ["A-2", "A-1"], "out-of-order", "/steps/1/classes/1"],
    ["/steps/1/classes", ["A-1", "A-1"], "out-of-order", "/steps/1/classes/1"],
  ])("refuses %s = %j", (pointer, value, code, at = pointer) => {
    expect(faultsAt(pointer, value)).toEqual([[at, code]]);
  });

  it("refuses two classes of one label, which the steps could not tell apart", () => {
    expect(faultsAt("/classes/1/label", "A-1")).toContainEqual(["/classes/1/label", "repeated"]);
  });

  it("names all faults at once", () => {
    const document = smallDeal();
    document.currency = "usd" as "USD";
    document.dates.cutoff = "yesterday";
    expect(faultsOf(() => readDealDocument(document))).toEqual([
      ["/currency", "not-one-of"],
      ["/dates/cutoff", "malformed"],
    ]);
  });

  it("returns the document exactly as it was written, since that is what is hashed", () => {
    expect(canonicalJson(readDealDocument(smallDeal()))).toBe(canonicalJson(smallDeal()));
  });
});

describe("dealDocumentHash", () => {
  it("is SHA-256 of the canonical JSON", () => {
    expect(dealDocumentHash(smallDeal())).toBe(sha256(canonicalJson(smallDeal())));
  });

  it("changes with every value of the document", () => {
    const leaves = everything.filter((pointer) => !everything.some((inner) => inner.startsWith(`${pointer}/`)));
    const hashes = leaves.map((pointer) => dealDocumentHash(changed(pointer, "other") as DealDocument));
    expect(new Set([...hashes, dealDocumentHash(smallDeal())]).size).toBe(leaves.length + 1);
  });
});

describe("termsOf", () => {
  const terms = (document = smallDeal()) => termsOf(document, smallDealPartyIds);

  it("names every party that has no number", () => {
    const some = new Map([...smallDealPartyIds].filter(([code]) => code !== "servicer" && code !== "issuer"));
    expect(faultsOf(() => termsOf(smallDeal(), some))).toEqual([
      ["/parties/issuer", "unknown-party"],
      ["/parties/servicer", "unknown-party"],
      ["/steps/0/payee", "unknown-party"],
    ]);
  });

  it.each([0, -1, 1.5, 65_536, NaN])("takes %d for no number of a party", (id) => {
    const ids = new Map([...smallDealPartyIds, ["trustee", id]]);
    expect(faultsOf(() => termsOf(smallDeal(), ids))).toEqual([["/parties/trustee", "unknown-party"]]);
  });

  it("derives every field of the terms", () => {
    expect(terms()).toEqual({
      version: 2,
      dealDocumentHash: dealDocumentHash(smallDeal()),
      filingEntity: 2,
      issuer: 3,
      trustee: 4,
      payingAgent: 5,
      servicer: 65_535,
      currency: "0x555344",
      utcOffsetMinutes: 480,
      calendarTableHash: sha256(canonicalJson(smallDeal().paymentDates.calendars)),
      cutoffDate: 20260131,
      closingDateEarliest: 20260210,
      closingDateLatest: 20260220,
      firstPaymentDate: 20260315,
      legalFinalMaturityDate: 20310315,
      classes: [
        {
          label: "A-1",
          isin: "0x555330333738333331303035",
          tokenised: true,
          unitFaceMinor: 100_000n,
          originalBalanceLowestMinor: 90_000_000n,
          originalBalanceHighestMinor: 100_000_000n,
          rateKind: 1,
          rateLowestE10: 400_000_000n,
          rateHighestE10: 600_000_001n,
          dayCount: 1,
          adjustedAccrual: false,
          rounding: 0,
          admittedCategories: 0b100_0010,
          rules: {
            lockUpSeconds: 2_592_000,
            complianceSeconds: 3_456_000,
            minimumUnits: 1,
            maxHolders: 99,
            residences: [
              { residence: "0x4a50", categories: 0b100_0000 },
              { residence: "0x5553", categories: 0 },
            ],
          },
        },
        {
          label: "A-2",
          isin: "0x474230303032363334393436",
          tokenised: true,
          unitFaceMinor: 50n,
          originalBalanceLowestMinor: 50_000_050n,
          originalBalanceHighestMinor: 50_000_050n,
          rateKind: 2,
          rateLowestE10: 150_000_000n,
          rateHighestE10: 150_000_000n,
          dayCount: 0,
          adjustedAccrual: true,
          rounding: 1,
          admittedCategories: 0b10_0000,
          rules: {
            lockUpSeconds: 0,
            complianceSeconds: 4_294_967_295,
            minimumUnits: 0,
            maxHolders: 0,
            residences: [],
          },
        },
        {
          label: "Certificates",
          isin: "0x000000000000000000000000",
          tokenised: false,
          unitFaceMinor: 0n,
          originalBalanceLowestMinor: 25_000_007n,
          originalBalanceHighestMinor: 25_000_007n,
          rateKind: 0,
          rateLowestE10: 0n,
          rateHighestE10: 0n,
          dayCount: 0,
          adjustedAccrual: false,
          rounding: 0,
          admittedCategories: 0,
          rules: { lockUpSeconds: 0, complianceSeconds: 0, minimumUnits: 0, maxHolders: 0, residences: [] },
        },
      ],
      steps: [
        { kind: 0, classes: 0, payee: 65_535, capMinor: 5_000_000n },
        { kind: 1, classes: 0b011, payee: 0, capMinor: 0n },
        { kind: 2, classes: 0b001, payee: 0, capMinor: 0n },
        { kind: 3, classes: 0b110, payee: 0, capMinor: 0n },
        { kind: 4, classes: 0b100, payee: 0, capMinor: 0n },
      ],
    });
  });

  it("takes a closing date that is filed exactly for both ends of the window", () => {
    const document = smallDeal();
    document.dates.closing = "2026-02-12";
    expect(terms(document)).toMatchObject({ closingDateEarliest: 20260212, closingDateLatest: 20260212 });
  });

  it.each([
    ["-05:00", -300],
    ["+05:45", 345],
    ["-12:00", -720],
    ["+14:00", 840],
    ["+00:00", 0],
    ["-00:00", 0],
  ])("reads the offset %s as %d minutes", (utcOffset, minutes) => {
    expect(terms({ ...smallDeal(), utcOffset }).utcOffsetMinutes).toBe(minutes);
  });
});
