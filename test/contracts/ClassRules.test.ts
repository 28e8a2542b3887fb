import { AbiCoder, id, keccak256, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { RuleTermsStruct } from "../../types/contracts/ClassRules.ts";
import { role, type Key } from "../support/actors.ts";
import { byThree, nextAt, now, plainOf, reach, reasons } from "../support/steps.ts";
import { bounds, category, classes, residenceRule, ruleTerms, UNSET_SECONDS } from "../support/terms.ts";
import { issued, openLedger, RULE_CHANGE_DELAY_SECONDS, type IssuedWorld } from "../support/world.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;
const DAY = 86_400;
const MAX_DELAY_SECONDS = 14 * DAY;
const MAX_PERIOD_SECONDS = 3_660 * DAY;

let world: IssuedWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(issued);
});

const evidenceHash = id("grounds");
const operationRef = id("change");

type Change = {
  readonly rules?: Partial<RuleTermsStruct>;
  readonly classIndex?: number;
  readonly deal?: string;
  readonly evidenceHash?: string;
  readonly operationRef?: string;
};

const change = (key: Key, given: Change = {}) =>
  world.classRules
    .connect(key)
    .change(
      given.deal ?? world.deal,
      given.classIndex ?? classes.open,
      ruleTerms(given.rules),
      given.evidenceHash ?? evidenceHash,
      given.operationRef ?? operationRef,
    );

/** Three parties decide a change. @returns the second from which it may take effect */
async function decide(given: Change = {}): Promise<number> {
  await byThree(world, (key) => change(key, given));
  return (await now(world)) + RULE_CHANGE_DELAY_SECONDS;
}

/** A change decided and made effective. */
async function changed(given: Change = {}) {
  await reach(world, await decide(given));
  return change(world.actors.registrar.key, given);
}

/** Rules as the ledger answers them, in plain arrays. */
const rulesOf = async (classIndex: number = classes.open) =>
  plainOf(await world.classRules.rulesOf(world.deal, classIndex));
const restrictionsOf = () =>
  world.note.restrictionsOf(world.actors.custodianA.key.address, world.alpha, world.beta, 10n);
const NONE = [0n, 0n, 0n, 0n, []];

