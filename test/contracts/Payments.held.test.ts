import { getAddress, id } from "ethers";
import { describe, expect, it } from "vitest";
import { Distributor__factory } from "../../types/contracts/factories/Distributor__factory.ts";
import { admitDeposit, cashAccountOf, currency, declaration, declare, fixRate, fund } from "../support/cycles.ts";
import { instruct, post, report } from "../support/cycles.ts";
import { declared, firstPosting, FIXING_E10, funded, units } from "../support/payingWorld.ts";
import { type FundedWorld, type PayingWorld } from "../support/payingWorld.ts";
import { credit, eventsOf, HOUR, pay, paying, paymentId, release, REMAINDER } from "../support/payments.ts";
import { share, stopAccount } from "../support/payments.ts";
import { accountOf, byThree, now, reach, residence, update } from "../support/steps.ts";
import { classes } from "../support/terms.ts";
import { openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { loadFixture } = ledger.networkHelpers;

describe("held money", () => {
  it("is what a stopped account has, until the stop has ended (R-S3)", async () => {
    const world = await loadFixture(funded);
    await stopAccount(world, world.alpha);
    await expect(pay(world)).toEmit(world.payments, "Held", [paymentId(world.deal), world.alpha, share.alpha]);
    expect(await credit(world, world.alpha)).toEqual([true, share.alpha]);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.beta);
    expect((await world.distributor.balanceOf(world.deal, 0)).remainderMinor).toBe(REMAINDER);
    expect(await eventsOf(world, release(world))).toEqual([]);
    await reach(world, (await now(world)) + HOUR + 1);
    expect(await eventsOf(world, pay(world))).toEqual([]);
    await expect(release(world, [world.alpha, world.alpha])).toEmit(world.payments, "Released", [
      paymentId(world.deal),
      world.alpha,
      share.alpha,
    ]);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.alpha + share.beta);
    expect(await credit(world, world.alpha)).toEqual([true, 0n]);
    expect(await eventsOf(world, release(world))).toEqual([]);
  });

  it("is what all clients of a stopped custodian have, the self-kept ones among them", async () => {
    const world = await loadFixture(funded);
    const { regulator, custodianA } = world.actors;
    const until = (await now(world)) + HOUR;
    await world.holders.connect(regulator.key).stopCustodian(custodianA.id, id("stop"), until);
    const events = await eventsOf(world, pay(world));
    expect(events.map(([name]) => name)).toEqual(["Held", "Held", "Held", "CustodianPaid", "Paid"]);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(0n);
  });

  it("stays held when its release fails", async () => {
    const world = await loadFixture(funded);
    await stopAccount(world, world.alpha);
    await pay(world);
    await reach(world, (await now(world)) + HOUR + 1);
    const bank = world.deposit.connect(world.actors.spare);
    await bank.setBlocked(world.cashA, true);
    await release(world);
    expect(await credit(world, world.alpha)).toEqual([true, share.alpha]);
    await bank.setBlocked(world.cashA, false);
    await release(world);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.alpha + share.beta);
  });

  it("is what an omnibus account has until it is stated for the period's record date, and then in full (R-H8)", async () => {
    const world = await loadFixture(funded);
    const { custodianB } = world.actors;
    await update(world, custodianB.key, world.gamma, "gamma", { omnibus: true });
    await expect(pay(world)).toEmit(world.payments, "Held", [paymentId(world.deal), world.gamma, share.gamma]);
    expect(await eventsOf(world, release(world))).toEqual([]);
    const note = await world.deals.noteOf(world.deal, classes.open);
    const { recordDateId } = await world.distributor.payableOf(world.deal, 1, classes.open);
    const totals = [{ residence: residence("HK"), units: units.gamma }];
    await world.statements.connect(custodianB.key).state(note, world.gamma, recordDateId, totals, 1, id("list"));
    await expect(release(world)).toEmit(world.payments, "Released", [paymentId(world.deal), world.gamma, share.gamma]);
    expect(await world.deposit.balanceOf(world.cashB)).toBe(share.gamma);
  });

  it("is nothing of an omnibus account that was stated in time, and a stop holds it all the same (R-H8)", async () => {
    const world = await loadFixture(funded);
    const { custodianB } = world.actors;
    await update(world, custodianB.key, world.gamma, "gamma", { omnibus: true });
    const note = await world.deals.noteOf(world.deal, classes.open);
    const { recordDateId } = await world.distributor.payableOf(world.deal, 1, classes.open);
    const totals = [{ residence: residence("HK"), units: units.gamma }];
    await world.statements.connect(custodianB.key).state(note, world.gamma, recordDateId, totals, 1, id("list"));
    await stopAccount(world, world.gamma);
    await expect(pay(world)).toEmit(world.payments, "Held", [paymentId(world.deal), world.gamma, share.gamma]);
    await reach(world, (await now(world)) + HOUR + 1);
    await release(world);
    expect(await world.deposit.balanceOf(world.cashB)).toBe(share.gamma);
  });

  it("is everybody's while the filing is suspended, and nothing is released then (R-F4)", async () => {
    const world = await loadFixture(funded);
    const { regulator } = world.actors;
    const until = (await now(world)) + HOUR;
    await world.filings.connect(regulator.key).suspend(world.filing, id("order"), until, id("basis"));
    const events = await eventsOf(world, pay(world));
    expect(events.map(([name]) => name)).toEqual(["Held", "Held", "Held", "Held"]);
    await expect(release(world)).toRevertWith(world.payments, "Payments_FilingSuspended", [world.deal]);
    await expect(paying(world).payRetained(world.deal, 1, classes.retained)).toRevertWith(
      world.payments,
      "Payments_FilingSuspended",
      [world.deal],
    );
    await reach(world, until + 1);
    await release(world);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.alpha + share.beta);
    expect(await world.deposit.balanceOf(world.selfKept)).toBe(share.selfKept);
  });

  it("is nobody's when the filing is revoked: holders are paid, and postings go on (R-F4)", async () => {
    const world = await loadFixture(funded);
    await byThree(world, (key) => world.filings.connect(key).revoke(world.filing, id("order"), id("notice")));
    await pay(world);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.alpha + share.beta);
    await declare(
      world,
      world.deal,
      declaration({ period: 2, recordDate: 20260206, nominalDate: 20260415, paymentDate: 20260415 }),
    );
  });

  it("is not what an account has whose eligibility ran out (R-H6)", async () => {
    const world = await loadFixture(declared);
    const { eligibleUntil } = await accountOf(world, world.alpha);
    await reach(world, eligibleUntil + 1);
    await report(world, world.deal, 1, firstPosting.report);
    await fixRate(world, world.deal, 1, classes.exact, FIXING_E10);
    await post(world, world.deal, firstPosting);
    const deposit = await admitDeposit(world);
    const cashA = await instruct(world, world.actors.custodianA, cashAccountOf("A"));
    await fund(world, deposit, world.deal, 1);
    await pay(world, [world.alpha]);
    expect(await deposit.balanceOf(cashA)).toBe(share.alpha);
  });
});

