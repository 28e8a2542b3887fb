import { describe, expect, it } from "vitest";
import { allowedResidences, MAINLAND } from "../../server/domain/jurisdictions.ts";

describe("allowedResidences", () => {
  it("never has the mainland", () => {
    expect(MAINLAND).toBe("CN");
    expect(allowedResidences()).not.toContain("CN");
  });

  it.each(["XK", "XX", "ZZ", "AA", "EU", "UK", "AN"])("has no %s, which is assigned to nobody", (code) => {
    expect(allowedResidences()).not.toContain(code);
  });

  it("has Hong Kong, Macao and Taiwan under codes of their own", () => {
    expect(allowedResidences()).toEqual(expect.arrayContaining(["HK", "MO", "TW", "SG", "GB"]));
  });

  it("has the other 248 of 249 assigned codes once each, in order", () => {
    const codes = allowedResidences();
    expect(codes).toHaveLength(248);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(codes.filter((code) => !/^[A-Z]{2}$/.test(code))).toEqual([]);
  });
});
