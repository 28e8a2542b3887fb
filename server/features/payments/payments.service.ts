import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import { encodeCall, type FunctionArgs } from "../../chain/contracts.ts";
import { allowanceCall } from "../../chain/deposits.ts";
import type { Addresses } from "../../chain/genesis.ts";
import { asciiHex } from "../../domain/hex.ts";
import { AppError } from "../../errors.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { Queryable } from "../../store/database.ts";
import { dealPlan } from "../deals/dealTerms.view.ts";
import { calculate } from "../distributions/calculation.view.ts";
import { partyIds } from "../parties/parties.view.ts";
import { currentDeposit, entitledAccounts, isPosted } from "./payments.view.ts";
import type {
  AllowanceRequest,
  CashAccountRequest,
  DepositRequest,
  FeePaymentRequest,
  FundingRequest,
  PaymentRequest,
  ReleaseRequest,
} from "./payments.schema.ts";

/** Admits the deposit in which a currency is paid. */
export function admitDeposit({ currency, deposit, admissionRef }: z.output<typeof DepositRequest>): LedgerCall {
  return call("admitDeposit", [asciiHex(currency), deposit.toLowerCase(), admissionRef], {
    currency,
    deposit: shown(deposit),
    admissionRef,
  });
}

/**
 * Lets the payments contract take an amount of the deposit from the calling paying agent.
 * @throws AppError `deposit-missing`.
 */
export async function allow(
  db: Queryable,
  addresses: Addresses,
  currency: string,
  { amountMinor }: z.output<typeof AllowanceRequest>,
): Promise<LedgerCall> {
  const deposit = await currentDeposit(db, currency);
  return {
    kind: "payments.allow",
    to: deposit,
    data: allowanceCall(addresses.Payments, BigInt(amountMinor)),
    facts: { currency, deposit, amountMinor },
  };
}

/**
 * Names where a party is paid, or approves what the party has named.
 * @throws AppError `unknown-party`.
 */
export async function instruct(
  db: Queryable,
  party: string,
  { currency, cashAccount, instructionRef }: z.output<typeof CashAccountRequest>,
): Promise<LedgerCall> {
  const id = (await partyIds(db)).get(party);
  if (id === undefined) throw new AppError("unknown-party", { values: { party } });
  return call("instruct", [id, asciiHex(currency), cashAccount.toLowerCase(), instructionRef], {
    party,
    currency,
    cashAccount: shown(cashAccount),
    instructionRef,
  });
}

/** Funds a posted period from the paying agent's own cash account. */
export function fund(dealId: string, period: number, { amountMinor }: z.output<typeof FundingRequest>): LedgerCall {
  return call("fund", [dealId, period, BigInt(amountMinor)], { dealId, period, amountMinor });
}

/**
 * Pays accounts of a class, or the issuer of a retained one.
 * @throws AppError `unknown-deal`, `nothing-to-pay` when no account is left, or `validation` for accounts of a retained class.
 */
export async function pay(
  db: Queryable,
  dealId: string,
  period: number,
  { classIndex, accounts: given }: z.output<typeof PaymentRequest>,
): Promise<LedgerCall> {
  const { terms } = await dealPlan(db, dealId);
  if (terms.classes[classIndex]?.tokenised === false) {
    if (given) throw retainedHasNoAccounts();
    return call("payRetained", [dealId, period, classIndex], { dealId, period, classIndex });
  }
  const accounts = given ?? (await unpaidOf(db, dealId, period, classIndex));
  return call("pay", [dealId, period, classIndex, accounts.map(lowerCase)], {
    dealId,
    period,
    classIndex,
    accounts: accounts.map(shown),
  });
}

/**
 * Pays what was held for accounts that are stopped no longer; others keep waiting.
 * @throws AppError `nothing-to-pay` when nothing is held.
 */
export async function release(
  db: Queryable,
  dealId: string,
  period: number,
  { classIndex, accounts: given }: z.output<typeof ReleaseRequest>,
): Promise<LedgerCall> {
  const accounts = given ?? (await entitledAccounts(db, { dealId, period, classIndex, state: "held" }));
  if (accounts.length === 0) throw new AppError("nothing-to-pay");
  return call("release", [dealId, period, classIndex, accounts.map(lowerCase)], {
    dealId,
    period,
    classIndex,
    accounts: accounts.map(shown),
  });
}

/**
 * Pays one fee line to the payee that the terms name.
 * @throws AppError `not-posted`.
 */
export async function payFee(
  db: Queryable,
  dealId: string,
  period: number,
  { line }: z.output<typeof FeePaymentRequest>,
): Promise<LedgerCall> {
  await requirePosted(db, dealId, period);
  const { posting } = await calculate(db, dealId, period);
  // The ledger keeps the hash of what the parties sent, which is the call behind the four bytes of its selector.
  const posted = `0x${encodeCall("Distributor", "post", [dealId, posting]).slice(10)}`;
  return call("payFee", [dealId, period, line, posted], { dealId, period, line });
}

/** The next accounts of a batch; a period without funds is for the ledger to refuse. */
async function unpaidOf(db: Queryable, dealId: string, period: number, classIndex: number): Promise<string[]> {
  await requirePosted(db, dealId, period);
  const accounts = await entitledAccounts(db, { dealId, period, classIndex, state: "due" });
  if (accounts.length === 0) throw new AppError("nothing-to-pay");
  return accounts;
}

async function requirePosted(db: Queryable, dealId: string, period: number): Promise<void> {
  if (await isPosted(db, dealId, period)) return;
  throw new AppError("not-posted", { values: { deal: dealId, period: String(period) } });
}

function retainedHasNoAccounts(): AppError {
  const message = "A retained class is paid to the issuer and has no accounts.";
  return new AppError("validation", { errors: [{ pointer: "/body/accounts", code: "unknown-field", message }] });
}

const kinds = {
  admitDeposit: "payments.admit-deposit",
  instruct: "payments.instruct",
  fund: "payments.fund",
  pay: "payments.pay",
  release: "payments.release",
  payFee: "payments.pay-fee",
  payRetained: "payments.pay-retained",
} as const;

function call<F extends keyof typeof kinds>(
  name: F,
  args: FunctionArgs<"Payments", F>,
  facts: LedgerCall["facts"],
): LedgerCall {
  return { kind: kinds[name], to: "Payments", data: encodeCall("Payments", name, args), facts };
}

function lowerCase(address: string): string {
  return address.toLowerCase();
}

function shown(address: string): string {
  return checksumAddress(address.toLowerCase());
}
