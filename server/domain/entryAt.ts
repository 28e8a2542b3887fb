/**
 * Takes an entry that must be there, where a missing one would otherwise count as nothing.
 * @throws RangeError when the list has no such entry.
 */
export function entryAt<Entry>(entries: readonly Entry[], index: number): Entry {
  const entry = entries[index];
  if (entry === undefined) throw new RangeError(`There is no entry ${index} in a list of ${entries.length}.`);
  return entry;
}
