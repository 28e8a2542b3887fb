import { ZeroHash, id } from "ethers";
import fc from "fast-check";
import {
  accountOf,
  as,
  filingState,
  nextAt,
  now,
  reach,
  residence,
  setRules,
  update,
  type Statement,
} from "./steps.ts";
import { ruleTerms, UNSET_SECONDS } from "./terms.ts";
import { revertData } from "./revertData.ts";
import { ACCOUNTS, fresh, lastSecondOfToday, type FuzzWorld } from "./fuzzWorld.ts";

// What happens between two movements of the fuzz: everything that a note hears of, through the registries' own doors where
// one key can open them, else by the hand of the registry. Rare things are rare, so that most movements have a chance.

const account = fc.nat({ max: ACCOUNTS - 1 });
const custodian = fc.nat({ max: 1 });
const seconds = fc.integer({ min: 1, max: 12 });
const far = fc.constant({ days: 400, seconds: 0 });
const soon = seconds.map((given) => ({ days: 0, seconds: given }));
/** Around the end of the day, where a memory ends. */
const dayEnd = fc.integer({ min: -2, max: 2 }).map((given) => ({ days: 1, seconds: given }));
const term = fc.oneof({ weight: 6, arbitrary: far }, { weight: 1, arbitrary: soon }, { weight: 2, arbitrary: dayEnd });
const units = fc.bigInt({ min: 0n, max: 60n });
const residences = ["HK", "SG", "CH", "MO"].map(residence);

const rarely = (given: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: given });

type Term = { readonly days: number; readonly seconds: number };

const weighted = {
  nothing: [110, fc.constant({})],
  /** Everything is well again: licences, accounts, rules, orders. What was joined, reassigned or removed stays so. */
  mend: [6, fc.constant({})],
  wait: [8, fc.record({ until: fc.oneof(soon, soon, dayEnd) })],
  update: [
    8,
    fc.record({
      account,
      lookThrough: fc.constantFrom(1, 1, 1, 1, 1, 1, 0, 2, 3),
      category: fc.constantFrom(1, 1, 4, 4, 6, 6, 6, 2, 0),
      residence: fc.constantFrom(...residences),
      usPerson: fc.constantFrom(false, false, false, false, false, true),
      omnibus: fc.constantFrom(false, false, false, false, false, true),
      acceptsFreeDelivery: fc.constantFrom(true, true, false),
      until: term,
    }),
  ],
  extend: [2, fc.record({ account })],
  stopAccount: [1, fc.record({ account, until: soon })],
  stopHolder: [1, fc.record({ account, until: soon })],
  stopCustodian: [1, fc.record({ custodian, until: soon })],
  license: [2, fc.record({ custodian, until: term })],
  endLicence: [1, fc.record({ custodian })],
  removeKey: [1, fc.constant({})],
  reassign: [1, fc.record({ account })],
  join: [1, fc.record({ account, sibling: account })],
  approve: [3, fc.record({ holder: fc.nat({ max: 1 }), custodian, units })],
  freeze: [3, fc.record({ account, units: fc.oneof(fc.constant(0n), units) })],
  force: [1, fc.record({ account, to: account, units })],
  issue: [1, fc.record({ account, units })],
  pause: [1, fc.record({ until: soon })],
  follow: [1, fc.record({ state: fc.constantFrom("recorded", "issuedReported", "revoked", "closed"), until: soon })],
  recordDate: [2, fc.record({ until: soon })],
  state: [2, fc.record({ account })],
  rules: [
    3,
    fc.record({
      lockUp: rarely(seconds),
      compliance: rarely(fc.oneof(seconds, fc.constant(UNSET_SECONDS))),
      minimumUnits: fc.constantFrom(0, 0, 0, 1, 5, 20),
      maxHolders: fc.constantFrom(0, 0, 3, 5, 7),
      residences: fc.oneof(fc.constant<string[]>([]), fc.subarray(residences)),
      categories: fc.constantFrom(0b1111110, 0b1111110, 0b1010010, 0),
    }),
  ],
} as const;

