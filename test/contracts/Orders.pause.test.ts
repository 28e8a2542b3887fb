import { id, toBeHex, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { fileOrder, HOUR, kind } from "../support/orders.ts";
import { byThree, issue, nextAt, now, reach, reasons } from "../support/steps.ts";
import { classes } from "../support/terms.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const LIMIT = 72 * HOUR;

let world: IssuedWorld;
let note: string;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
  note = await world.note.getAddress();
});

const filePause = (expiresAt?: number) =>
  fileOrder(world, {
    kind: kind.pause,
    account: ZeroAddress,
    units: 0n,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
const pause = (key: Key, orderId: string, until: number) => world.orders.connect(key).pause(orderId, until);
const keep = (orderId: string, until: number) =>
  byThree(world, (key) => world.orders.connect(key).keepPaused(orderId, until));
const lift = (orderId: string) => byThree(world, (key) => world.orders.connect(key).liftPause(orderId));
const outOfRange = (until: number, latest: number) =>
  [world.orders, "Stoppable_UntilOutOfRange", [toBeHex(note, 32), BigInt(until), BigInt(latest)]] as const;
const move = (of = world.note) => of.connect(world.actors.custodianA.key).move(world.alpha, world.beta, 1n, id("move"));
const restricted = ["Note_Restricted", [reasons("CLASS_PAUSED"), 0n]] as const;

describe("pause", () => {
  it("refuses everybody but registrar and regulator (R-O3, R-O4)", async () => {
    const { approverA, custodianA, issuer, outsider } = world.actors;
    const orderId = await filePause();
    const until = (await now(world)) + HOUR;
    for (const party of [approverA, custodianA, issuer]) {
      await expect(pause(party.key, orderId, until)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("REGISTRAR"),
      ]);
    }
    await expect(pause(outsider, orderId, until)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("refuses without an order, under an order for something else, and under one that has expired (R-O1, R-O4)", async () => {
    const { regulator } = world.actors;
    const until = (await now(world)) + HOUR;
    const unknown = pause(regulator.key, id("none"), until);
    await expect(unknown).toRevertWith(world.orders, "Orders_UnknownOrder", [id("none")]);
    const freeze = await fileOrder(world);
    const other = pause(regulator.key, freeze, until);
    await expect(other).toRevertWith(world.orders, "Orders_OtherKind", [freeze, BigInt(kind.freeze)]);
    const orderId = await filePause(until);
    await nextAt(world, until + 1);
    const expired = pause(regulator.key, orderId, until + 2);
    await expect(expired).toRevertWith(world.orders, "Orders_Expired", [orderId, BigInt(until)]);
  });

  it("refuses more than 72 hours by one key, however often it is renewed, to the second (R-O4)", async () => {
    const { regulator, registrar } = world.actors;
    const [first, second] = [await filePause(), await filePause()];
    const begins = (await now(world)) + 10;
    await nextAt(world, begins);
    const latest = begins + LIMIT;
    await expect(pause(regulator.key, first, latest + 1)).toRevertWith(...outOfRange(latest + 1, latest));
    await nextAt(world, begins);
    await expect(pause(regulator.key, first, begins)).toRevertWith(...outOfRange(begins, latest));
    await nextAt(world, begins);
    await pause(regulator.key, first, begins + HOUR);
    await reach(world, begins + 2 * HOUR);
    await expect(pause(registrar.key, second, latest + 1)).toRevertWith(...outOfRange(latest + 1, latest));
    await pause(registrar.key, second, latest);
    expect(await world.orders.pausedUntilOf(note)).toBe(BigInt(latest));
  });

  it("refuses to last longer than its order (R-O4)", async () => {
    const expiresAt = (await now(world)) + HOUR;
    const orderId = await filePause(expiresAt);
    const { regulator } = world.actors;
    await expect(pause(regulator.key, orderId, expiresAt + 1)).toRevertWith(...outOfRange(expiresAt + 1, expiresAt));
    await pause(regulator.key, orderId, expiresAt);
  });

  it("refuses an order that has served (R-O1)", async () => {
    const orderId = await filePause();
    const until = (await now(world)) + HOUR;
    await pause(world.actors.regulator.key, orderId, until);
    const again = pause(world.actors.registrar.key, orderId, until + 1);
    await expect(again).toRevertWith(world.orders, "Stoppable_OrderUsed", [toBeHex(note, 32), orderId]);
  });

  it("stops transfers and issuance of the one class until its last second has passed, and nothing else (R-O4)", async () => {
    const { regulator, payingAgent } = world.actors;
    const orderId = await filePause();
    const until = (await now(world)) + HOUR;
    const sent = pause(regulator.key, orderId, until);
    await expect(sent).toEmit(world.orders, "ClassPaused", [note, regulator.id, orderId, BigInt(until)]);
    await expect(sent).toEmit(world.note, "PauseFollowed", [BigInt(until)]);
    await expect(move()).toRevertWith(world.note, ...restricted);
    const more = issue(world, world.deal, classes.open, [{ account: world.alpha, units: 1n }]);
    await expect(more).toRevertWith(world.note, ...restricted);
    await issue(world, world.deal, classes.exact, [{ account: world.alpha, units: 1n }]);
    await move(world.exactNote);
    expect([await world.note.balanceOf(world.alpha), await world.note.totalSupply()]).toEqual([100n, 400n]);
    await world.deals.connect(payingAgent.key).declareRecordDate(world.deal, 20260131);
    expect(await world.note.unitsAt(world.alpha, 1)).toBe(100n);
    await nextAt(world, until);
    await expect(move()).toRevertWith(world.note, ...restricted);
    await nextAt(world, until + 1);
    await move();
  });

  it("never shortens a pause that stands (R-O4)", async () => {
    const until = (await now(world)) + 2 * HOUR;
    await pause(world.actors.regulator.key, await filePause(), until);
    await pause(world.actors.registrar.key, await filePause(), until - HOUR);
    expect(await world.orders.pausedUntilOf(note)).toBe(BigInt(until));
    expect((await world.note.standing()).pausedUntil).toBe(BigInt(until));
  });
});

describe("keepPaused", () => {
  it("refuses what would not prolong the pause, or would outlast its order (R-O4)", async () => {
    const expiresAt = (await now(world)) + 100 * HOUR;
    const until = expiresAt - HOUR;
    await keep(await filePause(), until);
    const orderId = await filePause(expiresAt);
    await expect(keep(orderId, until)).toRevertWith(...outOfRange(until, 2 ** 32 - 1 - 1));
    await expect(keep(orderId, expiresAt + 1)).toRevertWith(...outOfRange(expiresAt + 1, expiresAt));
    await keep(orderId, expiresAt);
    expect(await world.orders.pausedUntilOf(note)).toBe(BigInt(expiresAt));
  });

  it("refuses the order of the pause that stands: what lasts longer needs a new one (R-O4)", async () => {
    const orderId = await filePause();
    const until = (await now(world)) + HOUR;
    await pause(world.actors.regulator.key, orderId, until);
    const renewed = keep(orderId, until + HOUR);
    await expect(renewed).toRevertWith(world.orders, "Stoppable_OrderUsed", [toBeHex(note, 32), orderId]);
  });

  it("lasts as long as three parties decide (R-O4)", async () => {
    const orderId = await filePause();
    const until = (await now(world)) + 10 * 24 * HOUR;
    const kept = keep(orderId, until);
    const paused = [note, world.actors.approverB.id, orderId, BigInt(until)];
    await expect(kept).toEmit(world.orders, "ClassPaused", paused);
    await reach(world, until);
    expect(await world.note.restrictionsOf(world.actors.custodianA.key.address, world.alpha, world.beta, 1n)).toBe(
      reasons("CLASS_PAUSED"),
    );
  });
});

describe("liftPause", () => {
  it("refuses when nothing is paused, and another order than that of the pause that stands (R-O4)", async () => {
    const [first, second] = [await filePause(), await filePause()];
    const subject = toBeHex(note, 32);
    await expect(lift(first)).toRevertWith(world.orders, "Stoppable_NotStopped", [subject]);
    const until = (await now(world)) + HOUR;
    await pause(world.actors.regulator.key, first, until);
    await expect(lift(second)).toRevertWith(world.orders, "Stoppable_OtherOrder", [subject, first, second]);
  });

  it("lets the class go on at once, after the order has expired too (R-O4)", async () => {
    const orderId = await filePause((await now(world)) + HOUR);
    await pause(world.actors.regulator.key, orderId, (await now(world)) + HOUR - 10);
    const lifted = lift(orderId);
    await expect(lifted).toEmit(world.orders, "ClassPauseLifted", [note, orderId]);
    await expect(lifted).toEmit(world.note, "PauseFollowed", [0n]);
    expect(await world.orders.pausedUntilOf(note)).toBe(0n);
    await move();
  });
});
