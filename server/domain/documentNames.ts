import { z } from "zod";

/** Control, format and surrogate characters and line separators: invisible in a list, so two names could look alike. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

const MAX_LENGTH = 255;

/** Why a name cannot name a document of a bundle; undefined when it can. */
function faultOf(name: string): string | undefined {
  if (name === "" || name.length > MAX_LENGTH) return `a name has 1 to ${MAX_LENGTH} characters.`;
  if (invisible.test(name)) return "it has an invisible character.";
  if (name !== name.normalize("NFC")) return "it is not in Unicode normalisation form C.";
  if (name.includes("\\")) return "it has a backslash, where folders are separated by a slash.";
  const segments = name.split("/");
  if (segments.includes("")) return "it is not a relative path of named folders.";
  if (segments.some((segment) => segment.startsWith("."))) return "a part of it begins with a dot.";
  return undefined;
}

/**
 * Schema of the name of a document: its path inside the folder of the bundle. Rules are such that the same folder has
 * the same names on every file system.
 */
export const documentNameSchema = z.string().superRefine((name, context) => {
  const fault = faultOf(name);
  if (fault === undefined) return;
  const message = `${JSON.stringify(name)} cannot name a document: ${fault}`;
  context.addIssue({ code: "custom", params: { code: "bad-name" }, message });
});

/** Two names with one key are the same file on a file system that ignores case. */
export function foldedName(name: string): string {
  return name.toUpperCase();
}

/** Order of names by UTF-16 code unit, as canonical JSON orders members; the same in every locale. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
