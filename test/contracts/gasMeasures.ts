import { id } from "ethers";
import type { DealTermsStruct } from "../../types/contracts/DealRegistry.ts";
import { cashAccountOf, declare, fixRate, fund, instruct, issuedDeal, postBy, report } from "../support/cycles.ts";
import { admitDeposit, declaration, reportOf, type Posting } from "../support/cycles.ts";
import type { Party } from "../support/actors.ts";
import { ref16, registrationOf } from "../support/steps.ts";
import {
  classTerms,
  dealTerms,
  rateKind,
  residualStep,
  stepKind,
  stepTerms,
  UNIT_FACE_MINOR,
} from "../support/terms.ts";
import { deployed, type Ledger, type World } from "../support/world.ts";

/** Gas by what was done, in the order of the page. */
export type GasFigures = Record<string, number>;

const HOLDERS = 200;
const UNITS = 500n;

/** Registers accounts of a custodian, as many as one batch takes. */
async function accountsOf(world: World, custodian: Party, count: number): Promise<string[]> {
  const labels = Array.from({ length: count }, (_, i) => `${custodian.id} client ${i}`);
  const registrations = labels.map((label) => registrationOf(id(label), { holderRef: ref16(label) }));
  await world.holders.connect(custodian.key).registerAccounts(registrations);
  return Promise.all(labels.map((label) => world.holders.custodialAccountOf(custodian.id, id(label))));
}

const exact = (units: bigint) => ({
  originalBalanceLowestMinor: units * UNIT_FACE_MINOR,
  originalBalanceHighestMinor: units * UNIT_FACE_MINOR,
});

/** Terms of so many classes, the last but one floating, the last one taking the residual. */
function termsOf(world: World, classCount: number, fees: number, isLong: boolean): DealTermsStruct {
  const everyClass = (1 << classCount) - 1;
  const classes = Array.from({ length: classCount }, (_, i) => {
    const kind = i === classCount - 2 ? rateKind.floating : rateKind.fixed;
    return classTerms({ label: `A-${i + 1}`, rateKind: kind, ...exact(UNITS * BigInt(HOLDERS)) });
  });
  const fee = stepTerms({
    kind: stepKind.fee,
    classes: 0,
    payee: world.actors.servicer.id,
    capMinor: 100_000n,
  });
  const interest = stepTerms({ classes: everyClass });
  const principal = stepTerms({ kind: stepKind.principalSequential, classes: everyClass });
  const steps = [...Array(fees).fill(fee), interest, principal, ...(isLong ? [interest] : [])];
  return dealTerms(world.actors, {
    closingDateLatest: 20260210,
    classes,
    steps: [...steps, residualStep(classCount - 1)],
  });
}

/** Days of the three periods that are measured. */
const periods = [
  { recordDate: 20260315, nominalDate: 20260315, paymentDate: 20260316, days: 34n },
  { recordDate: 20260414, nominalDate: 20260415, paymentDate: 20260415, days: 30n },
  { recordDate: 20260514, nominalDate: 20260515, paymentDate: 20260515, days: 30n },
];

const used = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<number> =>
  Number((await (await sent).wait())!.gasUsed);

type Shape = { readonly classCount: number; readonly fees: number; readonly isLong: boolean };

/** Lines of a period with all fees, interest and principal paid and something left for the residual class. */
function linesOf({ classCount, fees, isLong }: Shape, days: bigint, outstanding: readonly bigint[]) {
  const interest = outstanding.map((balance, i) => {
    const rateE10 = i === classCount - 2 ? 250_000_000n : 150_000_000n;
    return (balance * rateE10 * days) / (360n * 10n ** 10n);
  });
  const principal = outstanding.map((_, i) => (i === 0 ? 1_234_567n : 0n));
  const again = isLong ? interest.map(() => 0n) : [];
  return [...Array<bigint>(fees).fill(98_765n), ...interest, ...principal, ...again, 54_321n];
}

