import { ZeroAddress } from "ethers";
import fc from "fast-check";
import { fuzzEvent, happen, type FuzzEvent } from "./fuzzEvents.ts";
import { ACCOUNTS, fresh, type FuzzWorld } from "./fuzzWorld.ts";
import { revertData } from "./revertData.ts";
import { nextAt, now, reasons } from "./steps.ts";

// The page and the movement never differ: whatever happened before, a movement goes ahead exactly where the page finds
// nothing, and is refused with exactly the set that the page finds.

const account = fc.nat({ max: ACCOUNTS - 1 });

const movement = fc.record({
  way: fc.constantFrom("move", "move", "move", "moveMany", "transferFrom", "transfer", "transfer"),
  operator: fc.nat({ max: 6 }),
  // Mostly who may move the account, so that many movements have a chance.
  isOwn: fc.oneof({ weight: 14, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  from: fc.oneof({ weight: 30, arbitrary: account }, { weight: 1, arbitrary: fc.constant(ACCOUNTS) }),
  // How many accounts further on; 0 is the same account.
  to: fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 1, max: ACCOUNTS - 1 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
  isStranger: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  units: fc.oneof(
    { weight: 16, arbitrary: fc.bigInt({ min: 1n, max: 9n }) },
    { weight: 3, arbitrary: fc.bigInt({ min: 10n, max: 150n }) },
    { weight: 1, arbitrary: fc.constantFrom(0n, 100n, 101n, 2n ** 64n - 1n) },
  ),
});

type Movement = typeof movement extends fc.Arbitrary<infer T> ? T : never;

/** What happens, and the movement that is tried after it. */
export type FuzzStep = readonly [FuzzEvent, Movement];

/** So many steps in one world. */
export const fuzzSteps = (count: number): fc.Arbitrary<FuzzStep[]> =>
  fc.array(fc.tuple(fuzzEvent, movement), { minLength: count, maxLength: count, size: "max" });

/** How many movements were refused, went by the page, and went by what was remembered. */
export type FuzzCounts = { refused: number; judged: number; remembered: number };

/** Thrown where a movement does other than the page says. */
export class DifferenceError extends Error {}

/** A movement that asks the page costs more than this, and one that does not costs less. */
const REMEMBERED_GAS = 46_000n;

const SHORT = reasons("UNITS_INSUFFICIENT");
const FROZEN = reasons("UNITS_FROZEN");

/** Tries a movement in the very second of its check. */
async function tryMovement(world: FuzzWorld, given: Movement, counts: FuzzCounts): Promise<void> {
  // The zero address as sender asks about an issuance, so only the receiver may be it.
  const address = (i: number) => world.accounts[i]?.address ?? world.actors.outsider.address;
  const stranger = given.to % 2 === 0 ? ZeroAddress : world.actors.outsider.address;
  const own = world.accounts[given.from]?.key ?? world.accounts[given.from]?.custodian.key;
  const signer = (given.isOwn && own) || world.operators[given.operator]!;
  // An account without a key can only be moved by somebody else.
  const way = given.way === "transfer" && given.isOwn && !world.accounts[given.from]?.key ? "move" : given.way;
  const from = way === "transfer" ? signer.address : address(given.from);
  const to = given.isStranger ? stranger : address((given.from + given.to) % ACCOUNTS);
  const { units } = given;
  const note = world.note.connect(signer);
  const set = await note.restrictionsOf(signer.address, from, to, units);
  const expected = set === 0n ? null : await refusal(world, set, from, units);
  await nextAt(world, await now(world));
  const gas = { gasLimit: 1_000_000n };
  const ways = {
    move: () => note.move(from, to, units, fresh(), gas),
    moveMany: () => note.moveMany([{ from, to, units, operationRef: fresh() }], gas),
    transfer: () => note.transfer(to, units, gas),
    transferFrom: () => note.transferFrom(from, to, units, gas),
  };
  const before = [await note.balanceOf(from), await note.balanceOf(to)];
  let found: string | null = null;
  let gasUsed = 0n;
  try {
    gasUsed = (await (await ways[way]()).wait())!.gasUsed;
  } catch (error) {
    found = revertData(error) ?? null;
    if (!found) throw error;
  }
  if (found !== expected)
    throw new DifferenceError(`The page says ${expected ?? "yes"}, the movement ${found ?? "moved"}.`);
  if (found) return void counts.refused++;
  counts[gasUsed < REMEMBERED_GAS ? "remembered" : "judged"]++;
  const after = [await note.balanceOf(from), await note.balanceOf(to)];
  if (after[0] !== before[0]! - units || after[1] !== before[1]! + units) {
    throw new DifferenceError(`Moved ${units}, but ${before} became ${after}.`);
  }
}

/** Data of the refusal that a set of reasons stands for. */
async function refusal({ note }: FuzzWorld, set: bigint, from: string, units: bigint): Promise<string> {
  if (set & ~(SHORT | FROZEN)) return note.interface.encodeErrorResult("Note_Restricted", [set, 0n]);
  const [held, frozen] = [await note.balanceOf(from), await note.getFrozenTokens(from)];
  if (set & SHORT) return note.interface.encodeErrorResult("ERC20InsufficientBalance", [from, held, units]);
  const free = held > frozen ? held - frozen : 0n;
  return note.interface.encodeErrorResult("ERC7943InsufficientUnfrozenBalance", [from, units, free]);
}

/** Compares supply and number of holders with what the accounts say. */
async function compareTotals({ note, holders, accounts }: FuzzWorld): Promise<void> {
  const held = await Promise.all(accounts.map(({ address }) => note.balanceOf(address)));
  const supply = held.reduce((sum, units) => sum + units, 0n);
  if ((await note.totalSupply()) !== supply)
    throw new DifferenceError("The supply is not the sum of what accounts hold.");
  const holding = accounts.filter((_, i) => held[i]! > 0n);
  const rings = await Promise.all(
    holding.map(async ({ address }) => [...(await holders.accountsOf(address))].sort()[0]!),
  );
  const counted = (await note.standing()).holders;
  if (counted !== BigInt(new Set(rings).size)) {
    throw new DifferenceError(`The note counts ${counted} holders, their accounts make ${new Set(rings).size}.`);
  }
}

/**
 * Plays steps in a world that nothing has happened in.
 * @throws DifferenceError at the first difference.
 */
export async function playSteps(begun: FuzzWorld, steps: readonly FuzzStep[], counts: FuzzCounts): Promise<void> {
  // A ledger goes back to where it began, but who keeps an account is kept here.
  const world = { ...begun, accounts: begun.accounts.map((known) => ({ ...known })) };
  for (const [event, tried] of steps) {
    await happen(world, event);
    await tryMovement(world, tried, counts);
  }
  await compareTotals(world);
}
