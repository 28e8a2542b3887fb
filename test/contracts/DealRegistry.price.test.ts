import { AbiCoder, id, keccak256 } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import type { PricingStruct } from "../../types/contracts/DealRegistry.ts";
import { role } from "../support/actors.ts";
import { byThree, createDeal, fields, filingState, now, price, submit } from "../support/steps.ts";
import { bounds, classes, classTerms, dealTerms, pricing, residualStep, UNIT_FACE_MINOR } from "../support/terms.ts";
import { openLedger, recorded, submitted, type DealWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: DealWorld;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(recorded);
});

const call = (given: PricingStruct = pricing(), key = world.actors.issuer.key, deal = world.deal) =>
  world.deals.connect(key).price(deal, given);

const subjectOf = (given: PricingStruct) =>
  keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["string", "bytes32", world.deals.interface.getFunction("price").inputs[1]!],
      ["price", world.deal, given],
    ),
  );

const withBalance = (i: number, balance: bigint) =>
  pricing({ originalBalanceMinor: pricing().originalBalanceMinor.with(i, balance) });
const withRate = (i: number, rate: bigint) => pricing({ rateE10: pricing().rateE10.with(i, rate) });

const [lowestUnits, highestUnits] = bounds.openUnits;
const [lowest, highest] = [lowestUnits * UNIT_FACE_MINOR, highestUnits * UNIT_FACE_MINOR];
const [lowestRate, highestRate] = bounds.openRateE10;
const [earliest, latest] = bounds.closingDate.map(BigInt) as [bigint, bigint];
const exact = bounds.exactUnits * UNIT_FACE_MINOR;

type Outside = [string, PricingStruct, string, number, bigint, bigint, bigint];
const outside: Outside[] = [
  ["a closing a day early", pricing({ closingDate: earliest - 1n }), "closingDate", 0, earliest, latest, earliest - 1n],
  ["a closing a day late", pricing({ closingDate: latest + 1n }), "closingDate", 0, earliest, latest, latest + 1n],
  ["a balance one below", withBalance(0, lowest - 1n), "originalBalanceMinor", 0, lowest, highest, lowest - 1n],
  ["a balance one above", withBalance(0, highest + 1n), "originalBalanceMinor", 0, lowest, highest, highest + 1n],
  ["an exact balance one below", withBalance(1, exact - 1n), "originalBalanceMinor", 1, exact, exact, exact - 1n],
  ["an exact balance one above", withBalance(1, exact + 1n), "originalBalanceMinor", 1, exact, exact, exact + 1n],
  [
    "a retained balance one above",
    withBalance(2, 250_000_008n),
    "originalBalanceMinor",
    2,
    250_000_007n,
    250_000_007n,
    250_000_008n,
  ],
  ["a rate one below", withRate(0, lowestRate - 1n), "rateE10", 0, lowestRate, highestRate, lowestRate - 1n],
  ["a rate one above", withRate(0, highestRate + 1n), "rateE10", 0, lowestRate, highestRate, highestRate + 1n],
  [
    "an exact spread one above",
    withRate(1, bounds.exactRateE10 + 1n),
    "rateE10",
    1,
    bounds.exactRateE10,
    bounds.exactRateE10,
    bounds.exactRateE10 + 1n,
  ],
  ["a rate of a class without interest", withRate(2, 1n), "rateE10", 2, 0n, 0n, 1n],
  [
    "a balance that does not divide into units",
    withBalance(0, lowest + 1n),
    "unitFaceMinor",
    0,
    UNIT_FACE_MINOR,
    UNIT_FACE_MINOR,
    lowest + 1n,
  ],
];

