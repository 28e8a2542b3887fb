import { id } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filingPowers, filingStateTable } from "../../server/domain/filingStates.ts";
import { type Key } from "../support/actors.ts";
import { examine, handIn } from "../support/scrutiny.ts";
import {
  attest,
  byThree,
  draft,
  evidence,
  filingState,
  nextAt,
  now,
  reach,
  record,
  submission,
} from "../support/steps.ts";
import { dealTerms, termsHashOf } from "../support/terms.ts";
import { deployed, openLedger, type FiledWorld, type Ledger } from "../support/world.ts";

// The whole state machine of a filing (R-F4): every function in every state, by whoever may call it there.

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;

type FilingWorld = FiledWorld & { readonly draftedRef: string; readonly closesAt: number };

const HOUR = 3_600;

/** The world with a filing in each state; once the time of a suspension has passed, the filing is as before. */
const reached = {
  async none(ledger: Ledger): Promise<FilingWorld> {
    return { ...(await reached.draft(ledger)), filing: id("no filing"), draftedRef: id("new reference") };
  },
  async draft(ledger: Ledger): Promise<FilingWorld> {
    const world = await deployed(ledger);
    const terms = dealTerms(world.actors);
    // The clock of a ledger only goes forward, from one test to the next too.
    const closesAt = (await now(world)) + 100 * 24 * HOUR;
    const filing = await draft(world, terms, { windowClosesAt: closesAt });
    await examine(world, filing);
    return { ...world, filing, terms, termsHash: termsHashOf(terms), draftedRef: id("filing"), closesAt };
  },
  async submitted(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.draft(ledger);
    await handIn(world, world.filing);
    return world;
  },
  async supplementRequested(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.submitted(ledger);
    await calls.requestSupplement(world);
    return world;
  },
  async attested(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.submitted(ledger);
    await attest(world, world.actors.attesterA.key, world.filing);
    return world;
  },
  async recorded(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.submitted(ledger);
    await record(world, world.filing);
    return world;
  },
  async issuedReported(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.recorded(ledger);
    await calls.followReport(world);
    return world;
  },
  async suspended(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.recorded(ledger);
    await calls.suspend(world, id("first order"));
    return world;
  },
  async recordedAgain(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.suspended(ledger);
    await reach(world, (await now(world)) + 2 * HOUR);
    return world;
  },
  async refused(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.submitted(ledger);
    await calls.refuse(world);
    return world;
  },
  async withdrawn(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.draft(ledger);
    await calls.withdraw(world);
    return world;
  },
  async overtaken(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.submitted(ledger);
    await reach(world, world.closesAt + 1);
    return world;
  },
  async lapsed(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.overtaken(ledger);
    await calls.lapse(world);
    return world;
  },
  async revoked(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.recorded(ledger);
    await calls.revoke(world);
    return world;
  },
  async closed(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.issuedReported(ledger);
    await calls.close(world);
    return world;
  },
};

type State = keyof typeof reached;
const states = Object.keys(reached) as State[];

const decided = (world: FilingWorld, call: (key: Key) => Promise<unknown>) => byThree(world, call);
const impersonated = async (world: FilingWorld, singleton: "deals" | "disclosures") =>
  world.filings.connect(await ethers.getImpersonatedSigner(world.wiring[singleton]));

/** A window that is open whenever the test comes. */
const lasting = ({ closesAt }: FilingWorld) => ({ windowClosesAt: closesAt + 100 * 24 * HOUR });

/** Filing entity, then registrar. */
async function countersigned(world: FilingWorld, call: (key: Key) => Promise<unknown>) {
  await call(world.actors.filingEntity.key);
  return call(world.actors.registrar.key);
}

