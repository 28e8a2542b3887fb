import { id, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import {
  ALL_PASSED,
  assess,
  examine,
  handIn,
  heads,
  permit,
  permitKinds,
  recheck,
  RECHECK_PASSED,
  scrutinise,
} from "../support/scrutiny.ts";
import { bundleHash, draft, filingState, grant, nextAt, now, reach, record, submission } from "../support/steps.ts";
import { dealTerms, termsHashOf } from "../support/terms.ts";
import { deployed, openLedger, type FiledWorld, type Ledger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

async function drafted(of: Ledger): Promise<FiledWorld> {
  const world = await deployed(of);
  const terms = dealTerms(world.actors);
  return { ...world, filing: await draft(world, terms), terms, termsHash: termsHashOf(terms) };
}

async function examined(of: Ledger): Promise<FiledWorld> {
  const world = await drafted(of);
  await examine(world, world.filing);
  return world;
}

async function recorded(of: Ledger): Promise<FiledWorld> {
  const world = await examined(of);
  await handIn(world, world.filing);
  await record(world, world.filing);
  return world;
}

let world: FiledWorld;
const checks = Array.from({ length: 14 }, (_, i) => i);
const DAY = 24 * 3_600;

const withResult = (word: number, check: number, result: number) =>
  Number((BigInt(word) & ~(3n << BigInt(2 * check))) | (BigInt(result) << BigInt(2 * check)));

const assessBy = (key = world.actors.assessor.key, over: Record<string, unknown> = {}) => {
  const given = { version: 1, bundleHash, checks: ALL_PASSED, root: id("root"), ...over };
  return world.scrutiny.connect(key).assess(world.filing, given.version, given.bundleHash, given.checks, given.root);
};
const scrutiniseBy = (key = world.actors.assessor.key, over: Record<string, unknown> = {}) => {
  const given = { version: 1, head: 0, isSound: true, on: 20260201, hash: id("report"), ...over };
  return world.scrutiny
    .connect(key)
    .scrutinise(world.filing, given.version, given.head, given.isSound, given.on, given.hash);
};
const recheckBy = (key = world.actors.assessor.key, word = RECHECK_PASSED, hash = id("again")) =>
  world.scrutiny.connect(key).recheck(world.filing, word, hash);
const wrongState = (state: bigint) => ["FilingRegistry_WrongState", [world.filing, state]] as const;

describe.each([
  ["assess", () => assessBy, drafted],
  ["scrutinise", () => scrutiniseBy, drafted],
  ["recheck", () => recheckBy, recorded],
] as const)("%s", (_, callOf, fixture) => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(fixture);
  });

  it("refuses everybody but an assessor (R-F6)", async () => {
    const { filingEntity, registrar, attesterA, outsider } = world.actors;
    for (const party of [filingEntity, registrar, attesterA]) {
      await expect(callOf()(party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("ASSESSOR"),
      ]);
    }
    await expect(callOf()(outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("refuses the filing entity and the issuer also where they are assessors, with either key (R-G1)", async () => {
    for (const party of [world.actors.filingEntity, world.actors.issuer]) {
      await grant(world, party, "ASSESSOR");
      for (const key of [party.key, party.otherKey]) {
        await expect(callOf()(key)).toRevertWith(world.scrutiny, "Scrutiny_ConflictedAssessor", [
          world.filing,
          party.id,
        ]);
      }
    }
  });
});

describe("assess", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(drafted);
  });

  it("refuses another version, another bundle, and no evidence (R-F5)", async () => {
    await expect(assessBy(undefined, { version: 2 })).toRevertWith(world.filings, "FilingRegistry_OtherVersion", [
      world.filing,
      1n,
    ]);
    await expect(assessBy(undefined, { bundleHash: id("x") })).toRevertWith(world.scrutiny, "Scrutiny_OtherBundle", [
      world.filing,
      bundleHash,
    ]);
    await expect(assessBy(undefined, { root: ZeroHash })).toRevertWith(world.scrutiny, "Scrutiny_EvidenceMissing", []);
  });

  it("refuses a result that does not exist, and a check beyond the fourteenth", async () => {
    for (const word of [withResult(ALL_PASSED, 0, 3), withResult(ALL_PASSED, 13, 3), 2 ** 28, 2 ** 31]) {
      await expect(assessBy(undefined, { checks: word })).toRevertWith(world.scrutiny, "Scrutiny_BadChecks", [
        BigInt(word),
      ]);
    }
  });

  it("lets the assessor replace its own results, and nobody else (R-F6)", async () => {
    const { trustee, assessor } = world.actors;
    await assessBy(undefined, { checks: withResult(ALL_PASSED, 4, 2) });
    await grant(world, trustee, "ASSESSOR");
    const other = ["Scrutiny_OtherAssessor", [world.filing, assessor.id]] as const;
    await expect(assessBy(trustee.key)).toRevertWith(world.scrutiny, ...other);
    await scrutiniseBy();
    await expect(scrutiniseBy(trustee.key)).toRevertWith(world.scrutiny, ...other);
    await expect(assessBy(assessor.otherKey)).toEmit(world.scrutiny, "Assessed", [
      world.filing,
      assessor.id,
      1n,
      bundleHash,
      BigInt(ALL_PASSED),
      id("root"),
    ]);
  });

  it("is of a draft alone", async () => {
    await examine(world, world.filing);
    await handIn(world, world.filing);
    await expect(assessBy()).toRevertWith(world.filings, ...wrongState(filingState.submitted));
    await expect(scrutiniseBy()).toRevertWith(world.filings, ...wrongState(filingState.submitted));
  });
});