describe("payFee and payRetained", () => {
  const postingOf = (world: PayingWorld) =>
    `0x${Distributor__factory.createInterface().encodeFunctionData("post", [world.deal, firstPosting]).slice(10)}`;
  const payFee = (world: FundedWorld, line: bigint | number, given = postingOf(world)) =>
    paying(world).payFee(world.deal, 1, line, given);

  it("refuses a line that is no fee, another posting, and a payee without instruction", async () => {
    const world = await loadFixture(funded);
    for (const line of [1, 5, 6]) {
      await expect(payFee(world, line)).toRevertWith(world.payments, "Payments_NotFeeLine", [
        world.deal,
        1n,
        BigInt(line),
      ]);
    }
    const other = postingOf(world).replace("0186a0", "0186a1");
    await expect(payFee(world, 0, other)).toRevertWith(world.payments, "Payments_NotFeeLine", [world.deal, 1n, 0n]);
    await expect(payFee(world, 0)).toRevertWith(world.payments, "Payments_NoInstruction", [
      world.actors.servicer.id,
      currency,
    ]);
    await expect(paying(world).payRetained(world.deal, 1, classes.open)).toRevertWith(
      world.payments,
      "Payments_NotRetained",
      [world.deal, BigInt(classes.open)],
    );
  });

  it("pays each once; with all holders paid nothing but the remainder is left", async () => {
    const world = await loadFixture(funded);
    const cashServicer = await instruct(world, world.actors.servicer, cashAccountOf("servicer"));
    const cashIssuer = await instruct(world, world.actors.issuer, cashAccountOf("issuer"));
    const bank = world.deposit.connect(world.actors.spare);
    await bank.setBlocked(cashServicer, true);
    await expect(payFee(world, 0)).toRevertWith(world.payments, "Payments_TransferFailed", [
      getAddress(cashServicer),
      100_000n,
    ]);
    await bank.setBlocked(cashServicer, false);
    await expect(payFee(world, 0)).toEmit(world.payments, "FeePaid", [
      world.deal,
      world.actors.servicer.id,
      1n,
      0n,
      getAddress(cashServicer),
      100_000n,
    ]);
    await expect(paying(world).payRetained(world.deal, 1, classes.retained)).toEmit(world.payments, "RetainedPaid", [
      world.deal,
      world.actors.issuer.id,
      1n,
      BigInt(classes.retained),
      getAddress(cashIssuer),
      298_143n,
    ]);
    await expect(payFee(world, 0)).toRevertWith(world.payments, "Payments_AlreadyPaid", [world.deal, 1n, 0n]);
    await expect(paying(world).payRetained(world.deal, 1, classes.retained)).toRevertWith(
      world.payments,
      "Payments_AlreadyPaid",
      [world.deal, 1n, BigInt(classes.retained)],
    );
    expect(await world.deposit.balanceOf(cashServicer)).toBe(100_000n);
    expect(await world.deposit.balanceOf(cashIssuer)).toBe(298_143n);
    await pay(world);
    await pay(world, [world.alpha], 1, classes.exact);
    expect(await world.deposit.balanceOf(world.wiring.payments)).toBe(REMAINDER);
  });
});
