import { z } from "zod";

/**
 * Scripts that one name may join (Unicode Technical Standard 39, "highly restrictive"). Any other mixture is how a name
 * is made to look like another one: a Cyrillic or Greek letter inside a Latin word.
 */
const JOINED_SCRIPTS: readonly (readonly string[])[] = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Hangul"],
  ["Latin", "Han", "Bopomofo"],
];

/** Scripts that are told apart; letters of all others count as one more. */
const SCRIPTS = (
  "Latin Han Hiragana Katakana Hangul Bopomofo Cyrillic Greek Armenian Georgian Hebrew Arabic Devanagari Bengali Gurmukhi " +
  "Gujarati Tamil Telugu Kannada Malayalam Sinhala Thai Lao Myanmar Khmer Ethiopic Cherokee Tibetan Mongolian"
)
  .split(" ")
  .map((script) => [script, new RegExp(`\\p{Script=${script}}`, "u")] as const);

/** What no text may carry, in the order in which it is told, each with its stable code. */
const UNSEEN = [
  {
    code: "control-character",
    pattern: /[\p{Cc}\p{Cs}]/u,
    message: "Expected a text without control characters.",
  },
  {
    code: "bidirectional-mark",
    pattern: /\p{Bidi_Control}/u,
    message: "Expected a text without marks that turn the direction of writing.",
  },
  {
    code: "invisible-character",
    pattern: /[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
    message: "Expected a text without characters that cannot be seen.",
  },
];
const NOT_NFC = { code: "not-nfc", message: "Expected composed letters (Unicode normalisation form C)." };

/**
 * Schema of one line of text that people read and decide by. What they see is what is stored: no control characters, no
 * marks that cannot be seen or turn the direction of writing, composed letters. Each refusal has a code of its own.
 * @param longest Most UTF-16 code units.
 */
export function visibleText(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .superRefine((text, context) => void refuseUnseen(text, context));
}

/**
 * Schema of a name that parties are told apart by: of a holder, an owner, a number in a register. Beyond `visibleText`,
 * letters of another script that look alike and forms of letters other than the usual ones are refused.
 * @param longest Most UTF-16 code units.
 */
export function legalName(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .superRefine((name, context) => {
      if (refuseUnseen(name, context)) return;
      if (name !== name.normalize("NFKC")) {
        refuse(context, "look-alike", "Expected usual letters: full-width, raised or styled ones look like others.");
      } else if (isMixed(name)) {
        refuse(context, "mixed-scripts", "Expected letters of one script: some look like others.");
      } else if (name !== name.trim() || /\s\s/.test(name)) {
        refuse(context, "spacing", "Expected words that are parted by one space each, and none around them.");
      }
    });
}

/** Tells the first fault, since the others tend to follow from it. @returns Whether there is one. */
function refuseUnseen(text: string, context: z.RefinementCtx): boolean {
  const fault =
    UNSEEN.find(({ pattern }) => pattern.test(text)) ?? (text === text.normalize("NFC") ? undefined : NOT_NFC);
  if (fault) refuse(context, fault.code, fault.message);
  return fault !== undefined;
}

function refuse(context: z.RefinementCtx, code: string, message: string): void {
  context.addIssue({ code: "custom", params: { code }, message });
}

function isMixed(name: string): boolean {
  const scripts = new Set(name.match(/\p{L}/gu)?.map(scriptOf));
  scripts.delete("Common"); // such as the apostrophe of a transcription, which every script shares
  if (scripts.size < 2) return false;
  return !JOINED_SCRIPTS.some((joined) => [...scripts].every((script) => joined.includes(script)));
}

function scriptOf(letter: string): string {
  if (/[\p{Script=Common}\p{Script=Inherited}]/u.test(letter)) return "Common";
  return SCRIPTS.find(([, pattern]) => pattern.test(letter))?.[0] ?? "another";
}

/**
 * A name as it is compared: small letters, without marks of punctuation and spaces. Two names that differ in no more than
 * that are one.
 */
export function comparableName(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
}
