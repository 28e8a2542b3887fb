/** Thrown when a text is not JSON that names each member once. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
}

/** A string of JSON, and the colon behind it when it names a member. */
const stringToken = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/**
 * Reads JSON text that will be hashed. Unlike `JSON.parse` it refuses a member that is named twice in one object: a
 * reader could see the first value while the last one is hashed (RFC 8785 section 3.1 asks for the same).
 * @throws JsonTextError
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JsonTextError(`The text is not JSON: ${(error as Error).message}.`, { cause: error });
  }
  const repeated = firstSurplus(namesWritten(text), namesKept(value));
  if (repeated !== undefined) throw new JsonTextError(`The JSON names the member "${repeated}" twice in one object.`);
  return value;
}

/**
 * Reads bytes as UTF-8 JSON text.
 * @throws JsonTextError also when the bytes are not UTF-8.
 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new JsonTextError("The text is not UTF-8.", { cause: error });
  }
  return parseJson(text);
}

/** Member names in a text that is known to be JSON: there, only a name is followed by a colon. */
function namesWritten(text: string): string[] {
  const names: string[] = [];
  for (const [token, colon] of text.matchAll(stringToken)) {
    if (colon !== undefined) names.push(JSON.parse(token.slice(0, token.length - colon.length)) as string);
  }
  return names;
}

function namesKept(value: unknown): string[] {
  const names: string[] = [];
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) names.push(...Object.keys(next));
    for (const inner of Object.values(next)) pending.push(inner);
  }
  return names;
}

function firstSurplus(written: readonly string[], kept: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of kept) counts.set(name, (counts.get(name) ?? 0) + 1);
  return written.find((name) => {
    const left = (counts.get(name) ?? 0) - 1;
    counts.set(name, left);
    return left < 0;
  });
}
