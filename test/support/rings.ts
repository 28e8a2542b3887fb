import type { Key, Party } from "./actors.ts";
import { ref16, register, type Statement } from "./steps.ts";
import { deployed, type Ledger, type World } from "./world.ts";

/** A note that listens is live; one holder has accounts with both custodians, another holder has one. */
export type RingWorld = World & {
  readonly listener: string;
  /** Of one holder: two with custodian A, one with custodian B, joined by the registrar. */
  readonly first: string;
  readonly second: string;
  readonly foreign: string;
  /** Of another holder, with custodian A. */
  readonly other: string;
};

export const HOLDER = ref16("holder of three");

/** Signs for a singleton, where nobody else may call. */
export const asSingleton = (world: World, name: "deals" | "parties"): Promise<Key> =>
  world.ledger.ethers.getImpersonatedSigner(world.wiring[name]);

/** An account of the holder of three. */
export const registerOne = (world: World, custodian: Party, label: string, overrides: Partial<Statement> = {}) =>
  register(world, custodian, label, { holderRef: HOLDER, ...overrides });

export async function ringed(ledger: Ledger): Promise<RingWorld> {
  const world = await deployed(ledger);
  const { custodianA, custodianB, registrar } = world.actors;
  const note = await ledger.ethers.deployContract("ListeningNote");
  const listener = await note.getAddress();
  await world.holders.connect(await asSingleton(world, "deals")).admitNote(listener);
  const first = await registerOne(world, custodianA, "first");
  const second = await registerOne(world, custodianA, "second", { holderRef: ref16("another reference") });
  const foreign = await registerOne(world, custodianB, "foreign", { holderRef: ref16("yet another reference") });
  const other = await register(world, custodianA, "other");
  const holders = world.holders.connect(registrar.key);
  await holders.join(second, first);
  await holders.join(foreign, second);
  return { ...world, listener, first, second, foreign, other };
}

/** What the listening note was told in a transaction: names with their values, in order. */
export async function told(
  world: RingWorld,
  sent: Promise<{ wait(): Promise<{ logs: readonly { address: string }[] } | null> }>,
): Promise<unknown[][]> {
  const { interface: abi } = await world.ledger.ethers.getContractAt("ListeningNote", world.listener);
  const receipt = await (await sent).wait();
  return receipt!.logs
    .filter(({ address }) => address === world.listener)
    .map((log) => abi.parseLog(log as never)!)
    .map(({ name, args }) => [name, ...args.toArray(true)]);
}