describe("a submission", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(examined);
  });

  it.each(checks)("is refused while check %i is not assessed or failed, and by nothing else (R-F6)", async (check) => {
    for (const result of [0, 2]) {
      await assess(world, world.filing, withResult(ALL_PASSED, check, result));
      await expect(handIn(world, world.filing)).toRevertWith(world.scrutiny, "Scrutiny_CheckNotPassed", [
        world.filing,
        BigInt(check),
      ]);
    }
    await assess(world, world.filing);
    await handIn(world, world.filing);
  });

  it.each(heads)("is refused while head %i is not sound (R-F6)", async (head) => {
    await scrutinise(world, world.filing, head, false);
    await expect(handIn(world, world.filing)).toRevertWith(world.scrutiny, "Scrutiny_NotSound", [
      world.filing,
      BigInt(head),
    ]);
    await scrutinise(world, world.filing, head);
    await handIn(world, world.filing);
  });

  it("is refused to a new version that nobody examined, though the bundle is the same (R-F5)", async () => {
    await world.filings.connect(world.actors.filingEntity.key).supersede(world.filing, submission(world.terms));
    await expect(handIn(world, world.filing)).toRevertWith(world.scrutiny, "Scrutiny_CheckNotPassed", [
      world.filing,
      0n,
    ]);
  });
});

describe("scrutinise", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(drafted);
  });

  it("refuses what is no date, a day that has begun nowhere, and no evidence", async () => {
    // Noon of 1 March in the middle of the Atlantic: the second has begun in the far east, the third has not.
    await reach(world, Date.UTC(2026, 2, 1, 12) / 1_000);
    for (const on of [20260230, 20260303, 0]) {
      await expect(scrutiniseBy(undefined, { on })).toRevertWith(world.scrutiny, "Scrutiny_BadDate", [BigInt(on)]);
    }
    await scrutiniseBy(undefined, { on: 20260302 });
    await expect(scrutiniseBy(undefined, { hash: ZeroHash })).toRevertWith(
      world.scrutiny,
      "Scrutiny_EvidenceMissing",
      [],
    );
  });

  it("tells of the finding", async () => {
    await expect(scrutiniseBy(undefined, { head: 2, isSound: false })).toEmit(world.scrutiny, "Scrutinised", [
      world.filing,
      world.actors.assessor.id,
      1n,
      2n,
      false,
      20260201n,
      id("report"),
    ]);
  });
});

