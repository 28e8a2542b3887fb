import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { filingState, now, reasons, register } from "../support/steps.ts";
import { category, UNIT_FACE_MINOR } from "../support/terms.ts";
import { issued, openLedger, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const byA = () => world.note.connect(world.actors.custodianA.key);
const byHolder = () => world.note.connect(world.actors.holder);
const restricted = (leg: bigint, ...codes: string[]) => ["Note_Restricted", [reasons(...codes), leg]] as const;
const leg = (from: string, to: string, units: bigint, label = "leg") => ({ from, to, units, operationRef: id(label) });
const balances = async () =>
  Promise.all([world.alpha, world.beta, world.gamma, world.selfKept].map((account) => world.note.balanceOf(account)));

describe("the functions of a note", () => {
  it("are these alone: no permit, no minting, no burning, no owner (R-T5)", () => {
    const found: string[] = [];
    world.note.interface.forEachFunction((f) => void (f.stateMutability !== "view" && found.push(f.name)));
    expect(found.filter((name) => name !== "decimals" && name !== "supportsInterface").sort()).toEqual([
      "approve",
      "cancel",
      "followFiling",
      "followRules",
      "forcedTransfer",
      "forget",
      "issue",
      "join",
      "move",
      "moveEpoch",
      "moveMany",
      "pause",
      "scheduleRecordDate",
      "setFrozenTokens",
      "transfer",
      "transferFrom",
    ]);
  });

  it("that belong to the holder registry refuse everybody else, the deal registry too", async () => {
    for (const key of [world.actors.registrar.key, await ledger.ethers.getImpersonatedSigner(world.wiring.deals)]) {
      const note = world.note.connect(key);
      const refused = ["Note_NotHolderRegistry", [key.address]] as const;
      await expect(note.forget([world.alpha])).toRevertWith(note, ...refused);
      await expect(note.moveEpoch()).toRevertWith(note, ...refused);
      await expect(note.join([world.alpha], [world.beta])).toRevertWith(note, ...refused);
    }
  });

  it("that belong to the deal registry refuse everybody else (R-F1)", async () => {
    for (const key of [world.actors.issuer.key, world.actors.registrar.key, world.actors.deployer]) {
      const note = world.note.connect(key);
      const refused = ["Note_NotDealRegistry", [key.address]] as const;
      await expect(note.issue([{ account: world.alpha, units: 1n }], 0n)).toRevertWith(note, ...refused);
      await expect(note.followFiling(filingState.recorded, 0)).toRevertWith(note, ...refused);
      await expect(note.scheduleRecordDate(20260301, 1_900_000_000)).toRevertWith(note, ...refused);
    }
  });
});

describe("move", () => {
  it("refuses a number of units that a position cannot count", async () => {
    await expect(byA().move(world.alpha, world.beta, 2n ** 64n, id("move"))).rejects.toThrow(/out-of-bounds/);
  });

  it("carries the mover's reference and tells of it beside the standard's event (R-T2)", async () => {
    const moved = byA().move(world.alpha, world.gamma, 7n, id("reference"));
    const { address } = world.actors.custodianA.key;
    await expect(moved).toEmit(world.note, "Moved", [id("reference"), address]);
    await expect(moved).toEmit(world.note, "Transfer", [world.alpha, world.gamma, 7n]);
    expect(await balances()).toEqual([93n, 100n, 107n, 100n]);
    expect(await world.note.totalSupply()).toBe(400n);
  });

  it("moves the whole position of an account, and again into it", async () => {
    await byA().move(world.alpha, world.beta, 100n, id("all"));
    await byA().move(world.beta, world.alpha, 200n, id("back"));
    expect(await balances()).toEqual([200n, 0n, 100n, 100n]);
  });

  it("is open to a self-kept account for its own units", async () => {
    await byHolder().move(world.selfKept, world.beta, 5n, id("own"));
    expect(await balances()).toEqual([100n, 105n, 100n, 95n]);
  });
});

describe("moveMany", () => {
  it("refuses no leg and 201, and takes 200", async () => {
    const many = (count: number) => Array.from({ length: count }, () => leg(world.alpha, world.beta, 1n));
    for (const count of [0, 201]) {
      await expect(byA().moveMany(many(count))).toRevertWith(world.note, "Note_BatchSize", [BigInt(count), 200n]);
    }
    const there = Array.from({ length: 100 }, () => [
      leg(world.alpha, world.beta, 1n),
      leg(world.beta, world.alpha, 1n),
    ]).flat();
    await byA().moveMany(there);
    expect(await balances()).toEqual([100n, 100n, 100n, 100n]);
  });

  it("judges every leg like a single movement and names the one that fails", async () => {
    const good = leg(world.alpha, world.beta, 1n);
    const bad: [ReturnType<typeof leg>, string[]][] = [
      [leg(world.alpha, world.alpha, 1n), ["SAME_ACCOUNT"]],
      [leg(world.gamma, world.alpha, 1n), ["OPERATOR_NOT_ENTITLED"]],
      [leg(world.alpha, world.actors.outsider.address, 1n), ["RECEIVER_NOT_REGISTERED"]],
      [leg(ZeroAddress, world.alpha, 1n), ["SENDER_NOT_REGISTERED"]],
    ];
    for (const [failing, codes] of bad) {
      for (const i of [0, 1, 2]) {
        const legs = [good, good, good].with(i, failing);
        await expect(byA().moveMany(legs)).toRevertWith(world.note, ...restricted(BigInt(i), ...codes));
      }
    }
    expect(await balances()).toEqual([100n, 100n, 100n, 100n]);
  });

  it("makes the legs in order, so that a later one may use what an earlier one brought", async () => {
    const legs = [leg(world.alpha, world.beta, 100n), leg(world.beta, world.alpha, 150n)];
    await expect(byA().moveMany([legs[1]!, legs[0]!])).toRevertWith(world.note, "ERC20InsufficientBalance", [
      world.beta,
      100n,
      150n,
    ]);
    await byA().moveMany(legs);
    expect(await balances()).toEqual([150n, 50n, 100n, 100n]);
  });

  it("tells of each leg under its own reference (R-T2)", async () => {
    const legs = [leg(world.alpha, world.beta, 1n, "one"), leg(world.alpha, world.gamma, 2n, "two")];
    const moved = byA().moveMany(legs);
    const { address } = world.actors.custodianA.key;
    await expect(moved).toEmit(world.note, "Moved", [id("one"), address]);
    await expect(moved).toEmit(world.note, "Moved", [id("two"), address]);
  });
});

describe("transfer", () => {
  it("refuses every key but that of a self-kept account, a custodian's own too", async () => {
    const codes = ["SENDER_NOT_REGISTERED", "UNITS_INSUFFICIENT", "OPERATOR_NOT_ENTITLED"];
    for (const key of [world.actors.custodianA.key, world.actors.outsider]) {
      await expect(world.note.connect(key).transfer(world.beta, 1n)).toRevertWith(
        world.note,
        ...restricted(0n, ...codes),
      );
    }
  });

  it("moves the units of a self-kept account", async () => {
    expect(await byHolder().transfer.staticCall(world.gamma, 40n)).toBe(true);
    await expect(byHolder().transfer(world.gamma, 40n)).toEmit(world.note, "Transfer", [
      world.selfKept,
      world.gamma,
      40n,
    ]);
    expect(await balances()).toEqual([100n, 100n, 140n, 60n]);
  });
});

describe("approve", () => {
  const refused = (owner: string, spender: string) => ["Note_AllowanceRefused", [owner, spender]] as const;

  it("refuses everybody but a self-kept account (R-T5)", async () => {
    const spender = world.actors.custodianB.key.address;
    for (const key of [world.actors.outsider, world.actors.custodianA.key, world.actors.issuer.key]) {
      await expect(world.note.connect(key).approve(spender, 1n)).toRevertWith(
        world.note,
        ...refused(key.address, spender),
      );
    }
  });

  it("refuses every spender but the key of an active custodian (R-T5)", async () => {
    const { outsider, registrar, unlicensed, custodianB, regulator, holder } = world.actors;
    const spenders = [outsider, registrar.key, unlicensed.key, holder].map(({ address }) => address);
    for (const spender of [...spenders, ZeroAddress, world.wiring.deals]) {
      await expect(byHolder().approve(spender, 1n)).toRevertWith(world.note, ...refused(world.selfKept, spender));
    }
    const until = (await now(world)) + 1_000;
    await world.holders.connect(regulator.key).stopCustodian(custodianB.id, id("order"), until);
    await expect(byHolder().approve(custodianB.key.address, 1n)).toRevertWith(
      world.note,
      ...refused(world.selfKept, custodianB.key.address),
    );
  });

  it("takes an allowance back at any time, also from a custodian that was stopped", async () => {
    const { custodianB, regulator } = world.actors;
    const spender = custodianB.key.address;
    await expect(byHolder().approve(spender, 9n)).toEmit(world.note, "Approval", [world.selfKept, spender, 9n]);
    const until = (await now(world)) + 1_000;
    await world.holders.connect(regulator.key).stopCustodian(custodianB.id, id("order"), until);
    await byHolder().approve(spender, 0n);
    expect(await world.note.allowance(world.selfKept, spender)).toBe(0n);
    await expect(byHolder().approve(ZeroAddress, 0n)).toRevertWith(world.note, "ERC20InvalidSpender", [ZeroAddress]);
  });
});

describe("an allowance", () => {
  const spender = () => world.actors.custodianB.key;
  const bySpender = () => world.note.connect(spender());
  const allowed = () => world.note.allowance(world.selfKept, spender().address);
  beforeEach(async () => {
    await byHolder().approve(spender().address, 10n);
  });

  it("does not carry one unit more, nor another key of the same custodian", async () => {
    await expect(bySpender().transferFrom(world.selfKept, world.gamma, 11n)).toRevertWith(
      world.note,
      ...restricted(0n, "OPERATOR_NOT_ENTITLED"),
    );
    await expect(
      world.note.connect(world.actors.custodianB.otherKey).transferFrom(world.selfKept, world.gamma, 1n),
    ).toRevertWith(world.note, ...restricted(0n, "OPERATOR_NOT_ENTITLED"));
  });

  it("is judged again at use: a custodian that was stopped since spends nothing (R-T5)", async () => {
    const { custodianB, regulator } = world.actors;
    const until = (await now(world)) + 1_000;
    await world.holders.connect(regulator.key).stopCustodian(custodianB.id, id("order"), until);
    await expect(bySpender().transferFrom(world.selfKept, world.alpha, 1n)).toRevertWith(
      world.note,
      ...restricted(0n, "OPERATOR_CUSTODIAN_INACTIVE"),
    );
  });

  it("is judged again at use: a key that was removed since spends nothing (R-T5)", async () => {
    await world.parties.connect(spender()).removeKey(spender().address, id("removal"));
    await expect(bySpender().transferFrom(world.selfKept, world.alpha, 1n)).toRevertWith(
      world.note,
      ...restricted(0n, "OPERATOR_CUSTODIAN_INACTIVE"),
    );
  });

  it("opens no way around the receiver's rules (R-T5)", async () => {
    const corporate = await register(world, world.actors.custodianB, "corporate", {
      category: category.hongKongCorporate,
    });
    await expect(bySpender().transferFrom(world.selfKept, corporate, 1n)).toRevertWith(
      world.note,
      ...restricted(0n, "RECEIVER_CATEGORY_NOT_ADMITTED"),
    );
    await expect(bySpender().transferFrom(world.selfKept, spender().address, 1n)).toRevertWith(
      world.note,
      ...restricted(0n, "RECEIVER_NOT_REGISTERED"),
    );
  });

  it("is spent by transferFrom, move and every leg of a batch alike", async () => {
    expect(await bySpender().transferFrom.staticCall(world.selfKept, world.gamma, 2n)).toBe(true);
    await bySpender().transferFrom(world.selfKept, world.gamma, 2n);
    await bySpender().move(world.selfKept, world.gamma, 2n, id("move"));
    expect(await allowed()).toBe(6n);
    const three = leg(world.selfKept, world.gamma, 3n);
    await expect(bySpender().moveMany([three, three, three])).toRevertWith(
      world.note,
      ...restricted(2n, "OPERATOR_NOT_ENTITLED"),
    );
    await bySpender().moveMany([three, three]);
    expect(await allowed()).toBe(0n);
    expect(await balances()).toEqual([100n, 100n, 110n, 90n]);
  });

  it("without limit stays as it is", async () => {
    const most = 2n ** 256n - 1n;
    await byHolder().approve(spender().address, most);
    await bySpender().transferFrom(world.selfKept, world.gamma, 50n);
    expect(await allowed()).toBe(most);
  });

  it("is neither needed nor spent by the holder's own key, and not by a custodian for its accounts", async () => {
    await byHolder().transferFrom(world.selfKept, world.gamma, 1n);
    await byHolder().move(world.selfKept, world.gamma, 1n, id("own"));
    expect(await allowed()).toBe(10n);
    await bySpender().transferFrom(world.gamma, world.alpha, 102n);
    expect(await world.note.allowance(world.gamma, spender().address)).toBe(0n);
  });

  it("is needed by the account's own custodian too, since the holder keeps the key", async () => {
    const custodian = world.actors.custodianA.key;
    await expect(byA().move(world.selfKept, world.alpha, 1n, id("move"))).toRevertWith(
      world.note,
      ...restricted(0n, "OPERATOR_NOT_ENTITLED"),
    );
    await byHolder().approve(custodian.address, 1n);
    await byA().move(world.selfKept, world.alpha, 1n, id("move"));
    expect(await world.note.allowance(world.selfKept, custodian.address)).toBe(0n);
  });
});

describe("the standards", () => {
  it("are told what the class is: label, ISIN, face of a unit, and no decimals", async () => {
    const { note, exactNote, deal } = world;
    expect([await note.name(), await note.symbol(), await note.decimals()]).toEqual(["Class A-1", "A-1", 0n]);
    expect(Buffer.from((await note.isin()).slice(2), "hex").toString()).toBe("XS0000000011");
    expect([await exactNote.symbol(), await exactNote.classIndex(), await exactNote.deal()]).toEqual(["A-2", 1n, deal]);
    expect(await note.unitFaceMinor()).toBe(UNIT_FACE_MINOR);
    expect(await note.MAX_BATCH()).toBe(200n);
  });

  it("answer nothing for the zero address, under which the register keeps the supply", async () => {
    expect(await world.note.balanceOf(ZeroAddress)).toBe(0n);
    expect(await world.note.totalSupply()).toBe(400n);
  });
});
