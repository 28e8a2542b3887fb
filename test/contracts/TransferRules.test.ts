import { AbiCoder, id, keccak256, toBeHex, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { restrictions } from "../../server/domain/restrictions.ts";
import type { RuleTermsStruct } from "../../types/contracts/Note.ts";
import type { Key } from "../support/actors.ts";
import {
  accountOf,
  as,
  byThree,
  createDeal,
  filingState,
  license,
  lookThrough,
  noteOf,
  now,
  reach,
  reasons,
  record,
  register,
  residence,
  setRules,
  update,
  type Statement,
} from "../support/steps.ts";
import { category, UNSET_SECONDS } from "../support/terms.ts";
import { issued, openLedger, submitted, type IssuedWorld } from "../support/world.ts";

// The page of law, one situation per reason: the check says it, and the movement is refused with the very same set.

const ledger = await openLedger();
const { networkHelpers } = ledger;
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** The issued world with an account that this class does not admit, and one that is nowhere registered. */
async function situated(of: typeof ledger) {
  const world = await issued(of);
  const corporate = await register(world, world.actors.custodianB, "corporate", {
    category: category.hongKongCorporate,
  });
  const newcomer = await register(world, world.actors.custodianA, "newcomer");
  return { ...world, corporate, newcomer, unknown: world.actors.outsider.address };
}

let world: IssuedWorld & { corporate: string; newcomer: string; unknown: string };
beforeEach(async () => {
  world = await networkHelpers.loadFixture(situated);
});

type Movement = { key: Key; from: string; to: string; units: bigint };
/** What is so when a movement is tried, and how it differs from one of custodian A from alpha to gamma. */
type Situation = {
  readonly codes: readonly string[];
  readonly arrange?: () => Promise<unknown>;
  readonly movement?: () => Partial<Movement>;
};

const stopAccount = async (account: string) =>
  world.holders
    .connect(world.actors.regulator.key)
    .stopAccount(account, id(`stop ${account}`), (await now(world)) + HOUR);
const stopCustodian = async (party: bigint) =>
  world.holders
    .connect(world.actors.regulator.key)
    .stopCustodian(party, id(`stop ${party}`), (await now(world)) + HOUR);
const updateGamma = (overrides: Partial<Statement>) =>
  update(world, world.actors.custodianB.key, world.gamma, "gamma", { residence: residence("CH"), ...overrides });
const suspend = async () =>
  world.filings
    .connect(world.actors.regulator.key)
    .suspend(world.filing, id("order"), (await now(world)) + HOUR, id("basis"));
const revoke = () =>
  byThree(world, (key) => world.filings.connect(key).revoke(world.filing, id("revocation"), id("notice")));

/** Gives the class rules that bind nobody, but for these. */
const rule = (overrides: Partial<RuleTermsStruct>) => setRules(world, world.note, overrides);
const pause = async () => world.note.connect(await as(world, "orders")).pause((await now(world)) + HOUR);

/** Writes CN into the registry's storage, past every door, to ask the page alone. */
async function forgeOnshore(account: string): Promise<void> {
  const { holderRef } = await accountOf(world, account);
  for (let slot = 0; slot < 16; slot++) {
    const word = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [account, slot]));
    const value = BigInt(await networkHelpers.getStorageAt(world.wiring.holders, word));
    if (!toBeHex(value, 32).endsWith(holderRef.slice(2))) continue;
    const residenceBits = 0xffffn << 128n;
    const cn = BigInt(residence("CN")) << 128n;
    await networkHelpers.setStorageAt(world.wiring.holders, word, (value & ~residenceBits) | cn);
    expect((await accountOf(world, account)).residence).toBe(residence("CN"));
    return;
  }
  throw new Error("No word of the registry holds this account.");
}

/** Makes gamma an omnibus account that held units at a record date and was not stated for it. */
async function omnibusWithoutStatement(): Promise<void> {
  await updateGamma({ omnibus: true });
  await world.deals.connect(world.actors.payingAgent.key).declareRecordDate(world.deal, 20260131);
}

