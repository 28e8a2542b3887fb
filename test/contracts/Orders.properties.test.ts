import fc from "fast-check";
import { id } from "ethers";
import { describe, expect, it } from "vitest";
import { fileOrder, kind, MOST, state } from "../support/orders.ts";
import { byThree } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

// Freezes, releases and movements in any order: what a note keeps frozen is the sum of the freezes in force, as a model of
// a few lines counts it, and no sequence takes units from under a freeze that is not released.

const ledger = await openLedger();
const { networkHelpers } = ledger;

type Freeze = { readonly orderId: string; units: bigint };
type Step =
  | { readonly do: "freeze"; readonly units: bigint }
  | { readonly do: "unfreeze"; readonly which: number }
  | { readonly do: "force"; readonly units: bigint; readonly which: number | null }
  | { readonly do: "move"; readonly units: bigint };

const units = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(1n, 120n) },
  { weight: 2, arbitrary: fc.bigInt(MOST - 120n, MOST) },
);
const which = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("freeze" as const), units }),
  fc.record({ do: fc.constant("unfreeze" as const), which }),
  fc.record({ do: fc.constant("force" as const), units: fc.bigInt(1n, 60n), which: fc.option(which) }),
  fc.record({ do: fc.constant("move" as const), units: fc.bigInt(1n, 60n) }),
);

const sumOf = (freezes: readonly Freeze[]) => freezes.reduce((sum, freeze) => sum + freeze.units, 0n);

/** Plays a step on the ledger and on the model, and expects both to refuse or both to act. */
async function play(world: IssuedWorld, freezes: Freeze[], held: bigint, next: Step): Promise<bigint> {
  const { orders, note, actors } = world;
  const live = freezes.filter((freeze) => freeze.units > 0n);
  if (next.do === "freeze") {
    const orderId = await fileOrder(world, { units: next.units });
    await byThree(world, (key) => orders.connect(key).freeze(orderId));
    freezes.push({ orderId, units: next.units });
    return held;
  }
  if (next.do === "unfreeze") {
    const freeze = live[next.which];
    if (!freeze) return held;
    await byThree(world, (key) => orders.connect(key).unfreeze(freeze.orderId, id("grounds")));
    freeze.units = 0n;
    return held;
  }
  const released = next.do === "force" && next.which !== null ? live[next.which] : undefined;
  const binding = sumOf(freezes) - (released?.units ?? 0n);
  const free = held > binding ? held - binding : 0n;
  const act =
    next.do === "move"
      ? () => note.connect(actors.custodianA.key).move(world.alpha, world.beta, next.units, id("move"))
      : async () => {
          const of = { kind: kind.force, destination: world.gamma, units: next.units };
          const orderId = await fileOrder(world, { ...of, ...(released && { releases: released.orderId }) });
          return byThree(world, (key) => orders.connect(key).force(orderId));
        };
  if (next.units > free) {
    await expect(act()).rejects.toThrow(/ERC7943InsufficientUnfrozenBalance|ERC20InsufficientBalance|Note_Restricted/);
    return held;
  }
  await act();
  if (released) released.units -= next.units < released.units ? next.units : released.units;
  return held - next.units;
}

describe("the frozen units of an account", () => {
  it("are the sum of the freezes in force, 2^64 - 1 at most, after any sequence of acts (R-O2)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (sequence) => {
        const world = await networkHelpers.loadFixture(issued);
        const note = await world.note.getAddress();
        const freezes: Freeze[] = [];
        let held = 100n;
        for (const next of sequence) {
          held = await play(world, freezes, held, next);
          const sum = sumOf(freezes);
          const expected = sum > MOST ? MOST : sum;
          expect(await world.note.getFrozenTokens(world.alpha)).toBe(expected);
          expect(await world.orders.frozenUnitsOf(note, world.alpha)).toBe(expected);
          expect(await world.note.balanceOf(world.alpha)).toBe(held);
          for (const freeze of freezes) {
            const answer = await world.orders.orderOf(freeze.orderId);
            expect(answer.frozenUnits).toBe(freeze.units);
            expect(answer.state).toBe(freeze.units === 0n ? state.done : state.inForce);
          }
        }
        expect(await world.note.totalSupply()).toBe(400n);
      }),
      { numRuns: 40 },
    );
  });
});
