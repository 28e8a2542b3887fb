import { currencySchema, formatMinor, type Currency } from "./money.ts";
import { formatPercent } from "./rates.ts";
import type { DealTerms } from "./dealTerms.ts";
import type { InterestDue } from "./interest.ts";
import type { Share } from "./waterfallSteps.ts";

/** What a step found when its turn came. Minor units. */
export interface Found {
  /** Funds that the steps before it left. */
  readonly fundsMinor: bigint;
  /** Principal of this date that had not yet fallen to a class. */
  readonly principalMinor: bigint;
}

/** The currency of a deal, which its terms write in three bytes of ASCII. */
export function currencyOf({ currency }: DealTerms): Currency {
  return currencySchema.parse(Buffer.from(currency.slice(2), "hex").toString("latin1"));
}

/** Explains the line of a fee. */
export function explainFee(payee: number, capMinor: bigint, share: Share, found: Found, currency: Currency): string {
  const money = moneyIn(currency);
  return (
    `Fee of party ${payee}: ${money(share.dueMinor)} claimed, at most ${money(capMinor)} on a payment date, ` +
    `${money(found.fundsMinor)} available; ${outcome(share, money)}.`
  );
}

/**
 * Explains a line of interest.
 * @param interest How the interest of the class was computed.
 */
export function explainInterest(label: string, interest: InterestDue, share: Share, currency: Currency): string {
  const money = moneyIn(currency);
  const { outstandingMinor, rateE10, fraction, accruedMinor, carriedMinor } = interest;
  const earlierMinor = interest.dueMinor - share.dueMinor;
  const carried = carriedMinor === 0n ? "" : `, with ${money(carriedMinor)} unpaid before`;
  const earlier = earlierMinor === 0n ? "" : `, less ${money(earlierMinor)} paid by an earlier step`;
  return (
    `Interest of class ${label}: ${money(outstandingMinor)} × ${formatPercent(rateE10)}% × ` +
    `${fraction.days}/${fraction.daysOfYear} = ${money(accruedMinor)}${carried}${earlier}; ${outcome(share, money)}.`
  );
}

/**
 * Explains a line of principal.
 * @param balanceMinor Balance of the class before the step.
 * @param rule How the step divides principal.
 */
export function explainPrincipal(
  label: string,
  balanceMinor: bigint,
  rule: "in the order of the classes" | "in proportion to the balances",
  share: Share,
  found: Found,
  currency: Currency,
): string {
  const money = moneyIn(currency);
  return (
    `Principal of class ${label}: of ${money(found.principalMinor)} ${rule}, ${money(share.dueMinor)} falls to its ` +
    `balance of ${money(balanceMinor)}; ${outcome(share, money)}, which leaves ${money(balanceMinor - share.paidMinor)}.`
  );
}

/** Explains the line of a class that takes what is left. */
export function explainResidual(label: string, share: Share, found: Found, currency: Currency): string {
  const money = moneyIn(currency);
  return (
    `Residual to class ${label}: of ${money(found.fundsMinor)} left, in proportion to the original balances; ` +
    `${outcome(share, money)}.`
  );
}

function outcome({ dueMinor, paidMinor }: Share, money: (amountMinor: bigint) => string): string {
  const unpaid = dueMinor === paidMinor ? "" : ` and ${money(dueMinor - paidMinor)} left unpaid`;
  return `${money(paidMinor)} paid${unpaid}`;
}

/** Amounts with thousands set apart: `57,782,750.13`. */
function moneyIn(currency: Currency): (amountMinor: bigint) => string {
  return (amountMinor) => formatMinor(amountMinor, currency).replace(/\B(?=(\d{3})+(\.|$))/g, ",");
}
