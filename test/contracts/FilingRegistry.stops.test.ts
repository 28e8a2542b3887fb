import { AbiCoder, id, keccak256, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { byThree, filingState, now, reach, reasons } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const HOUR = 3_600;
const LIMIT = 72 * HOUR;
/** Last second that any stop may name. */
const LAST_SECOND = 2 ** 32 - 2;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const at = (second: number) => networkHelpers.time.setNextBlockTimestamp(second);
const order = (label: string) => id(label);

const suspend = (until: number | bigint, orderId = order("suspend"), key = world.actors.regulator.key) =>
  world.filings.connect(key).suspend(world.filing, orderId, until, id("basis"));
const keepSuspended = (key: Key, until: number, orderId = order("keep")) =>
  world.filings.connect(key).keepSuspended(world.filing, orderId, until, id("basis"));
const lift = (key: Key, orderId = order("suspend")) =>
  world.filings.connect(key).lift(world.filing, orderId, id("basis"));
const revoke = (key: Key, orderId = order("revoke")) =>
  world.filings.connect(key).revoke(world.filing, orderId, id("notice"));

const stateOf = async () => (await world.filings.filingOf(world.filing)).state;
const suspendedUntil = async () => (await world.filings.filingOf(world.filing)).suspendedUntil;
const move = () => world.note.connect(world.actors.custodianA.key).move(world.alpha, world.beta, 1n, id("move"));
const forbids = async () => world.note.restrictionsOf(world.actors.custodianA.key.address, world.alpha, world.beta, 1n);

const outOfRange = (until: number, latest: number) =>
  ["Stoppable_UntilOutOfRange", [world.filing, BigInt(until), BigInt(latest)]] as const;
const orderUsed = (orderId: string) => ["Stoppable_OrderUsed", [world.filing, orderId]] as const;

describe("suspend", () => {
  it("refuses everybody but registrar and regulator (R-O3)", async () => {
    const { issuer, approverA, outsider } = world.actors;
    const until = (await now(world)) + HOUR;
    for (const party of [issuer, approverA]) {
      await expect(suspend(until, order("suspend"), party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("REGISTRAR"),
      ]);
    }
    await expect(suspend(until, order("suspend"), outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
  });

  it("refuses an end in this second or before, and one second beyond 72 hours (R-O4)", async () => {
    expect(await world.filings.MAX_STOP_SECONDS()).toBe(BigInt(LIMIT));
    const second = (await now(world)) + 10;
    for (const until of [0, second - 1, second, second + LIMIT + 1]) {
      await at(second);
      await expect(suspend(until)).toRevertWith(world.filings, ...outOfRange(until, second + LIMIT));
    }
    await at(second);
    await suspend(second + LIMIT);
    expect(await suspendedUntil()).toBe(BigInt(second + LIMIT));
  });

  it("refuses an order without an id, and one that served this filing before (R-O1)", async () => {
    const until = (await now(world)) + HOUR;
    await expect(suspend(until, ZeroHash)).toRevertWith(world.filings, ...orderUsed(ZeroHash));
    await suspend(until);
    await expect(suspend(until + HOUR)).toRevertWith(world.filings, ...orderUsed(order("suspend")));
    await byThree(world, (key) => lift(key));
    await expect(suspend(until)).toRevertWith(world.filings, ...orderUsed(order("suspend")));
  });

  it("refuses keys that take turns in renewing: a series of stops lasts 72 hours together (R-O4)", async () => {
    const { regulator, registrar } = world.actors;
    const since = (await now(world)) + 10;
    await at(since);
    await suspend(since + HOUR, order("first"));
    await at(since + 2 * HOUR);
    await suspend(since + LIMIT, order("second"), registrar.key);
    await at(since + LIMIT - 1);
    await expect(suspend(since + LIMIT + 1, order("third"), regulator.key)).toRevertWith(
      world.filings,
      ...outOfRange(since + LIMIT + 1, since + LIMIT),
    );
    const nextSeries = since + 2 * LIMIT + 1;
    for (const second of [since + LIMIT + 1, nextSeries - 1]) {
      await at(second);
      await expect(suspend(second + 1, order("third"), regulator.key)).toRevertWith(
        world.filings,
        ...outOfRange(second + 1, since + LIMIT),
      );
    }
    await at(nextSeries);
    await suspend(nextSeries + LIMIT, order("third"), regulator.key);
    expect(await stateOf()).toBe(filingState.suspended);
  });

  it("is open to one key again after three parties judged the stop: after a lift, and after they kept it", async () => {
    const since = (await now(world)) + 10;
    await at(since);
    await suspend(since + LIMIT);
    await byThree(world, (key) => lift(key));
    await at(since + HOUR);
    await suspend(since + HOUR + LIMIT, order("after lift"));
    const kept = since + 100 * HOUR;
    await byThree(world, (key) => keepSuspended(key, kept));
    await at(kept + 1);
    await suspend(kept + 1 + LIMIT, order("after keep"));
    expect(await suspendedUntil()).toBe(BigInt(kept + 1 + LIMIT));
  });

  it("never shortens a stop that several parties decided, nor takes its place", async () => {
    const { registrar } = world.actors;
    await byThree(world, (key) => keepSuspended(key, LAST_SECOND));
    await suspend((await now(world)) + HOUR);
    expect(await suspendedUntil()).toBe(BigInt(LAST_SECOND));
    await expect(lift(registrar.key)).toRevertWith(world.filings, "Stoppable_OtherOrder", [
      world.filing,
      order("keep"),
      order("suspend"),
    ]);
  });

  it("stops issuance and transfers of every class in the same transaction (R-O4)", async () => {
    const until = (await now(world)) + HOUR;
    expect(await forbids()).toBe(0n);
    const order1 = suspend(until);
    for (const note of [world.note, world.exactNote]) {
      await expect(order1).toEmit(note, "FilingStateFollowed", [filingState.recorded, BigInt(until)]);
    }
    await expect(order1).toEmit(world.filings, "FilingSuspended", [
      world.filing,
      world.actors.regulator.id,
      order("suspend"),
      BigInt(until),
      id("basis"),
    ]);
    expect(await forbids()).toBe(reasons("FILING_SUSPENDED"));
    await expect(move()).toRevertWith(world.note, "Note_Restricted", [reasons("FILING_SUSPENDED"), 0n]);
    const issue = world.deals.connect(world.actors.issuer.key);
    await expect(issue.issue(world.deal, 0, [{ account: world.alpha, units: 1n }], id("more"))).toRevertWith(
      world.note,
      "Note_Restricted",
      [reasons("FILING_SUSPENDED"), 0n],
    );
  });

  it("ends by the clock: in its last second it stands, in the next it does not (R-O4)", async () => {
    const until = (await now(world)) + HOUR;
    await suspend(until);
    await reach(world, until);
    expect(await stateOf()).toBe(filingState.suspended);
    expect(await forbids()).toBe(reasons("FILING_SUSPENDED"));
    await at(until);
    await expect(move()).toRevertWith(world.note, "Note_Restricted", [reasons("FILING_SUSPENDED"), 0n]);
    await at(until + 1);
    await move();
    expect(await stateOf()).toBe(filingState.recorded);
  });
});

/** The decisions that three parties take, each as one call. */
const decisions: [string, (key: Key) => Promise<unknown>, (w: IssuedWorld) => string][] = [
  [
    "keepSuspended",
    (key) => keepSuspended(key, 1_900_000_000),
    ({ filing }) =>
      subjectOf(
        ["bytes32", "bytes32", "uint40", "bytes32"],
        ["keepSuspended", filing, order("keep"), 1_900_000_000, id("basis")],
      ),
  ],
  [
    "lift",
    (key) => lift(key),
    ({ filing }) => subjectOf(["bytes32", "bytes32", "bytes32"], ["lift", filing, order("suspend"), id("basis")]),
  ],
  [
    "revoke",
    (key) => revoke(key),
    ({ filing }) => subjectOf(["bytes32", "bytes32", "bytes32"], ["revoke", filing, order("revoke"), id("notice")]),
  ],
];

const subjectOf = (types: string[], values: unknown[]) =>
  keccak256(AbiCoder.defaultAbiCoder().encode(["string", ...types], values));

describe.each(decisions)("%s", (_, call, subject) => {
  beforeEach(async () => {
    await suspend((await now(world)) + HOUR);
  });

  it("refuses a first who is neither registrar nor regulator, and a later one who is no approver (R-O2)", async () => {
    const { approverA, issuer, regulator, registrar, outsider, deployer } = world.actors;
    for (const key of [outsider, deployer]) {
      await expect(call(key)).toRevertWith(world.parties, "Parties_UnknownKey", [key.address]);
    }
    for (const party of [approverA, issuer]) {
      await expect(call(party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, role("REGISTRAR")]);
    }
    await call(registrar.key);
    for (const party of [regulator, issuer]) {
      await expect(call(party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, role("APPROVER")]);
    }
    await call(approverA.key);
    await expect(call(regulator.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      regulator.id,
      role("APPROVER"),
    ]);
  });

  it("refuses a second key of a party that has its say already (R-G1)", async () => {
    const { approverA, registrar } = world.actors;
    await call(registrar.key);
    await expect(call(registrar.otherKey)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subject(world),
      registrar.id,
    ]);
    await call(approverA.key);
    await expect(call(approverA.otherKey)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subject(world),
      approverA.id,
    ]);
  });

  it("changes nothing with two parties, and acts with the third in the same transaction (R-O2)", async () => {
    const { approverA, approverB, regulator } = world.actors;
    const before = [await stateOf(), await suspendedUntil(), await forbids()];
    await call(regulator.key);
    await call(approverA.key);
    expect([await stateOf(), await suspendedUntil(), await forbids()]).toEqual(before);
    await call(approverB.key);
    expect([await stateOf(), await suspendedUntil(), await forbids()]).not.toEqual(before);
  });
});

describe("keepSuspended", () => {
  it("refuses an end in this second, one that does not prolong the stop, and one beyond the last second", async () => {
    const { registrar } = world.actors;
    const second = (await now(world)) + 10;
    await at(second);
    await expect(keepSuspended(registrar.key, second)).toRevertWith(world.filings, ...outOfRange(second, LAST_SECOND));
    const standing = second + HOUR;
    await suspend(standing);
    for (const until of [standing - 1, standing, LAST_SECOND + 1]) {
      await expect(keepSuspended(registrar.key, until)).toRevertWith(world.filings, ...outOfRange(until, LAST_SECOND));
    }
    await byThree(world, (key) => keepSuspended(key, standing + 1));
    expect(await suspendedUntil()).toBe(BigInt(standing + 1));
  });

  it("refuses with the first call an order without an id, and one that served this filing before (R-O1)", async () => {
    const { registrar } = world.actors;
    const until = (await now(world)) + 2 * HOUR;
    await suspend(until - HOUR);
    for (const orderId of [ZeroHash, order("suspend")]) {
      await expect(keepSuspended(registrar.key, until, orderId)).toRevertWith(world.filings, ...orderUsed(orderId));
    }
  });

  it("holds far beyond what one key may order, and tells the notes", async () => {
    const until = (await now(world)) + 365 * 24 * HOUR;
    await expect(byThree(world, (key) => keepSuspended(key, until))).toEmit(world.note, "FilingStateFollowed", [
      filingState.recorded,
      BigInt(until),
    ]);
    await reach(world, until);
    expect(await forbids()).toBe(reasons("FILING_SUSPENDED"));
    await reach(world, until + 1);
    expect(await forbids()).toBe(0n);
  });
});

describe("lift", () => {
  it("refuses a filing that is not suspended, or not any more", async () => {
    const { registrar } = world.actors;
    await expect(lift(registrar.key)).toRevertWith(world.filings, "Stoppable_NotStopped", [world.filing]);
    await suspend((await now(world)) + HOUR);
    await reach(world, (await now(world)) + 2 * HOUR);
    await expect(lift(registrar.key)).toRevertWith(world.filings, "Stoppable_NotStopped", [world.filing]);
  });

  it("refuses any order but that of the stop that stands (R-O1)", async () => {
    const { registrar } = world.actors;
    await suspend((await now(world)) + HOUR);
    for (const orderId of [order("other"), ZeroHash]) {
      await expect(lift(registrar.key, orderId)).toRevertWith(world.filings, "Stoppable_OtherOrder", [
        world.filing,
        order("suspend"),
        orderId,
      ]);
    }
  });

  it("never ends another stop than the one that the parties decided about", async () => {
    const { registrar, approverA, approverB } = world.actors;
    await suspend((await now(world)) + HOUR, order("first"));
    await lift(registrar.key, order("first"));
    await lift(approverA.key, order("first"));
    await reach(world, (await now(world)) + 10 * 24 * HOUR);
    await suspend((await now(world)) + HOUR, order("second"));
    await expect(lift(approverB.key, order("first"))).toRevertWith(world.filings, "Stoppable_OtherOrder", [
      world.filing,
      order("second"),
      order("first"),
    ]);
    expect(await stateOf()).toBe(filingState.suspended);
  });

  it("lets transfers go on in the next transaction", async () => {
    await suspend((await now(world)) + HOUR);
    const last = byThree(world, (key) => lift(key));
    await expect(last).toEmit(world.filings, "FilingSuspensionLifted", [world.filing, order("suspend"), id("basis")]);
    await expect(last).toEmit(world.note, "FilingStateFollowed", [filingState.recorded, 0n]);
    expect(await stateOf()).toBe(filingState.recorded);
    await move();
  });
});

describe("revoke", () => {
  it("refuses with the first call an order without an id, and one that served this filing before (R-O1)", async () => {
    const { registrar } = world.actors;
    await suspend((await now(world)) + HOUR);
    for (const orderId of [ZeroHash, order("suspend")]) {
      await expect(revoke(registrar.key, orderId)).toRevertWith(world.filings, ...orderUsed(orderId));
    }
  });

  it("stops transfers for good and says only that the filing is revoked, also out of a suspension", async () => {
    await suspend((await now(world)) + HOUR);
    const last = byThree(world, (key) => revoke(key));
    await expect(last).toEmit(world.filings, "FilingRevoked", [world.filing, order("revoke"), id("notice")]);
    await expect(last).toEmit(world.exactNote, "FilingStateFollowed", [filingState.revoked, await suspendedUntil()]);
    expect(await forbids()).toBe(reasons("FILING_REVOKED"));
    await reach(world, (await now(world)) + 400 * 24 * HOUR);
    await expect(move()).toRevertWith(world.note, "Note_Restricted", [reasons("FILING_REVOKED"), 0n]);
  });
});
