import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dealDocumentHash, readDealDocument } from "../../server/domain/dealDocument.ts";
import { boundsOf } from "../../server/domain/dealDocumentShape.ts";
import { sha256 } from "../../server/domain/hex.ts";
import { parseJsonBytes } from "../../server/domain/jsonText.ts";
import { formatMinor, parseMinor } from "../../server/domain/money.ts";
import { readParties } from "../../server/parties.ts";

const deals = join(import.meta.dirname, "../../deals");
const document = readDealDocument(parseJsonBytes(readFileSync(join(deals, "nalt-2004-a.json"))));

describe("deals/nalt-2004-a.json", () => {
  it("says first what is real and what is made up, and names its public source", () => {
    const [first] = document.remarks;
    expect(first).toBe("cash-flow figures of NALT 2004-A; parties, filing, holders and identifiers are made up");
    expect(document.sources.every(({ url }) => url.startsWith("https://www.sec.gov/"))).toBe(true);
  });

  it("has the balances and fixed rates that the public statement prints", () => {
    const printed = document.classes.map(({ label, originalBalance, interest }) => [
      label,
      originalBalance,
      interest.kind === "fixed" ? interest.ratePercent : interest.kind,
    ]);
    expect(printed).toEqual([
      ["A-1", "265000000.00", "2.10563"],
      ["A-2", "260000000.00", "2.55"],
      ["A-3", "357000000.00", "2.90"],
      ["A-4a", "488000000.00", "floating"],
      ["A-4b", "100000000.00", "3.18"],
      ["Certificates", "210098819.60", "zero"],
    ]);
    const total = document.classes.reduce(
      (sum, one) => sum + parseMinor(boundsOf(one.originalBalance).lowest, "USD"),
      0n,
    );
    expect(formatMinor(total, "USD")).toBe("1680098819.60");
  });

  it("accrues ACT/360 classes to the rolled date and 30/360 classes to the nominal one", () => {
    for (const { interest } of document.classes) {
      if (interest.kind === "zero") continue;
      expect(interest.accrual).toBe(interest.dayCount === "ACT/360" ? "adjusted" : "unadjusted");
      expect(interest.rounding).toBe("HALF_UP");
    }
  });

  it("rolls 15 January 2005 to the 18th, as the statements do", () => {
    const [calendar] = document.paymentDates.calendars;
    expect(document.paymentDates).toMatchObject({ dayOfMonth: 15, roll: "following" });
    expect(Temporal.PlainDate.from("2005-01-15").dayOfWeek).toBe(6);
    expect(calendar!.holidays).toContain("2005-01-17");
    expect(calendar!.holidays).not.toContain("2005-01-18");
  });

  it("names parties of deals/parties.json that hold the roles they are named for", async () => {
    const parties = new Map((await readParties(join(deals, "parties.json"))).map(({ code, roles }) => [code, roles]));
    const { filingEntity, issuer, trustee, payingAgent, servicer } = document.parties;
    expect(parties.get(filingEntity)).toContain("filing-entity");
    expect(parties.get(issuer)).toContain("issuer");
    expect(parties.get(trustee)).toContain("trustee");
    expect(parties.get(payingAgent)).toContain("paying-agent");
    expect(parties.get(servicer)).toContain("servicer");
  });

  it("marks its identifiers as made up", () => {
    const isins = document.classes.flatMap((one) => (one.tokenised ? [one.isin] : []));
    expect(isins).toHaveLength(5);
    expect(isins.filter((isin) => !isin.startsWith("ZZ"))).toEqual([]);
  });
});

describe("deals/nalt-2004-a.bundle", () => {
  it("carries the deal document so that the hash of the file is the hash in the terms", () => {
    expect(sha256(readFileSync(join(deals, "nalt-2004-a.bundle/deal.json")))).toBe(dealDocumentHash(document));
  });

  it.each(["filing-report.md", "filer-information.md", "asset-information.md", "note-plan.md", "offering/circular.md"])(
    "says in %s that it is made up",
    (name) => {
      expect(readFileSync(join(deals, "nalt-2004-a.bundle", name), "utf8")).toMatch(/Made up for demonstration/);
    },
  );
});
