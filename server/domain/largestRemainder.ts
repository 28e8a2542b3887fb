/**
 * Splits an amount in proportion to weights so that the parts add up to it: each gets the whole part of its quota, then
 * one more goes to those with the largest remainder until nothing is left. Equal remainders go to the lower index.
 * A part never exceeds its weight while the amount does not exceed the sum of the weights.
 * @param amount Whole steps, zero or more.
 * @param weights Zero or more each. A weight of zero gets nothing.
 * @returns One part for each weight.
 * @throws RangeError when something is negative, or there is an amount and no weight to give it to.
 */
export function largestRemainder(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (amount < 0n || weights.some((weight) => weight < 0n)) throw new RangeError("Nothing negative can be split.");
  if (amount === 0n) return weights.map(() => 0n);
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) throw new RangeError(`There is no weight to split ${amount} by.`);

  const quotas = weights.map((weight, index) => ({
    index,
    whole: (amount * weight) / total,
    remainder: (amount * weight) % total,
  }));
  const left = amount - quotas.reduce((sum, { whole }) => sum + whole, 0n);
  const byRemainder = quotas.toSorted((one, other) => {
    if (one.remainder === other.remainder) return one.index - other.index;
    return one.remainder > other.remainder ? -1 : 1;
  });
  const favoured = new Set(byRemainder.slice(0, Number(left)).map(({ index }) => index));
  return quotas.map(({ index, whole }) => (favoured.has(index) ? whole + 1n : whole));
}
