import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparableName, legalName, visibleText } from "../../server/domain/legalNames.ts";

const codesOf = (schema: ReturnType<typeof legalName>, text: string) =>
  schema
    .safeParse(text)
    .error?.issues.map((issue) => (issue.code === "custom" ? issue.params?.["code"] : issue.code)) ?? [];
const refusalOf = (text: string) => codesOf(legalName(100), text);

describe("a legal name", () => {
  it.each([
    ["a line feed", "Harbour\nFund", "control-character"],
    ["an escape character", "Harbour\u001b[31m", "control-character"],
    ["half a surrogate pair", "Harbour \ud800", "control-character"],
    ["a right-to-left override", "Harbour \u202edtL", "bidirectional-mark"],
    ["an isolate", "\u2066Harbour\u2069", "bidirectional-mark"],
    ["a left-to-right mark", "Harbour\u200e Fund", "bidirectional-mark"],
    ["a zero-width space", "Har\u200bbour", "invisible-character"],
    ["a soft hyphen", "Har\u00adbour", "invisible-character"],
    ["a Hangul filler", "Harbour \u3164", "invisible-character"],
    ["a private character", "Harbour \ue000", "invisible-character"],
    ["a line separator", "Harbour\u2028Fund", "invisible-character"],
    ["a letter and its accent apart", "Socie\u0301te", "not-nfc"],
    ["full-width letters", "Ｈarbour", "look-alike"],
    ["styled letters", "𝐇arbour", "look-alike"],
    ["a no-break space", "Harbour\u00a0Fund", "look-alike"],
    ["a Cyrillic letter in a Latin word", "H\u0430rbour Fund", "mixed-scripts"],
    ["a Greek letter in a Latin word", "Harb\u03bfur Fund", "mixed-scripts"],
    ["an Armenian letter in a Latin word", "Harb\u0585ur Fund", "mixed-scripts"],
    ["letters of a rare script among Latin ones", "Harb\u10c0ur \u13a0", "mixed-scripts"],
    ["two spaces in a row", "Harbour  Fund", "spacing"],
    ["a space at its end", "Harbour ", "spacing"],
    ["nothing", "", "too_small"],
    ["more than it may hold", "H".repeat(101), "too_big"],
  ])("with %s is refused", (_what, text, code) => {
    expect(refusalOf(text)).toEqual([code]);
  });

  it.each([
    "Harbour Fund SPC (made up), L.P.",
    "Société Générale",
    "O’Neill & Söhne GmbH",
    "港灣基金有限公司",
    "Harbour 港灣 Fund",
    "株式会社ハーバー",
    "Harbour 하버",
    "Общество Гавань",
    "Λιμάνι",
  ])("%s is admitted", (text) => {
    expect(refusalOf(text)).toEqual([]);
  });

  it("never joins letters of Latin and Cyrillic, wherever they stand", () => {
    const latin = fc.constantFrom(...Array.from("aceopxyABCEHKMOPTX"));
    const cyrillic = fc.constantFrom(...Array.from("асеорхуАВСЕНКМОРТХ"));
    fc.assert(
      fc.property(fc.array(latin, { minLength: 1 }), cyrillic, fc.nat(), (letters, other, at) => {
        const place = at % (letters.length + 1);
        expect(refusalOf([...letters.slice(0, place), other, ...letters.slice(place)].join(""))).toEqual([
          "mixed-scripts",
        ]);
      }),
    );
  });
});

describe("a text that is read", () => {
  it("may join scripts, and still hides nothing", () => {
    const schema = visibleText(50);
    expect(codesOf(schema, "ул. Ленина 5, office 7")).toEqual([]);
    expect(codesOf(schema, "office \u202e7")).toEqual(["bidirectional-mark"]);
    expect(codesOf(schema, "office\t7")).toEqual(["control-character"]);
  });
});

describe("names are compared", () => {
  it("without case, spaces and punctuation", () => {
    const same = ["Harbour Fund, L.P.", "HARBOUR FUND LP", "harbour-fund l p"];
    expect(new Set(same.map(comparableName))).toEqual(new Set(["harbourfundlp"]));
    expect(comparableName("Harbour Fund II")).not.toBe(comparableName("Harbour Fund"));
    expect(comparableName("港灣基金")).not.toBe(comparableName("港灣"));
  });
});