const situations: Situation[] = [
  { codes: ["FILING_SUSPENDED"], arrange: suspend },
  { codes: ["FILING_REVOKED"], arrange: revoke },
  { codes: ["SAME_ACCOUNT"], movement: () => ({ to: world.alpha }) },
  { codes: ["UNITS_ZERO"], movement: () => ({ units: 0n }) },
  { codes: ["SENDER_STOPPED"], arrange: () => stopAccount(world.alpha) },
  { codes: ["RECEIVER_NOT_REGISTERED"], movement: () => ({ to: world.unknown }) },
  { codes: ["RECEIVER_NOT_REGISTERED"], movement: () => ({ to: ZeroAddress }) },
  { codes: ["RECEIVER_STOPPED"], arrange: () => stopAccount(world.gamma) },
  { codes: ["RECEIVER_ONSHORE"], arrange: () => forgeOnshore(world.gamma) },
  ...(["unresolved", "mainlandOwner", "mainlandControlled"] as const).map((result) => ({
    codes: ["RECEIVER_LOOK_THROUGH_FAILED"],
    arrange: () => updateGamma({ lookThrough: lookThrough[result] }),
  })),
  { codes: ["RECEIVER_LAPSED"], arrange: () => updateGamma({ eligibleUntil: 1 }) },
  { codes: ["RECEIVER_CATEGORY_NOT_ADMITTED"], movement: () => ({ to: world.corporate }) },
  { codes: ["RECEIVER_CATEGORY_NOT_ADMITTED"], arrange: () => updateGamma({ category: category.none }) },
  { codes: ["RECEIVER_CUSTODIAN_INACTIVE"], arrange: () => stopCustodian(world.actors.custodianB.id) },
  { codes: ["CLASS_PAUSED"], arrange: pause },
  { codes: ["LOCKED_UP"], arrange: () => rule({ lockUpSeconds: 30 * DAY }) },
  { codes: ["COMPLIANCE_PERIOD"], arrange: () => rule({ complianceSeconds: 40 * DAY }) },
  { codes: ["COMPLIANCE_PERIOD_UNSET"], arrange: () => rule({ complianceSeconds: UNSET_SECONDS }) },
  { codes: ["BELOW_MINIMUM"], arrange: () => rule({ minimumUnits: 2 }) },
  { codes: ["BELOW_MINIMUM"], arrange: () => rule({ minimumUnits: 60 }), movement: () => ({ units: 60n }) },
  { codes: ["HOLDER_LIMIT"], arrange: () => rule({ maxHolders: 4 }), movement: () => ({ to: world.newcomer }) },
  ...[0, 1 << category.hongKongCorporate].map((categories) => ({
    codes: ["RECEIVER_RESIDENCE_NOT_ADMITTED"],
    arrange: () => rule({ residences: [{ residence: residence("CH"), categories }] }),
  })),
  { codes: ["RECEIVER_US_PERSON"], arrange: () => updateGamma({ usPerson: true }) },
  { codes: ["RECEIVER_STATEMENT_DUE"], arrange: omnibusWithoutStatement },
  { codes: ["RECEIVER_DELIVERY_NOT_ACCEPTED"], arrange: () => updateGamma({ acceptsFreeDelivery: false }) },
  { codes: ["OPERATOR_NOT_ENTITLED"], movement: () => ({ key: world.actors.custodianB.key }) },
  { codes: ["OPERATOR_NOT_ENTITLED"], movement: () => ({ key: world.actors.outsider }) },
  { codes: ["OPERATOR_NOT_ENTITLED"], movement: () => ({ key: world.actors.registrar.key }) },
  { codes: ["OPERATOR_NOT_ENTITLED"], movement: () => ({ from: world.selfKept }) },
  { codes: ["OPERATOR_CUSTODIAN_INACTIVE"], arrange: () => stopCustodian(world.actors.custodianA.id) },
  {
    codes: ["SENDER_NOT_REGISTERED", "UNITS_INSUFFICIENT", "OPERATOR_NOT_ENTITLED"],
    movement: () => ({ from: world.unknown }),
  },
  {
    codes: ["SENDER_NOT_REGISTERED", "UNITS_INSUFFICIENT", "OPERATOR_NOT_ENTITLED"],
    movement: () => ({ from: world.unknown, key: world.actors.spare }),
  },
];

async function refusedWith(codes: readonly string[], given: Partial<Movement>): Promise<void> {
  const { key, from, to, units } = {
    key: world.actors.custodianA.key,
    from: world.alpha,
    to: world.gamma,
    units: 1n,
    ...given,
  };
  expect(await world.note.restrictionsOf(key.address, from, to, units)).toBe(reasons(...codes));
  const note = world.note.connect(key);
  const expected = ["Note_Restricted", [reasons(...codes), 0n]] as const;
  await expect(note.move(from, to, units, id("move"))).toRevertWith(world.note, ...expected);
  await expect(note.transferFrom(from, to, units)).toRevertWith(world.note, ...expected);
  await expect(note.moveMany([{ from, to, units, operationRef: id("move") }])).toRevertWith(world.note, ...expected);
}