describe("permit", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(drafted);
  });

  it("refuses everybody but the filing entity of the filing", async () => {
    const { otherFilingEntity, registrar } = world.actors;
    const by = (key: typeof registrar.key) =>
      world.scrutiny.connect(key).permit(world.filing, 0, false, false, ZeroHash, 0);
    await expect(by(otherFilingEntity.key)).toRevertWith(world.filings, "FilingRegistry_NotFilingEntity", [
      world.filing,
      otherFilingEntity.id,
    ]);
    await expect(by(registrar.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      registrar.id,
      role("FILING_ENTITY"),
    ]);
  });

  it("refuses one that was obtained without a reference, or has expired (R-F9)", async () => {
    const expiresAt = (await now(world)) + 100;
    await expect(permit(world, world.filing, 1, { isObtained: true, referenceHash: ZeroHash })).toRevertWith(
      world.scrutiny,
      "Scrutiny_EvidenceMissing",
      [],
    );
    await nextAt(world, expiresAt + 1);
    await expect(permit(world, world.filing, 1, { isObtained: true, expiresAt })).toRevertWith(
      world.scrutiny,
      "Scrutiny_PermitExpired",
      [1n, BigInt(expiresAt)],
    );
  });

  it.each(permitKinds)("of kind %i has to be declared before submission (R-F9)", async (missing) => {
    await assess(world, world.filing);
    for (const head of heads) await scrutinise(world, world.filing, head);
    for (const kind of permitKinds) if (kind !== missing) await permit(world, world.filing, kind);
    await expect(handIn(world, world.filing)).toRevertWith(world.scrutiny, "Scrutiny_PermitUndeclared", [
      world.filing,
      BigInt(missing),
    ]);
  });

  it("keeps to what was said of the draft: nobody says afterwards that none is needed (R-F9)", async () => {
    await examine(world, world.filing);
    await permit(world, world.filing, 2, { isRequired: true });
    await handIn(world, world.filing);
    for (const [kind, isRequired] of [
      [2, false],
      [1, true],
    ] as const) {
      await expect(permit(world, world.filing, kind, { isRequired })).toRevertWith(
        world.scrutiny,
        "Scrutiny_PermitFixed",
        [world.filing, BigInt(kind)],
      );
    }
  });

  it("stands through its last second, and blocks the recording in the next (R-F9)", async () => {
    const expiresAt = (await now(world)) + 10_000;
    await examine(world, world.filing);
    await permit(world, world.filing, 0, { isRequired: true, isObtained: true, expiresAt });
    await handIn(world, world.filing);
    await reach(world, expiresAt);
    await world.scrutiny.requirePermits(world.filing);
    await reach(world, expiresAt + 1);
    await expect(record(world, world.filing)).toRevertWith(world.scrutiny, "Scrutiny_PermitMissing", [
      world.filing,
      0n,
    ]);
  });

  it("is renewed as long as the filing lives, and tells of itself", async () => {
    await expect(permit(world, world.filing, 5, { isRequired: true, isObtained: true, expiresAt: 2e9 })).toEmit(
      world.scrutiny,
      "PermitStated",
      [world.filing, world.actors.filingEntity.id, 1n, 5n, true, true, id("permit 5"), 2_000_000_000n],
    );
    await world.filings.connect(world.actors.filingEntity.key).withdraw(world.filing, id("reason"));
    await expect(permit(world, world.filing, 5)).toRevertWith(world.filings, ...wrongState(filingState.withdrawn));
  });
});

describe("recheck", () => {
  beforeEach(async () => {
    world = await networkHelpers.loadFixture(recorded);
  });

  it("refuses a word that lacks N3 or N4, has a result that does not exist, or says more (R-F6)", async () => {
    for (const word of [0, 0x10, 0x40, 0x70, 0xd0, ALL_PASSED, 0x51, 0x150]) {
      await expect(recheckBy(undefined, word)).toRevertWith(world.scrutiny, "Scrutiny_BadChecks", [BigInt(word)]);
    }
    await expect(recheckBy(undefined, undefined, ZeroHash)).toRevertWith(
      world.scrutiny,
      "Scrutiny_EvidenceMissing",
      [],
    );
  });

  it("refuses a filing that is not recorded", async () => {
    world = await networkHelpers.loadFixture(examined);
    await expect(recheckBy()).toRevertWith(world.filings, ...wrongState(filingState.draft));
  });

  it("stands for twenty-four hours to the second (R-F6)", async () => {
    expect(await world.scrutiny.isRechecked(world.filing)).toBe(false);
    const second = (await now(world)) + 10;
    await nextAt(world, second);
    await expect(recheckBy()).toEmit(world.scrutiny, "Rechecked", [
      world.filing,
      world.actors.assessor.id,
      BigInt(RECHECK_PASSED),
      BigInt(second + DAY),
      id("again"),
    ]);
    await reach(world, second + DAY);
    expect(await world.scrutiny.isRechecked(world.filing)).toBe(true);
    await reach(world, second + DAY + 1);
    expect(await world.scrutiny.isRechecked(world.filing)).toBe(false);
  });

  it.each([0x60, 0x90, 0xa0])(
    "that failed (%i) undoes an earlier one at once: the latest counts (R-F6)",
    async (word) => {
      await recheck(world, world.filing);
      expect(await world.scrutiny.isRechecked(world.filing)).toBe(true);
      await recheck(world, world.filing, word);
      expect(await world.scrutiny.isRechecked(world.filing)).toBe(false);
    },
  );
});
