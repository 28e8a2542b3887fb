import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { IOrders } from "../../types/contracts/Orders.ts";
import { role, type Key } from "../support/actors.ts";
import { fileOrder, HOUR, kind, MOST, state } from "../support/orders.ts";
import { byThree, nextAt, now, plainOf, reach, reasons, register, residence, update } from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const file = (overrides: Partial<IOrders.OrderStruct> = {}, key?: Key) => fileOrder(world, overrides, key);
const refused = (error: string, args: readonly unknown[]) => [world.orders, error, args] as const;
const balanceOf = (account: string) => world.note.balanceOf(account);
const frozenOf = (account: string) => world.note.getFrozenTokens(account);
const stateOf = async (orderId: string) => (await world.orders.orderOf(orderId)).state;
const move = (units: bigint) =>
  world.note.connect(world.actors.custodianA.key).move(world.alpha, world.beta, units, id("move"));

/** The acts that three parties decide, each with an order that is ready for it. */
const acts = {
  freeze: {
    ready: () => file(),
    act: (key: Key, orderId: string) => world.orders.connect(key).freeze(orderId),
    content: (orderId: string) => [
      ["string", "bytes32"],
      ["freeze", orderId],
    ],
  },
  unfreeze: {
    ready: () => frozen(),
    act: (key: Key, orderId: string) => world.orders.connect(key).unfreeze(orderId, id("grounds")),
    content: (orderId: string) => [
      ["string", "bytes32", "bytes32"],
      ["unfreeze", orderId, id("grounds")],
    ],
  },
  force: {
    ready: () => file({ kind: kind.force, destination: world.gamma }),
    act: (key: Key, orderId: string) => world.orders.connect(key).force(orderId),
    content: (orderId: string) => [
      ["string", "bytes32"],
      ["force", orderId],
    ],
  },
  recover: {
    ready: async () => file({ kind: kind.recover, destination: await second() }),
    act: (key: Key, orderId: string) => world.orders.connect(key).recover(orderId),
    content: (orderId: string) => [
      ["string", "bytes32"],
      ["recover", orderId],
    ],
  },
  keepPaused: {
    ready: () => filePause(),
    act: async (key: Key, orderId: string) => world.orders.connect(key).keepPaused(orderId, pausedUntil),
    content: (orderId: string) => [
      ["string", "bytes32", "uint40"],
      ["keepPaused", orderId, pausedUntil],
    ],
  },
  liftPause: {
    ready: async () => {
      const orderId = await filePause();
      await world.orders.connect(world.actors.regulator.key).pause(orderId, (await now(world)) + HOUR);
      return orderId;
    },
    act: (key: Key, orderId: string) => world.orders.connect(key).liftPause(orderId),
    content: (orderId: string) => [
      ["string", "bytes32"],
      ["liftPause", orderId],
    ],
  },
} as const;

let pausedUntil: number;
beforeEach(async () => {
  pausedUntil = (await now(world)) + 10 * 24 * HOUR;
});

const filePause = (overrides: Partial<IOrders.OrderStruct> = {}) =>
  file({ kind: kind.pause, account: ZeroAddress, units: 0n, ...overrides });

/** Another account of alpha's holder with the same custodian. */
const second = () =>
  register(world, world.actors.custodianA, "alpha's second", { holderRef: id("alpha").slice(0, 34) });

type ActName = keyof typeof acts;
const decide = (name: ActName, orderId: string) => byThree(world, (key) => acts[name].act(key, orderId));

/** A freeze in force. */
async function frozen(overrides: Partial<IOrders.OrderStruct> = {}): Promise<string> {
  const orderId = await file(overrides);
  await decide("freeze", orderId);
  return orderId;
}