/** Reasons that have a test of their own below. */
const elsewhere = ["FILING_NOT_RECORDED", "FILING_CLOSED", "UNITS_INSUFFICIENT", "UNITS_FROZEN"];

describe("a movement", () => {
  it.each(situations)("is refused with $codes alone (R-T1)", async ({ codes, arrange, movement }) => {
    await arrange?.();
    await refusedWith(codes, movement?.() ?? {});
  });

  it("is refused with FILING_NOT_RECORDED where no filing was recorded, which no holder can ever meet", async () => {
    // Units exist under a recorded filing only, so the deal registry's own hand is needed to come here (R-F1).
    const note = world.note.connect(await as(world, "deals"));
    await note.followFiling(filingState.attested, 0);
    await refusedWith(["FILING_NOT_RECORDED"], {});
  });

  it("is refused with FILING_CLOSED or FILING_SUSPENDED where the note is told so", async () => {
    const note = world.note.connect(await as(world, "deals"));
    await note.followFiling(filingState.closed, 0);
    await refusedWith(["FILING_CLOSED"], {});
    await note.followFiling(filingState.suspended, 0);
    await refusedWith(["FILING_SUSPENDED"], {});
  });

  it("is refused by the error of ERC-7943 where units alone are frozen, and by ERC-20's where they are short too", async () => {
    await world.note.connect(await as(world, "orders")).setFrozenTokens(world.alpha, 40n);
    const key = world.actors.custodianA.key;
    const note = world.note.connect(key);
    const ask = (units: bigint) => note.restrictionsOf(key.address, world.alpha, world.gamma, units);
    expect(await ask(60n)).toBe(0n);
    expect(await ask(61n)).toBe(reasons("UNITS_FROZEN"));
    expect(await ask(101n)).toBe(reasons("UNITS_FROZEN", "UNITS_INSUFFICIENT"));
    await expect(note.move(world.alpha, world.gamma, 61n, id("move"))).toRevertWith(
      note,
      "ERC7943InsufficientUnfrozenBalance",
      [world.alpha, 61n, 60n],
    );
    const short = ["ERC20InsufficientBalance", [world.alpha, 100n, 101n]] as const;
    await expect(note.move(world.alpha, world.gamma, 101n, id("move"))).toRevertWith(note, ...short);
    await stopAccount(world.gamma);
    await refusedWith(["UNITS_FROZEN", "RECEIVER_STOPPED"], { units: 61n });
  });

  it("is refused by the standard's own error where units alone are short", async () => {
    const key = world.actors.custodianA.key;
    expect(await world.note.restrictionsOf(key.address, world.alpha, world.gamma, 101n)).toBe(
      reasons("UNITS_INSUFFICIENT"),
    );
    const note = world.note.connect(key);
    const short = ["ERC20InsufficientBalance", [world.alpha, 100n, 101n]] as const;
    await expect(note.move(world.alpha, world.gamma, 101n, id("move"))).toRevertWith(world.note, ...short);
    await expect(note.transferFrom(world.alpha, world.gamma, 101n)).toRevertWith(world.note, ...short);
    const huge = 2n ** 256n - 1n;
    await expect(note.transferFrom(world.alpha, world.gamma, huge)).toRevertWith(
      world.note,
      "ERC20InsufficientBalance",
      [world.alpha, 100n, huge],
    );
  });

  it("is refused with all its reasons at once, each bit by its own rule (R-T1)", async () => {
    const { custodianA, custodianB } = world.actors;
    await updateGamma({ lookThrough: lookThrough.unresolved, category: category.none, eligibleUntil: 1 });
    await forgeOnshore(world.gamma);
    await stopAccount(world.alpha);
    await stopAccount(world.gamma);
    await stopCustodian(custodianB.id);
    await stopCustodian(custodianA.id);
    await suspend();
    const common = [
      "FILING_SUSPENDED",
      "UNITS_INSUFFICIENT",
      "SENDER_STOPPED",
      "RECEIVER_STOPPED",
      "RECEIVER_ONSHORE",
      "RECEIVER_LOOK_THROUGH_FAILED",
      "RECEIVER_LAPSED",
      "RECEIVER_CATEGORY_NOT_ADMITTED",
      "RECEIVER_CUSTODIAN_INACTIVE",
    ];
    await refusedWith([...common, "OPERATOR_CUSTODIAN_INACTIVE"], { units: 101n });
    await refusedWith([...common, "OPERATOR_NOT_ENTITLED"], { units: 101n, key: world.actors.outsider });
    await refusedWith([...common, "SAME_ACCOUNT", "OPERATOR_CUSTODIAN_INACTIVE"], {
      from: world.gamma,
      units: 101n,
      key: custodianB.key,
    });
    await revoke();
    await refusedWith(["FILING_REVOKED", ...common.slice(1), "OPERATOR_CUSTODIAN_INACTIVE"], { units: 101n });
  });

  it("knows every reason of the table in this file, but those of issuance", () => {
    const seen = new Set([...situations.flatMap(({ codes }) => codes), ...elsewhere]);
    const ofIssuance = ["ISSUANCE_WINDOW_CLOSED", "DEAL_NOT_PRICED", "REPORT_OVERDUE", "RECHECK_MISSING"];
    expect(
      restrictions
        .map(({ code }) => code)
        .filter((code) => !ofIssuance.includes(code))
        .sort(),
    ).toEqual([...seen].sort());
  });
});