describe("change", () => {
  const malformed: [what: string, field: string, rules: Partial<RuleTermsStruct>][] = [
    ["a lock-up above ten years", "lockUpSeconds", { lockUpSeconds: MAX_PERIOD_SECONDS + 1 }],
    ["a compliance period above ten years (R-T3)", "complianceSeconds", { complianceSeconds: MAX_PERIOD_SECONDS + 1 }],
    ["a period one second short of unset (R-T3)", "complianceSeconds", { complianceSeconds: UNSET_SECONDS - 1 }],
    ["a minimum above the class", "minimumUnits", { minimumUnits: bounds.openUnits[0] + 1n }],
    ["a rule for the mainland (R-H2)", "residences", { residences: [residenceRule("CN", 1)] }],
    ["a residence twice", "residences", { residences: [residenceRule("JP"), residenceRule("JP")] }],
    ["holders without a category (R-H4)", "residences", { residences: [residenceRule("JP", category.none)] }],
  ];
  it.each(malformed)("refuses %s (R-T4)", async (_, field, rules) => {
    const refused = change(world.actors.registrar.key, { rules });
    await expect(refused).toRevertWith(world.classRules, "ClassRules_Malformed", [field]);
  });

  it("refuses a change without grounds or without reference (R-T4)", async () => {
    for (const missing of [{ evidenceHash: ZeroHash }, { operationRef: ZeroHash }]) {
      const refused = change(world.actors.registrar.key, missing);
      await expect(refused).toRevertWith(world.classRules, "ClassRules_ReferenceMissing", []);
    }
  });

  it("refuses a retained class, one that does not exist, and an unknown deal", async () => {
    for (const classIndex of [classes.retained, 3, 255]) {
      const refused = change(world.actors.registrar.key, { classIndex });
      const args = [world.deal, BigInt(classIndex)];
      await expect(refused).toRevertWith(world.classRules, "ClassRules_NotTokenised", args);
    }
    const unknown = change(world.actors.registrar.key, { deal: id("no deal") });
    await expect(unknown).toRevertWith(world.deals, "DealRegistry_UnknownDeal", [id("no deal")]);
  });

  it("refuses everybody as maker but registrar and regulator, the issuer and its trustee too (R-T4, R-O3)", async () => {
    const { issuer, trustee, approverA, custodianA, outsider } = world.actors;
    for (const party of [issuer, trustee, approverA, custodianA]) {
      await expect(change(party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, role("REGISTRAR")]);
    }
    await expect(change(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("takes no effect by one party or by two, and needs approvers as second and third (R-T4)", async () => {
    const { regulator, approverA } = world.actors;
    const rules = { minimumUnits: 7 };
    await change(regulator.key, { rules });
    await expect(change(regulator.otherKey, { rules })).toRevertWith(
      world.approvals,
      "Approvals_SameParty",
      subjectAnd(regulator.id, rules),
    );
    await change(approverA.key, { rules });
    await expect(change(world.actors.issuer.key, { rules })).toRevertWith(world.parties, "Parties_RoleMissing", [
      world.actors.issuer.id,
      role("APPROVER"),
    ]);
    await reach(world, (await now(world)) + 2 * RULE_CHANGE_DELAY_SECONDS);
    await expect(change(approverA.key, { rules })).toRevertWith(
      world.approvals,
      "Approvals_SameParty",
      subjectAnd(approverA.id, rules),
    );
    expect(await rulesOf()).toEqual(NONE);
  });

  const subjectAnd = (party: bigint, rules: Partial<RuleTermsStruct>) => {
    const struct = world.classRules.interface.getFunction("change").inputs[2]!;
    const types = ["string", "bytes32", "uint8", struct, "bytes32", "bytes32"];
    const values = ["change", world.deal, classes.open, ruleTerms(rules), evidenceHash, operationRef];
    return [keccak256(AbiCoder.defaultAbiCoder().encode(types, values)), party];
  };

  it("rests until its delay has passed, to the second, and then takes effect once (R-T4)", async () => {
    const { registrar, issuer } = world.actors;
    const rules = { minimumUnits: 7 };
    const readyAt = await decide({ rules });
    const [subject] = subjectAnd(0n, rules);
    await nextAt(world, readyAt - 1);
    await expect(change(registrar.key, { rules })).toRevertWith(world.approvals, "Approvals_Resting", [
      subject,
      BigInt(readyAt),
    ]);
    expect(await rulesOf()).toEqual(NONE);
    await expect(change(issuer.key, { rules })).toRevertWith(world.parties, "Parties_RoleMissing", [
      issuer.id,
      role("APPROVER"),
    ]);
    await reach(world, readyAt);
    await change(world.actors.approverB.key, { rules });
    expect(await rulesOf()).toEqual([0n, 0n, 7n, 0n, []]);
    await expect(change(registrar.key, { rules })).toRevertWith(world.approvals, "Approvals_Spent", [subject]);
  });

  it("is overtaken by a change that takes effect first, whether it is decided or still proposed (R-T4)", async () => {
    const { registrar, approverA, approverB } = world.actors;
    const loosened = { rules: { maxHolders: 0 }, operationRef: id("loosen") };
    const proposed = { rules: { minimumUnits: 2 }, operationRef: id("propose") };
    await decide(loosened);
    await change(registrar.key, proposed);
    await changed({ rules: { maxHolders: 3 } });
    const changedAt = BigInt(await now(world));
    for (const [key, given] of [
      [approverB.key, loosened],
      [approverA.key, proposed],
    ] as const) {
      await expect(change(key, given)).toRevertWith(world.classRules, "ClassRules_Overtaken", [
        world.deal,
        BigInt(classes.open),
        changedAt,
      ]);
    }
    expect(await rulesOf()).toEqual([0n, 0n, 0n, 3n, []]);
    // A change of another class overtakes none, and one that was proposed afterwards stands.
    await changed({ classIndex: classes.exact, rules: { minimumUnits: 1 } });
    await changed({ ...loosened, operationRef: id("loosen again") });
    expect(await rulesOf()).toEqual(NONE);
  });

  it("tells everything in one event, so that the history of the rules is in the events (R-T4)", async () => {
    const given = {
      lockUpSeconds: MAX_PERIOD_SECONDS,
      complianceSeconds: UNSET_SECONDS,
      minimumUnits: bounds.openUnits[0],
      maxHolders: UNSET_SECONDS,
      residences: [residenceRule("HK"), residenceRule("SG", category.singaporeInstitutional)],
    };
    const plain = [
      BigInt(MAX_PERIOD_SECONDS),
      BigInt(UNSET_SECONDS),
      bounds.openUnits[0],
      BigInt(UNSET_SECONDS),
      [
        ["0x484b", 0n],
        ["0x5347", 16n],
      ],
    ];
    const event = [world.deal, BigInt(classes.open), operationRef, plain, evidenceHash];
    await expect(changed({ rules: given })).toEmit(world.classRules, "RulesChanged", event);
    expect(await rulesOf()).toEqual(plain);
  });

  it("binds the very next transfer, and the class of no other note (R-T4)", async () => {
    expect(await restrictionsOf()).toBe(0n);
    await changed({ rules: { minimumUnits: 50 } });
    expect(await restrictionsOf()).toBe(reasons("BELOW_MINIMUM"));
    const moved = world.note.connect(world.actors.custodianA.key).move(world.alpha, world.beta, 10n, id("move"));
    await expect(moved).toRevertWith(world.note, "Note_Restricted", [reasons("BELOW_MINIMUM"), 0n]);
    expect((await world.exactNote.standing()).minimumUnits).toBe(0n);
  });

  it("can close a class by leaving its compliance period unset, and open it again (R-T3)", async () => {
    await changed({ rules: { complianceSeconds: UNSET_SECONDS } });
    expect(await restrictionsOf()).toBe(reasons("COMPLIANCE_PERIOD_UNSET"));
    await changed({ operationRef: id("second change") });
    expect(await restrictionsOf()).toBe(0n);
  });

  it("counts changed periods from the first issuance, to the second (R-T3, R-T4)", async () => {
    const lockUpSeconds = 30 * DAY;
    const [first] = await world.note.queryFilter(world.note.filters.Transfer(ethers.ZeroAddress));
    await changed({ rules: { lockUpSeconds } });
    const lockedUntil = (await first!.getBlock()).timestamp + lockUpSeconds - 1;
    expect((await world.note.standing()).lockedUntil).toBe(BigInt(lockedUntil));
    await reach(world, lockedUntil);
    expect(await restrictionsOf()).toBe(reasons("LOCKED_UP"));
    await reach(world, lockedUntil + 1);
    expect(await restrictionsOf()).toBe(0n);
  });

  it("replaces all residences, so that one that is not named again falls back to the class (R-T4)", async () => {
    await changed({ rules: { residences: [residenceRule("SG"), residenceRule("TV")] } });
    expect(await restrictionsOf()).toBe(reasons("RECEIVER_RESIDENCE_NOT_ADMITTED"));
    await changed({ rules: { residences: [residenceRule("TV")] }, operationRef: id("second change") });
    expect(await restrictionsOf()).toBe(0n);
  });
});

describe("rulesOf", () => {
  it("refuses a retained class and an unknown deal", async () => {
    await expect(world.classRules.rulesOf(world.deal, classes.retained)).toRevertWith(
      world.classRules,
      "ClassRules_NotTokenised",
      [world.deal, BigInt(classes.retained)],
    );
    await expect(world.classRules.rulesOf(id("no deal"), 0)).toRevertWith(world.deals, "DealRegistry_UnknownDeal", [
      id("no deal"),
    ]);
  });

  it("answers the rules as filed until they are changed (R-T4)", async () => {
    expect(await rulesOf()).toEqual(NONE);
    const filed = [
      ["0x4151", 0n],
      ["0x4256", 64n],
    ];
    expect(await rulesOf(classes.exact)).toEqual([0n, 0n, 0n, 0n, filed]);
    await changed({ classIndex: classes.exact });
    expect(await rulesOf(classes.exact)).toEqual(NONE);
  });
});

describe("a deployment", () => {
  it("refuses changes that would rest for more than two weeks", async () => {
    const deployment = ethers.deployContract("ClassRules", [world.wiring, MAX_DELAY_SECONDS + 1]);
    await expect(deployment).toRevertWith(world.classRules, "ClassRules_DelayOutOfRange", [
      BigInt(MAX_DELAY_SECONDS + 1),
      BigInt(MAX_DELAY_SECONDS),
    ]);
  });

  it("keeps its delay for good, two weeks at most", async () => {
    expect(await world.classRules.CHANGE_DELAY_SECONDS()).toBe(BigInt(RULE_CHANGE_DELAY_SECONDS));
    const longest = await ethers.deployContract("ClassRules", [world.wiring, MAX_DELAY_SECONDS]);
    expect(await longest.CHANGE_DELAY_SECONDS()).toBe(BigInt(MAX_DELAY_SECONDS));
  });
});
