import { id, ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import type { IDistributor } from "../../types/contracts/Distributor.ts";
import type { Key } from "../support/actors.ts";
import { declaration, declare, report } from "../support/cycles.ts";
import { declared, firstReport, FIXING_E10 } from "../support/payingWorld.ts";
import { issuedInFull, posted, reported, type PayingWorld } from "../support/payingWorld.ts";
import { issue } from "../support/steps.ts";
import { role } from "../support/actors.ts";
import { classes } from "../support/terms.ts";
import { issued, openLedger, priced } from "../support/world.ts";

const ledger = await openLedger();
const { loadFixture } = ledger.networkHelpers;

const inPosted = () => loadFixture(posted);
const second = declaration({ period: 2, recordDate: 20260206, nominalDate: 20260415, paymentDate: 20260415 });

describe("declareCycle", () => {
  it("refuses everybody but the paying agent of the deal", async () => {
    const { distributor, actors, deal, parties } = await loadFixture(issuedInFull);
    await expect(distributor.connect(actors.trustee.key).declareCycle(deal, declaration())).toRevertWith(
      parties,
      "Parties_RoleMissing",
      [actors.trustee.id, role("PAYING_AGENT")],
    );
  });

  it("refuses every period but the next, and a version that does not follow", async () => {
    const world = await loadFixture(declared);
    for (const period of [0, 2, 3]) {
      await expect(declare(world, world.deal, declaration({ period }))).toRevertWith(
        world.distributor,
        "Distributor_PeriodOrder",
        [world.deal, 1n, BigInt(period)],
      );
    }
    for (const version of [0, 1, 3]) {
      await expect(declare(world, world.deal, declaration({ version }))).toRevertWith(
        world.distributor,
        "Distributor_VersionOrder",
        [world.deal, 1n, 2n, BigInt(version)],
      );
    }
  });

  it.each([
    ["recordDate", { recordDate: 20260230 }, 20260230],
    ["nominalDate", { nominalDate: 20260229 }, 20260229],
    ["paymentDate", { paymentDate: 20261301 }, 20261301],
    ["recordDate", { recordDate: 20260317 }, 20260317],
    ["paymentDate", { paymentDate: 20260331 }, 20260331],
    ["nominalDate", { nominalDate: 20260316 }, 20260316],
  ] as const)("refuses %s of %o", async (field, overrides, date) => {
    const world = await loadFixture(issuedInFull);
    await expect(declare(world, world.deal, declaration(overrides))).toRevertWith(
      world.distributor,
      "Distributor_BadDate",
      [field, BigInt(date)],
    );
  });

  it.each([
    ["a nominal date that is the last one", "nominalDate", { nominalDate: 20260315, paymentDate: 20260317 }, 20260315],
    ["a payment date that is the last one", "paymentDate", { nominalDate: 20260316, paymentDate: 20260316 }, 20260316],
  ] as const)("refuses %s", async (_, field, overrides, date) => {
    const world = await inPosted();
    await expect(declare(world, world.deal, { ...second, ...overrides })).toRevertWith(
      world.distributor,
      "Distributor_BadDate",
      [field, BigInt(date)],
    );
  });

  it("refuses a period of more than 400 days", async () => {
    const world = await inPosted();
    const late = { ...second, nominalDate: 20270420, paymentDate: 20270421 };
    await expect(declare(world, world.deal, late)).toRevertWith(world.distributor, "Distributor_PeriodTooLong", [
      401n,
      400n,
    ]);
  });

  it("refuses a deal of which nothing was issued", async () => {
    const world = await loadFixture(priced);
    await expect(declare(world, world.deal, declaration())).toRevertWith(world.deals, "DealRegistry_NotOutstanding", [
      world.deal,
    ]);
  });

  it("tells the dates of the cycle and of its register", async () => {
    const world = await loadFixture(issuedInFull);
    const closesAt = BigInt(Date.UTC(2026, 1, 5, 16) / 1_000 - 1);
    await expect(declare(world, world.deal, declaration())).toEmit(world.distributor, "CycleDeclared", [
      world.deal,
      1n,
      1n,
      20260205n,
      1n,
      closesAt,
      20260315n,
      20260316n,
    ]);
  });

  it("keeps the register of a record date that a new version keeps", async () => {
    const world = await loadFixture(reported);
    const before = await world.distributor.cycleOf(world.deal, 1);
    await declare(world, world.deal, declaration({ version: 2, paymentDate: 20260317 }));
    const after = await world.distributor.cycleOf(world.deal, 1);
    expect([after.recordDateId, after.version, after.actualAdjusted]).toEqual([before.recordDateId, 2n, 33n]);
    expect([after.digest, after.availableMinor]).toEqual([ZeroHash, 0n]);
    expect((await world.distributor.fixingOf(world.deal, 1, classes.exact)).isFixed).toBe(false);
  });
});

describe("report", () => {
  const bad = async (overrides: Partial<IDistributor.ReportStruct>, field: string) => {
    const world = await loadFixture(declared);
    await expect(report(world, world.deal, 1, { ...firstReport, ...overrides })).toRevertWith(
      world.distributor,
      "Distributor_BadReport",
      [field],
    );
  };

  it("refuses everybody but the servicer of the deal", async () => {
    const { distributor, actors, deal, parties } = await loadFixture(declared);
    await expect(distributor.connect(actors.payingAgent.key).report(deal, 1, 1, firstReport)).toRevertWith(
      parties,
      "Parties_RoleMissing",
      [actors.payingAgent.id, role("SERVICER")],
    );
  });

  it("refuses another period, another version and a second report", async () => {
    const world = await loadFixture(reported);
    await expect(report(world, world.deal, 2, firstReport)).toRevertWith(world.distributor, "Distributor_PeriodOrder", [
      world.deal,
      1n,
      2n,
    ]);
    await expect(report(world, world.deal, 1, firstReport, 2)).toRevertWith(
      world.distributor,
      "Distributor_VersionOrder",
      [world.deal, 1n, 1n, 2n],
    );
    await expect(report(world, world.deal, 1, firstReport)).toRevertWith(
      world.distributor,
      "Distributor_AlreadyReported",
      [world.deal, 1n, 1n],
    );
  });

  it("refuses a report without a hash", () => bad({ reportHash: ZeroHash }, "reportHash"));
  it("refuses more principal than funds", () => bad({ principalMinor: 3_000_001n }, "principalMinor"));
  it("refuses a fee too few", () => bad({ feesDueMinor: [] }, "feesDueMinor"));
  it("refuses a fee too many", () => bad({ feesDueMinor: [1n, 1n] }, "feesDueMinor"));

  it("refuses to begin where a tokenised class was not issued", async () => {
    const world = await loadFixture(issued);
    await declare(world, world.deal, declaration());
    await expect(report(world, world.deal, 1, firstReport)).toRevertWith(world.distributor, "Distributor_NotIssued", [
      world.deal,
      BigInt(classes.exact),
    ]);
  });

  it("refuses to begin where units came after the record date", async () => {
    const world = await loadFixture(issued);
    await issue(world, world.deal, classes.exact, [{ account: world.alpha, units: 1n }]);
    await declare(world, world.deal, declaration());
    await ledger.networkHelpers.mine();
    await issue(world, world.deal, classes.open, [{ account: world.alpha, units: 1n }]);
    await expect(report(world, world.deal, 1, firstReport)).toRevertWith(
      world.distributor,
      "Distributor_IssuedAfterRecordDate",
      [world.deal, BigInt(classes.open)],
    );
  });

  it("ends issuance for good and opens every class with what was issued", async () => {
    const world = await loadFixture(declared);
    const sent = report(world, world.deal, 1, firstReport);
    await expect(sent).toEmit(world.distributor, "ClassesOpened", [
      world.deal,
      [95_000_000n, 50_000_000n, 250_000_007n],
    ]);
    await expect(sent).toEmit(world.deals, "IssuanceEnded", [world.deal]);
    const { reportHash, availableMinor, principalMinor, feesDueMinor } = firstReport;
    await expect(sent).toEmit(world.distributor, "Reported", [
      world.deal,
      1n,
      1n,
      world.actors.servicer.id,
      [reportHash, availableMinor, principalMinor, feesDueMinor],
    ]);
    await expect(issue(world, world.deal, classes.open, [{ account: world.alpha, units: 1n }])).toRevertWith(
      world.deals,
      "DealRegistry_IssuanceEnded",
      [world.deal],
    );
  });
});

describe("endIssuance and carryRemainder", () => {
  it("are for the distributor and the payments contract alone", async () => {
    const { deals, distributor, actors, deal } = await inPosted();
    const key = actors.registrar.key;
    await expect(deals.connect(key).endIssuance(deal)).toRevertWith(deals, "DealRegistry_NotDistributor", [
      key.address,
    ]);
    await expect(distributor.connect(key).carryRemainder(deal, 1, 0, 1n)).toRevertWith(
      distributor,
      "Distributor_NotPayments",
      [key.address],
    );
  });
});

describe("fixRate", () => {
  const call = (world: PayingWorld, key: Key, rateE10 = FIXING_E10, evidence = id("page"), classIndex = 1) =>
    world.distributor.connect(key).fixRate(world.deal, 1, 1, classIndex, rateE10, evidence);

  it("refuses parties other than paying agent and trustee", async () => {
    const world = await loadFixture(declared);
    await expect(call(world, world.actors.servicer.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      world.actors.servicer.id,
      role("PAYING_AGENT"),
    ]);
  });

  it("refuses classes that have no rate to be fixed, rates beyond a hundred per cent and missing evidence", async () => {
    const world = await loadFixture(declared);
    const { key } = world.actors.trustee;
    for (const classIndex of [0, 2, 3]) {
      await expect(call(world, key, FIXING_E10, id("page"), classIndex)).toRevertWith(
        world.distributor,
        "Distributor_NotFloating",
        [world.deal, BigInt(classIndex)],
      );
    }
    for (const [rate, evidence] of [
      [10n ** 10n + 1n, id("page")],
      [-(10n ** 10n) - 1n, id("page")],
      [0n, ZeroHash],
    ] as const) {
      await expect(call(world, key, rate, evidence)).toRevertWith(world.distributor, "Distributor_BadFixing", [
        rate,
        evidence,
      ]);
    }
  });

  it("needs two parties with the same figure and page, once", async () => {
    const world = await loadFixture(declared);
    const { payingAgent, trustee } = world.actors;
    await call(world, payingAgent.key);
    await expect(call(world, payingAgent.otherKey)).rejects.toThrow(/SameParty/);
    await expect(call(world, trustee.key, FIXING_E10 + 1n)).rejects.toThrow(/PayloadDiffers/);
    await expect(call(world, trustee.key, FIXING_E10, id("other page"))).rejects.toThrow(/PayloadDiffers/);
    expect((await world.distributor.fixingOf(world.deal, 1, 1)).isFixed).toBe(false);
    await expect(call(world, trustee.key)).toEmit(world.distributor, "RateFixed", [
      world.deal,
      1n,
      1n,
      1n,
      FIXING_E10,
      id("page"),
    ]);
    expect([...(await world.distributor.fixingOf(world.deal, 1, 1))]).toEqual([true, FIXING_E10]);
    await expect(call(world, trustee.key)).rejects.toThrow(/Spent/);
  });
});
