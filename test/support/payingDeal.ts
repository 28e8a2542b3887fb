import { connectLedger } from "../../server/chain/rpc.ts";
import { openBank, type Bank } from "../../scripts/demo/bank.ts";
import { dealDocument, fileDeal } from "./deals.ts";
import { command, hashOf, post } from "./filings.ts";
import { issue, MERLION, openMarket, PEAK, priceDeal, recordDeal, type Market } from "./market.ts";
import type { RawAnswer, Stack } from "./stack.ts";

const CHAIN_ID = 20260206;

/** Units of each class by account; every class is issued in full. */
export const book = {
  0: { kestrel: 100_001, heron: 64_999, dugong: 60_000, tapir: 40_000 },
  1: { osprey: 160_000, loris: 100_000 },
  2: { osprey: 357_000 },
  3: { kestrel: 188_000, dugong: 300_000 },
  4: { loris: 100_000 },
} as const;

/**
 * What the public statements of NALT 2004-A print for the first two payment dates, in cents: interest by class, principal of
 * class A-1, and the rate of class A-4a less the made-up spread. Nothing of this is computed here.
 */
export const printed = {
  1: {
    fixing: "1.95875",
    interestMinor: ["27899598", "31308333", "48889167", "49501500", "15016667", "0"],
    principalMinor: "5778275013",
    outstandingMinor: "20721724987",
    factor: "0.7819519",
    principalPerThousand: "218.0481137",
    interestPerThousand: "1.0528150",
  },
  2: {
    fixing: "2.10",
    interestMinor: ["36360238", "55250000", "86275000", "88246667", "26500000", "0"],
    principalMinor: "2999647287",
    outstandingMinor: "17722077700",
    factor: "0.6687576",
    principalPerThousand: "113.1942372",
    interestPerThousand: "1.3720845",
  },
} as const;

/** A deal that is issued, with a fee before the notes; nothing of its payment dates has been declared. */
export type PayingDeal = Market & { /** Path of a cycle of the deal. */ cycle(period: number, rest?: string): string };

/** Opens the market and issues a deal in full, whose steps begin with a fee of the servicer of at most 500.00. */
export async function openPayingDeal(stack: Stack): Promise<PayingDeal> {
  const market = await openMarket(stack);
  const document = dealDocument();
  document.steps.unshift({ pay: "fee", name: "Servicing", payee: "servicer", cap: "500.00" });
  const { dealId, filingId, termsHash } = await fileDeal(stack, "PAYING", document);
  const cycle = (period: number, rest = "") => `/v1/deals/${dealId}/cycles/${period}${rest}`;
  const deal = { ...market, dealId, filingId, termsHash, cycle };
  await recordDeal(deal);
  await priceDeal(deal);
  for (const [classIndex, units] of Object.entries(book)) await issue(deal, Number(classIndex), units);
  return deal;
}

/** A servicer report with the printed figures of a period, a fee, and nothing left over. */
export function reportOf(period: 1 | 2, overrides: Record<string, unknown> = {}, feeMinor = 40_000n) {
  const { interestMinor, principalMinor } = printed[period];
  const interest = interestMinor.reduce((sum, amount) => sum + BigInt(amount), 0n);
  return {
    collectionPeriod: { from: `2004-${period === 1 ? "09" : "11"}-01`, to: period === 1 ? "2004-10-31" : "2004-11-30" },
    collections: {
      scheduledPrincipalMinor: principalMinor,
      interestOrRentMinor: String(interest),
      prepaymentsMinor: "0",
      recoveriesMinor: "0",
      repurchasesMinor: "0",
      otherMinor: String(feeMinor),
    },
    availableFundsMinor: String(interest + BigInt(principalMinor) + feeMinor),
    principalDistributableMinor: principalMinor,
    feesDueMinor: [String(feeMinor)],
    remarks: [],
    ...overrides,
  };
}

/** Entered by one party and approved by another. */
export async function byBoth(stack: Stack, path: string, body: unknown): Promise<void> {
  for (const party of ["paying-agent", "trustee"]) await command(stack, party, path, body);
}

/** Declares, reports and fixes a period; the dates are those of the deal document. */
export async function preparePeriod({ stack, dealId, cycle }: PayingDeal, period: 1 | 2): Promise<void> {
  await command(stack, "paying-agent", `/v1/deals/${dealId}/cycles`, { period, version: 1 });
  await command(stack, "servicer", cycle(period, "/reports"), { version: 1, report: reportOf(period) });
  const fixing = { version: 1, classIndex: 3, rate: printed[period].fixing, evidenceHash: hashOf("fixing page") };
  await byBoth(stack, cycle(period, "/fixings"), fixing);
}

/** Both parties approve what the calculation shows. */
export async function postPeriod({ stack, cycle }: PayingDeal, period: number): Promise<void> {
  const { body } = await stack.request("trustee", "GET", cycle(period, "/calculation"));
  await byBoth(stack, cycle(period, "/postings"), { calculationHash: body.calculationHash });
}

/** The made-up bank of a stack; its deposit is not admitted yet. */
export async function openBankOf({ service, dataDir }: Stack): Promise<Bank> {
  const ledger = await connectLedger({ url: service.ledgerUrl, chainId: CHAIN_ID });
  return openBank({ ledger, dataDir, currency: "USD" });
}

/** Has the bank's deposit admitted by three parties. */
export async function admitDeposit(stack: Stack, { deposit }: Bank): Promise<void> {
  const body = { currency: "USD", deposit, admissionRef: hashOf("admission") };
  for (const party of ["registrar", "trustee", "attester-one"]) await command(stack, party, "/v1/deposits", body);
}

/** The cash account of a party in these tests; nobody has its key. */
export const cashAccountOf = (party: string): string => `0x${hashOf(`cash ${party}`).slice(26)}`;

/** Names where parties are paid, each approved by the trustee. */
export async function instructAll(stack: Stack, parties: readonly string[] = [PEAK, MERLION, "issuer", "servicer"]) {
  for (const party of parties) {
    const body = { currency: "USD", cashAccount: cashAccountOf(party), instructionRef: hashOf(`instruction ${party}`) };
    for (const by of [party, "trustee"]) await command(stack, by, `/v1/parties/${party}/cash-accounts`, body);
  }
}

/** Gives the paying agent the money of a posted period, and the registry leave to take it. @returns the total */
export async function provideFunds({ stack, cycle }: PayingDeal, bank: Bank, period: number): Promise<string> {
  const { totalMinor } = (await stack.request("paying-agent", "GET", cycle(period))).body as { totalMinor: string };
  const { signingKeys } = (await stack.request("paying-agent", "GET", "/v1/me")).body as { signingKeys: string[] };
  await bank.provide(signingKeys[0]!, BigInt(totalMinor));
  await command(stack, "paying-agent", "/v1/deposits/USD/allowances", { amountMinor: totalMinor });
  return totalMinor;
}

/** Status and code of an answer. */
export const codeOf = ({ status, body }: RawAnswer): unknown[] => [status, body?.code];

/** Posts a command that is to be refused. @returns status, code, and the values of the ledger's refusal */
export async function refusal(stack: Stack, party: string, path: string, body: unknown): Promise<unknown[]> {
  const answer = await post(stack, party, path, body);
  return [...codeOf(answer), answer.body?.values ?? null];
}
