import { id } from "ethers";
import { describe, expect, it } from "vitest";
import { type Key } from "../support/actors.ts";
import { attest, byThree, evidence, filingState, now, reach, record, submission } from "../support/steps.ts";
import { openLedger, submitted, type FiledWorld, type Ledger } from "../support/world.ts";

// The whole state machine of a filing (R-F4): every function in every state, by whoever may call it there.

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;

type FilingWorld = FiledWorld & { readonly submittedRef: string };

const HOUR = 3_600;

/** The world with a filing in each state; a lapsed suspension is Recorded again by the clock. */
const reached = {
  async none(ledger: Ledger): Promise<FilingWorld> {
    return { ...(await submitted(ledger)), filing: id("no filing"), submittedRef: id("new reference") };
  },
  async submitted(ledger: Ledger): Promise<FilingWorld> {
    return { ...(await submitted(ledger)), submittedRef: id("filing") };
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
  async suspended(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.recorded(ledger);
    await calls.suspend(world, id("first order"));
    return world;
  },
  async lapsed(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.suspended(ledger);
    await reach(world, (await now(world)) + 2 * HOUR);
    return world;
  },
  async refused(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.submitted(ledger);
    await calls.refuse(world);
    return world;
  },
  async revoked(ledger: Ledger): Promise<FilingWorld> {
    const world = await reached.recorded(ledger);
    await calls.revoke(world);
    return world;
  },
};

type State = keyof typeof reached;
const states = Object.keys(reached) as State[];

const decided = (world: FilingWorld, call: (key: Key) => Promise<unknown>) => byThree(world, call);

/** Each function of the registry, called by whoever may call it. */
const calls = {
  submit: (world: FilingWorld) =>
    world.filings.connect(world.actors.filingEntity.key).submit(world.submittedRef, submission(world.terms)),
  supersede: (world: FilingWorld) =>
    world.filings
      .connect(world.actors.filingEntity.key)
      .supersede(world.filing, submission(world.terms, { bundleHash: id("next bundle") })),
  attest: (world: FilingWorld) => {
    const given = submission(world.terms);
    return world.filings
      .connect(world.actors.attesterB.key)
      .attest(world.filing, 1, given.bundleHash, given.termsHash, evidence());
  },
  refuse: (world: FilingWorld) => world.filings.connect(world.actors.registrar.key).refuse(world.filing, id("notice")),
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
  consume: async (world: FilingWorld) =>
    world.filings.connect(await ethers.getImpersonatedSigner(world.wiring.deals)).consume(world.filing, 0, 1n),
};

type Call = keyof typeof calls;

/** Where each call leads from each state that admits it. Every other pair is refused. */
const transitions: Record<Call, Partial<Record<State, keyof typeof filingState>>> = {
  submit: { none: "submitted" },
  supersede: { submitted: "submitted", attested: "submitted" },
  attest: { submitted: "attested", attested: "recorded" },
  refuse: { submitted: "refused", attested: "refused" },
  suspend: { recorded: "suspended", suspended: "suspended", lapsed: "suspended" },
  keepSuspended: { recorded: "suspended", suspended: "suspended", lapsed: "suspended" },
  lift: { suspended: "recorded" },
  revoke: { recorded: "revoked", suspended: "revoked", lapsed: "revoked" },
  consume: { recorded: "recorded", lapsed: "recorded" },
};

/** What the registry answers as the state of a filing that was brought there. */
const answered = (state: State) => filingState[state === "lapsed" ? "recorded" : state];

function refusalOf(call: Call, state: State): [string, (world: FilingWorld) => unknown[]] {
  if (call === "submit") return ["FilingRegistry_AlreadySubmitted", ({ filing }) => [filing]];
  if (state === "none") return ["FilingRegistry_UnknownFiling", ({ filing }) => [filing]];
  if (call === "lift" && answered(state) === filingState.recorded) {
    return ["Stoppable_NotStopped", ({ filing }) => [filing]];
  }
  return ["FilingRegistry_WrongState", ({ filing }) => [filing, answered(state)]];
}

it("knows every function that changes a filing", async () => {
  const { filings } = await networkHelpers.loadFixture(reached.submitted);
  const found: string[] = [];
  filings.interface.forEachFunction((f) => void (f.stateMutability === "nonpayable" && found.push(f.name)));
  expect(found.sort()).toEqual(Object.keys(calls).sort());
});

describe.each(states)("a filing that is %s", (state) => {
  const illegal = (Object.keys(calls) as Call[]).filter((call) => !transitions[call][state]);
  const legal = (Object.keys(calls) as Call[]).filter((call) => transitions[call][state]);

  it.each(illegal)("refuses to %s (R-F4)", async (call) => {
    const world = await networkHelpers.loadFixture(reached[state]);
    const [error, args] = refusalOf(call, state);
    await expect(calls[call](world)).toRevertWith(world.filings, error, args(world));
    if (state !== "none") expect((await world.filings.filingOf(world.filing)).state).toBe(answered(state));
  });

  it.each(legal)("admits to %s (R-F4)", async (call) => {
    const world = await networkHelpers.loadFixture(reached[state]);
    const filing =
      call === "submit"
        ? await world.filings
            .connect(world.actors.filingEntity.key)
            .submit.staticCall(world.submittedRef, submission(world.terms))
        : world.filing;
    await calls[call](world);
    expect((await world.filings.filingOf(filing)).state).toBe(filingState[transitions[call][state]!]);
  });
});

describe("filingOf", () => {
  it("refuses a filing that nobody submitted", async () => {
    const { filings, filing } = await networkHelpers.loadFixture(reached.none);
    await expect(filings.filingOf(filing)).toRevertWith(filings, "FilingRegistry_UnknownFiling", [filing]);
  });
});