/** Each function of the registry, called by whoever may call it. */
const calls = {
  draft: (world: FilingWorld) =>
    world.filings
      .connect(world.actors.filingEntity.key)
      .draft(world.draftedRef, submission(world.terms, lasting(world))),
  supersede: (world: FilingWorld) =>
    world.filings
      .connect(world.actors.filingEntity.key)
      .supersede(world.filing, submission(world.terms, { bundleHash: id("next bundle"), ...lasting(world) })),
  submit: (world: FilingWorld) =>
    countersigned(world, (key) => world.filings.connect(key).submit(world.filing, 1, id("receipt"))),
  requestSupplement: (world: FilingWorld) =>
    world.filings.connect(world.actors.registrar.key).requestSupplement(world.filing, id("request")),
  attest: (world: FilingWorld) => {
    const given = submission(world.terms);
    return world.filings
      .connect(world.actors.attesterB.key)
      .attest(world.filing, 1, given.bundleHash, given.termsHash, evidence());
  },
  refuse: (world: FilingWorld) => world.filings.connect(world.actors.registrar.key).refuse(world.filing, id("notice")),
  withdraw: (world: FilingWorld) =>
    world.filings.connect(world.actors.filingEntity.key).withdraw(world.filing, id("reason")),
  lapse: (world: FilingWorld) => world.filings.connect(world.actors.outsider).lapse(world.filing),
  suspend: async (world: FilingWorld, orderId = id("order")) =>
    world.filings
      .connect(world.actors.regulator.key)
      .suspend(world.filing, orderId, (await now(world)) + HOUR, id("basis")),
  keepSuspended: async (world: FilingWorld) => {
    const until = (await now(world)) + 30 * 24 * HOUR;
    return decided(world, (key) =>
      world.filings.connect(key).keepSuspended(world.filing, id("order"), until, id("basis")),
    );
  },
  lift: (world: FilingWorld) =>
    decided(world, (key) => world.filings.connect(key).lift(world.filing, id("first order"), id("basis"))),
  revoke: (world: FilingWorld) =>
    decided(world, (key) => world.filings.connect(key).revoke(world.filing, id("revocation"), id("notice"))),
  followReport: async (world: FilingWorld) => (await impersonated(world, "disclosures")).followReport(world.filing),
  close: (world: FilingWorld) =>
    countersigned(world, (key) => world.filings.connect(key).close(world.filing, id("final report"))),
  consume: async (world: FilingWorld) => (await impersonated(world, "deals")).consume(world.filing, 0, 1n),
};

type Call = keyof typeof calls;
const callNames = Object.keys(calls) as Call[];

/** Where each call leads from each state that admits it. Every other pair is refused. */
const transitions: Record<Call, Partial<Record<State, keyof typeof filingState>>> = {
  draft: { none: "draft" },
  supersede: { draft: "draft", submitted: "draft", supplementRequested: "draft", attested: "draft" },
  submit: { draft: "submitted" },
  requestSupplement: { submitted: "supplementRequested", attested: "supplementRequested" },
  attest: { submitted: "attested", attested: "recorded" },
  refuse: { submitted: "refused", supplementRequested: "refused", attested: "refused" },
  withdraw: {
    draft: "withdrawn",
    submitted: "withdrawn",
    supplementRequested: "withdrawn",
    attested: "withdrawn",
  },
  lapse: { overtaken: "lapsed" },
  suspend: {
    recorded: "suspended",
    issuedReported: "suspended",
    suspended: "suspended",
    recordedAgain: "suspended",
  },
  keepSuspended: {
    recorded: "suspended",
    issuedReported: "suspended",
    suspended: "suspended",
    recordedAgain: "suspended",
  },
  lift: { suspended: "recorded" },
  revoke: { recorded: "revoked", issuedReported: "revoked", suspended: "revoked", recordedAgain: "revoked" },
  followReport: { recorded: "issuedReported", recordedAgain: "issuedReported", suspended: "suspended" },
  close: { recorded: "closed", recordedAgain: "closed", issuedReported: "closed", revoked: "closed" },
  consume: { recorded: "recorded", recordedAgain: "recorded" },
};

/** What the registry answers as the state of a filing that was brought there. */
const answered = (state: State) =>
  filingState[state === "recordedAgain" ? "recorded" : state === "overtaken" ? "lapsed" : state];

function refusalOf(call: Call, state: State): [string, (world: FilingWorld) => unknown[]] {
  if (call === "draft") return ["FilingRegistry_AlreadyDrafted", ({ filing }) => [filing]];
  if (state === "none") return ["FilingRegistry_UnknownFiling", ({ filing }) => [filing]];
  if (call === "lift" && (answered(state) === filingState.recorded || state === "issuedReported")) {
    return ["Stoppable_NotStopped", ({ filing }) => [filing]];
  }
  return ["FilingRegistry_WrongState", ({ filing }) => [filing, answered(state)]];
}

it("knows every function that changes a filing", async () => {
  const { filings } = await networkHelpers.loadFixture(reached.submitted);
  const found: string[] = [];
  filings.interface.forEachFunction((f) => void (f.stateMutability === "nonpayable" && found.push(f.name)));
  expect(found.sort()).toEqual(callNames.sort());
});

