import { id, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { duty, dutyPolicies } from "../support/disclosures.ts";
import { recheck } from "../support/scrutiny.ts";
import { byThree, fields, filingState, issue, nextAt, now, reach, reasons, register } from "../support/steps.ts";
import { openLedger, priced, submitted, type DealWorld, type Ledger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;
const DAY = 24 * 3_600;

type DueWorld = DealWorld & { readonly alpha: string; readonly openedAt: number };

/** The first units are issued, so that a report is due. */
async function opened(of: Ledger): Promise<DueWorld> {
  const world = await priced(of);
  const alpha = await register(world, world.actors.custodianA, "alpha");
  await issue(world, world.deal, 0, [{ account: alpha, units: 10n }]);
  return { ...world, alpha, openedAt: await now(world) };
}

let world: DueWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(opened);
});

const by = (key: Key = world.actors.filingEntity.key) => world.disclosures.connect(key);
const completionDays = dutyPolicies[duty.issuanceCompletion]!.periodDays;
const dueAt = () => world.openedAt + completionDays * DAY;
const complete = (key?: Key) => by(key).reportCompletion(world.filing, id("report"), id("receipt"));
let issuances = 0;
const more = () =>
  world.deals
    .connect(world.actors.issuer.key)
    .issue(world.deal, 0, [{ account: world.alpha, units: 1n }], id(`more ${++issuances}`));

describe("the policy table", () => {
  it("refuses at construction a table that lacks a kind, days or a source (R-E3)", async () => {
    const wrong: [typeof dutyPolicies, number][] = [
      [dutyPolicies.slice(0, 2), 2],
      [[], 0],
      [dutyPolicies.with(1, { ...dutyPolicies[1]!, periodDays: 0 }), 1],
      [dutyPolicies.with(0, { ...dutyPolicies[0]!, sourceHash: ZeroHash }), 0],
    ];
    for (const [rows, kind] of wrong) {
      await expect(ledger.ethers.deployContract("Disclosures", [world.wiring, rows])).toRevertWith(
        world.disclosures,
        "Disclosures_BadPolicy",
        [BigInt(kind)],
      );
    }
  });

  it("says of every row that ships that nobody verified it (R-E3)", async () => {
    for (const { kind, periodDays, sourceHash } of dutyPolicies) {
      expect(fields(await world.disclosures.policyOf(kind))).toEqual({
        kind: BigInt(kind),
        periodDays: BigInt(periodDays),
        isVerified: false,
        sourceHash,
      });
    }
  });

  const changed = { kind: 0, periodDays: 3, isVerified: true, sourceHash: id("counsel's letter") };
  const change = (key: Key, row = changed) => by(key).changePolicy(row, id("change"));

  it("is changed by three parties alone (R-E3)", async () => {
    const { filingEntity, registrar, regulator, approverA, approverB } = world.actors;
    await expect(change(filingEntity.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      filingEntity.id,
      role("REGISTRAR"),
    ]);
    await expect(change(registrar.key, { ...changed, periodDays: 0 })).toRevertWith(
      world.disclosures,
      "Disclosures_BadPolicy",
      [0n],
    );
    await change(regulator.key);
    await change(approverA.key);
    expect((await world.disclosures.policyOf(0)).periodDays).toBe(BigInt(completionDays));
    await expect(change(approverB.key)).toEmit(world.disclosures, "PolicyChanged", [
      0n,
      3n,
      true,
      id("counsel's letter"),
    ]);
    expect((await world.disclosures.policyOf(0)).periodDays).toBe(3n);
  });

  it("leaves the date of a duty that is open as it is (R-E3)", async () => {
    await byThree(world, (key) => change(key));
    await reach(world, dueAt());
    expect(await world.disclosures.isOverdue(world.filing)).toBe(false);
    await reach(world, dueAt() + 1);
    expect(await world.disclosures.isOverdue(world.filing)).toBe(true);
  });
});

