import { AppError } from "../errors.ts";

/** An opaque cursor that stands behind the last entry of a page. Values are what the list is ordered by. */
function encodeCursor(values: readonly (string | number | bigint)[]): string {
  return Buffer.from(JSON.stringify(values.map(String))).toString("base64url");
}

/**
 * The values of a cursor, as strings; undefined when there is no cursor.
 * @param forms What each value has to look like.
 * @throws AppError `bad-cursor` when the cursor was not made by `encodeCursor` for a list ordered like this.
 */
export function decodeCursor(cursor: string | undefined, forms: readonly RegExp[]): string[] | undefined {
  if (cursor === undefined) return undefined;
  const values = parse(Buffer.from(cursor, "base64url").toString());
  const fits =
    Array.isArray(values) &&
    encodeCursor(values) === cursor && // base64 has other spellings, which nobody was given
    values.length === forms.length &&
    forms.every((form, i) => typeof values[i] === "string" && form.test(values[i]));
  if (!fits) throw new AppError("bad-cursor");
  return values;
}

/** Values of a list ordered by one `bigint` column. */
export const BIGINT_FORM = /^(0|[1-9][0-9]{0,17})$/;

/** Cuts a page out of one row more than it holds, which tells whether another page follows. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => readonly (string | number | bigint)[],
): { rows: Row[]; next: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? encodeCursor(cursorOf(page.at(-1)!)) : null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