it("reaches every state of the ledger", () => {
  expect(new Set(states.map(answered))).toEqual(new Set(Object.values(filingState)));
});

describe.each(states)("a filing that is %s", (state) => {
  const illegal = callNames.filter((call) => !transitions[call][state]);
  const legal = callNames.filter((call) => transitions[call][state]);

  it.each(illegal)("refuses to %s (R-F4)", async (call) => {
    const world = await networkHelpers.loadFixture(reached[state]);
    const [error, args] = refusalOf(call, state);
    await expect(calls[call](world)).toRevertWith(world.filings, error, args(world));
    if (state !== "none") expect((await world.filings.filingOf(world.filing)).state).toBe(answered(state));
  });

  it.each(legal)("admits to %s (R-F4)", async (call) => {
    const world = await networkHelpers.loadFixture(reached[state]);
    const { filingEntity } = world.actors;
    const filing =
      call === "draft"
        ? await world.filings
            .connect(filingEntity.key)
            .draft.staticCall(world.draftedRef, submission(world.terms, lasting(world)))
        : world.filing;
    await calls[call](world);
    expect((await world.filings.filingOf(filing)).state).toBe(filingState[transitions[call][state]!]);
  });

  it("allows what the one table says, and nothing else (R-F4)", async () => {
    const world = await networkHelpers.loadFixture(reached[state]);
    const allowed = await Promise.all(filingPowers.map((_, power) => world.filings.allows(world.filing, power)));
    const row = answered(state) === 0n ? undefined : filingStateTable[Number(answered(state)) - 1];
    const powers = (row?.powers ?? []) as readonly string[];
    expect(filingPowers.filter((_, power) => allowed[power])).toEqual(powers);
  });
});

describe("the clock", () => {
  it("lapses a filing the second after its window closed, and not before (R-F4)", async () => {
    const world = await networkHelpers.loadFixture(reached.attested);
    await reach(world, world.closesAt);
    expect(await world.filings.stateOf(world.filing)).toBe(filingState.attested);
    await nextAt(world, world.closesAt);
    await expect(calls.lapse(world)).toRevertWith(world.filings, "FilingRegistry_WrongState", [
      world.filing,
      filingState.attested,
    ]);
    await nextAt(world, world.closesAt + 1);
    await expect(calls.lapse(world)).toEmit(world.filings, "FilingLapsed", [world.filing]);
  });

  it("never lapses a filing that was recorded", async () => {
    const world = await networkHelpers.loadFixture(reached.recorded);
    await reach(world, world.closesAt + 1);
    expect(await world.filings.stateOf(world.filing)).toBe(filingState.recorded);
  });

  it("ends a suspension into the state that was reported under it", async () => {
    const world = await networkHelpers.loadFixture(reached.suspended);
    await calls.followReport(world);
    await reach(world, (await now(world)) + 2 * HOUR);
    expect(await world.filings.stateOf(world.filing)).toBe(filingState.issuedReported);
  });
});

describe("a filing under random calls", () => {
  const next = (state: State, call: Call): State | undefined => transitions[call][state] as State | undefined;

  it("is always where a small model says, and refuses what the model refuses (R-F4)", async () => {
    const steps = callNames.filter((call) => call !== "draft" && call !== "lift" && call !== "lapse");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...steps), { minLength: 4, maxLength: 12 }), async (given) => {
        const world = await networkHelpers.loadFixture(reached.submitted);
        let state: State = "submitted";
        let version = 1n;
        for (const [i, call] of given.entries()) {
          // After the first attestation the other attester is the same party again, and a spent order serves no more.
          const isRepeated = given.slice(0, i).includes(call);
          if (isRepeated && call !== "consume") continue;
          const isDrafted = call === "submit" && version > 1n;
          if (isDrafted) continue;
          const to = next(state, call);
          const done = await calls[call](world).then(
            () => true,
            () => false,
          );
          const isVoid = call === "attest" && version > 1n;
          expect([call, done]).toEqual([call, to !== undefined && !isVoid]);
          if (!done) continue;
          if (call === "supersede") version += 1n;
          state = to!;
          expect(await world.filings.stateOf(world.filing)).toBe(answered(state));
          expect((await world.filings.filingOf(world.filing)).version).toBe(version);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("filingOf", () => {
  it("refuses a filing that nobody drafted", async () => {
    const { filings, filing } = await networkHelpers.loadFixture(reached.none);
    await expect(filings.filingOf(filing)).toRevertWith(filings, "FilingRegistry_UnknownFiling", [filing]);
  });
});
