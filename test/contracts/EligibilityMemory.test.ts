import { id, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Key } from "../support/actors.ts";
import {
  as,
  filingState,
  license,
  nextAt,
  now,
  reasons,
  register,
  residence,
  setRules,
  update,
} from "../support/steps.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

// The four rules of remembered eligibility. What a note remembers shows in the gas of a movement alone: one that asks the
// page costs more than 46,000, one that does not costs less.

const ledger = await openLedger();
const { networkHelpers } = ledger;
const MOST_REMEMBERED_GAS = 46_000n;
const DAY = 86_400;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

async function isRemembered(from: string, to: string, key: Key = world.actors.custodianA.key): Promise<boolean> {
  const sent = await world.note.connect(key).move(from, to, 1n, id("move"));
  return (await sent.wait())!.gasUsed < MOST_REMEMBERED_GAS;
}
const there = () => isRemembered(world.alpha, world.gamma);
const back = () => isRemembered(world.gamma, world.alpha, world.actors.custodianB.key);
const updateGamma = (overrides: Parameters<typeof update>[4]) =>
  update(world, world.actors.custodianB.key, world.gamma, "gamma", { residence: residence("CH"), ...overrides });
const refused = (...codes: string[]) => ["Note_Restricted", [reasons(...codes), 0n]] as const;
const move = (from: string, to: string, key: Key = world.actors.custodianA.key) =>
  world.note.connect(key).move(from, to, 1n, id("move"));

describe("a movement", () => {
  it("asks the page once for two accounts and a key, and not again", async () => {
    expect([await there(), await there()]).toEqual([false, true]);
    expect([await back(), await back()]).toEqual([false, true]);
  });

  it("asks the page where a position opens or empties, and where there is any doubt about the units", async () => {
    await there();
    const orders = world.note.connect(await as(world, "orders"));
    await orders.setFrozenTokens(world.alpha, 50n);
    expect(await there()).toBe(true);
    await orders.setFrozenTokens(world.alpha, 99n);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, "ERC7943InsufficientUnfrozenBalance", [
      world.alpha,
      1n,
      0n,
    ]);
    await orders.setFrozenTokens(world.alpha, 0n);
    const late = await register(world, world.actors.custodianA, "late");
    expect(await isRemembered(world.alpha, late)).toBe(false);
    expect(await isRemembered(world.alpha, late)).toBe(true);
    expect(await isRemembered(late, world.alpha)).toBe(true);
    expect(await isRemembered(late, world.alpha)).toBe(false);
  });

  it("of nothing, to oneself, or of more than all asks the page, whatever is remembered", async () => {
    await there();
    const note = world.note.connect(world.actors.custodianA.key);
    for (const [to, units, codes] of [
      [world.gamma, 0n, ["UNITS_ZERO"]],
      [world.alpha, 1n, ["SAME_ACCOUNT"]],
    ] as const) {
      await expect(note.move(world.alpha, to, units, id("move"))).toRevertWith(world.note, ...refused(...codes));
    }
    const huge = 2n ** 256n - 1n;
    await expect(note.transferFrom(world.alpha, world.gamma, huge)).toRevertWith(
      world.note,
      "ERC20InsufficientBalance",
      [world.alpha, 99n, huge],
    );
  });
});

describe("rule 1, only who may receive is remembered", () => {
  it("leaves out a sender that may not receive, and asks the page when it is to receive", async () => {
    await updateGamma({ usPerson: true });
    expect([await back(), await back()]).toEqual([false, false]);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("RECEIVER_US_PERSON"));
  });

  it("leaves out omnibus accounts, which need a statement for every record date (R-H8)", async () => {
    await updateGamma({ omnibus: true });
    expect([await there(), await there(), await back(), await back()]).toEqual([false, false, false, false]);
  });

  it("does not take free delivery for granted between the custodians of two remembered accounts", async () => {
    await updateGamma({ acceptsFreeDelivery: false });
    await back();
    expect(await back()).toBe(true);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("RECEIVER_DELIVERY_NOT_ACCEPTED"));
  });

  it("takes no key for that of a custodian, and no custodian for another's", async () => {
    const { custodianA, custodianB, outsider } = world.actors;
    await there();
    await back();
    for (const key of [custodianB.key, outsider]) {
      await expect(move(world.alpha, world.gamma, key)).toRevertWith(world.note, ...refused("OPERATOR_NOT_ENTITLED"));
    }
    expect(await isRemembered(world.alpha, world.gamma, custodianA.otherKey)).toBe(false);
    expect(await isRemembered(world.alpha, world.gamma, custodianA.otherKey)).toBe(true);
    await expect(move(world.selfKept, world.gamma)).toRevertWith(world.note, ...refused("OPERATOR_NOT_ENTITLED"));
  });
});