describe("an account that may not receive", () => {
  it("may still send: it is exit-only, never trapped (R-H6)", async () => {
    await updateGamma({ lookThrough: lookThrough.mainlandControlled, category: category.none, eligibleUntil: 0 });
    const note = world.note.connect(world.actors.custodianB.key);
    await note.move(world.gamma, world.alpha, 100n, id("exit"));
    expect(await note.balanceOf(world.gamma)).toBe(0n);
    await refusedWith(["RECEIVER_LOOK_THROUGH_FAILED", "RECEIVER_LAPSED", "RECEIVER_CATEGORY_NOT_ADMITTED"], {});
  });

  it("receives in the last second of its eligibility and not in the next (R-H6)", async () => {
    const until = (await now(world)) + 100;
    await updateGamma({ eligibleUntil: until });
    await reach(world, until);
    expect(await world.note.restrictionsOf(world.actors.custodianA.key.address, world.alpha, world.gamma, 1n)).toBe(0n);
    await networkHelpers.time.setNextBlockTimestamp(until);
    await world.note.connect(world.actors.custodianA.key).move(world.alpha, world.gamma, 1n, id("move"));
    await networkHelpers.time.setNextBlockTimestamp(until + 1);
    await expect(
      world.note.connect(world.actors.custodianA.key).move(world.alpha, world.gamma, 1n, id("move")),
    ).toRevertWith(world.note, "Note_Restricted", [reasons("RECEIVER_LAPSED"), 0n]);
  });
});

describe("a stopped account", () => {
  it("neither sends nor receives to the last second of its stop, and does in the next", async () => {
    await stopAccount(world.alpha);
    const { stoppedUntil: until } = await accountOf(world, world.alpha);
    const custodianB = world.actors.custodianB.key;
    const out = () => world.note.connect(world.actors.custodianA.key).move(world.alpha, world.gamma, 1n, id("out"));
    const into = () => world.note.connect(custodianB).move(world.gamma, world.alpha, 1n, id("into"));
    for (const [call, code] of [
      [out, "SENDER_STOPPED"],
      [into, "RECEIVER_STOPPED"],
    ] as const) {
      await networkHelpers.time.setNextBlockTimestamp(until);
      await expect(call()).toRevertWith(world.note, "Note_Restricted", [reasons(code), 0n]);
    }
    for (const call of [out, into]) {
      await networkHelpers.time.setNextBlockTimestamp(until + 1);
      await call();
    }
  });
});