describe("file", () => {
  it("refuses everybody but registrar and regulator (R-O1, R-O3)", async () => {
    const { custodianA, approverA, issuer, outsider } = world.actors;
    for (const party of [custodianA, approverA, issuer]) {
      const missing = [party.id, role("REGISTRAR")];
      await expect(file({}, party.key)).toRevertWith(world.parties, "Parties_RoleMissing", missing);
    }
    await expect(file({}, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  const malformed: [field: string, what: string, order: () => Partial<IOrders.OrderStruct>][] = [
    ["authority", "no authority", () => ({ authority: ZeroHash })],
    ["jurisdiction", "no jurisdiction", () => ({ jurisdiction: "0x0000" })],
    ["jurisdiction", "a jurisdiction in small letters", () => ({ jurisdiction: residence("hk") })],
    ["basisHash", "no basis", () => ({ basisHash: ZeroHash })],
    ["receivedAt", "no day of receipt", () => ({ receivedAt: 0 })],
    ["kind", "no kind", () => ({ kind: 0 })],
    ["account", "an account of a pause", () => ({ kind: kind.pause, units: 0n })],
    ["destination", "a destination of a freeze", () => ({ destination: world.gamma })],
    ["destination", "a destination of a pause", () => ({ ...pauseScope, destination: world.gamma })],
    ["units", "a freeze of nothing", () => ({ units: 0n })],
    ["units", "a forced movement of nothing", () => ({ kind: kind.force, destination: world.gamma, units: 0n })],
    ["units", "units of a pause", () => ({ ...pauseScope, units: 1n })],
    ["releases", "a release by a freeze", () => ({ releases: id("order") })],
    ["releases", "a release by a pause", () => ({ ...pauseScope, releases: id("order") })],
    [
      "releases",
      "a release of an order that does not exist",
      () => ({ kind: kind.force, destination: world.gamma, releases: id("order") }),
    ],
  ];
  const pauseScope = { kind: kind.pause, account: ZeroAddress, units: 0n };
  it.each(malformed)("refuses as %s: %s (R-O1)", async (field, _, order) => {
    await expect(file(order())).toRevertWith(...refused("Orders_Malformed", [field]));
  });

  it("refuses an empty reference, and one that the party has used (R-O1)", async () => {
    const { regulator, registrar } = world.actors;
    const empty = fileOrder(world, {}, regulator.key, ZeroHash);
    await expect(empty).toRevertWith(...refused("Orders_Malformed", ["ref"]));
    const orderId = await fileOrder(world, {}, regulator.key, id("ref"));
    const again = fileOrder(world, { units: 1n }, regulator.otherKey, id("ref"));
    await expect(again).toRevertWith(...refused("Orders_DuplicateOrder", [orderId]));
    expect(await fileOrder(world, {}, registrar.key, id("ref"))).not.toBe(orderId);
  });

  it("refuses a receipt that lies ahead, and an expiry or a review that has passed, to the second (R-O1)", async () => {
    const second = (await now(world)) + 100;
    const cases = [
      ["receivedAt", { receivedAt: second + 1 }, { receivedAt: second }],
      ["expiresAt", { expiresAt: second - 1 }, { expiresAt: second }],
      ["reviewAt", { reviewAt: second - 1 }, { reviewAt: second }],
    ] as const;
    for (const [field, late, justInTime] of cases) {
      await nextAt(world, second);
      await expect(file(late)).toRevertWith(...refused("Orders_Malformed", [field]));
      await nextAt(world, second);
      await file(justInTime);
    }
  });

  it("refuses what is no note, and accounts that nobody registered (R-O1)", async () => {
    const stranger = world.actors.outsider.address;
    for (const note of [stranger, ZeroAddress, world.wiring.deals]) {
      await expect(file({ note })).toRevertWith(...refused("Orders_UnknownNote", [note]));
    }
    for (const account of [stranger, ZeroAddress]) {
      await expect(file({ account })).toRevertWith(...refused("Orders_UnknownAccount", [account]));
      const forced = file({ kind: kind.force, destination: account });
      await expect(forced).toRevertWith(...refused("Orders_UnknownAccount", [account]));
    }
  });

  it("refuses to force or recover units from an account to itself, which could thaw them (R-O2)", async () => {
    for (const of of [kind.force, kind.recover]) {
      const order = file({ kind: of, destination: world.alpha });
      await expect(order).toRevertWith(...refused("Orders_SameAccount", [world.alpha]));
    }
  });

  it("refuses a release of what is no freeze of this account in this note (R-O2)", async () => {
    const ofOther = await frozen({ account: world.beta });
    const ofOtherNote = await file({ note: await world.exactNote.getAddress() });
    const noFreeze = await file({ kind: kind.force, destination: world.gamma });
    for (const releases of [ofOther, ofOtherNote, noFreeze]) {
      const order = file({ kind: kind.force, destination: world.gamma, releases });
      await expect(order).toRevertWith(...refused("Orders_Malformed", ["releases"]));
    }
    const ofRecovery = file({ kind: kind.recover, destination: await second(), releases: await file() });
    await expect(ofRecovery).toRevertWith(...refused("Orders_Malformed", ["releases"]));
  });

  it("keeps the whole record, and has no effect on units or classes (R-O1, R-O3)", async () => {
    const { regulator } = world.actors;
    const at = await now(world);
    const filed = {
      kind: kind.freeze,
      note: await world.note.getAddress(),
      account: world.alpha,
      destination: ZeroAddress,
      units: MOST,
      releases: ZeroHash,
      authority: id("High Court"),
      jurisdiction: residence("HK"),
      basisHash: id("order of the court"),
      receivedAt: at,
      expiresAt: 2 ** 40 - 1,
      reviewAt: at + HOUR,
    };
    const orderId = keccak256(AbiCoder.defaultAbiCoder().encode(["uint16", "bytes32"], [regulator.id, id("ref")]));
    const plain = Object.values(filed).map((value) => (typeof value === "number" ? BigInt(value) : value));
    const sent = world.orders.connect(regulator.key).file(id("ref"), filed);
    await expect(sent).toEmit(world.orders, "OrderFiled", [orderId, regulator.id, id("ref"), plain]);
    const { order, state: current, frozenUnits } = await world.orders.orderOf(orderId);
    expect([plainOf(order), current, frozenUnits]).toEqual([plain, state.filed, 0n]);
    expect([await frozenOf(world.alpha), await balanceOf(world.alpha)]).toEqual([0n, 100n]);
    await move(100n);
  });
});

describe("orderOf", () => {
  it("refuses an order that does not exist", async () => {
    await expect(world.orders.orderOf(id("none"))).toRevertWith(...refused("Orders_UnknownOrder", [id("none")]));
  });
});

describe.each(Object.entries(acts))("%s", (name, { ready, act, content }) => {
  const actName = name as ActName;
  const subjectOf = (orderId: string) => {
    const [types, values] = content(orderId);
    return keccak256(AbiCoder.defaultAbiCoder().encode(types as string[], values as unknown[]));
  };

  it("refuses an order that does not exist", async () => {
    const acted = act(world.actors.registrar.key, id("none"));
    await expect(acted).toRevertWith(...refused("Orders_UnknownOrder", [id("none")]));
  });

  it("refuses an order of another kind, so that one order never serves for two acts (R-O1)", async () => {
    const other = actName === "freeze" || actName === "unfreeze" ? await filePause() : await file();
    const otherKind = actName === "freeze" || actName === "unfreeze" ? kind.pause : kind.freeze;
    const acted = act(world.actors.registrar.key, other);
    await expect(acted).toRevertWith(...refused("Orders_OtherKind", [other, BigInt(otherKind)]));
  });

  it("is not opened by anybody but registrar and regulator (R-O2)", async () => {
    const orderId = await ready();
    const { approverA, custodianA, outsider } = world.actors;
    for (const party of [approverA, custodianA]) {
      const missing = [party.id, role("REGISTRAR")];
      await expect(act(party.key, orderId)).toRevertWith(world.parties, "Parties_RoleMissing", missing);
    }
    await expect(act(outsider, orderId)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("has no effect by the regulator alone, nor by two parties (R-O2, R-O3)", async () => {
    const orderId = await ready();
    const { regulator, registrar, approverA, custodianA } = world.actors;
    const before = await everything(orderId);
    await act(regulator.key, orderId);
    await expect(act(regulator.otherKey, orderId)).toRevertWith(world.approvals, "Approvals_SameParty", [
      subjectOf(orderId),
      regulator.id,
    ]);
    expect(await everything(orderId)).toEqual(before);
    await expect(act(custodianA.key, orderId)).toRevertWith(world.parties, "Parties_RoleMissing", [
      custodianA.id,
      role("APPROVER"),
    ]);
    await act(approverA.key, orderId);
    expect(await everything(orderId)).toEqual(before);
    await act(registrar.key, orderId);
    expect(await everything(orderId)).not.toEqual(before);
  });

  it("takes effect once (R-O1)", async () => {
    const orderId = await ready();
    await decide(actName, orderId);
    await expect(act(world.actors.registrar.key, orderId)).rejects.toThrow(/Orders_OtherState|Stoppable_/);
  });

  // What ends a measure outlives the order, and a pause ends with its order at the latest.
  if (actName === "unfreeze" || actName === "liftPause" || actName === "keepPaused") return;

  it("refuses an order that has expired, one second after its last; the last second serves (R-O1)", async () => {
    const orderId = await ready();
    const expiresAt = Number((await world.orders.orderOf(orderId)).order.expiresAt);
    await reach(world, expiresAt - 2);
    const { registrar, approverA, approverB } = world.actors;
    await act(registrar.key, orderId);
    await nextAt(world, expiresAt);
    await act(approverA.key, orderId);
    const snapshot = await networkHelpers.takeSnapshot();
    await nextAt(world, expiresAt + 1);
    const late = act(approverB.key, orderId);
    await expect(late).toRevertWith(...refused("Orders_Expired", [orderId, BigInt(expiresAt)]));
    await snapshot.restore();
    await nextAt(world, expiresAt);
    await act(approverB.key, orderId);
    expect(await stateOf(orderId)).not.toBe(state.filed);
  });
});

/** All that an act could change. */
async function everything(orderId: string) {
  const note = await world.note.getAddress();
  const accounts = [world.alpha, world.beta, world.gamma];
  return [
    plainOf(await world.orders.orderOf(orderId)),
    await world.orders.pausedUntilOf(note),
    ...(await Promise.all(accounts.map(async (account) => [await balanceOf(account), await frozenOf(account)]))),
  ];
}

describe("freeze", () => {
  it("freezes part of an account's units, and leaves the rest free (R-O2)", async () => {
    const orderId = await file({ units: 60n });
    const note = await world.note.getAddress();
    const done = decide("freeze", orderId);
    await expect(done).toEmit(world.orders, "UnitsFrozen", [orderId, note, world.alpha, 60n, 60n]);
    await expect(done).toEmit(world.note, "Frozen", [world.alpha, 60n]);
    expect(await stateOf(orderId)).toBe(state.inForce);
    const short = [world.alpha, 41n, 40n];
    await expect(move(41n)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", short);
    await move(40n);
    expect(await balanceOf(world.alpha)).toBe(60n);
  });

  it("may freeze more than there is, so that what comes in later is frozen too (R-O2)", async () => {
    await frozen({ units: MOST });
    await world.note.connect(world.actors.custodianA.key).move(world.beta, world.alpha, 5n, id("in"));
    expect(await balanceOf(world.alpha)).toBe(105n);
    await expect(move(1n)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", [world.alpha, 1n, 0n]);
  });

  it("adds up over orders, and stops counting at the most that a note can (R-O2)", async () => {
    const first = await frozen({ units: MOST - 1n });
    await frozen({ units: 1n });
    expect(await frozenOf(world.alpha)).toBe(MOST);
    const third = await frozen({ units: MOST });
    expect(await frozenOf(world.alpha)).toBe(MOST);
    await decide("unfreeze", third);
    expect(await frozenOf(world.alpha)).toBe(MOST);
    await decide("unfreeze", first);
    expect(await frozenOf(world.alpha)).toBe(1n);
    const note = await world.note.getAddress();
    expect(await world.orders.frozenUnitsOf(note, world.alpha)).toBe(1n);
    expect(await world.orders.frozenUnitsOf(note, world.beta)).toBe(0n);
  });

  it("holds past its expiry, and can be ended then (R-O1)", async () => {
    const orderId = await frozen({ units: 60n });
    const { expiresAt } = (await world.orders.orderOf(orderId)).order;
    await reach(world, Number(expiresAt) + 1);
    expect(await frozenOf(world.alpha)).toBe(60n);
    await decide("unfreeze", orderId);
    expect(await frozenOf(world.alpha)).toBe(0n);
  });
});

describe("unfreeze", () => {
  it("refuses a release without grounds", async () => {
    const orderId = await frozen();
    const release = world.orders.connect(world.actors.registrar.key).unfreeze(orderId, ZeroHash);
    await expect(release).toRevertWith(...refused("Orders_GroundsMissing", []));
  });

  it("refuses an order that was filed and never put in force", async () => {
    const orderId = await file();
    const release = world.orders.connect(world.actors.registrar.key).unfreeze(orderId, id("grounds"));
    await expect(release).toRevertWith(...refused("Orders_OtherState", [orderId, state.filed]));
  });

  it("leaves what other orders froze, and tells its grounds (R-O2)", async () => {
    const first = await frozen({ units: 60n });
    await frozen({ units: 30n });
    const released = [first, await world.note.getAddress(), world.alpha, 60n, 30n, id("grounds")];
    const done = decide("unfreeze", first);
    await expect(done).toEmit(world.orders, "UnitsReleased", released);
    await expect(done).toEmit(world.note, "Frozen", [world.alpha, 30n]);
    expect(await stateOf(first)).toBe(state.done);
    await move(70n);
  });
});

describe("force", () => {
  const force = (overrides: Partial<IOrders.OrderStruct> = {}) =>
    file({ kind: kind.force, destination: world.gamma, ...overrides });

  it("refuses a destination that may not receive, a court's account too (R-O2)", async () => {
    const orderId = await force({ units: 1n });
    await update(world, world.actors.custodianB.key, world.gamma, "gamma", {
      residence: residence("CH"),
      eligibleUntil: 1,
    });
    await expect(decide("force", orderId)).toRevertWith(world.note, "Note_Restricted", [
      reasons("RECEIVER_LAPSED"),
      0n,
    ]);
    expect(await stateOf(orderId)).toBe(state.filed);
  });

  it("refuses frozen units, unless it releases the freeze that holds them (R-O2)", async () => {
    await frozen({ units: 60n });
    const short = [world.alpha, 41n, 40n];
    await expect(decide("force", await force({ units: 41n }))).toRevertWith(
      world.note,
      "ERC7943InsufficientUnfrozenBalance",
      short,
    );
    await decide("force", await force({ units: 40n }));
    expect([await balanceOf(world.alpha), await frozenOf(world.alpha)]).toEqual([60n, 60n]);
  });

  it("refuses to take what another order froze than the one it releases (R-O2)", async () => {
    const released = await frozen({ units: 60n });
    await frozen({ units: 60n });
    const orderId = await force({ units: 41n, releases: released });
    const short = [world.alpha, 41n, 40n];
    await expect(decide("force", orderId)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", short);
    expect(await frozenOf(world.alpha)).toBe(120n);
    await decide("force", await force({ units: 40n, releases: released }));
    expect([await balanceOf(world.alpha), await frozenOf(world.alpha)]).toEqual([60n, 80n]);
  });

  it("refuses a release of a freeze that is not in force, or not any more (R-O2)", async () => {
    const releases = await file();
    const orderId = await force({ releases });
    const act = () => acts.force.act(world.actors.registrar.key, orderId);
    await expect(act()).toRevertWith(...refused("Orders_OtherState", [releases, state.filed]));
    await decide("freeze", releases);
    await decide("unfreeze", releases);
    await expect(act()).toRevertWith(...refused("Orders_OtherState", [releases, state.done]));
  });

  it("takes frozen units: the freeze first, then the movement (R-O2)", async () => {
    const releases = await frozen({ units: 60n });
    const orderId = await force({ units: 60n, releases });
    const note = await world.note.getAddress();
    const done = decide("force", orderId);
    await expect(done).toEmit(world.orders, "UnitsReleased", [releases, note, world.alpha, 60n, 0n, orderId]);
    await expect(done).toEmit(world.orders, "UnitsForced", [orderId, note, world.alpha, world.gamma, 60n]);
    const { logs } = (await (await done).wait())!;
    const ofNote = logs
      .filter(({ address }) => address === note)
      .map((log) => world.note.interface.parseLog(log)!.name);
    expect(ofNote).toEqual(["Frozen", "ForcedTransfer", "Transfer"]);
    expect([await stateOf(releases), await stateOf(orderId)]).toEqual([state.done, state.done]);
    expect([await balanceOf(world.alpha), await balanceOf(world.gamma)]).toEqual([40n, 160n]);
  });

  it("takes part of what is frozen, and the rest stays frozen (R-O2)", async () => {
    const releases = await frozen({ units: 60n });
    await decide("force", await force({ units: 20n, releases }));
    const { state: current, frozenUnits } = await world.orders.orderOf(releases);
    expect([current, frozenUnits, await frozenOf(world.alpha)]).toEqual([state.inForce, 40n, 40n]);
    await decide("force", await force({ units: 50n, releases }));
    expect([await stateOf(releases), await frozenOf(world.alpha)]).toEqual([state.done, 0n]);
    expect(await balanceOf(world.alpha)).toBe(30n);
  });

  it("takes from under a freeze of everything, which goes on freezing everything (R-O2)", async () => {
    const releases = await frozen({ units: MOST });
    await decide("force", await force({ units: 30n, releases }));
    expect(await frozenOf(world.alpha)).toBe(MOST - 30n);
    expect([await balanceOf(world.alpha), await balanceOf(world.gamma)]).toEqual([70n, 130n]);
    await expect(move(1n)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", [world.alpha, 1n, 0n]);
  });

  it("reaches an account that is stopped, one of a stopped custodian, and a paused class (R-G3, R-O4)", async () => {
    const { regulator, custodianA } = world.actors;
    const until = (await now(world)) + HOUR;
    const holders = world.holders.connect(regulator.key);
    await holders.stopAccount(world.alpha, id("stop"), until);
    await holders.stopCustodian(custodianA.id, id("stop"), until);
    await world.orders.connect(regulator.key).pause(await filePause(), until);
    await expect(move(1n)).toRevertWith(world.note, "Note_Restricted", [
      reasons("CLASS_PAUSED", "SENDER_STOPPED", "RECEIVER_CUSTODIAN_INACTIVE", "OPERATOR_CUSTODIAN_INACTIVE"),
      0n,
    ]);
    await decide("force", await force({ units: 100n }));
    expect([await balanceOf(world.alpha), await balanceOf(world.gamma)]).toEqual([0n, 200n]);
  });
});

describe("recover", () => {
  const recover = async (overrides: Partial<IOrders.OrderStruct> = {}) =>
    file({ kind: kind.recover, destination: world.beta, ...overrides });
  const act = (orderId: string) => acts.recover.act(world.actors.registrar.key, orderId);

  it("refuses an account of another holder, of the same custodian or another (R-O2)", async () => {
    const { custodianB } = world.actors;
    const holderRef = id("alpha").slice(0, 34);
    const namesake = await register(world, custodianB, "namesake", { holderRef });
    for (const destination of [world.beta, world.gamma, namesake]) {
      const orderId = await recover({ destination });
      await expect(act(orderId)).toRevertWith(...refused("Orders_OtherHolder", [world.alpha, destination]));
    }
  });

  it("does not reach an account that is stopped, to the second (R-O2)", async () => {
    const orderId = await recover({ destination: await second() });
    const until = (await now(world)) + HOUR;
    await world.holders.connect(world.actors.regulator.key).stopAccount(world.alpha, id("stop"), until);
    await nextAt(world, until);
    await expect(act(orderId)).toRevertWith(...refused("Orders_AccountStopped", [world.alpha, BigInt(until)]));
    await reach(world, until + 1);
    await decide("recover", orderId);
    expect(await balanceOf(world.alpha)).toBe(90n);
  });

  it("does not reach an account that was stopped after two parties had approved (R-O2)", async () => {
    const { approverA, approverB, regulator } = world.actors;
    const orderId = await recover({ destination: await second() });
    await act(orderId);
    await acts.recover.act(approverA.key, orderId);
    const until = (await now(world)) + HOUR;
    await world.holders.connect(regulator.key).stopAccount(world.alpha, id("stop"), until);
    const last = acts.recover.act(approverB.key, orderId);
    await expect(last).toRevertWith(...refused("Orders_AccountStopped", [world.alpha, BigInt(until)]));
  });

  it("never takes frozen units (R-O2)", async () => {
    await frozen({ units: 60n });
    const orderId = await recover({ destination: await second(), units: 41n });
    const short = [world.alpha, 41n, 40n];
    await expect(decide("recover", orderId)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", short);
  });

  it("refuses a destination that may not receive (R-O2)", async () => {
    const destination = await second();
    const until = (await now(world)) + HOUR;
    await world.holders.connect(world.actors.regulator.key).stopAccount(destination, id("stop"), until);
    await expect(decide("recover", await recover({ destination }))).toRevertWith(world.note, "Note_Restricted", [
      reasons("RECEIVER_STOPPED"),
      0n,
    ]);
  });

  it("moves the units of a lost key to another account of the holder (R-O2)", async () => {
    const { custodianA, holder } = world.actors;
    const holderRef = id(holder.address).slice(0, 34);
    const destination = await register(world, custodianA, "found", { holderRef });
    const orderId = await recover({ account: world.selfKept, destination, units: 100n });
    const recovered = [orderId, await world.note.getAddress(), world.selfKept, destination, 100n];
    await expect(decide("recover", orderId)).toEmit(world.orders, "UnitsRecovered", recovered);
    expect([await balanceOf(world.selfKept), await balanceOf(destination)]).toEqual([0n, 100n]);
    expect(await stateOf(orderId)).toBe(state.done);
  });

  it("moves them to an account with another custodian once the two are joined (R-O2)", async () => {
    const orderId = await recover({ destination: world.gamma });
    await world.holders.connect(world.actors.registrar.key).join(world.alpha, world.gamma);
    await decide("recover", orderId);
    expect(await balanceOf(world.gamma)).toBe(110n);
  });
});

describe("units at the limits of their type", () => {
  it("are refused beyond it, and forced never beyond what the account has (R-O2)", async () => {
    await expect(file({ units: MOST + 1n })).rejects.toThrow(/out-of-bounds/);
    const orderId = await file({ kind: kind.force, destination: world.gamma, units: MOST });
    const short = [world.alpha, 100n, MOST];
    await expect(decide("force", orderId)).toRevertWith(world.note, "ERC20InsufficientBalance", short);
  });
});
