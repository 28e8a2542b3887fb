import { id } from "ethers";
import type { Key, Party } from "./actors.ts";
import { as, now, register, registerSelfKept } from "./steps.ts";
import { category } from "./terms.ts";
import { issued, type IssuedWorld, type Ledger } from "./world.ts";
import type { Note } from "../../types/contracts/Note.ts";

/** An account of the fuzz: who keeps it now, under which label it was registered, and its key where the holder has it. */
export type FuzzAccount = { readonly address: string; readonly label: string; custodian: Party; readonly key?: Key };

/** A deal with seven accounts of two custodians that all hold units: two self-kept ones, and an omnibus account. */
export type FuzzWorld = IssuedWorld & {
  readonly accounts: readonly FuzzAccount[];
  readonly custodians: readonly [Party, Party];
  /** Keys that try to move. */
  readonly operators: readonly Key[];
  /** The note by the hand of a registry that may command it. */
  readonly by: Readonly<Record<"orders" | "deals" | "classRules", Note>>;
};

/** Units that each account begins with. */
export const HELD = 100n;

/** Makes the world of the fuzz on a ledger. */
export async function fuzzWorld(ledger: Ledger): Promise<FuzzWorld> {
  const world = await issued(ledger);
  const { custodianA, custodianB, holder, secondHolder, unlicensed, outsider } = world.actors;
  const second = await registerSelfKept(world, custodianB, secondHolder);
  const delta = await register(world, custodianB, "delta", { acceptsFreeDelivery: false });
  const omnibus = await register(world, custodianB, "omnibus", {
    omnibus: true,
    category: category.singaporeInstitutional,
  });
  const by = {
    orders: world.note.connect(await as(world, "orders")),
    deals: world.note.connect(await as(world, "deals")),
    classRules: world.note.connect(await as(world, "classRules")),
  };
  await by.deals.issue(
    [second, delta, omnibus].map((account) => ({ account, units: HELD })),
    0n,
  );
  const accounts: FuzzAccount[] = [
    { address: world.alpha, label: "alpha", custodian: custodianA },
    { address: world.beta, label: "beta", custodian: custodianA },
    { address: world.gamma, label: "gamma", custodian: custodianB },
    { address: delta, label: "delta", custodian: custodianB },
    { address: omnibus, label: "omnibus", custodian: custodianB },
    { address: world.selfKept, label: holder.address, custodian: custodianA, key: holder },
    { address: second, label: secondHolder.address, custodian: custodianB, key: secondHolder },
  ];
  const operators = [
    custodianA.key,
    custodianA.otherKey,
    custodianB.key,
    holder,
    secondHolder,
    unlicensed.key,
    outsider,
  ];
  return { ...world, accounts, custodians: [custodianA, custodianB], operators, by };
}

/** Numbers of accounts that keep no key, and of those that do. */
export const CUSTODIAL = 5;
export const ACCOUNTS = 7;

let references = 0;

/** A reference or an order that nobody has used. */
export const fresh = (): string => id(`fuzz ${++references}`);

/** Last second before the next day of block time begins: what a note remembers ends with a day. */
export async function lastSecondOfToday(world: FuzzWorld): Promise<number> {
  const second = await now(world);
  return second - (second % 86_400) + 86_399;
}