type Weighted = typeof weighted;
type Given<K extends keyof Weighted> = Weighted[K][1] extends fc.Arbitrary<infer T> ? T : never;

/** One event, by its name and what it takes. */
export type FuzzEvent = { [K in keyof Weighted]: { readonly type: K; readonly given: Given<K> } }[keyof Weighted];

export const fuzzEvent: fc.Arbitrary<FuzzEvent> = fc.oneof(
  ...Object.entries(weighted).map(([type, [weight, given]]) => ({
    weight,
    arbitrary: (given as fc.Arbitrary<object>).map((taken) => ({ type, given: taken }) as FuzzEvent),
  })),
);

/** The second that a term ends at: so long from now, or around the end of today. */
async function secondOf(world: FuzzWorld, { days, seconds: more }: Term): Promise<number> {
  if (days === 1) return (await lastSecondOfToday(world)) + more;
  return (await now(world)) + days * 86_400 + more;
}

/** What an account is when all is well; where it resides stays as it was, and it stays an omnibus account. */
async function mendAccount(world: FuzzWorld, i: number): Promise<void> {
  const { address, label, custodian: keeper } = world.accounts[i]!;
  const { holderRef, residence: place, omnibus } = await accountOf(world, address);
  await update(world, keeper.key, address, label, { holderRef, residence: place, omnibus });
}

