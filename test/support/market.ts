import { fileDeal, pricing } from "./deals.ts";
import { command, hashOf, instantIn, recordFiling } from "./filings.ts";
import type { RawAnswer, Stack } from "./stack.ts";

const DAY_SECONDS = 86_400;

export const PEAK = "peak-custody";
export const MERLION = "merlion-custody";

/** Accounts of the tests by label: their custodian, and where their holder resides. */
const accounts = {
  kestrel: [PEAK, "HK", "hong-kong-institutional"],
  heron: [PEAK, "HK", "hong-kong-corporate"],
  osprey: [PEAK, "GB", "other-institutional"],
  dugong: [MERLION, "SG", "singapore-institutional"],
  tapir: [MERLION, "JP", "other-institutional"],
  loris: [MERLION, "SG", "singapore-institutional"],
} as const;

export type AccountLabel = keyof typeof accounts;

export const labels = Object.keys(accounts) as AccountLabel[];

/** A deal whose filing is submitted, and accounts that may hold its notes. */
export type Market = {
  stack: Stack;
  filingId: string;
  dealId: string;
  termsHash: string;
  /** Address of each account. */
  at: Readonly<Record<AccountLabel, string>>;
};

/** What the custodian of an account states of its holder, who has this account alone. */
export function factsOf(label: AccountLabel, overrides: Record<string, unknown> = {}) {
  const [, residence, category] = accounts[label];
  return {
    holderRef: hashOf(`holder ${label}`).slice(0, 34),
    residence,
    category,
    lookThrough: "no-mainland-owner",
    acceptsFreeDelivery: true,
    eligibleUntil: instantIn(100 * DAY_SECONDS),
    evidenceCommitment: hashOf(`evidence ${label}`),
    ...overrides,
  };
}

/** Licenses both custodians and registers their accounts, files the deal of the demo and creates it; nobody attests. */
export async function openMarket(stack: Stack): Promise<Market> {
  const licence = { licensedUntil: instantIn(365 * DAY_SECONDS), evidenceHash: hashOf("licence") };
  for (const custodian of [PEAK, MERLION]) {
    await command(stack, "registrar", `/v1/custodians/${custodian}/licences`, licence);
    const own = labels.filter((label) => accounts[label][0] === custodian);
    const body = { accounts: own.map((label) => ({ accountRef: hashOf(label), ...factsOf(label) })) };
    await command(stack, custodian, "/v1/account-batches", body);
  }
  const { items } = (await stack.request("registrar", "GET", "/v1/accounts")).body as {
    items: { account: string; accountRef: string }[];
  };
  const addressOf = (label: string) => items.find(({ accountRef }) => accountRef === hashOf(label))!.account;

  const { filingId, dealId, termsHash } = await fileDeal(stack, "MARKET");
  const at = Object.fromEntries(labels.map((label) => [label, addressOf(label)])) as Market["at"];
  return { stack, filingId, dealId, termsHash, at };
}

/** Both attesters attest. @returns the block in which the filing was recorded */
export function recordDeal({ stack, filingId, termsHash }: Market): Promise<number> {
  return recordFiling(stack, filingId, { termsHash });
}

/** Issuer and trustee price the deal alike. @returns the block from which the price stands */
export async function priceDeal({ stack, dealId }: Market): Promise<number> {
  await command(stack, "issuer", `/v1/deals/${dealId}/pricing`, pricing());
  return (await command(stack, "trustee", `/v1/deals/${dealId}/pricing`, pricing())).blockNumber!;
}

/** Issues units of a class. @returns the block of the issuance */
export async function issue(
  { stack, dealId, at }: Market,
  classIndex: number,
  units: Partial<Record<AccountLabel, number>>,
): Promise<number> {
  const allocations = Object.entries(units).map(([label, count]) => ({
    account: at[label as AccountLabel],
    units: String(count),
  }));
  return (await command(stack, "issuer", `/v1/classes/${dealId}.${classIndex}/issuances`, { allocations }))
    .blockNumber!;
}

/** Moves units by the custodian of the sending account. @returns the block of the movement */
export async function transfer(
  { stack, dealId, at }: Market,
  classIndex: number,
  from: AccountLabel,
  to: AccountLabel,
  units: number,
): Promise<number> {
  const body = { classId: `${dealId}.${classIndex}`, from: at[from], to: at[to], units: String(units) };
  return (await command(stack, accounts[from][0], "/v1/transfers", body)).blockNumber!;
}

/** Status and code of a refusal, then every rule that forbids the movement. */
export function reasonsOf({ status, body }: RawAnswer): unknown[] {
  return [status, body.code, ...(body.restrictions ?? []).map(({ code }: { code: string }) => code)];
}

/** Places of a request that are wrong, each with what is wrong. */
export function errorsOf({ body }: RawAnswer): string[] {
  return (body.errors ?? []).map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);
}
