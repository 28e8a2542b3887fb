import { AbiCoder, id, keccak256 } from "ethers";
import type { PayingWorld } from "./payingWorld.ts";
import { now } from "./steps.ts";
import { classes } from "./terms.ts";

export const HOUR = 3_600;

const coder = AbiCoder.defaultAbiCoder();

/** Shares of the first class, floor(units × 2,446,302 / 950), and what is left. */
export const share = { alpha: 857_493n, beta: 857_493n, gamma: 728_740n, selfKept: 2_575n };
export const REMAINDER = 1n;

export const paymentId = (deal: string, period = 1, classIndex = 0) =>
  keccak256(coder.encode(["bytes32", "uint16", "uint8"], [deal, period, classIndex]));

export const all = ({ alpha, beta, gamma, selfKept }: PayingWorld) => [alpha, beta, gamma, selfKept];

export const paying = (world: PayingWorld) => world.payments.connect(world.actors.payingAgent.key);
export const pay = (world: PayingWorld, accounts = all(world), period = 1, classIndex: number = classes.open) =>
  paying(world).pay(world.deal, period, classIndex, accounts);
export const release = (world: PayingWorld, accounts = all(world)) =>
  paying(world).release(world.deal, 1, classes.open, accounts);

export const credit = async (world: PayingWorld, account: string) => [
  ...(await world.payments.creditOf(world.deal, 1, classes.open, account)),
];

export const stopAccount = async (world: PayingWorld, account: string) =>
  world.holders.connect(world.actors.registrar.key).stopAccount(account, id("stop"), (await now(world)) + HOUR);

/** The names of the events of the payments contract in a transaction, in order. */
export async function eventsOf(world: PayingWorld, sent: ReturnType<typeof pay>): Promise<unknown[][]> {
  const receipt = await (await sent).wait();
  return receipt!.logs
    .filter(({ address }) => address === world.wiring.payments)
    .map((log) => world.payments.interface.parseLog(log)!)
    .map(({ name, args }) => [name, ...args.toArray()]);
}
