import { id, ZeroAddress } from "ethers";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Key, Party } from "../support/actors.ts";
import { revertData } from "../support/matchers.ts";
import {
  issue,
  license,
  now,
  reach,
  reasons,
  register,
  registerSelfKept,
  residence,
  update,
} from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

// The check and the movement never differ: whatever the situation, a movement succeeds exactly where the check says 0,
// and is refused with exactly the set that the check says.

const ledger = await openLedger();
const { networkHelpers } = ledger;

type Account = { readonly address: string; readonly label: string; readonly custodian: Party; readonly key?: Key };

async function situated(of: typeof ledger) {
  const world = await issued(of);
  const { custodianA, custodianB, holder, secondHolder } = world.actors;
  const second = await registerSelfKept(world, custodianB, secondHolder);
  const delta = await register(world, custodianB, "delta");
  await issue(world, world.deal, 0, [
    { account: second, units: 100n },
    { account: delta, units: 100n },
  ]);
  const accounts: Account[] = [
    { address: world.alpha, label: "alpha", custodian: custodianA },
    { address: world.beta, label: "beta", custodian: custodianA },
    { address: world.gamma, label: "gamma", custodian: custodianB },
    { address: delta, label: "delta", custodian: custodianB },
    { address: world.selfKept, label: holder.address, custodian: custodianA, key: holder },
    { address: second, label: secondHolder.address, custodian: custodianB, key: secondHolder },
  ];
  return { world, accounts };
}

const { actors } = (await networkHelpers.loadFixture(situated)).world;
const custodians = [actors.custodianA, actors.custodianB];
const operators = [
  actors.custodianA.key,
  actors.custodianA.otherKey,
  actors.custodianB.key,
  actors.holder,
  actors.secondHolder,
  actors.unlicensed.key,
  actors.outsider,
];

const account = fc.nat({ max: 5 });
const custodian = fc.nat({ max: 1 });
const seconds = fc.integer({ min: 1, max: 100 });
/** Until long after the run, mostly. */
const term = fc.oneof({ weight: 4, arbitrary: fc.constant(10 ** 7) }, { weight: 1, arbitrary: seconds });

/** What happens between two movements. Rare things are rare, so that most movements are not refused for everything. */
const event = fc.oneof(
  { weight: 10, arbitrary: fc.constant({ type: "nothing" } as const) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("wait" as const), seconds }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("stopAccount" as const), account, seconds }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("stopCustodian" as const), custodian, seconds }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("license" as const), custodian, seconds: term }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("suspend" as const), seconds }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("update" as const),
      account,
      lookThrough: fc.constantFrom(1, 1, 1, 1, 1, 0, 2, 3),
      category: fc.constantFrom(1, 1, 4, 4, 6, 6, 2, 0),
      seconds: term,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("approve" as const),
      holder: fc.nat({ max: 1 }),
      custodian,
      units: fc.bigInt({ min: 0n, max: 60n }),
    }),
  },
);

const movement = fc.record({
  way: fc.constantFrom("move", "move", "moveMany", "transferFrom", "transferFrom", "transfer"),
  operator: fc.nat({ max: operators.length - 1 }),
  // Mostly the custodian or the holder who may move the account, so that many movements have a chance.
  isOwn: fc.constantFrom(true, true, true, false),
  from: fc.oneof({ weight: 12, arbitrary: account }, { weight: 1, arbitrary: fc.constant(6) }),
  to: fc.oneof({ weight: 12, arbitrary: account }, { weight: 1, arbitrary: fc.constantFrom(6, 7) }),
  units: fc.oneof(
    { weight: 6, arbitrary: fc.bigInt({ min: 1n, max: 60n }) },
    { weight: 1, arbitrary: fc.constantFrom(0n, 100n, 101n, 2n ** 64n - 1n) },
  ),
});

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;
type Movement = typeof movement extends fc.Arbitrary<infer T> ? T : never;

let orders = 0;

