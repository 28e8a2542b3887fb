import { largestRemainder } from "./largestRemainder.ts";

/** What a step owes to its fee or to one of its classes, and what it pays. Minor units. */
export interface Share {
  readonly dueMinor: bigint;
  readonly paidMinor: bigint;
}

/**
 * Pays a fee up to its cap. The part above the cap stays unpaid even when there are funds for it.
 * @param dueMinor What the payee claims, arrears included.
 */
export function payFee(dueMinor: bigint, capMinor: bigint, fundsMinor: bigint): Share {
  return { dueMinor, paidMinor: least(dueMinor, capMinor, fundsMinor) };
}

/**
 * Pays interest. When there is not enough for all classes of the step, they share what there is in proportion to what
 * they are due.
 * @param duesMinor By class of the step.
 */
export function payInterest(duesMinor: readonly bigint[], fundsMinor: bigint): Share[] {
  const paid = largestRemainder(least(sum(duesMinor), fundsMinor), duesMinor);
  return paid.map((paidMinor, index) => ({ dueMinor: duesMinor[index] ?? 0n, paidMinor }));
}

/**
 * Pays principal to one class after the other, each up to its balance.
 * @param balancesMinor By class of the step, in the order of the deal.
 * @param distributableMinor Principal that is to be paid on this date and has not yet fallen to a class.
 */
export function payPrincipalSequentially(
  balancesMinor: readonly bigint[],
  distributableMinor: bigint,
  fundsMinor: bigint,
): Share[] {
  let due = distributableMinor;
  let funds = fundsMinor;
  return balancesMinor.map((balance) => {
    const share = { dueMinor: least(due, balance), paidMinor: least(due, balance, funds) };
    due -= share.dueMinor;
    funds -= share.paidMinor;
    return share;
  });
}

/**
 * Pays principal to several classes at once, in proportion to their balances.
 * @param balancesMinor By class of the step.
 * @param distributableMinor Principal that is to be paid on this date and has not yet fallen to a class.
 */
export function payPrincipalProRata(
  balancesMinor: readonly bigint[],
  distributableMinor: bigint,
  fundsMinor: bigint,
): Share[] {
  const dueMinor = least(distributableMinor, sum(balancesMinor));
  const paidMinor = least(dueMinor, fundsMinor);
  const paid = largestRemainder(paidMinor, balancesMinor);
  // Splitting the amount due on its own could owe a class one unit less than it is paid here: the largest remainder of a
  // larger amount may fall to others. What stays unpaid is therefore split over what is left of the balances.
  const left = balancesMinor.map((balance, index) => balance - (paid[index] ?? 0n));
  const unpaid = largestRemainder(dueMinor - paidMinor, left);
  return paid.map((amount, index) => ({ dueMinor: amount + (unpaid[index] ?? 0n), paidMinor: amount }));
}

/**
 * Pays all that is left, in proportion to the original balances of the classes.
 * @param originalsMinor By class of the step.
 */
export function payResidual(originalsMinor: readonly bigint[], fundsMinor: bigint): Share[] {
  return largestRemainder(fundsMinor, originalsMinor).map((paidMinor) => ({ dueMinor: paidMinor, paidMinor }));
}

function least(first: bigint, ...others: readonly bigint[]): bigint {
  return others.reduce((lowest, amount) => (amount < lowest ? amount : lowest), first);
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
