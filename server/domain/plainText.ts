import { z } from "zod";

/**
 * Schema of a text that people read. Control characters and lone surrogates are refused, since canonical JSON or a
 * database cannot carry all of them; a line may end with a line feed.
 * @param longest Most UTF-16 code units.
 */
export function plainText(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(/^(\n|[^\p{Cc}\p{Cs}])*$/u, "Expected a text without control characters.");
}