describe("the first issuance", () => {
  it("opens the duty to report, and no later one opens it again (R-E1)", async () => {
    const fresh = await networkHelpers.loadFixture(priced);
    const alpha = await register(fresh, fresh.actors.custodianA, "alpha");
    await recheck(fresh, fresh.filing);
    const first = issue(fresh, fresh.deal, 0, [{ account: alpha, units: 1n }]);
    await first;
    const at = await now(fresh);
    await expect(first).toEmit(fresh.disclosures, "DutyOpened", [fresh.filing, BigInt(at + completionDays * DAY)]);
    await nextAt(fresh, at + DAY / 2);
    await issue(fresh, fresh.deal, 1, [{ account: alpha, units: 1n }]);
    await reach(fresh, at + completionDays * DAY + 1);
    expect(await fresh.disclosures.isOverdue(fresh.filing)).toBe(true);
  });

  it("opens it for the deal registry alone", async () => {
    for (const { key } of [world.actors.filingEntity, world.actors.registrar, world.actors.issuer]) {
      await expect(by(key).opened(world.filing)).toRevertWith(world.disclosures, "Disclosures_NotDealRegistry", [
        key.address,
      ]);
    }
  });

  it("needs no report before it: nothing is overdue of what was never issued (R-E1)", async () => {
    const filed = await networkHelpers.loadFixture(submitted);
    await reach(filed, (await now(filed)) + 200 * DAY);
    expect(await filed.disclosures.isOverdue(filed.filing)).toBe(false);
    await expect(
      filed.disclosures.connect(filed.actors.filingEntity.key).reportCompletion(filed.filing, id("a"), id("b")),
    ).toRevertWith(filed.disclosures, "Disclosures_NothingIssued", [filed.filing]);
  });
});

describe("a report of completion that is overdue", () => {
  it("stops issuance the second after it was due, and nothing else (R-E1)", async () => {
    await nextAt(world, dueAt() - 10);
    await recheck(world, world.filing);
    await nextAt(world, dueAt());
    await more();
    await nextAt(world, dueAt() + 1);
    await expect(more()).toRevertWith(world.note, "Note_Restricted", [reasons("REPORT_OVERDUE"), 0n]);
    const beta = await register(world, world.actors.custodianA, "beta");
    await world.note.connect(world.actors.custodianA.key).move(world.alpha, beta, 1n, id("move"));
    expect(await world.filings.stateOf(world.filing)).toBe(filingState.recorded);
  });

  it("is told beside a recheck that is missing (R-E1, R-F6)", async () => {
    await reach(world, dueAt() + 1);
    await expect(more()).toRevertWith(world.note, "Note_Restricted", [
      reasons("REPORT_OVERDUE", "RECHECK_MISSING"),
      0n,
    ]);
  });

  it("is still taken, and is visibly late (R-E1, R-E2)", async () => {
    await nextAt(world, dueAt() + 1);
    await expect(complete()).toEmit(world.disclosures, "CompletionReported", [
      world.filing,
      world.actors.filingEntity.id,
      id("report"),
      id("receipt"),
      BigInt(dueAt()),
      true,
    ]);
    expect(await world.disclosures.isOverdue(world.filing)).toBe(false);
  });
});

describe("reportCompletion", () => {
  it("refuses everybody but the filing entity of the filing", async () => {
    const { otherFilingEntity, issuer } = world.actors;
    await expect(complete(otherFilingEntity.key)).toRevertWith(world.filings, "FilingRegistry_NotFilingEntity", [
      world.filing,
      otherFilingEntity.id,
    ]);
    await expect(complete(issuer.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      issuer.id,
      role("FILING_ENTITY"),
    ]);
  });

  it("refuses a report or receipt without a hash, and a second report", async () => {
    for (const [report, receipt] of [
      [ZeroHash, id("b")],
      [id("a"), ZeroHash],
    ] as const) {
      await expect(by().reportCompletion(world.filing, report, receipt)).toRevertWith(
        world.disclosures,
        "Disclosures_HashMissing",
        [],
      );
    }
    await complete();
    await expect(complete()).toRevertWith(world.disclosures, "Disclosures_AlreadyReported", [world.filing]);
  });

  it("in its last second is in time, and ends issuance with the units that there are (R-E1, R-F4)", async () => {
    await nextAt(world, dueAt());
    const reported = complete();
    await expect(reported).toEmit(world.disclosures, "CompletionReported", [
      world.filing,
      world.actors.filingEntity.id,
      id("report"),
      id("receipt"),
      BigInt(dueAt()),
      false,
    ]);
    await expect(reported).toEmit(world.filings, "FilingIssuedReported", [world.filing]);
    await expect(reported).toEmit(world.note, "FilingStateFollowed", [filingState.issuedReported, 0n]);
    expect(await world.filings.stateOf(world.filing)).toBe(filingState.issuedReported);
    await expect(more()).toRevertWith(world.deals, "DealRegistry_IssuanceEnded", [world.deal]);
    const beta = await register(world, world.actors.custodianA, "beta");
    await world.note.connect(world.actors.custodianA.key).move(world.alpha, beta, 1n, id("move"));
  });
});

