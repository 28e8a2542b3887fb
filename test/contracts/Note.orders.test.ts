import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Note } from "../../types/contracts/Note.ts";
import {
  as,
  fields,
  filingState,
  issue,
  now,
  reasons,
  register,
  residence,
  setRules,
  update,
} from "../support/steps.ts";
import { recheck } from "../support/scrutiny.ts";
import { ruleTerms } from "../support/terms.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

// What a note does for the registries that may command it: orders, deals, holders and class rules.

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;
const MOST = 2n ** 64n - 1n;

let world: IssuedWorld;
let byOrders: Note;
let byDeals: Note;
let byHolders: Note;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
  byOrders = world.note.connect(await as(world, "orders"));
  byDeals = world.note.connect(await as(world, "deals"));
  byHolders = world.note.connect(await as(world, "holders"));
});

const balances = async () =>
  Promise.all([world.alpha, world.beta, world.gamma, world.selfKept].map((account) => world.note.balanceOf(account)));
const holders = async () => (await world.note.standing()).holders;
const restricted = (...codes: string[]) => ["Note_Restricted", [reasons(...codes), 0n]] as const;
const move = (from: string, to: string, units: bigint) =>
  world.note.connect(world.actors.custodianA.key).move(from, to, units, id("move"));
const stop = async (account: string) =>
  world.holders
    .connect(world.actors.regulator.key)
    .stopAccount(account, id(`stop ${account}`), (await now(world)) + 3_600);
/** Names of the events of a transaction, in their order. */
async function eventsOf(sent: ReturnType<Note["forcedTransfer"]>): Promise<string[]> {
  const receipt = (await (await sent).wait())!;
  return receipt.logs.map((log) => world.note.interface.parseLog(log)!.name);
}

describe("the functions that belong to one registry", () => {
  it("refuse everybody else, the regulator and the other registries too (R-O3)", async () => {
    const { regulator, registrar, deployer } = world.actors;
    const strangers = [regulator.key, registrar.key, deployer, await as(world, "deals"), await as(world, "holders")];
    for (const key of strangers) {
      const note = world.note.connect(key);
      const notOrders = ["Note_NotOrders", [key.address]] as const;
      await expect(note.forcedTransfer(world.alpha, world.gamma, 1n)).toRevertWith(note, ...notOrders);
      await expect(note.setFrozenTokens(world.alpha, 1n)).toRevertWith(note, ...notOrders);
      await expect(note.pause(0)).toRevertWith(note, ...notOrders);
      await expect(setRulesBy(key)).toRevertWith(note, "Note_NotClassRules", [key.address]);
    }
    const key = await as(world, "orders");
    await expect(byOrders.cancel([world.alpha])).toRevertWith(world.note, "Note_NotDealRegistry", [key.address]);
  });

  const setRulesBy = (key: Parameters<Note["connect"]>[0]) => world.note.connect(key).followRules(ruleTerms());
});

describe("forcedTransfer", () => {
  it("refuses a movement to the same account, which could thaw what another order froze (R-O2)", async () => {
    await expect(byOrders.forcedTransfer(world.alpha, world.alpha, 1n)).toRevertWith(
      world.note,
      ...restricted("SAME_ACCOUNT"),
    );
  });

  it("refuses no units, and the zero address on either side, under which the supply stands", async () => {
    const force = (from: string, to: string, units: bigint) => byOrders.forcedTransfer(from, to, units);
    await expect(force(world.alpha, world.gamma, 0n)).toRevertWith(world.note, ...restricted("UNITS_ZERO"));
    await expect(force(ZeroAddress, world.gamma, 1n)).toRevertWith(world.note, ...restricted("SENDER_NOT_REGISTERED"));
    await expect(force(world.alpha, ZeroAddress, 1n)).toRevertWith(
      world.note,
      ...restricted("RECEIVER_NOT_REGISTERED"),
    );
    expect(await world.note.totalSupply()).toBe(400n);
  });

  it("refuses a destination that may not receive, whatever the order says (R-O2)", async () => {
    await update(world, world.actors.custodianB.key, world.gamma, "gamma", { usPerson: true, eligibleUntil: 1 });
    await expect(byOrders.forcedTransfer(world.alpha, world.gamma, 1n)).toRevertWith(
      world.note,
      ...restricted("RECEIVER_LAPSED", "RECEIVER_US_PERSON"),
    );
  });

  it("refuses more units than the account has, and frozen ones, by the errors of the standards", async () => {
    await byOrders.setFrozenTokens(world.alpha, 30n);
    await expect(byOrders.forcedTransfer(world.alpha, world.gamma, 101n)).toRevertWith(
      world.note,
      "ERC20InsufficientBalance",
      [world.alpha, 100n, 101n],
    );
    await expect(byOrders.forcedTransfer(world.alpha, world.gamma, 71n)).toRevertWith(
      world.note,
      "ERC7943InsufficientUnfrozenBalance",
      [world.alpha, 71n, 70n],
    );
  });

  it("needs nobody's consent: not of the sender, its custodian, a pause, a period or a limit of the class", async () => {
    await setRules(world, world.note, {
      lockUpSeconds: 9_999_999,
      complianceSeconds: 2 ** 32 - 1,
      minimumUnits: 1_000,
    });
    await byOrders.pause((await now(world)) + 1_000);
    await stop(world.alpha);
    expect(await byOrders.forcedTransfer.staticCall(world.alpha, world.gamma, 100n)).toBe(true);
    const forced = byOrders.forcedTransfer(world.alpha, world.gamma, 100n);
    await expect(forced).toEmit(world.note, "ForcedTransfer", [world.alpha, world.gamma, 100n]);
    await expect(forced).toEmit(world.note, "Transfer", [world.alpha, world.gamma, 100n]);
    expect(await eventsOf(forced)).toEqual(["ForcedTransfer", "Transfer"]);
    expect(await balances()).toEqual([0n, 100n, 200n, 100n]);
    expect(await holders()).toBe(3n);
  });

  it("is in the register of the record date it happened after, like any movement (R-H9)", async () => {
    await world.deals.connect(world.actors.payingAgent.key).declareRecordDate(world.deal, 20260131);
    await byOrders.forcedTransfer(world.alpha, world.gamma, 10n);
    const at = (account: string) => world.note.unitsAt(account, 1);
    expect([await at(world.alpha), await at(world.gamma), await at(ZeroAddress)]).toEqual([100n, 100n, 400n]);
  });
});

