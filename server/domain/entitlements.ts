/** What one holder held at the end of the record date. */
export interface Holding {
  readonly account: string;
  readonly units: bigint;
}

/** What one holder is to be paid. */
export interface Entitlement {
  readonly account: string;
  readonly amountMinor: bigint;
}

/** An amount of a class, split over its holders. */
export interface HolderSplit {
  /** One for each holding, in the same order. */
  readonly entitlements: readonly Entitlement[];
  /** What cannot be split, less than one minor unit a holder; belongs to the next distribution of the class. */
  readonly remainderMinor: bigint;
}

/** Thrown when an amount cannot be split over holdings. */
export class HolderSplitError extends Error {
  override readonly name = "HolderSplitError";
}

/**
 * Splits an amount of a class over its holders in proportion to their units. Every part of a minor unit is dropped, so that
 * equal units always get equal cash and the order of holders cannot matter; what is dropped is carried, never lost.
 * @param holdings All holdings of the class at the record date.
 * @param amountMinor What the class is paid on this date.
 * @param carriedMinor Remainder of the distribution before.
 * @returns Entitlements and remainder, which add up to the amount and what was carried.
 * @throws HolderSplitError when something is negative, or there is an amount and nobody to pay it to.
 */
export function splitOverHolders(holdings: readonly Holding[], amountMinor: bigint, carriedMinor: bigint): HolderSplit {
  if (amountMinor < 0n || carriedMinor < 0n || holdings.some(({ units }) => units < 0n)) {
    throw new HolderSplitError("Neither amounts nor units of a split can be negative.");
  }
  const totalUnits = holdings.reduce((sum, { units }) => sum + units, 0n);
  const splitMinor = amountMinor + carriedMinor;
  if (totalUnits === 0n) {
    if (amountMinor > 0n)
      throw new HolderSplitError(`Nobody holds a unit, and ${amountMinor} minor units are to be paid.`);
    return {
      entitlements: holdings.map(({ account }) => ({ account, amountMinor: 0n })),
      remainderMinor: carriedMinor,
    };
  }
  const entitlements = holdings.map(({ account, units }) => ({
    account,
    amountMinor: (units * splitMinor) / totalUnits,
  }));
  const entitledMinor = entitlements.reduce((sum, entitlement) => sum + entitlement.amountMinor, 0n);
  return { entitlements, remainderMinor: splitMinor - entitledMinor };
}
