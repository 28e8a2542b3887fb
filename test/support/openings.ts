/** Most notes that one opening makes. */
export const NOTES_PER_OPENING = 3;

/** How many classes each opening opens, where as few transactions as can be open all. */
export function openingsOf(classes: readonly { readonly tokenised: boolean }[]): number[] {
  const openings = [0];
  let notes = 0;
  for (const { tokenised } of classes) {
    if (tokenised && notes === NOTES_PER_OPENING) {
      openings.push(0);
      notes = 0;
    }
    openings[openings.length - 1]! += 1;
    if (tokenised) notes += 1;
  }
  return openings;
}
