import { AbiCoder, keccak256, ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import type { IDistributor } from "../../types/contracts/Distributor.ts";
import { Distributor__factory } from "../../types/contracts/factories/Distributor__factory.ts";
import { declaration, declare, fixRate, post, postBy, report, reportOf, type Posting } from "../support/cycles.ts";
import { declared, FIRST_SHARED_MINOR, firstPosting, firstReport, FIXING_E10 } from "../support/payingWorld.ts";
import { issuedInFull, reported, type PayingWorld } from "../support/payingWorld.ts";
import { role } from "../support/actors.ts";
import { classes } from "../support/terms.ts";
import { openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { loadFixture } = ledger.networkHelpers;
const waterfall = await ledger.ethers.getContractAt("Waterfall", "0x".padEnd(42, "1"));

const reportStruct = Distributor__factory.createInterface().getFunction("report").inputs[3]!;
const hashOf = (given: IDistributor.ReportStruct) =>
  keccak256(AbiCoder.defaultAbiCoder().encode([reportStruct], [given]));

describe("post", () => {
  const refused = async (
    changed: Partial<Posting>,
    error: string,
    args: readonly unknown[] | ((world: PayingWorld) => readonly unknown[]),
  ) => {
    const world = await loadFixture(reported);
    const contract = error.startsWith("Waterfall") ? waterfall : world.distributor;
    for (const party of [world.actors.payingAgent, world.actors.trustee]) {
      await expect(postBy(world, party, world.deal, { ...firstPosting, ...changed })).toRevertWith(
        contract,
        error,
        typeof args === "function" ? args(world) : args,
      );
    }
    expect(await world.distributor.lastPeriodOf(world.deal)).toBe(0n);
  };
  const { paidMinor } = firstPosting as { paidMinor: bigint[] };

  it("refuses parties other than paying agent and trustee", async () => {
    const world = await loadFixture(reported);
    for (const party of [world.actors.servicer, world.actors.issuer, world.actors.registrar]) {
      await expect(postBy(world, party, world.deal, firstPosting)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("PAYING_AGENT"),
      ]);
    }
  });

  it.each(
    paidMinor.flatMap((amount, line) => [amount + 1n, ...(amount ? [amount - 1n] : [])].map((to) => ({ line, to }))),
  )("refuses line $line at $to", ({ line, to }) =>
    refused({ paidMinor: paidMinor.with(line, to) }, "Waterfall_WrongLine", [BigInt(line), paidMinor[line], to]),
  );

  it("refuses swapped lines at the first of them", () =>
    refused({ paidMinor: paidMinor.with(1, paidMinor[2]!).with(2, paidMinor[1]!) }, "Waterfall_WrongLine", [
      1n,
      446_302n,
      155_555n,
    ]));

  it("refuses errors that make up for each other", () =>
    refused({ paidMinor: paidMinor.with(2, 155_556n).with(5, 298_142n) }, "Waterfall_WrongLine", [
      2n,
      155_555n,
      155_556n,
    ]));

  it("refuses a missing line", () =>
    refused({ paidMinor: paidMinor.toSpliced(4, 1) }, "Waterfall_LineCount", [6n, 5n]));
  it("refuses an extra line", () => refused({ paidMinor: [...paidMinor, 0n] }, "Waterfall_LineCount", [6n, 7n]));
  it("refuses a day more, by the class", () =>
    refused({ dayCounts: [33n, 33n, 32n] }, "Distributor_WrongDayCount", [1n, 32n, 33n]));
  it("refuses a day count too few", () => refused({ dayCounts: [33n, 32n] }, "Distributor_DayCountLength", [3n, 2n]));
  it("refuses the period after", () => refused({ period: 2 }, "Distributor_PeriodOrder", ({ deal }) => [deal, 1n, 2n]));
  it("refuses the period before", () =>
    refused({ period: 0 }, "Distributor_PeriodOrder", ({ deal }) => [deal, 1n, 0n]));
  it("refuses another version", () =>
    refused({ version: 2 }, "Distributor_VersionOrder", ({ deal }) => [deal, 1n, 1n, 2n]));

  it("refuses figures of another report, and a posting before the report", async () => {
    const other = { ...firstReport, principalMinor: 1_999_999n };
    for (const [at, entered] of [
      [declared, ZeroHash],
      [reported, hashOf(firstReport)],
    ] as const) {
      const world = await loadFixture(at);
      const given = { ...firstPosting, report: other };
      await expect(postBy(world, world.actors.trustee, world.deal, given)).toRevertWith(
        world.distributor,
        "Distributor_ReportDiffers",
        [world.deal, 1n, entered, hashOf(other)],
      );
    }
  });

  it("refuses a missing fixing", async () => {
    const world = await loadFixture(declared);
    await report(world, world.deal, 1, firstReport);
    await expect(postBy(world, world.actors.trustee, world.deal, firstPosting)).toRevertWith(
      world.distributor,
      "Distributor_FixingMissing",
      [world.deal, 1n, 1n],
    );
  });

  it("refuses to post while the record date is open", async () => {
    const world = await loadFixture(issuedInFull);
    await declare(world, world.deal, declaration({ recordDate: 20260314 }));
    await report(world, world.deal, 1, firstReport);
    await fixRate(world, world.deal, 1, classes.exact, FIXING_E10);
    const { recordDateClosesAt } = await world.distributor.cycleOf(world.deal, 1);
    expect(recordDateClosesAt).toBe(BigInt(Date.UTC(2026, 2, 14, 16) / 1_000 - 1));
    await expect(postBy(world, world.actors.trustee, world.deal, firstPosting)).toRevertWith(
      world.distributor,
      "Distributor_RecordDateOpen",
      [world.deal, 1n, recordDateClosesAt],
    );
    await ledger.networkHelpers.time.increaseTo(recordDateClosesAt + 1n);
    await post(world, world.deal, firstPosting);
    expect(await world.distributor.lastPeriodOf(world.deal)).toBe(1n);
  });

  it("refuses a second word of the same party, and other content of the second party", async () => {
    const world = await loadFixture(reported);
    const { payingAgent } = world.actors;
    await postBy(world, payingAgent, world.deal, firstPosting);
    await expect(world.distributor.connect(payingAgent.otherKey).post(world.deal, firstPosting)).rejects.toThrow(
      /SameParty/,
    );
    expect(await world.distributor.lastPeriodOf(world.deal)).toBe(0n);
  });

  it("posts once both agree, in either order, and never twice", async () => {
    const world = await loadFixture(reported);
    await postBy(world, world.actors.trustee, world.deal, firstPosting);
    await expect(postBy(world, world.actors.payingAgent, world.deal, firstPosting)).toEmit(
      world.distributor,
      "Posted",
      [
        world.deal,
        1n,
        paidMinor,
        [
          [446_302n, 2_000_000n, FIRST_SHARED_MINOR, 93_000_000n, 0n],
          [155_555n, 0n, 155_555n, 50_000_000n, 0n],
          [0n, 0n, 298_143n, 250_000_007n, 0n],
        ],
      ],
    );
    await expect(postBy(world, world.actors.payingAgent, world.deal, firstPosting)).toRevertWith(
      world.distributor,
      "Distributor_PeriodOrder",
      [world.deal, 2n, 1n],
    );
    expect((await world.distributor.totalOf(world.deal, 1)).totalMinor).toBe(3_000_000n);
    expect((await world.distributor.payableOf(world.deal, 1, 0)).amountMinor).toBe(FIRST_SHARED_MINOR);
    await expect(world.distributor.payableOf(world.deal, 2, 0)).toRevertWith(
      world.distributor,
      "Distributor_NotPosted",
      [world.deal, 2n],
    );
  });

  it("carries what was short: interest by what is due, the minor unit over to the largest remainder", async () => {
    const world = await loadFixture(declared);
    const given = reportOf({ availableMinor: 400_001n, principalMinor: 0n, feesDueMinor: [100_000n] });
    await report(world, world.deal, 1, given);
    await fixRate(world, world.deal, 1, classes.exact, FIXING_E10);
    // 300,001 for 446,302 and 155,555 due: 222,463.22 and 77,537.78.
    const lines = [100_000n, 222_463n, 77_538n, 0n, 0n, 0n];
    await post(world, world.deal, { ...firstPosting, report: given, paidMinor: lines });
    const shortfalls = await Promise.all([0, 1].map((i) => world.distributor.balanceOf(world.deal, i)));
    expect(shortfalls.map((balance) => balance.interestShortfallMinor)).toEqual([223_839n, 78_017n]);
  });
});