describe("setFrozenTokens", () => {
  it("refuses the zero address and more than 64 bits", async () => {
    await expect(byOrders.setFrozenTokens(ZeroAddress, 1n)).toRevertWith(world.note, "Note_NoAccount", []);
    for (const units of [MOST + 1n, 2n ** 256n - 1n]) {
      await expect(byOrders.setFrozenTokens(world.alpha, units)).toRevertWith(world.note, "Note_UnitsOutOfRange", [
        units,
      ]);
    }
  });

  it("sets the number in place of the one before, more than the account has if need be", async () => {
    for (const units of [MOST, 1n, 101n, 0n]) {
      expect(await byOrders.setFrozenTokens.staticCall(world.alpha, units)).toBe(true);
      await expect(byOrders.setFrozenTokens(world.alpha, units)).toEmit(world.note, "Frozen", [world.alpha, units]);
      expect(await world.note.getFrozenTokens(world.alpha)).toBe(units);
    }
    expect(await balances()).toEqual([100n, 100n, 100n, 100n]);
  });

  it("holds units that come later, and lets go exactly what is above the number", async () => {
    await byOrders.setFrozenTokens(world.alpha, 150n);
    const short = (units: bigint, free: bigint) =>
      ["ERC7943InsufficientUnfrozenBalance", [world.alpha, units, free]] as const;
    await expect(move(world.alpha, world.beta, 1n)).toRevertWith(world.note, ...short(1n, 0n));
    await move(world.beta, world.alpha, 60n);
    await expect(move(world.alpha, world.beta, 11n)).toRevertWith(world.note, ...short(11n, 10n));
    await move(world.alpha, world.beta, 10n);
    expect(await world.note.getFrozenTokens(world.alpha)).toBe(150n);
  });
});

describe("pause", () => {
  it("refuses a second that does not fit into 32 bits", async () => {
    for (const second of [2 ** 32 - 1, 2 ** 32, 2 ** 40 - 1]) {
      await expect(byOrders.pause(second)).toRevertWith(world.note, "Note_SecondOutOfRange", [BigInt(second)]);
    }
    await expect(byDeals.followFiling(filingState.recorded, 2 ** 32)).toRevertWith(
      world.note,
      "Note_SecondOutOfRange",
      [2n ** 32n],
    );
    await expect(byDeals.scheduleRecordDate(99991231, 2 ** 33)).toRevertWith(world.note, "Note_SecondOutOfRange", [
      2n ** 33n,
    ]);
  });

  it("holds transfers and issuance to its last second, and neither in the next; 0 lifts it", async () => {
    const until = (await now(world)) + 1_000;
    await expect(byOrders.pause(until)).toEmit(world.note, "PauseFollowed", [BigInt(until)]);
    const allocations = [{ account: world.alpha, units: 1n }];
    await networkHelpers.time.setNextBlockTimestamp(until);
    await expect(move(world.alpha, world.beta, 1n)).toRevertWith(world.note, ...restricted("CLASS_PAUSED"));
    await networkHelpers.time.setNextBlockTimestamp(until);
    await expect(byDeals.issue(allocations, 0n)).toRevertWith(world.note, ...restricted("CLASS_PAUSED"));
    await networkHelpers.time.setNextBlockTimestamp(until + 1);
    await move(world.alpha, world.beta, 1n);
    await byOrders.pause(until + 1_000);
    await expect(byOrders.pause(0)).toEmit(world.note, "PauseFollowed", [0n]);
    await move(world.alpha, world.beta, 1n);
  });
});

