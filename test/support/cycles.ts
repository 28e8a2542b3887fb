import { id, ZeroHash, type ContractTransactionResponse } from "ethers";
import type { ClassTermsStruct, DealTermsStruct, PricingStruct } from "../../types/contracts/DealRegistry.ts";
import type { IDistributor } from "../../types/contracts/Distributor.ts";
import type { TokenisedDeposit } from "../../types/contracts/index.ts";
import type { Party } from "./actors.ts";
import * as steps from "./steps.ts";
import type { World } from "./world.ts";

export type Posting = IDistributor.PostingStruct & { readonly report: IDistributor.ReportStruct };

/** Codes as the contracts number them. */
export const currency = "0x555344"; // USD

let deals = 0;

/** Where everything issued of a deal goes, by class: accounts with their units. */
export type Holdings = Readonly<Record<number, readonly { account: string; units: bigint }[]>>;

/**
 * A deal of these terms, filed, recorded, created, priced where terms leave something open, and issued.
 * @returns its id and its filing's
 */
export async function issuedDeal(
  world: World,
  terms: DealTermsStruct,
  holdings: Holdings,
  given?: PricingStruct,
): Promise<{ deal: string; filing: string }> {
  const capsMinor = terms.classes.map((one: ClassTermsStruct) => one.originalBalanceHighestMinor);
  const filing = await steps.submit(world, terms, { capsMinor }, id(`deal ${++deals}`));
  const deal = await steps.createDeal(world, filing, terms);
  await steps.record(world, filing);
  if (given) await steps.price(world, deal, given);
  for (const [classIndex, all] of Object.entries(holdings)) {
    for (let first = 0; first < all.length; first += 200) {
      await steps.issue(world, deal, Number(classIndex), all.slice(first, first + 200));
    }
  }
  return { deal, filing };
}

/** Dates of the first cycle of the small deal; its record date is over long before the test world begins. */
export const declaration = (overrides: Partial<IDistributor.DeclarationStruct> = {}) => ({
  period: 1,
  version: 1,
  recordDate: 20260205,
  nominalDate: 20260315,
  paymentDate: 20260316,
  ...overrides,
});

export const reportOf = (overrides: Partial<IDistributor.ReportStruct> = {}): IDistributor.ReportStruct => ({
  reportHash: id("servicer report"),
  availableMinor: 0n,
  principalMinor: 0n,
  feesDueMinor: [],
  ...overrides,
});

export const declare = (world: World, deal: string, given: IDistributor.DeclarationStruct) =>
  world.distributor.connect(world.actors.payingAgent.key).declareCycle(deal, given);

export const report = (world: World, deal: string, period: number, given: IDistributor.ReportStruct, version = 1) =>
  world.distributor.connect(world.actors.servicer.key).report(deal, period, version, given);

/** Fixes an index by both parties. */
export async function fixRate(
  world: World,
  deal: string,
  period: number,
  classIndex: number,
  rateE10: bigint,
  version = 1,
): Promise<ContractTransactionResponse> {
  const { payingAgent, trustee } = world.actors;
  const by = (party: Party) =>
    world.distributor.connect(party.key).fixRate(deal, period, version, classIndex, rateE10, id("fixing page"));
  await by(payingAgent);
  return by(trustee);
}

/** One party's call to post. */
export const postBy = (world: World, party: Party, deal: string, given: Posting) =>
  world.distributor.connect(party.key).post(deal, given);

/** Posts by both parties. @returns the transaction that made it so */
export async function post(world: World, deal: string, given: Posting): Promise<ContractTransactionResponse> {
  await postBy(world, world.actors.payingAgent, deal, given);
  return postBy(world, world.actors.trustee, deal, given);
}

/** A deposit admitted for the currency of the deals; its bank is the spare key. */
export async function admitDeposit(world: World): Promise<TokenisedDeposit> {
  const bank = world.actors.spare;
  const deposit = await world.ledger.ethers.deployContract("TokenisedDeposit", ["Deposit", "USD", bank.address]);
  const address = await deposit.getAddress();
  await steps.byThree(world, (key) => world.payments.connect(key).admitDeposit(currency, address, id("admission")));
  return deposit;
}

/** Records where a party is paid, approved by another. @returns the cash account */
export async function instruct(world: World, party: Party, cashAccount: string, ref: string = ZeroHash) {
  await world.payments.connect(party.key).instruct(party.id, currency, cashAccount, ref);
  await world.payments.connect(world.actors.approverA.key).instruct(party.id, currency, cashAccount, ref);
  return cashAccount;
}

/** Funds a posted period with its total. */
export async function fund(world: World, deposit: TokenisedDeposit, deal: string, period: number): Promise<bigint> {
  const { payingAgent, spare } = world.actors;
  const { totalMinor } = await world.distributor.totalOf(deal, period);
  await deposit.connect(spare).credit(payingAgent.key.address, totalMinor);
  await deposit.connect(payingAgent.key).approve(world.wiring.payments, totalMinor);
  await world.payments.connect(payingAgent.key).fund(deal, period, totalMinor);
  return totalMinor;
}

/** A cash account that nobody in the test has the key of. */
export const cashAccountOf = (label: string): string => `0x${id(`cash ${label}`).slice(26)}`;
