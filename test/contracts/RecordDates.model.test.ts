import { id, ZeroAddress } from "ethers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { as, now, reach } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

// Lazy snapshots against a model that simply remembers every balance at every moment.

const ledger = await openLedger();
const { networkHelpers } = ledger;

const DAY = 86_400;
const OFFSET_SECONDS = 8 * 3_600;

/** The civil day in Hong Kong at a second, some days on: its number and its last second. */
function civilDay(second: number, daysOn: number): { date: number; closesAt: number } {
  const midnight = Math.floor((second + OFFSET_SECONDS) / DAY) * DAY + daysOn * DAY;
  const date = new Date(midnight * 1_000).toISOString().slice(0, 10).replaceAll("-", "");
  return { date: Number(date), closesAt: midnight + DAY - 1 - OFFSET_SECONDS };
}

type Balances = ReadonlyMap<string, bigint>;

/** What a register with unlimited memory would know. */
class Model {
  balances: Balances;
  lastDate = 0;
  readonly dates: { closesAt: number; frozen?: Balances }[] = [];

  constructor(balances: Balances) {
    this.balances = balances;
  }

  /** Balances at the end of each date that has passed stay as they are, whenever somebody asks. */
  reach(second: number): void {
    for (const date of this.dates) if (second > date.closesAt) date.frozen ??= this.balances;
  }

  add(account: string, units: bigint): void {
    this.balances = new Map(this.balances).set(account, (this.balances.get(account) ?? 0n) + units);
  }

  declare(date: number, closesAt: number, second: number): void {
    this.lastDate = date;
    this.dates.push(closesAt <= second ? { closesAt: second, frozen: this.balances } : { closesAt });
  }
}

const wait = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: "none" } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("seconds" as const), seconds: fc.integer({ min: 1, max: 3 * DAY }) }),
  },
  // Where mistakes would be: in the last second of an open date, and in the one after it.
  { weight: 2, arbitrary: fc.record({ type: fc.constant("closing" as const), after: fc.nat({ max: 1 }) }) },
);

const account = fc.nat({ max: 3 });
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("move" as const), from: account, to: account, share: fc.nat({ max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("issue" as const), to: account, units: fc.bigInt({ min: 1n, max: 9n }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("declare" as const), daysOn: fc.integer({ min: -3, max: 4 }) }),
  },
);

type Wait = typeof wait extends fc.Arbitrary<infer T> ? T : never;
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

async function reached(world: IssuedWorld, model: Model, given: Wait): Promise<number> {
  const latest = await now(world);
  let second = latest;
  if (given.type === "seconds") second += given.seconds;
  if (given.type === "closing") {
    const open = model.dates.find((date) => date.closesAt >= latest);
    if (open) second = open.closesAt + given.after;
  }
  if (second > latest) await reach(world, second);
  model.reach(second);
  return second;
}

async function act(world: IssuedWorld, model: Model, accounts: string[], given: Action, second: number): Promise<void> {
  await networkHelpers.time.setNextBlockTimestamp(second);
  if (given.type === "declare") {
    const { date, closesAt } = civilDay(second, given.daysOn);
    const declared = world.deals.connect(world.actors.payingAgent.key).declareRecordDate(world.deal, date);
    if (date > model.lastDate) {
      await declared;
      model.declare(date, closesAt, second);
    } else {
      await expect(declared).toRevertWith(world.deals, "DealRegistry_RecordDateOrder", [
        world.deal,
        BigInt(model.lastDate),
        BigInt(date),
      ]);
    }
  }
  if (given.type === "issue") {
    // By the deal registry's own hand: what it judges itself has its own tests.
    const note = world.note.connect(await as(world, "deals"));
    await note.issue([{ account: accounts[given.to]!, units: given.units }], 0n);
    model.add(accounts[given.to]!, given.units);
  }
  if (given.type === "move") {
    const [from, to] = [accounts[given.from]!, accounts[given.to]!];
    const units = ((model.balances.get(from) ?? 0n) * BigInt(given.share)) / 4n;
    if (from === to || units === 0n) return;
    const { custodianA, custodianB, holder } = world.actors;
    const key = { [world.gamma]: custodianB.key, [world.selfKept]: holder }[from] ?? custodianA.key;
    await world.note.connect(key).move(from, to, units, id("move"));
    model.add(from, -units);
    model.add(to, units);
  }
}

/** Compares every holder, the supply and a stranger at every record date. @returns how many answers were compared */
async function compare(world: IssuedWorld, model: Model, accounts: string[]): Promise<number> {
  let compared = 0;
  expect(await world.note.recordDateCount()).toBe(BigInt(model.dates.length));
  for (const [i, { frozen }] of model.dates.entries()) {
    if (!frozen) {
      await expect(world.note.unitsAt(accounts[0]!, i + 1)).toRevertWith(world.note, "Note_RecordDateOpen", [
        BigInt(i + 1),
      ]);
      continue;
    }
    const supply = [...frozen.values()].reduce((sum, units) => sum + units, 0n);
    const expected = [...accounts.map((of) => frozen.get(of) ?? 0n), supply, 0n];
    const asked = [...accounts, ZeroAddress, world.actors.outsider.address];
    expect(await Promise.all(asked.map((of) => world.note.unitsAt(of, i + 1)))).toEqual(expected);
    compared += asked.length;
  }
  return compared;
}

it("unitsAt equals a model that remembers everything, for every holder and the supply (R-H9)", async () => {
  let compared = 0;
  const run = fc.array(fc.tuple(wait, action), { minLength: 60, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(run, async (steps) => {
      const world = await networkHelpers.loadFixture(issued);
      const accounts = [world.alpha, world.beta, world.gamma, world.selfKept];
      const model = new Model(new Map(accounts.map((of) => [of, 100n])));
      for (const [i, [before, given]] of steps.entries()) {
        const second = await reached(world, model, before);
        await act(world, model, accounts, given, second);
        if (i % 15 === 14) compared += await compare(world, model, accounts);
      }
      await reach(world, Math.max(await now(world), ...model.dates.map(({ closesAt }) => closesAt)) + 1);
      model.reach(await now(world));
      compared += await compare(world, model, accounts);
    }),
    { numRuns: 6, seed: 20260206 },
  );
  expect(compared).toBeGreaterThan(500);
});