describe("issue", () => {
  it("refuses what would not fit into 64 bits together with all other units", async () => {
    const units = MOST - 399n;
    await expect(byDeals.issue([{ account: world.alpha, units }], 0n)).toRevertWith(
      world.note,
      "Note_UnitsOutOfRange",
      [MOST + 1n],
    );
    await byDeals.issue([{ account: world.alpha, units: units - 1n }], 0n);
    expect(await world.note.totalSupply()).toBe(MOST);
    await move(world.alpha, world.beta, units - 1n);
    expect(await balances()).toEqual([100n, 100n + units - 1n, 100n, 100n]);
  });
});

describe("cancel", () => {
  it("refuses no account and 201", async () => {
    for (const count of [0, 201]) {
      await expect(byDeals.cancel(Array(count).fill(world.alpha))).toRevertWith(world.note, "Note_BatchSize", [
        BigInt(count),
        200n,
      ]);
    }
  });

  it("takes all units of each account, frozen ones after it says so, and passes over who has none", async () => {
    await byOrders.setFrozenTokens(world.alpha, 30n);
    await stop(world.alpha);
    const accounts = [world.alpha, world.actors.outsider.address, ZeroAddress, world.alpha, world.beta];
    const cancelled = byDeals.cancel(accounts);
    await expect(cancelled).toEmit(world.note, "Frozen", [world.alpha, 0n]);
    await expect(cancelled).toEmit(world.note, "Transfer", [world.alpha, ZeroAddress, 100n]);
    expect(await eventsOf(cancelled)).toEqual(["Frozen", "Transfer", "Transfer"]);
    expect(await balances()).toEqual([0n, 0n, 100n, 100n]);
    expect([await world.note.totalSupply(), await holders()]).toEqual([200n, 2n]);
    await byDeals.cancel([world.gamma, world.selfKept]);
    expect([await world.note.totalSupply(), await holders()]).toEqual([0n, 0n]);
  });

  it("leaves the registers of record dates before it as they are (R-H9)", async () => {
    await world.deals.connect(world.actors.payingAgent.key).declareRecordDate(world.deal, 20260131);
    await byDeals.cancel([world.alpha, world.beta, world.gamma, world.selfKept]);
    expect([await world.note.unitsAt(world.alpha, 1), await world.note.unitsAt(ZeroAddress, 1)]).toEqual([100n, 400n]);
    expect(await world.note.lastClosedRecordDate()).toBe(1n);
  });
});

describe("the number of holders", () => {
  it("rises and falls with positions that open and empty, and not between (R-H9)", async () => {
    expect(await holders()).toBe(4n);
    await move(world.alpha, world.beta, 99n);
    expect(await holders()).toBe(4n);
    await move(world.alpha, world.beta, 1n);
    expect(await holders()).toBe(3n);
    await move(world.beta, world.alpha, 100n);
    expect(await holders()).toBe(4n);
    const late = await register(world, world.actors.custodianA, "late");
    await move(world.alpha, late, 100n);
    expect(await holders()).toBe(4n);
  });

  it("falls by one where two holders that hold units become one", async () => {
    await byHolders.join([world.alpha], [world.beta]);
    expect(await holders()).toBe(3n);
    const none = await register(world, world.actors.custodianA, "none");
    await byHolders.join([world.alpha], [none]);
    await byHolders.join([none], [world.alpha]);
    expect(await holders()).toBe(3n);
  });

  it("is never more than the rules allow, issuance included, but a holder may take another's place (R-T4)", async () => {
    const late = await register(world, world.actors.custodianA, "late");
    await setRules(world, world.note, { maxHolders: 4 });
    await expect(move(world.alpha, late, 1n)).toRevertWith(world.note, ...restricted("HOLDER_LIMIT"));
    await expect(issue(world, world.deal, 0, [{ account: late, units: 1n }])).toRevertWith(
      world.note,
      ...restricted("HOLDER_LIMIT"),
    );
    await move(world.alpha, late, 100n);
    expect(await holders()).toBe(4n);
    await setRules(world, world.note, { maxHolders: 3 });
    await move(late, world.alpha, 100n);
    await move(world.alpha, world.beta, 100n);
    await expect(move(world.beta, world.alpha, 1n)).toRevertWith(world.note, ...restricted("HOLDER_LIMIT"));
  });
});

