import { describe, expect, it } from "vitest";
import { fieldErrorsOf } from "../../server/domain/fieldErrors.ts";
import { holderIdentitySchema, matchingKeysOf, type HolderIdentity } from "../../server/domain/holderIdentity.ts";
import { identityOf, madeUpLei } from "../support/identities.ts";

const errorsOf = (identity: unknown) => {
  const { error } = holderIdentitySchema.safeParse(identity);
  return error ? fieldErrorsOf(error, identity).map(({ pointer, code }) => `${pointer} ${code}`) : [];
};

const owner = { name: "Owner (made up)", residence: "CN", shareBps: 2_499, hasControl: false };
const lookedThrough = (changes: Partial<HolderIdentity["lookThrough"]>) =>
  identityOf("A", { lookThrough: { ...identityOf("A").lookThrough, ...changes } });

describe("an identity is refused", () => {
  it.each([
    ["a LEI with wrong check digits", { lei: `${madeUpLei("A").slice(0, 18)}00` }, "/lei check-digit"],
    ["a LEI in small letters", { lei: madeUpLei("A").toLowerCase() }, "/lei malformed"],
    ["a name with a Cyrillic letter", { legalName: "H\u0430rbour" }, "/legalName mixed-scripts"],
    ["a number of punctuation alone", { registrationNumber: "-/-" }, "/registrationNumber malformed"],
    ["an address that turns around", { address: ["1 Road", "\u202eHK"] }, "/address/1 bidirectional-mark"],
    ["no address", { address: [] }, "/address out-of-range"],
    ["another type", { type: "trust" }, "/type not-one-of"],
    ["no category", { category: { ...identityOf("A").category, category: "none" } }, "/category/category not-one-of"],
    [
      "a day that no calendar has",
      { kyc: { identifiedOn: "2026-02-30", until: "2028-01-01" } },
      "/kyc/identifiedOn malformed",
    ],
    ["a field that is not known", { nickname: "A" }, "/nickname unknown-field"],
  ])("with %s", (_what, changes, error) => {
    expect(errorsOf({ ...identityOf("A"), ...changes })).toEqual([error]);
  });

  it("when its owners contradict the result of the look-through (R-H3)", () => {
    const contradiction = ["/lookThrough/owners/1 contradicts-result"];
    const hongKong = { ...owner, residence: "HK", shareBps: 7_000 };
    expect(errorsOf(lookedThrough({ owners: [hongKong, { ...owner, shareBps: 2_500 }] }))).toEqual(contradiction);
    expect(errorsOf(lookedThrough({ owners: [hongKong, { ...owner, shareBps: 0, hasControl: true }] }))).toEqual(
      contradiction,
    );
    expect(errorsOf(lookedThrough({ owners: [hongKong, owner] }))).toEqual([]);
    expect(errorsOf(lookedThrough({ result: "mainland-owner", owners: [{ ...owner, shareBps: 9_000 }] }))).toEqual([]);
  });
});

describe("an identity is matched", () => {
  it("by LEI, and by name and number however they are written", () => {
    const keys = matchingKeysOf(
      identityOf("A", { legalName: "Harbour Fund, L.P.", registrationNumber: "LP-0012 345" }),
    );
    expect(keys).toEqual({ lei: madeUpLei("A"), nameAndNumber: "harbourfundlp\nlp0012345" });
    const other = identityOf("B", { lei: null, legalName: "HARBOUR FUND LP", registrationNumber: "lp0012345" });
    expect(matchingKeysOf(other)).toEqual({ lei: null, nameAndNumber: keys.nameAndNumber });
  });

  it("never by a name that only runs into the number", () => {
    const a = matchingKeysOf(identityOf("A", { legalName: "Harbour 1", registrationNumber: "23" }));
    const b = matchingKeysOf(identityOf("A", { legalName: "Harbour", registrationNumber: "123" }));
    expect(a.nameAndNumber).not.toBe(b.nameAndNumber);
  });
});
