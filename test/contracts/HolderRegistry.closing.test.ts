import { id } from "ethers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { accountRecord, accountWord, type AccountRecord } from "../../server/domain/accountWord.ts";
import type { Party } from "../support/actors.ts";
import { revertData } from "../support/revertData.ts";
import { ringed, type RingWorld } from "../support/rings.ts";
import { facts, now, registrationOf, residence } from "../support/steps.ts";
import { openLedger } from "../support/world.ts";

// Whatever one custodian does, and with whichever of its accounts, no account of another custodian comes to receive
// where it could not before.

const ledger = await openLedger();
const { networkHelpers } = ledger;

/** May the account receive in this second, by what its word says? */
const isOpen = (account: AccountRecord, second: number): boolean =>
  account.lookThrough === 1 && account.category !== 0 && !account.usPerson && account.eligibleUntil >= second;

const pick = fc.nat({ max: 3 });
const action = fc.record({
  kind: fc.constantFrom("update", "update", "update", "update", "join", "reassign", "register", "wait"),
  account: pick,
  sibling: pick,
  residence: fc.constantFrom("HK", "HK", "SG", "CH"),
  category: fc.constantFrom(0, 1, 2, 6),
  lookThrough: fc.constantFrom(0, 1, 1, 1, 2, 3),
  usPerson: fc.constantFrom(false, false, false, true),
  omnibus: fc.boolean(),
  acceptsFreeDelivery: fc.boolean(),
  seconds: fc.constantFrom(1, 30, 1_000, 10 ** 7),
});

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

async function act(world: RingWorld, by: Party, accounts: readonly string[], given: Action): Promise<void> {
  const holders = world.holders.connect(by.key);
  const second = await now(world);
  const account = accounts[given.account]!;
  const { holderRef } = accountRecord(await world.holders.accountOf(account));
  const stated = facts({
    ...given,
    holderRef,
    residence: residence(given.residence),
    eligibleUntil: second + given.seconds,
  });
  if (given.kind === "update") await holders.updateAccount(account, accountWord(stated), id("evidence"));
  if (given.kind === "join") await holders.join(account, accounts[given.sibling]!);
  if (given.kind === "reassign") await holders.reassign([account], by.id, id("reassignment"));
  if (given.kind === "register") await holders.registerAccount(registrationOf(id(`at ${second}`), { holderRef }));
  if (given.kind === "wait") await networkHelpers.time.increase(given.seconds);
}

it("one custodian's word never opens another custodian's account, and may close it (R-H1, R-H7)", async () => {
  const counts = { done: 0, closed: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 8, maxLength: 14 }), fc.boolean(), async (run, isOfA) => {
      const world = await networkHelpers.loadFixture(ringed);
      const by = isOfA ? world.actors.custodianA : world.actors.custodianB;
      const accounts = [world.first, world.second, world.foreign, world.other];
      const read = () =>
        Promise.all(accounts.map(async (account) => accountRecord(await world.holders.accountOf(account))));
      let before = await read();
      for (const given of run) {
        const isDone = await act(world, by, accounts, given).then(
          () => true,
          (error: Error) => {
            if (!revertData(error)) throw error;
            return false;
          },
        );
        if (isDone && given.kind !== "wait") counts.done++;
        const [after, second] = [await read(), await now(world)];
        for (const [i, account] of after.entries()) {
          const old = before[i]!;
          expect(account.custodian).toBe(old.custodian);
          if (BigInt(account.custodian) === by.id) continue;
          if (isOpen(old, second) && !isOpen(account, second)) counts.closed++;
          if (!isOpen(account, second)) continue;
          // What is open was open already, and nothing that a class judges it by has changed.
          expect(account).toEqual({ ...old, eligibleUntil: account.eligibleUntil });
          expect(account.eligibleUntil).toBeLessThanOrEqual(old.eligibleUntil);
        }
        before = after;
      }
    }),
    { numRuns: 60, seed: 20260206 },
  );
  // Neither side may be empty.
  expect(counts.done).toBeGreaterThan(150);
  expect(counts.closed).toBeGreaterThan(20);
});