describe("a material event", () => {
  const given = async (overrides: Record<string, unknown> = {}) => {
    const second = await now(world);
    return {
      kind: duty.materialRisk,
      subCode: id("PAYMENT_DEFAULT"),
      occurredAt: second - 2 * DAY,
      knownAt: second - DAY,
      reportHash: id("event report"),
      ...overrides,
    };
  };

  it("is reported by the filing entity of the filing alone (R-E2)", async () => {
    const { otherFilingEntity, servicer } = world.actors;
    await expect(by(otherFilingEntity.key).report(world.filing, await given())).toRevertWith(
      world.filings,
      "FilingRegistry_NotFilingEntity",
      [world.filing, otherFilingEntity.id],
    );
    await expect(by(servicer.key).report(world.filing, await given())).toRevertWith(
      world.parties,
      "Parties_RoleMissing",
      [servicer.id, role("FILING_ENTITY")],
    );
  });

  it("is refused with a field that is empty or out of order (R-E2)", async () => {
    const second = await now(world);
    const wrong: [string, Record<string, unknown>][] = [
      ["kind", { kind: duty.issuanceCompletion }],
      ["subCode", { subCode: ZeroHash }],
      ["occurredAt", { occurredAt: 0 }],
      ["knownAt", { knownAt: second - 2 * DAY - 100 }],
      ["knownAt", { knownAt: second + 1_000 }],
    ];
    for (const [field, overrides] of wrong) {
      await expect(by().report(world.filing, await given(overrides))).toRevertWith(
        world.disclosures,
        "Disclosures_BadEvent",
        [field],
      );
    }
    await expect(by().report(world.filing, await given({ reportHash: ZeroHash }))).toRevertWith(
      world.disclosures,
      "Disclosures_HashMissing",
      [],
    );
  });

  it("belongs to a filing that was recorded", async () => {
    const filed = await networkHelpers.loadFixture(submitted);
    const event = { kind: 1, subCode: id("X"), occurredAt: 1, knownAt: 2, reportHash: id("report") };
    await expect(filed.disclosures.connect(filed.actors.filingEntity.key).report(filed.filing, event)).toRevertWith(
      filed.filings,
      "FilingRegistry_WrongState",
      [filed.filing, filingState.submitted],
    );
  });

  it.each([duty.materialRisk, duty.otherMaterial])(
    "of kind %i is in time in its last second and late in the next, counted from when it was known (R-E2, R-E3)",
    async (kind) => {
      const event = await given({ kind });
      const due = event.knownAt + dutyPolicies[kind]!.periodDays * DAY;
      const values = [BigInt(kind), event.subCode, BigInt(event.occurredAt), BigInt(event.knownAt), event.reportHash];
      for (const [number, second] of [
        [1n, due],
        [2n, due + 1],
      ] as const) {
        await nextAt(world, second);
        await expect(by().report(world.filing, event)).toEmit(world.disclosures, "EventReported", [
          world.filing,
          number,
          world.actors.filingEntity.id,
          values,
          BigInt(due),
          number === 2n,
        ]);
      }
    },
  );

  it("is corrected beside what was said before, any number of times (R-E2)", async () => {
    const correct = (number: number, reportHash = id("corrected"), key?: Key) =>
      by(key).correct(world.filing, number, reportHash);
    for (const number of [0, 1]) {
      await expect(correct(number)).toRevertWith(world.disclosures, "Disclosures_UnknownEvent", [
        world.filing,
        BigInt(number),
      ]);
    }
    await by().report(world.filing, await given());
    await expect(correct(1, ZeroHash)).toRevertWith(world.disclosures, "Disclosures_HashMissing", []);
    await expect(correct(1, id("x"), world.actors.otherFilingEntity.key)).toRevertWith(
      world.filings,
      "FilingRegistry_NotFilingEntity",
      [world.filing, world.actors.otherFilingEntity.id],
    );
    for (const reportHash of [id("corrected"), id("corrected again")]) {
      await expect(correct(1, reportHash)).toEmit(world.disclosures, "EventCorrected", [
        world.filing,
        1n,
        world.actors.filingEntity.id,
        reportHash,
      ]);
    }
  });
});