const happenings: { [K in keyof Weighted]: (world: FuzzWorld, given: Given<K>) => Promise<unknown> } = {
  nothing: async () => {},
  mend: async (world) => {
    for (const { id: party } of world.custodians) {
      await world.holders
        .connect(world.actors.registrar.key)
        .license(party, await secondOf(world, { days: 400, seconds: 0 }), ZeroHash, fresh());
    }
    for (let i = 0; i < ACCOUNTS; i++) {
      await mendAccount(world, i);
      await world.by.orders.setFrozenTokens(world.accounts[i]!.address, 0n);
    }
    await world.by.orders.pause(0);
    await setRules(world, world.note, ruleTerms());
    await world.by.deals.followFiling(filingState.recorded, 0);
  },
  wait: async (world, { until }) => {
    const second = await secondOf(world, until);
    if (second > (await now(world))) await reach(world, second);
  },
  update: async (world, { account: i, until, ...stated }) => {
    const { address, label, custodian: keeper } = world.accounts[i]!;
    const { holderRef } = await accountOf(world, address);
    const statement: Partial<Statement> = { ...stated, holderRef, eligibleUntil: await secondOf(world, until) };
    await update(world, keeper.key, address, label, statement);
  },
  extend: async (world, { account: i }) => {
    const { address, label, custodian: keeper } = world.accounts[i]!;
    const {
      holderRef,
      residence: place,
      category,
      lookThrough,
      omnibus,
      usPerson,
      acceptsFreeDelivery,
      eligibleUntil,
    } = await accountOf(world, address);
    const kept = { holderRef, residence: place, category, lookThrough, omnibus, usPerson, acceptsFreeDelivery };
    await update(world, keeper.key, address, label, { ...kept, eligibleUntil: eligibleUntil + 1_000 });
  },
  stopAccount: async (world, { account: i, until }) =>
    asRegulator(world).stopAccount(world.accounts[i]!.address, fresh(), await secondOf(world, until)),
  stopHolder: async (world, { account: i, until }) =>
    asRegulator(world).stopHolder(world.accounts[i]!.address, fresh(), await secondOf(world, until)),
  stopCustodian: async (world, { custodian: i, until }) =>
    asRegulator(world).stopCustodian(world.custodians[i]!.id, fresh(), await secondOf(world, until)),
  license: async (world, { custodian: i, until }) =>
    world.holders
      .connect(world.actors.registrar.key)
      .license(world.custodians[i]!.id, await secondOf(world, until), ZeroHash, fresh()),
  endLicence: async (world, { custodian: i }) =>
    world.holders.connect(await as(world, "parties")).endLicence(world.custodians[i]!.id),
  removeKey: async (world) => {
    const { key, otherKey } = world.actors.custodianA;
    await world.parties.connect(key).removeKey(otherKey.address, fresh());
  },
  reassign: async (world, { account: i }) => {
    const moved = world.accounts[i]!;
    const to = world.custodians.find(({ id: party }) => party !== moved.custodian.id)!;
    const operationRef = fresh();
    for (const { key } of [moved.custodian, to]) {
      await world.holders.connect(key).reassign([moved.address], to.id, operationRef);
    }
    moved.custodian = to;
  },
  join: async (world, { account: i, sibling }) =>
    world.holders
      .connect(world.actors.registrar.key)
      .join(world.accounts[i]!.address, world.accounts[sibling]!.address),
  approve: async (world, { holder, custodian: i, units: allowed }) => {
    const owner = [world.actors.holder, world.actors.secondHolder][holder]!;
    await world.note.connect(owner).approve(world.custodians[i]!.key.address, allowed);
  },
  freeze: async (world, { account: i, units: frozen }) =>
    world.by.orders.setFrozenTokens(world.accounts[i]!.address, frozen),
  force: async (world, { account: i, to, units: taken }) =>
    world.by.orders.forcedTransfer(world.accounts[i]!.address, world.accounts[to]!.address, taken),
  issue: async (world, { account: i, units: given }) =>
    world.by.deals.issue([{ account: world.accounts[i]!.address, units: given }], 0n),
  pause: async (world, { until }) => world.by.orders.pause(await secondOf(world, until)),
  follow: async (world, { state, until }) => {
    const suspendedUntil = state === "recorded" ? await secondOf(world, until) : 0;
    await world.by.deals.followFiling(filingState[state], suspendedUntil);
    // Most of what is ended here begins again, so that a run does not stop at its first revocation.
    if (state === "revoked" || state === "closed") await world.by.deals.followFiling(filingState.recorded, 0);
  },
  recordDate: async (world, { until }) => world.by.deals.scheduleRecordDate(20260301, await secondOf(world, until)),
  state: async (world, { account: i }) => {
    const { address, custodian: keeper } = world.accounts[i]!;
    const date = await world.note.lastClosedRecordDate();
    const total = { residence: residence("HK"), units: await world.note.unitsAt(address, date) };
    await world.statements
      .connect(keeper.key)
      .state(await world.note.getAddress(), address, date, [total], 1, id("list"));
  },
  rules: async (world, { lockUp, compliance, residences: listed, categories, ...rest }) => {
    // Periods count from the first issuance, so that one which ends soon began then.
    const age = (await now(world)) - (await issuedAt(world));
    const period = (more: number | null) => (more === null ? 0 : more === UNSET_SECONDS ? more : age + more);
    const terms = { ...rest, lockUpSeconds: period(lockUp), complianceSeconds: period(compliance) };
    await setRules(
      world,
      world.note,
      ruleTerms({ ...terms, residences: listed.map((of) => ({ residence: of, categories })) }),
    );
  },
};

const asRegulator = (world: FuzzWorld) => world.holders.connect(world.actors.regulator.key);

/** Second of the first issuance, which is the first block of the world that holds units. */
async function issuedAt(world: FuzzWorld): Promise<number> {
  const [first] = await world.note.queryFilter(world.note.filters.Transfer(), 0);
  return (await first!.getBlock()).timestamp;
}

/** Lets an event happen, one second on. One that a registry refuses leaves everything as it was. */
export async function happen(world: FuzzWorld, { type, given }: FuzzEvent): Promise<void> {
  if (type === "nothing") return;
  if (type !== "wait") await nextAt(world, (await now(world)) + 1);
  try {
    await happenings[type](world, given as never);
  } catch (error) {
    if (!revertData(error)) throw error;
  }
}
