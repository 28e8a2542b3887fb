import { getAddress, id, ZeroAddress } from "ethers";
import { describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import { admitDeposit, cashAccountOf, currency, declaration, declare, fixRate, fund } from "../support/cycles.ts";
import { instruct, post, report, reportOf } from "../support/cycles.ts";
import { FIRST_SHARED_MINOR, FIXING_E10, funded } from "../support/payingWorld.ts";
import { posted, reported, units } from "../support/payingWorld.ts";
import { all, credit, eventsOf, pay, paying, paymentId, REMAINDER } from "../support/payments.ts";
import { share } from "../support/payments.ts";
import { byThree, reach } from "../support/steps.ts";
import { classes } from "../support/terms.ts";
import { openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { loadFixture } = ledger.networkHelpers;

describe("admitDeposit", () => {
  it("refuses an address without code, and takes three parties", async () => {
    const world = await loadFixture(posted);
    const { registrar, approverA } = world.actors;
    const nothing = cashAccountOf("nothing");
    await expect(world.payments.connect(registrar.key).admitDeposit(currency, nothing, id("ref"))).toRevertWith(
      world.payments,
      "Payments_AddressMissing",
      [],
    );
    const code = world.wiring.parties;
    await expect(world.payments.connect(approverA.key).admitDeposit(currency, code, id("ref"))).toRevertWith(
      world.parties,
      "Parties_RoleMissing",
      [approverA.id, role("REGISTRAR")],
    );
    await world.payments.connect(registrar.key).admitDeposit(currency, code, id("ref"));
    expect(await world.payments.depositOf(currency)).toBe(ZeroAddress);
    const deposit = await ledger.ethers.deployContract("StubbornDeposit");
    const address = await deposit.getAddress();
    const admitted = byThree(world, (key) => world.payments.connect(key).admitDeposit(currency, address, id("other")));
    await expect(admitted).toEmit(world.payments, "DepositAdmitted", [currency, address]);
    expect(await world.payments.depositOf(currency)).toBe(await deposit.getAddress());
  });
});

describe("instruct", () => {
  it("refuses an instruction that the paid party did not open, and one without another party's approval", async () => {
    const world = await loadFixture(posted);
    const { custodianA, custodianB, approverA, outsider } = world.actors;
    const given = [custodianA.id, currency, cashAccountOf("A"), id("ref")] as const;
    for (const [key, party] of [
      [approverA.key, approverA.id],
      [custodianB.key, custodianB.id],
      [outsider, 0n],
    ] as const) {
      await expect(world.payments.connect(key).instruct(...given)).toRevertWith(
        world.payments,
        "Payments_NotInstructor",
        [custodianA.id, party],
      );
    }
    await world.payments.connect(custodianA.key).instruct(...given);
    await expect(world.payments.connect(custodianA.otherKey).instruct(...given)).rejects.toThrow(/SameParty/);
    await expect(world.payments.connect(custodianB.key).instruct(...given)).toRevertWith(
      world.parties,
      "Parties_RoleMissing",
      [custodianB.id, role("APPROVER")],
    );
    expect(await world.payments.cashAccountOf(custodianA.id, currency)).toBe(ZeroAddress);
    await expect(world.payments.connect(approverA.key).instruct(...given)).toEmit(world.payments, "Instructed", [
      custodianA.id,
      currency,
      getAddress(cashAccountOf("A")),
    ]);
    expect((await world.payments.cashAccountOf(custodianA.id, currency)).toLowerCase()).toBe(cashAccountOf("A"));
  });

  it("refuses no cash account and the payments contract itself", async () => {
    const { payments, actors, wiring } = await loadFixture(posted);
    for (const account of [ZeroAddress, wiring.payments]) {
      await expect(
        payments.connect(actors.custodianA.key).instruct(actors.custodianA.id, currency, account, id("ref")),
      ).toRevertWith(payments, "Payments_AddressMissing", []);
    }
  });
});

describe("fund", () => {
  it("refuses a period that is not posted, and a currency without a deposit", async () => {
    const early = await loadFixture(reported);
    await expect(paying(early).fund(early.deal, 1, 3_000_000n)).toRevertWith(
      early.distributor,
      "Distributor_NotPosted",
      [early.deal, 1n],
    );
    const world = await loadFixture(posted);
    await expect(paying(world).fund(world.deal, 1, 3_000_000n)).toRevertWith(world.payments, "Payments_NoDeposit", [
      currency,
    ]);
  });

  it("refuses funds one minor unit short or over, and an allowance that is short", async () => {
    const world = await loadFixture(posted);
    const deposit = await admitDeposit(world);
    const { payingAgent, spare } = world.actors;
    await deposit.connect(spare).credit(payingAgent.key.address, 3_000_001n);
    await deposit.connect(payingAgent.key).approve(world.wiring.payments, 2_999_999n);
    for (const amount of [2_999_999n, 3_000_001n]) {
      await expect(paying(world).fund(world.deal, 1, amount)).toRevertWith(world.payments, "Payments_FundingDiffers", [
        world.deal,
        1n,
        3_000_000n,
        amount,
      ]);
    }
    await expect(paying(world).fund(world.deal, 1, 3_000_000n)).rejects.toThrow(/ERC20InsufficientAllowance/);
    await expect(pay(world)).toRevertWith(world.payments, "Payments_NotFunded", [world.deal, 1n]);
  });

  it("refuses a deposit of which less arrives than was sent", async () => {
    const world = await loadFixture(posted);
    const deposit = await ledger.ethers.deployContract("StubbornDeposit");
    const address = await deposit.getAddress();
    await byThree(world, (key) => world.payments.connect(key).admitDeposit(currency, address, id("ref")));
    const { key } = world.actors.payingAgent;
    await deposit.credit(key.address, 3_000_000n);
    await deposit.connect(key).approve(world.wiring.payments, 3_000_000n);
    await deposit.behave(1, ZeroAddress);
    await expect(paying(world).fund(world.deal, 1, 3_000_000n)).toRevertWith(
      world.payments,
      "Payments_FundingDiffers",
      [world.deal, 1n, 3_000_000n, 2_999_999n],
    );
  });

  it("opens the payment of every class that has a note", async () => {
    const world = await loadFixture(posted);
    const deposit = await admitDeposit(world);
    const { key } = world.actors.payingAgent;
    await deposit.connect(world.actors.spare).credit(key.address, 3_000_000n);
    await deposit.connect(key).approve(world.wiring.payments, 3_000_000n);
    const sent = paying(world).fund(world.deal, 1, 3_000_000n);
    const from = [world.deal, 1n, await deposit.getAddress(), key.address, 3_000_000n];
    await expect(sent).toEmit(world.payments, "Funded", from);
    for (const [classIndex, amount] of [FIRST_SHARED_MINOR, 155_555n].entries()) {
      const opened = [paymentId(world.deal, 1, classIndex), world.deal, 1n, BigInt(classIndex), amount];
      await expect(sent).toEmit(world.payments, "PaymentOpened", opened);
    }
  });

  it("refuses a second funding", async () => {
    const world = await loadFixture(funded);
    await expect(paying(world).fund(world.deal, 1, 3_000_000n)).toRevertWith(world.payments, "Payments_AlreadyFunded", [
      world.deal,
      1n,
    ]);
  });
});

describe("entitlementOf", () => {
  it("is the share of each holder, rounded down; equal units get equal cash", async () => {
    const world = await loadFixture(posted);
    const shares = await Promise.all(
      all(world).map((account) => world.payments.entitlementOf(world.deal, 1, classes.open, account)),
    );
    expect(shares).toEqual(Object.values(share));
    expect(shares.reduce((sum, amount) => sum + amount, REMAINDER)).toBe(FIRST_SHARED_MINOR);
  });

  it("stays with the holders of the record date when units move", async () => {
    const world = await loadFixture(posted);
    const note = await ledger.ethers.getContractAt("Note", await world.deals.noteOf(world.deal, classes.open));
    await note.connect(world.actors.custodianA.key).move(world.alpha, world.gamma, units.alpha, id("move"));
    expect(await world.payments.entitlementOf(world.deal, 1, classes.open, world.alpha)).toBe(share.alpha);
    expect(await world.payments.entitlementOf(world.deal, 1, classes.open, world.gamma)).toBe(share.gamma);
  });

  it("refuses a class without a note", async () => {
    const world = await loadFixture(posted);
    await expect(world.payments.entitlementOf(world.deal, 1, classes.retained, world.alpha)).toRevertWith(
      world.payments,
      "Payments_NotTokenised",
      [world.deal, BigInt(classes.retained)],
    );
  });
});

describe("pay", () => {
  it("refuses everybody but the paying agent, no accounts, and more than 200", async () => {
    const world = await loadFixture(funded);
    await expect(world.payments.connect(world.actors.trustee.key).pay(world.deal, 1, 0, all(world))).toRevertWith(
      world.parties,
      "Parties_RoleMissing",
      [world.actors.trustee.id, role("PAYING_AGENT")],
    );
    for (const size of [0, 201]) {
      await expect(pay(world, Array<string>(size).fill(world.alpha))).toRevertWith(
        world.payments,
        "Payments_BatchSize",
        [BigInt(size), 200n],
      );
    }
  });

  it("refuses to try with so little gas that a transfer could fail for want of it", async () => {
    const world = await loadFixture(funded);
    await expect(paying(world).pay(world.deal, 1, 0, [world.alpha], { gasLimit: 400_000n })).toRevertWith(
      world.payments,
      "Payments_GasTooLow",
      [expect.any(BigInt), 300_000n],
    );
  });

  it("moves one transfer per custodian and one per self-kept account, with an event per holder", async () => {
    const world = await loadFixture(funded);
    const payment = paymentId(world.deal);
    const { custodianA, custodianB } = world.actors;
    const named = (await eventsOf(world, pay(world))).map((event) =>
      event.map((value) => (typeof value === "string" && value.length === 42 ? value.toLowerCase() : value)),
    );
    expect(named).toEqual([
      ["CustodianPaid", payment, custodianA.id, world.cashA, share.alpha + share.beta],
      ["CustodianPaid", payment, custodianB.id, world.cashB, share.gamma],
      ["Paid", payment, world.alpha.toLowerCase(), share.alpha],
      ["Paid", payment, world.beta.toLowerCase(), share.beta],
      ["Paid", payment, world.gamma.toLowerCase(), share.gamma],
      ["Paid", payment, world.selfKept.toLowerCase(), share.selfKept],
    ]);
    const balances = await Promise.all(
      [world.cashA, world.cashB, world.selfKept].map((account) => world.deposit.balanceOf(account)),
    );
    expect(balances).toEqual([share.alpha + share.beta, share.gamma, share.selfKept]);
  });

  it("carries the remainder once the last holder is credited, into the next distribution of the class", async () => {
    const world = await loadFixture(funded);
    await pay(world, [world.alpha, world.beta, world.gamma]);
    expect((await world.distributor.balanceOf(world.deal, 0)).remainderMinor).toBe(0n);
    await expect(pay(world, [world.selfKept])).toEmit(world.distributor, "RemainderCarried", [
      world.deal,
      1n,
      0n,
      0n,
      REMAINDER,
    ]);
    expect([...(await world.payments.tallyOf(world.deal, 1, 0))]).toEqual([FIRST_SHARED_MINOR - REMAINDER, 950n]);

    await reach(world, Date.UTC(2026, 1, 6, 16) / 1_000);
    const dates = { period: 2, recordDate: 20260206, nominalDate: 20260415, paymentDate: 20260415 };
    await declare(world, world.deal, declaration(dates));
    await fixRate(world, world.deal, 2, classes.exact, FIXING_E10);
    // 93,000,000 × 5.125 % × 30/360 = 397,187.5, half up; 50,000,000 × 3.5 % × 30/360 = 145,833.33, down.
    const paidMinor = [0n, 397_188n, 145_833n, 0n, 0n, 0n];
    const given = reportOf({ availableMinor: 543_021n, feesDueMinor: [0n] });
    await report(world, world.deal, 2, given);
    await post(world, world.deal, { period: 2, version: 1, report: given, dayCounts: [30n, 30n, 30n], paidMinor });
    expect((await world.distributor.payableOf(world.deal, 2, 0)).amountMinor).toBe(397_188n + REMAINDER);
    expect((await world.distributor.balanceOf(world.deal, 0)).remainderMinor).toBe(0n);
    await fund(world, world.deposit, world.deal, 2);
    await pay(world, all(world), 2);
    const { creditedMinor } = await world.payments.tallyOf(world.deal, 2, 0);
    const { remainderMinor } = await world.distributor.balanceOf(world.deal, 0);
    expect(creditedMinor + remainderMinor).toBe(397_188n + REMAINDER);
  });

  it("pays nobody twice: not in a second batch, not in the same one, not a stranger", async () => {
    const world = await loadFixture(funded);
    await pay(world, [world.alpha, world.alpha, cashAccountOf("stranger")]);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.alpha);
    expect(await eventsOf(world, pay(world, [world.alpha]))).toEqual([]);
    await pay(world);
    await pay(world);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.alpha + share.beta);
    expect((await world.payments.tallyOf(world.deal, 1, 0)).creditedUnits).toBe(950n);
  });

  it("leaves a custodian whose cash account is blocked unpaid, and retries it alone", async () => {
    const world = await loadFixture(funded);
    const bank = world.deposit.connect(world.actors.spare);
    await bank.setBlocked(world.cashA, true);
    const events = await eventsOf(world, pay(world));
    expect(events.map(([name]) => name)).toEqual(["CustodianPaid", "Unpaid", "Unpaid", "Paid", "Paid"]);
    expect(await credit(world, world.alpha)).toEqual([false, 0n]);
    expect(await world.deposit.balanceOf(world.cashB)).toBe(share.gamma);
    await bank.setBlocked(world.cashA, false);
    const retried = await eventsOf(world, pay(world));
    expect(retried.map(([name]) => name)).toEqual(["CustodianPaid", "Paid", "Paid"]);
    expect(await world.deposit.balanceOf(world.cashA)).toBe(share.alpha + share.beta);
    expect(await world.deposit.balanceOf(world.cashB)).toBe(share.gamma);
  });

  it("leaves a custodian without a standing instruction unpaid", async () => {
    const world = await loadFixture(posted);
    const deposit = await admitDeposit(world);
    await fund(world, deposit, world.deal, 1);
    const events = await eventsOf(world, pay(world));
    expect(events.map(([name]) => name)).toEqual(["Unpaid", "Unpaid", "Unpaid", "Paid"]);
    await instruct(world, world.actors.custodianA, cashAccountOf("A"));
    expect((await eventsOf(world, pay(world))).map(([name]) => name)).toEqual([
      "CustodianPaid",
      "Paid",
      "Paid",
      "Unpaid",
    ]);
  });

  it.each([
    ["answers false", 2],
    ["burns all its gas", 3],
    ["calls back", 4],
  ])("goes on where a deposit %s for one payee", async (_, way) => {
    const world = await loadFixture(posted);
    const deposit = await ledger.ethers.deployContract("StubbornDeposit");
    const address = await deposit.getAddress();
    await byThree(world, (key) => world.payments.connect(key).admitDeposit(currency, address, id("ref")));
    const { key } = world.actors.payingAgent;
    await deposit.credit(key.address, 3_000_000n);
    await deposit.connect(key).approve(world.wiring.payments, 3_000_000n);
    await paying(world).fund(world.deal, 1, 3_000_000n);
    const cashA = await instruct(world, world.actors.custodianA, cashAccountOf("A"));
    const cashB = await instruct(world, world.actors.custodianB, cashAccountOf("B"));
    const again = world.payments.interface.encodeFunctionData("pay", [world.deal, 1, 0, all(world)]);
    await deposit.callBackWith(world.wiring.payments, again);
    await deposit.behave(way, cashA);
    await paying(world).pay(world.deal, 1, 0, all(world), { gasLimit: 2_000_000n });
    expect(await deposit.balanceOf(cashA)).toBe(0n);
    expect(await deposit.balanceOf(cashB)).toBe(share.gamma);
    expect(await deposit.balanceOf(world.selfKept)).toBe(share.selfKept);
    await deposit.behave(0, ZeroAddress);
    await pay(world);
    expect(await deposit.balanceOf(cashA)).toBe(share.alpha + share.beta);
    expect(await deposit.balanceOf(cashB)).toBe(share.gamma);
  });
});