async function happen(world: IssuedWorld, accounts: Account[], given: Event): Promise<void> {
  const until = (await now(world)) + ("seconds" in given ? given.seconds : 0);
  const regulator = world.actors.regulator.key;
  const orderId = id(`order ${++orders}`);
  const asRegulator = world.holders.connect(regulator);
  if (given.type === "wait") await reach(world, until);
  if (given.type === "stopAccount") await asRegulator.stopAccount(accounts[given.account]!.address, orderId, until);
  if (given.type === "stopCustodian") await asRegulator.stopCustodian(custodians[given.custodian]!.id, orderId, until);
  if (given.type === "suspend") {
    await world.filings.connect(regulator).suspend(world.filing, orderId, until, id("basis"));
  }
  if (given.type === "license") {
    await license(world, custodians[given.custodian]!, until);
  }
  if (given.type === "update") {
    const { address, label, custodian } = accounts[given.account]!;
    const { lookThrough, category } = given;
    const stated = { lookThrough, category, eligibleUntil: until, residence: residence("MO") };
    // A custodian that is stopped or without licence may not update; the situation then stays as it is.
    await update(world, custodian.key, address, label, stated).catch(mustBeRefusal);
  }
  if (given.type === "approve") {
    const holder = accounts[4 + given.holder]!.key!;
    const spender = custodians[given.custodian]!.key.address;
    await world.note.connect(holder).approve(spender, given.units).catch(mustBeRefusal);
  }
}

function mustBeRefusal(error: Error): void {
  if (!revertData(error)) throw error;
}

/** Tries a movement in the very second of its check. @returns whether it went ahead */
async function tryMovement(world: IssuedWorld, accounts: Account[], given: Movement): Promise<boolean> {
  const address = (i: number) => accounts[i]?.address ?? [world.actors.outsider.address, ZeroAddress][i - 6]!;
  const own = accounts[given.from]?.key ?? accounts[given.from]?.custodian.key;
  const signer = (given.isOwn && own) || operators[given.operator]!;
  const from = given.way === "transfer" ? signer.address : address(given.from);
  const [to, units] = [address(given.to), given.units];
  const note = world.note.connect(signer);
  const second = (await now(world)) + 1;
  await reach(world, second);
  const set = await note.restrictionsOf(signer.address, from, to, units);
  const [fromBefore, toBefore] = [await note.balanceOf(from), await note.balanceOf(to)];
  await networkHelpers.time.setNextBlockTimestamp(second);
  const made = {
    move: () => note.move(from, to, units, id("move")),
    moveMany: () => note.moveMany([{ from, to, units, operationRef: id("move") }]),
    transfer: () => note.transfer(to, units),
    transferFrom: () => note.transferFrom(from, to, units),
  }[given.way]!();
  if (set === 0n) {
    await made;
    expect([await note.balanceOf(from), await note.balanceOf(to)]).toEqual([fromBefore - units, toBefore + units]);
  } else if (set === reasons("UNITS_INSUFFICIENT")) {
    await expect(made).toRevertWith(note, "ERC20InsufficientBalance", [from, fromBefore, units]);
  } else {
    await expect(made).toRevertWith(note, "Note_Restricted", [set, 0n]);
  }
  expect(await now(world)).toBe(second);
  return set === 0n;
}

it("moves exactly where the check says 0, and refuses with exactly what the check says (R-T1)", async () => {
  const counts = { moved: 0, refused: 0 };
  const steps = fc.array(fc.tuple(event, movement), { minLength: 10, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      const { world, accounts } = await networkHelpers.loadFixture(situated);
      for (const [between, tried] of run) {
        await happen(world, accounts, between).catch(mustBeRefusal);
        const moved = await tryMovement(world, accounts, tried);
        counts[moved ? "moved" : "refused"]++;
      }
      expect(await world.note.totalSupply()).toBe(600n);
    }),
    { numRuns: 50, seed: 20260206 },
  );
  // Neither side of the comparison may be empty.
  expect(counts.moved).toBeGreaterThan(120);
  expect(counts.refused).toBeGreaterThan(150);
  expect(counts.moved + counts.refused).toBeGreaterThanOrEqual(500);
});