describe("price", () => {
  it("refuses everybody but issuer and trustee of the deal (R-G1)", async () => {
    const { otherIssuer, payingAgent, registrar, outsider } = world.actors;
    for (const party of [otherIssuer, payingAgent, registrar]) {
      await expect(call(pricing(), party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("TRUSTEE"),
      ]);
    }
    await expect(call(pricing(), outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it.each(["issuer", "trustee"] as const)("refuses the %s whose role was ended", async (name) => {
    const party = world.actors[name];
    const ended = role(name.toUpperCase());
    await byThree(world, (key) => world.parties.connect(key).end(party.id, ended, id("end")));
    await expect(call(pricing(), party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, ended]);
  });

  it("refuses a filing that is not recorded", async () => {
    const filed = await networkHelpers.loadFixture(submitted);
    const deal = await createDeal(filed, filed.filing, filed.terms);
    for (const party of [filed.actors.issuer, filed.actors.trustee]) {
      await expect(filed.deals.connect(party.key).price(deal, pricing())).toRevertWith(
        filed.deals,
        "DealRegistry_FilingNotRecorded",
        [deal, filingState.submitted],
      );
    }
  });

  it("refuses while the filing is suspended, and after it was revoked", async () => {
    const { regulator } = world.actors;
    const until = (await now(world)) + 3_600;
    const notRecorded = (state: bigint) => ["DealRegistry_FilingNotRecorded", [world.deal, state]] as const;
    await world.filings.connect(regulator.key).suspend(world.filing, id("order"), until, id("basis"));
    await expect(call()).toRevertWith(world.deals, ...notRecorded(filingState.suspended));
    await byThree(world, (key) => world.filings.connect(key).revoke(world.filing, id("order 2"), id("notice")));
    await expect(call()).toRevertWith(world.deals, ...notRecorded(filingState.revoked));
  });

  it.each(outside)("refuses %s (R-F3)", async (_, given, field, i, low, high, value) => {
    for (const party of [world.actors.issuer, world.actors.trustee]) {
      await expect(call(given, party.key)).toRevertWith(world.deals, "DealRegistry_PriceOutsideBounds", [
        field,
        BigInt(i),
        low,
        high,
        value,
      ]);
    }
  });

  it("refuses a closing that is no day of the calendar, also between the bounds", async () => {
    for (const closingDate of [0, 20260199, 20260230]) {
      await expect(call(pricing({ closingDate }))).toRevertWith(world.deals, "DealRegistry_BadDate", [
        BigInt(closingDate),
      ]);
    }
  });

  it("refuses a pricing that does not name each class once, and says how many it names", async () => {
    const { originalBalanceMinor: balances, rateE10: rates } = pricing();
    const bad: [PricingStruct, bigint][] = [
      [pricing({ originalBalanceMinor: [] }), 0n],
      [pricing({ originalBalanceMinor: balances.slice(0, 2) }), 2n],
      [pricing({ originalBalanceMinor: [...balances, 1n] }), 4n],
      [pricing({ rateE10: rates.slice(0, 2) }), 2n],
      [pricing({ rateE10: [...rates, 0n] }), 4n],
    ];
    for (const [given, count] of bad) {
      await expect(call(given)).toRevertWith(world.deals, "DealRegistry_PricingLength", [count, 3n]);
    }
  });

  it("refuses the second word of one party, from whichever of its keys (R-G1)", async () => {
    for (const party of [world.actors.issuer, world.actors.trustee]) {
      await networkHelpers.loadFixture(recorded);
      await call(pricing(), party.key);
      for (const key of [party.key, party.otherKey]) {
        await expect(call(pricing(), key)).toRevertWith(world.approvals, "Approvals_SameParty", [
          subjectOf(pricing()),
          party.id,
        ]);
      }
    }
  });

  it("does not price while the two name different prices, and lets the issuer take its word back", async () => {
    const { issuer, trustee } = world.actors;
    const first = withRate(0, lowestRate);
    await call(first, issuer.key);
    await call(pricing(), trustee.key);
    expect((await world.deals.dealOf(world.deal)).state).toBe(1n);
    await world.approvals.connect(issuer.key).withdraw(world.wiring.deals, subjectOf(first));
    await call(first, trustee.key);
    expect((await world.deals.dealOf(world.deal)).state).toBe(1n);
    await call(pricing(), issuer.key);
    expect((await world.deals.pricingOf(world.deal)).rateE10[0]).toBe(512_500_000n);
  });

  it("refuses a second price", async () => {
    await price(world, world.deal);
    for (const party of [world.actors.issuer, world.actors.trustee]) {
      await expect(call(withRate(0, lowestRate), party.key)).toRevertWith(world.deals, "DealRegistry_AlreadyPriced", [
        world.deal,
      ]);
    }
  });

  it("refuses a price where the terms left nothing open", async () => {
    const terms = dealTerms(world.actors, {
      closingDateLatest: 20260210,
      classes: [classTerms()],
      steps: [residualStep(0)],
    });
    const filing = await submit(world, terms, { capsMinor: [exact] }, id("exact"));
    const deal = await createDeal(world, filing, terms);
    const given = { closingDate: 20260210, originalBalanceMinor: [exact], rateE10: [bounds.exactRateE10] };
    await expect(call(given, undefined, deal)).toRevertWith(world.deals, "DealRegistry_AlreadyPriced", [deal]);
  });

  it.each([
    ["at the lower bounds, the trustee first", lowest, lowestRate, earliest, true],
    ["at the upper bounds, the issuer first", highest, highestRate, latest, false],
  ])("prices %s", async (_, balance, rate, closingDate, isTrusteeFirst) => {
    const given: PricingStruct = {
      closingDate,
      originalBalanceMinor: pricing().originalBalanceMinor.with(classes.open, balance),
      rateE10: pricing().rateE10.with(classes.open, rate),
    };
    const { issuer, trustee } = world.actors;
    const [first, second] = isTrusteeFirst ? [trustee, issuer] : [issuer, trustee];
    await call(given, first.key);
    await expect(call(given, second.otherKey)).toEmit(world.deals, "DealPriced", [
      world.deal,
      [closingDate, given.originalBalanceMinor, given.rateE10],
    ]);
    expect(fields(await world.deals.pricingOf(world.deal))).toEqual(given);
    const deal = await world.deals.dealOf(world.deal);
    expect([deal.state, deal.closingDate]).toEqual([2n, closingDate]);
  });
});