/** Plays three periods of a deal. @returns gas of each call, by period; the trustee endorses the posting, the paying agent makes it so */
async function postings(world: World, shape: Shape, holders: readonly string[]) {
  const { payingAgent, trustee } = world.actors;
  const units = (UNITS * BigInt(HOLDERS)) / BigInt(holders.length);
  const issued = holders.map((account) => ({ account, units }));
  const terms = termsOf(world, shape.classCount, shape.fees, shape.isLong);
  const { deal } = await issuedDeal(world, terms, Object.fromEntries(terms.classes.map((_, i) => [i, issued])));
  const found = { declare: [] as number[], report: [] as number[], first: [] as number[], second: [] as number[] };
  for (const [i, { days, ...dates }] of periods.entries()) {
    const period = i + 1;
    found.declare.push(await used(declare(world, deal, declaration({ ...dates, period, recordDate: 20260201 + i }))));
    await fixRate(world, deal, period, shape.classCount - 2, 100_000_000n);
    const balances = await Promise.all(terms.classes.map((_, c) => world.distributor.balanceOf(deal, c)));
    const original = UNITS * BigInt(HOLDERS) * UNIT_FACE_MINOR;
    const outstanding = balances.map(({ outstandingMinor }) => (period === 1 ? original : outstandingMinor));
    const paidMinor = linesOf(shape, days, outstanding);
    const given = reportOf({
      availableMinor: paidMinor.reduce((total, amount) => total + amount, 0n),
      principalMinor: 1_234_567n,
      feesDueMinor: Array<bigint>(shape.fees).fill(98_765n),
    });
    found.report.push(await used(report(world, deal, period, given)));
    const dayCounts = terms.classes.map(() => days);
    const posting: Posting = { period, version: 1, report: given, dayCounts, paidMinor };
    found.first.push(await used(postBy(world, trustee, deal, posting)));
    found.second.push(await used(postBy(world, payingAgent, deal, posting)));
  }
  return { deal, ...found };
}

/** Registers accounts one by one and by the hundred, with a key that registers its first. */
async function registrations(world: World): Promise<GasFigures> {
  const holders = world.holders.connect(world.actors.custodianA.otherKey);
  const one = (label: string) => registrationOf(id(label), { holderRef: ref16(label) });
  const hundred = Array.from({ length: 100 }, (_, i) => one(`one of a hundred ${i}`));
  const first = await used(holders.registerAccount(one("first of a key")));
  const single = await used(holders.registerAccount(one("another")));
  const batch = await used(holders.registerAccounts(hundred));
  return {
    "register one account, the first of a key": first,
    "register one account": single,
    "register 100 accounts": batch,
    "register per account of 100": Math.ceil(batch / 100),
  };
}

/** The most that a figure may be, where there is a bar. */
export const gasBars: GasFigures = {
  "register one account": 52_000,
  "register per account of 100": 26_000,
  "post 8 lines, 2 classes: second party, 1 holder": 125_000,
  "post 8 lines, 2 classes: second party, 200 holders": 125_000,
  "post 24 lines, 5 classes: second party": 225_000,
  "pay per holder, one custodian": 11_000,
  "pay per holder, two custodians": 11_000,
};

/** Measures everything on a ledger that is new, so that the figures are always the same. */
export async function measureGas(ledger: Ledger): Promise<GasFigures> {
  const world = await deployed(ledger);
  const { custodianA, custodianB, payingAgent } = world.actors;
  const registered = await registrations(world);
  const holders = await accountsOf(world, custodianA, HOLDERS);
  const mixed = [...holders.slice(0, HOLDERS / 2), ...(await accountsOf(world, custodianB, HOLDERS / 2))];
  const small = { classCount: 2, fees: 3, isLong: false };
  const few = await postings(world, small, holders.slice(0, 1));
  const many = await postings(world, small, holders);
  const large = await postings(world, { classCount: 5, fees: 8, isLong: true }, holders.slice(0, 1));
  const split = await postings(world, small, mixed);

  const deposit = await admitDeposit(world);
  await instruct(world, custodianA, cashAccountOf("A"));
  await instruct(world, custodianB, cashAccountOf("B"));
  const paying = world.payments.connect(payingAgent.key);
  for (const { deal } of [many, split]) for (const period of [1, 2, 3]) await fund(world, deposit, deal, period);
  const pay = (deal: string, period: number, accounts: string[]) => used(paying.pay(deal, period, 0, accounts));
  const firstPaid = await pay(many.deal, 1, holders);
  const paid = await pay(many.deal, 2, holders);
  const again = await pay(many.deal, 2, holders);
  await pay(split.deal, 1, mixed);
  const splitPaid = await pay(split.deal, 2, mixed);
  return {
    ...registered,
    "declare a cycle, two classes": few.declare[1]!,
    "enter a servicer report, the first of a deal": few.report[0]!,
    "enter a servicer report, later ones": few.report[1]!,
    "post 8 lines, 2 classes: first party, checks and endorses": few.first[2]!,
    "post 8 lines, 2 classes: second party, first period": few.second[0]!,
    "post 8 lines, 2 classes: second party, 1 holder": few.second[2]!,
    "post 8 lines, 2 classes: second party, 200 holders": many.second[2]!,
    "post 24 lines, 5 classes: second party": large.second[2]!,
    "pay 200 holders of one custodian, its first money": firstPaid,
    "pay 200 holders of one custodian": paid,
    "pay 200 holders of two custodians": splitPaid,
    "pay per holder, one custodian": Math.ceil(paid / HOLDERS),
    "pay per holder, two custodians": Math.ceil(splitPaid / HOLDERS),
    "pass over 200 holders paid before": again,
  };
}
