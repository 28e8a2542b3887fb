import fc from "fast-check";

/** Values that have broken services before. */
export const nasty = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", " ", "0", "-0", "-1", "1e400", "NaN", "0x", "\0", "\ud800", "\u202e", "𝟙"),
  fc.constantFrom<unknown>(-1, 0, 0.5, 1e21, 2 ** 53, -(2 ** 31), [], {}, [[]], { $ne: 1 }, "9".repeat(500)),
  fc.constantFrom<unknown>("9999-12-31T23:59:59Z", "0000-01-01", "2016-12-31T23:59:60Z", `0x${"f".repeat(64)}`),
  fc.bigInt({ min: 0n, max: 2n ** 130n }).map(String),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The same values as text. */
export const nastyText = nasty.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));

/** The paths of all members and entries of a value. */
export function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))];
}

/** A copy of a value in which the place at a path holds something else, or nothing at all. */
export function changed(value: any, [name, ...rest]: string[], replacement: unknown): unknown {
  if (name === undefined) return replacement;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[name] = changed(value[name], rest, replacement);
  return copy;
}
