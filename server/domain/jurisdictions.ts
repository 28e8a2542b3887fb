import assigned from "i18n-iso-countries/codes.json" with { type: "json" };

/** The Chinese mainland, where no holder may reside. A constant, because no setting may ever admit it. */
export const MAINLAND = "CN";

/** Kosovo's code is in the list of the library, but ISO 3166-1 leaves it to users and assigns it to nobody. */
const USER_ASSIGNED = new Set(["XK"]);

/**
 * Lists where a holder may reside: every code that ISO 3166-1 assigns except the Chinese mainland. Hong Kong, Macao and
 * Taiwan have codes of their own, `HK`, `MO` and `TW`, and are never read as the mainland.
 * @returns Alpha-2 codes in alphabetical order, for the constructor of the holder registry.
 */
export function allowedResidences(): string[] {
  return assigned
    .map(([alpha2]) => alpha2 as string)
    .filter((code) => code !== MAINLAND && !USER_ASSIGNED.has(code))
    .sort();
}