describe("the rules of a class", () => {
  const standing = async () => fields(await world.note.standing());

  it("count their periods from the first issuance, saturate below the unset one, and are told (R-T3)", async () => {
    const note = world.exactNote;
    const period = { lockUpSeconds: 1_000, complianceSeconds: 2_000 };
    await setRules(world, note, period);
    expect(fields(await note.standing())).toMatchObject({ lockedUntil: 0n, complianceUntil: 0n, holders: 0n });
    const second = (await now(world)) + 10;
    await networkHelpers.time.setNextBlockTimestamp(second);
    const first = issue(world, world.deal, 1, [{ account: world.alpha, units: 5n }]);
    const [locked, compliant] = [BigInt(second + 999), BigInt(second + 1_999)];
    await expect(first).toEmit(note, "RulesFollowed", [locked, compliant]);
    await issue(world, world.deal, 1, [{ account: world.alpha, units: 5n }]);
    expect(fields(await note.standing())).toMatchObject({ lockedUntil: locked, complianceUntil: compliant });
    await setRules(world, note, { lockUpSeconds: 2 ** 32 - 1, complianceSeconds: 2 ** 32 - 2 });
    const saturated = { lockedUntil: 2n ** 32n - 2n, complianceUntil: 2n ** 32n - 2n };
    expect(fields(await note.standing())).toMatchObject(saturated);
  });

  it("hold transfers to the last second of a period and not in the next, and never issuance (R-T3)", async () => {
    await setRules(world, world.note, { lockUpSeconds: 100_000 });
    const { lockedUntil } = await world.note.standing();
    await networkHelpers.time.setNextBlockTimestamp(lockedUntil);
    await expect(move(world.alpha, world.beta, 1n)).toRevertWith(world.note, ...restricted("LOCKED_UP"));
    await networkHelpers.time.setNextBlockTimestamp(lockedUntil);
    await recheck(world, world.filing);
    await networkHelpers.time.setNextBlockTimestamp(lockedUntil);
    await byDeals.issue([{ account: world.alpha, units: 1n }], 0n);
    await networkHelpers.time.setNextBlockTimestamp(lockedUntil + 1n);
    await move(world.alpha, world.beta, 1n);
    await setRules(world, world.note, { complianceSeconds: 200_000 });
    const { complianceUntil } = await world.note.standing();
    await networkHelpers.time.setNextBlockTimestamp(complianceUntil);
    await expect(move(world.alpha, world.beta, 1n)).toRevertWith(world.note, ...restricted("COMPLIANCE_PERIOD"));
    await networkHelpers.time.setNextBlockTimestamp(complianceUntil + 1n);
    await move(world.alpha, world.beta, 1n);
  });

  it("keep what is moved and what is left at the minimum, and trap nobody below it (R-T4)", async () => {
    const late = await register(world, world.actors.custodianA, "late");
    await setRules(world, world.note, { minimumUnits: 40 });
    const refused = restricted("BELOW_MINIMUM");
    for (const units of [1n, 39n, 61n, 99n]) {
      await expect(move(world.alpha, world.beta, units)).toRevertWith(world.note, ...refused);
    }
    await expect(issue(world, world.deal, 0, [{ account: late, units: 39n }])).toRevertWith(world.note, ...refused);
    await move(world.alpha, world.beta, 60n);
    await setRules(world, world.note, { minimumUnits: 41 });
    await expect(move(world.alpha, late, 40n)).toRevertWith(world.note, ...refused);
    await move(world.alpha, world.beta, 40n);
    expect(await balances()).toEqual([0n, 200n, 100n, 100n]);
  });

  it("name residences of their own, in place of those named before (R-T4)", async () => {
    const listed = async (code: string, categories: number) =>
      setRules(world, world.note, { residences: [{ residence: residence(code), categories }] });
    const toGamma = () => world.note.restrictionsOf(world.actors.custodianA.key.address, world.alpha, world.gamma, 1n);
    await listed("CH", 0);
    expect(await toGamma()).toBe(reasons("RECEIVER_RESIDENCE_NOT_ADMITTED"));
    await listed("CH", 1 << 1);
    expect(await toGamma()).toBe(0n);
    await listed("SG", 0);
    expect(await toGamma()).toBe(0n);
    await setRules(world, world.note, {});
    expect(await standing()).toMatchObject({ minimumUnits: 0n, maxHolders: 0n });
  });
});

describe("a note that the registry of holders commands", () => {
  it("never refuses: strangers, the zero address, doubles, no account at all", async () => {
    const any = [ZeroAddress, world.alpha, world.alpha, ethers.Wallet.createRandom().address];
    for (const accounts of [[], any]) {
      await byHolders.forget(accounts);
      await byHolders.join(accounts, []);
      await byHolders.join([], accounts);
    }
    await byHolders.moveEpoch();
    expect(await balances()).toEqual([100n, 100n, 100n, 100n]);
    expect([await world.note.totalSupply(), await holders()]).toEqual([400n, 4n]);
  });
});
