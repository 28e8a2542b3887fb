import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { IOrders } from "../../types/contracts/Orders.ts";
import { role, type Key } from "../support/actors.ts";
import { fileOrder, HOUR, kind, MOST, state } from "../support/orders.ts";
import { byThree, nextAt, now, plainOf, reach, register, residence } from "../support/steps.ts";
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