describe("a custodian's licence", () => {
  it("carries movements to its last second and none in the next, for its clients as receivers too (R-H7)", async () => {
    const { custodianA, custodianB } = world.actors;
    const until = (await now(world)) + 100;
    await license(world, custodianB, until);
    const out = () => world.note.connect(custodianB.key).move(world.gamma, world.alpha, 1n, id("out"));
    const into = () => world.note.connect(custodianA.key).move(world.alpha, world.gamma, 1n, id("into"));
    for (const call of [out, into]) {
      await networkHelpers.time.setNextBlockTimestamp(until);
      await call();
    }
    await networkHelpers.time.setNextBlockTimestamp(until + 1);
    await expect(out()).toRevertWith(world.note, "Note_Restricted", [reasons("OPERATOR_CUSTODIAN_INACTIVE"), 0n]);
    await networkHelpers.time.setNextBlockTimestamp(until + 1);
    await expect(into()).toRevertWith(world.note, "Note_Restricted", [reasons("RECEIVER_CUSTODIAN_INACTIVE"), 0n]);
  });

  it("carries none to the last second of a stop of the custodian, and all in the next", async () => {
    const { custodianA, custodianB } = world.actors;
    await stopCustodian(custodianB.id);
    const until = Number((await world.holders.custodianOf(custodianB.id)).stoppedUntil);
    const out = () => world.note.connect(custodianB.key).move(world.gamma, world.alpha, 1n, id("out"));
    const into = () => world.note.connect(custodianA.key).move(world.alpha, world.gamma, 1n, id("into"));
    for (const [call, code] of [
      [out, "OPERATOR_CUSTODIAN_INACTIVE"],
      [into, "RECEIVER_CUSTODIAN_INACTIVE"],
    ] as const) {
      await networkHelpers.time.setNextBlockTimestamp(until);
      await expect(call()).toRevertWith(world.note, "Note_Restricted", [reasons(code), 0n]);
    }
    for (const call of [out, into]) {
      await networkHelpers.time.setNextBlockTimestamp(until + 1);
      await call();
    }
  });

  it("ends with the role, and with it every movement of the custodian (R-H7)", async () => {
    const { custodianA } = world.actors;
    await byThree(world, (key) => world.parties.connect(key).end(custodianA.id, id("CUSTODIAN"), id("end")));
    await refusedWith(["OPERATOR_CUSTODIAN_INACTIVE"], {});
  });

  it("does not hold back a self-kept account that moves by its own key", async () => {
    await stopCustodian(world.actors.custodianA.id);
    await world.note.connect(world.actors.holder).transfer(world.gamma, 1n);
    expect(await world.note.balanceOf(world.gamma)).toBe(101n);
  });
});

describe("a key that was removed from the custodian", () => {
  it("moves nothing any more, while the custodian's other key does", async () => {
    const { custodianA } = world.actors;
    await world.parties.connect(custodianA.otherKey).removeKey(custodianA.key.address, id("removal"));
    await refusedWith(["OPERATOR_NOT_ENTITLED"], {});
    await world.note.connect(custodianA.otherKey).move(world.alpha, world.gamma, 1n, id("move"));
  });
});

describe("an issuance", () => {
  it("is judged by the receiver and the units, with neither sender nor operator", async () => {
    const { outsider } = world.actors;
    for (const operator of [ZeroAddress, outsider.address, world.wiring.deals]) {
      expect(await world.note.restrictionsOf(operator, ZeroAddress, world.alpha, 1n)).toBe(0n);
      expect(await world.note.restrictionsOf(operator, ZeroAddress, world.corporate, 0n)).toBe(
        reasons("RECEIVER_CATEGORY_NOT_ADMITTED", "UNITS_ZERO"),
      );
    }
  });

  it("cannot be made through a movement from the zero address", async () => {
    const expected = ["Note_Restricted", [reasons("SENDER_NOT_REGISTERED"), 0n]] as const;
    const note = world.note.connect(world.actors.custodianA.key);
    await expect(note.move(ZeroAddress, world.alpha, 1n, id("move"))).toRevertWith(world.note, ...expected);
    await expect(note.transferFrom(ZeroAddress, world.alpha, 1n)).toRevertWith(world.note, ...expected);
  });

  it("is forbidden before its filing is recorded (R-F1)", async () => {
    const filed = await networkHelpers.loadFixture(submitted);
    const alpha = await register(filed, filed.actors.custodianA, "alpha");
    const note = await noteOf(filed, await createDeal(filed, filed.filing, filed.terms), 0);
    expect(await note.restrictionsOf(ZeroAddress, ZeroAddress, alpha, 1n)).toBe(reasons("FILING_NOT_RECORDED"));
    await record(filed, filed.filing);
    expect(await note.restrictionsOf(ZeroAddress, ZeroAddress, alpha, 1n)).toBe(0n);
  });
});

describe("two classes of one deal", () => {
  it("judge the same account by their own terms (R-H4)", async () => {
    const operator = world.actors.custodianB.key.address;
    const of = (note: typeof world.note) => note.restrictionsOf(operator, ZeroAddress, world.corporate, 1n);
    expect([await of(world.note), await of(world.exactNote)]).toEqual([reasons("RECEIVER_CATEGORY_NOT_ADMITTED"), 0n]);
  });

  it("keep their units apart", async () => {
    const key = world.actors.custodianA.key;
    await expect(world.exactNote.connect(key).move(world.alpha, world.beta, 1n, id("move"))).toRevertWith(
      world.exactNote,
      "ERC20InsufficientBalance",
      [world.alpha, 0n, 1n],
    );
  });
});