describe("rule 2, it ends before the day in which the first of all dates falls", () => {
  const lastOfDay = (days: number) => Math.floor(Date.UTC(2026, 1, 6) / 1_000) + days * DAY + DAY - 1;

  it("with eligibility, to the second", async () => {
    await updateGamma({ eligibleUntil: lastOfDay(2) + 5 });
    await there();
    await nextAt(world, lastOfDay(2));
    expect(await there()).toBe(true);
    await nextAt(world, lastOfDay(2) + 1);
    expect(await there()).toBe(false);
    await nextAt(world, lastOfDay(2) + 5);
    expect(await there()).toBe(false);
    await nextAt(world, lastOfDay(2) + 6);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("RECEIVER_LAPSED"));
  });

  it("with the licence of the custodian, where that ends first, on the last second of a day too (R-H7)", async () => {
    await license(world, world.actors.custodianB, lastOfDay(2));
    await there();
    await nextAt(world, lastOfDay(2));
    expect(await there()).toBe(true);
    await nextAt(world, lastOfDay(2) + 1);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("RECEIVER_CUSTODIAN_INACTIVE"));
  });
});

describe("rule 3, every write of the holder registry ends it in the same transaction", () => {
  const registry = (key: Key) => world.holders.connect(key);
  const until = async () => (await now(world)) + 1_000;

  it.each<[string, () => Promise<unknown>]>([
    ["an update", () => updateGamma({ lookThrough: 0 })],
    [
      "a stop of the account",
      async () => registry(world.actors.regulator.key).stopAccount(world.gamma, id("o"), await until()),
    ],
    [
      "a stop of the holder",
      async () => registry(world.actors.regulator.key).stopHolder(world.gamma, id("o"), await until()),
    ],
    [
      "a stop of the custodian",
      async () =>
        registry(world.actors.regulator.key).stopCustodian(world.actors.custodianB.id, id("o"), await until()),
    ],
    [
      "the end of the licence",
      async () => registry(world.actors.registrar.key).license(world.actors.custodianB.id, 1, ZeroHash, id("e")),
    ],
  ])("%s", async (_, write) => {
    await there();
    expect(await there()).toBe(true);
    await write();
    const asked = await world.note.restrictionsOf(world.actors.custodianA.key.address, world.alpha, world.gamma, 1n);
    expect(asked).not.toBe(0n);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, "Note_Restricted", [asked, 0n]);
  });

  it("but a mere extension, and a registration, leave it", async () => {
    await there();
    await updateGamma({ eligibleUntil: Date.UTC(2031, 0, 1) / 1_000 });
    await register(world, world.actors.custodianB, "late");
    expect(await there()).toBe(true);
  });

  it("also a key that is removed, of which the page then asks (R-H7)", async () => {
    const { key, otherKey } = world.actors.custodianA;
    await there();
    await world.parties.connect(otherKey).removeKey(key.address, id("removal"));
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("OPERATOR_NOT_ENTITLED"));
  });

  it("also where accounts are handed to another custodian", async () => {
    const { custodianA, custodianB } = world.actors;
    await there();
    for (const { key } of [custodianA, custodianB]) {
      await registry(key).reassign([world.alpha], custodianB.id, id("handing over"));
    }
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("OPERATOR_NOT_ENTITLED"));
    expect(await isRemembered(world.alpha, world.gamma, custodianB.key)).toBe(false);
    expect(await isRemembered(world.alpha, world.gamma, custodianB.key)).toBe(true);
  });
});

describe("rule 4, a change of the class ends it", () => {
  it("new rules are asked at once (R-T4)", async () => {
    await there();
    await setRules(world, world.note, {});
    expect(await there()).toBe(false);
    await setRules(world, world.note, { residences: [{ residence: residence("CH"), categories: 0 }] });
    await expect(move(world.alpha, world.gamma)).toRevertWith(
      world.note,
      ...refused("RECEIVER_RESIDENCE_NOT_ADMITTED"),
    );
  });

  it("and what stands in the configuration is looked at by every movement", async () => {
    await there();
    const until = (await now(world)) + 1_000;
    const [orders, deals] = [await as(world, "orders"), await as(world, "deals")];
    await world.note.connect(orders).pause(until);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("CLASS_PAUSED"));
    await world.note.connect(orders).pause(0);
    await world.note.connect(deals).followFiling(filingState.recorded, until);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("FILING_SUSPENDED"));
    await world.note.connect(deals).followFiling(filingState.revoked, 0);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("FILING_REVOKED"));
    await world.note.connect(deals).followFiling(filingState.recorded, 0);
    expect(await there()).toBe(true);
  });

  it("a minimum and periods bind remembered accounts to the unit and the second (R-T4)", async () => {
    await setRules(world, world.note, { minimumUnits: 10, lockUpSeconds: 50_000 });
    const { lockedUntil } = await world.note.standing();
    await nextAt(world, Number(lockedUntil));
    await expect(
      world.note.connect(world.actors.custodianA.key).move(world.alpha, world.gamma, 10n, id("m")),
    ).toRevertWith(world.note, ...refused("LOCKED_UP"));
    await nextAt(world, Number(lockedUntil) + 1);
    const units = async (moved: bigint) => {
      const sent = await world.note.connect(world.actors.custodianA.key).move(world.alpha, world.gamma, moved, id("m"));
      return (await sent.wait())!.gasUsed < MOST_REMEMBERED_GAS;
    };
    expect([await units(10n), await units(10n), await units(70n)]).toEqual([false, true, true]);
    await expect(move(world.alpha, world.gamma)).toRevertWith(world.note, ...refused("BELOW_MINIMUM"));
    expect(await units(10n)).toBe(false);
  });
});
