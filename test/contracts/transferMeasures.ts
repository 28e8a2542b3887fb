import { id, MaxUint256 } from "ethers";
import { issue, license, nextAt, register, registerSelfKept } from "../support/steps.ts";
import { classes } from "../support/terms.ts";
import { priced, type Ledger } from "../support/world.ts";

/** Gas of one operation on a note, and what it is held against. */
export type TransferFigure = {
  readonly gas: number;
  /** The plain OpenZeppelin call of the same run, and how many times its gas the operation may use. */
  readonly plain?: { readonly call: string; readonly gas: number; readonly most?: number };
  /** The most gas, where the bar is a number. */
  readonly most?: number;
};

const HELD = 200n;
const MOVED = 7n;
/** Last second of 15 February 2026 in Hong Kong, where the deal's dates are. */
const RECORD_DATE_CLOSES_AT = Date.UTC(2026, 1, 15, 15, 59, 59) / 1_000;

const used = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<number> =>
  Number((await (await sent).wait())!.gasUsed);

/** Gas of the two plain calls, once both sides have traded; the allowance is without limit. */
async function plainCalls(ledger: Ledger, [owner, other, spender]: Parameters<typeof holdersOf>[0]) {
  const token = await ledger.ethers.deployContract("PlainToken", [holdersOf([owner, other, spender]), HELD]);
  await token.connect(owner).approve(spender.address, MaxUint256);
  return {
    transfer: await used(token.connect(owner).transfer(other.address, MOVED)),
    transferFrom: await used(token.connect(spender).transferFrom(owner.address, other.address, MOVED)),
  };
}

type Signer = Awaited<ReturnType<Ledger["ethers"]["getSigners"]>>[number];
const holdersOf = ([owner, other]: readonly [Signer, Signer, Signer]) => [owner.address, other.address];

/** Measures transfers on a ledger that is new, one operation per transaction, beside plain OpenZeppelin calls. */
export async function measureTransfers(ledger: Ledger): Promise<Record<string, TransferFigure>> {
  const world = await priced(ledger);
  const { custodianA, custodianB, holder, secondHolder, payingAgent } = world.actors;
  const own = await registerSelfKept(world, custodianA, holder);
  const other = await registerSelfKept(world, custodianB, secondHolder);
  const [alpha, gamma] = [await register(world, custodianA, "alpha"), await register(world, custodianB, "gamma")];
  const allocations = [own, other, alpha, gamma].map((account) => ({ account, units: HELD }));
  await issue(world, world.deal, classes.open, allocations);

  const byHolder = world.note.connect(holder);
  const transfer = (to = other) => used(byHolder.transfer(to, MOVED));
  const byCustodian = world.note.connect(custodianA.key);
  const move = () => used(byCustodian.move(alpha, gamma, MOVED, id("move")));
  const firstUse = await transfer();
  const steady = await transfer();
  const firstMove = await move();
  const steadyMove = await move();
  await license(world, custodianB);
  const afterEpoch = await transfer();

  await world.deals.connect(payingAgent.key).declareRecordDate(world.deal, 20260215);
  await transfer(gamma);
  const steadyToGamma = await transfer(gamma);
  await nextAt(world, RECORD_DATE_CLOSES_AT + 1);
  const twoParties = await transfer();
  const oneParty = (await transfer(gamma)) - steadyToGamma;

  const plain = await plainCalls(ledger, [holder, secondHolder, custodianA.key]);
  const against = (call: keyof typeof plain, most?: number) => ({ call, gas: plain[call], ...(most ? { most } : {}) });
  return {
    "steady transfer": { gas: steady, plain: against("transfer", 1.12) },
    "transfer through the API's call: move with operationRef": {
      gas: steadyMove,
      plain: against("transferFrom", 1.15),
    },
    "whole page, first use": { gas: firstUse, plain: against("transfer", 1.65) },
    "whole page, after an epoch change": { gas: afterEpoch, plain: against("transfer", 1.65) },
    "whole page, first use of a custodian's key": { gas: firstMove, plain: against("transferFrom") },
    "first trade after a record date, more for each party": { gas: oneParty, most: 22_500 },
    "the roll of a record date, once per note and date": { gas: twoParties - steady - 2 * oneParty, most: 5_500 },
  };
}
