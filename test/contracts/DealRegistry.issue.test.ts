import { id, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import {
  attest,
  byThree,
  createDeal,
  filingState,
  issue,
  noteOf,
  now,
  price,
  reasons,
  record,
  register,
  residence,
  submit,
  window,
} from "../support/steps.ts";
import { recheck } from "../support/scrutiny.ts";
import { capsMinor, category, classes, dealTerms, pricing, UNIT_FACE_MINOR } from "../support/terms.ts";
import { deployed, openLedger, priced, submitted, type DealWorld } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

/** The priced deal, with two eligible accounts. */
async function ready(of: typeof ledger) {
  const world = await priced(of);
  const { custodianA, custodianB } = world.actors;
  const alpha = await register(world, custodianA, "alpha");
  const beta = await register(world, custodianB, "beta", { residence: residence("SG") });
  await recheck(world, world.filing);
  return { ...world, alpha, beta };
}

let world: DealWorld & { alpha: string; beta: string };
beforeEach(async () => {
  world = await networkHelpers.loadFixture(ready);
});

const ref = id("issuance");
const to = (account: string, units: bigint) => ({ account, units });
const call = (
  allocations = [to(world.alpha, 1n)],
  { key = world.actors.issuer.key, classIndex = 0 as number, operationRef = ref, deal = world.deal } = {},
) => world.deals.connect(key).issue(deal, classIndex, allocations, operationRef);
const restricted = (...codes: string[]) => ["Note_Restricted", [reasons(...codes), 0n]] as const;

describe("issue", () => {
  it("refuses a deal that nobody created", async () => {
    await expect(call(undefined, { deal: id("no deal") })).toRevertWith(world.deals, "DealRegistry_UnknownDeal", [
      id("no deal"),
    ]);
  });

  it("refuses everybody but the deal's issuer, another issuer too (R-G1)", async () => {
    const { otherIssuer, trustee, registrar, attesterA, outsider } = world.actors;
    for (const party of [otherIssuer, trustee, registrar, attesterA]) {
      await expect(call(undefined, { key: party.key })).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("ISSUER"),
      ]);
    }
    await expect(call(undefined, { key: outsider })).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
  });

  it("refuses an issuer whose platform-wide role was ended", async () => {
    const { issuer } = world.actors;
    await byThree(world, (key) => world.parties.connect(key).end(issuer.id, role("ISSUER"), id("end")));
    await expect(call()).toRevertWith(world.parties, "Parties_RoleMissing", [issuer.id, role("ISSUER")]);
  });

  it("refuses a retained class and one that does not exist", async () => {
    for (const classIndex of [classes.retained, 3, 255]) {
      await expect(call(undefined, { classIndex })).toRevertWith(world.deals, "DealRegistry_ClassNotTokenised", [
        world.deal,
        BigInt(classIndex),
      ]);
    }
  });

  it("refuses a reference that is zero or stands for an issuance, in another class too", async () => {
    const { issuer } = world.actors;
    const duplicate = (operationRef: string) => ["DealRegistry_DuplicateOperation", [issuer.id, operationRef]] as const;
    await expect(call(undefined, { operationRef: ZeroHash })).toRevertWith(world.deals, ...duplicate(ZeroHash));
    expect(await world.deals.isIssued(issuer.id, ref)).toBe(false);
    await call();
    expect(await world.deals.isIssued(issuer.id, ref)).toBe(true);
    await expect(call()).toRevertWith(world.deals, ...duplicate(ref));
    await expect(call(undefined, { key: issuer.otherKey, classIndex: 1 })).toRevertWith(world.deals, ...duplicate(ref));
    expect(await world.note.totalSupply()).toBe(1n);
  });

  it("does not use up the reference of an issuance that was refused", async () => {
    await expect(call([to(world.alpha, 0n)])).toRevertWith(world.note, ...restricted("UNITS_ZERO"));
    await call();
  });

  it("refuses no allocation and 201, and takes 200", async () => {
    const many = (count: number) => Array.from({ length: count }, () => to(world.alpha, 1n));
    for (const count of [0, 201]) {
      await expect(call(many(count))).toRevertWith(world.deals, "DealRegistry_AllocationCount", [BigInt(count), 200n]);
    }
    await call(many(200));
    expect(await world.note.balanceOf(world.alpha)).toBe(200n);
  });

  it.each(["submitted", "attested"])("refuses with exactly one reason while the filing is %s (R-F1)", async (state) => {
    const filed = await networkHelpers.loadFixture(submitted);
    const deal = await createDeal(filed, filed.filing, filed.terms);
    const alpha = await register(filed, filed.actors.custodianA, "alpha");
    if (state === "attested") await attest(filed, filed.actors.attesterA.key, filed.filing);
    const note = await noteOf(filed, deal, 0);
    await expect(issue(filed, deal, 0, [to(alpha, 1n)])).toRevertWith(note, ...restricted("FILING_NOT_RECORDED"));
    await record(filed, filed.filing).catch(() => attest(filed, filed.actors.attesterB.key, filed.filing));
    expect((await filed.filings.filingOf(filed.filing)).state).toBe(filingState.recorded);
    await expect(issue(filed, deal, 0, [to(alpha, 1n)])).toRevertWith(note, ...restricted("DEAL_NOT_PRICED"));
  });

  it("refuses with exactly one reason once the filing was refused (R-F1)", async () => {
    const filed = await networkHelpers.loadFixture(submitted);
    const deal = await createDeal(filed, filed.filing, filed.terms);
    const alpha = await register(filed, filed.actors.custodianA, "alpha");
    await filed.filings.connect(filed.actors.registrar.key).refuse(filed.filing, id("notice"));
    const note = await noteOf(filed, deal, 0);
    await expect(issue(filed, deal, 0, [to(alpha, 1n)])).toRevertWith(note, ...restricted("FILING_NOT_RECORDED"));
  });

  it("refuses while the filing is suspended, and once it was revoked (R-F1)", async () => {
    const { regulator } = world.actors;
    const until = (await now(world)) + 3_600;
    await world.filings.connect(regulator.key).suspend(world.filing, id("order"), until, id("basis"));
    await expect(call()).toRevertWith(world.note, ...restricted("FILING_SUSPENDED"));
    await byThree(world, (key) => world.filings.connect(key).revoke(world.filing, id("order 2"), id("notice")));
    await expect(call()).toRevertWith(world.note, ...restricted("FILING_REVOKED"));
  });

  it("refuses the second before the window and the second after it (R-F3)", async () => {
    const base = await networkHelpers.loadFixture(deployed);
    const terms = dealTerms(base.actors);
    const opensAt = (await now(base)) + 1_000;
    const filing = await submit(base, terms, { windowOpensAt: opensAt, windowClosesAt: opensAt + 500 });
    const deal = await createDeal(base, filing, terms);
    await record(base, filing);
    await price(base, deal);
    const alpha = await register(base, base.actors.custodianA, "alpha");
    const note = await noteOf(base, deal, 0);
    await recheck(base, filing);
    for (const [second, admitted] of [
      [opensAt - 1, false],
      [opensAt, true],
      [opensAt + 500, true],
      [opensAt + 501, false],
    ] as const) {
      await networkHelpers.time.setNextBlockTimestamp(second);
      const issued = issue(base, deal, 0, [to(alpha, 1n)]);
      if (admitted) await issued;
      else await expect(issued).toRevertWith(note, ...restricted("ISSUANCE_WINDOW_CLOSED"));
    }
    expect(await note.totalSupply()).toBe(2n);
  });

  it("refuses one unit above the cap of the class (R-F3)", async () => {
    const units = capsMinor[classes.exact]! / UNIT_FACE_MINOR;
    const exceeded = (issued: bigint, requested: bigint) =>
      [
        "FilingRegistry_CapExceeded",
        [world.filing, 1n, capsMinor[1], issued * UNIT_FACE_MINOR, requested * UNIT_FACE_MINOR],
      ] as const;
    await expect(call([to(world.alpha, units + 1n)], { classIndex: 1 })).toRevertWith(
      world.filings,
      ...exceeded(0n, units + 1n),
    );
    await call([to(world.alpha, units - 2n)], { classIndex: 1 });
    const more = { classIndex: 1, operationRef: id("more") };
    await expect(call([to(world.alpha, 1n), to(world.beta, 2n)], more)).toRevertWith(
      world.filings,
      ...exceeded(units - 2n, 3n),
    );
    await call([to(world.alpha, 1n), to(world.beta, 1n)], more);
    expect(await world.exactNote.totalSupply()).toBe(units);
    expect(await world.filings.issuedMinorOf(world.filing, 1)).toBe(capsMinor[1]);
  });

  it("refuses one unit above the priced balance, where the cap has room (R-F3)", async () => {
    const balance = pricing().originalBalanceMinor[classes.open] as bigint;
    const units = balance / UNIT_FACE_MINOR;
    const exceeded = (issued: bigint, requested: bigint) =>
      [
        "DealRegistry_BalanceExceeded",
        [world.deal, 0n, balance, issued * UNIT_FACE_MINOR, requested * UNIT_FACE_MINOR],
      ] as const;
    await expect(call([to(world.alpha, units + 1n)])).toRevertWith(world.deals, ...exceeded(0n, units + 1n));
    await call([to(world.alpha, units - 1n)]);
    await expect(call([to(world.beta, 2n)], { operationRef: id("more") })).toRevertWith(
      world.deals,
      ...exceeded(units - 1n, 2n),
    );
    expect(await world.filings.issuedMinorOf(world.filing, 0)).toBe(balance - UNIT_FACE_MINOR);
    await call([to(world.beta, 1n)], { operationRef: id("more") });
    expect(await world.note.totalSupply()).toBe(units);
  });

  it("refuses sums that no number of 64 bits holds", async () => {
    const most = 2n ** 64n - 1n;
    await expect(call([to(world.alpha, most), to(world.beta, most)])).toRevertWith(
      world.filings,
      "FilingRegistry_CapExceeded",
      [world.filing, 0n, capsMinor[0], 0n, 2n * most * UNIT_FACE_MINOR],
    );
  });

  it("issues nothing where one account in the middle is ineligible, and names its leg (R-H1)", async () => {
    const { custodianA } = world.actors;
    const corporate = await register(world, custodianA, "corporate", { category: category.hongKongCorporate });
    await expect(call([to(world.alpha, 5n), to(corporate, 1n), to(world.beta, 5n)])).toRevertWith(
      world.note,
      "Note_Restricted",
      [reasons("RECEIVER_CATEGORY_NOT_ADMITTED"), 1n],
    );
    await expect(call([to(world.alpha, 5n), to(world.beta, 5n), to(world.actors.outsider.address, 1n)])).toRevertWith(
      world.note,
      "Note_Restricted",
      [reasons("RECEIVER_NOT_REGISTERED"), 2n],
    );
    expect(await world.note.totalSupply()).toBe(0n);
    expect(await world.filings.issuedMinorOf(world.filing, 0)).toBe(0n);
    expect(await world.deals.isIssued(world.actors.issuer.id, ref)).toBe(false);
    await call([to(corporate, 1n)], { classIndex: 1 });
  });

  it("joins the reason of the deal and those of the first leg", async () => {
    await networkHelpers.time.increaseTo(window.closesAt + 1);
    await recheck(world, world.filing);
    await expect(call([to(world.alpha, 0n)])).toRevertWith(
      world.note,
      ...restricted("ISSUANCE_WINDOW_CLOSED", "UNITS_ZERO"),
    );
  });

  it("issues to every allocation, consumes headroom and tells of all of it (R-F1)", async () => {
    const { issuer } = world.actors;
    const issued = call([to(world.alpha, 3n), to(world.beta, 4n), to(world.alpha, 5n)]);
    await expect(issued).toEmit(world.deals, "Issued", [world.deal, 0n, ref, issuer.id, 12n, 12n * UNIT_FACE_MINOR]);
    await expect(issued).toEmit(world.filings, "HeadroomConsumed", [
      world.filing,
      0n,
      12n * UNIT_FACE_MINOR,
      12n * UNIT_FACE_MINOR,
    ]);
    await expect(issued).toEmit(world.note, "Transfer", [ZeroAddress, world.beta, 4n]);
    expect(await world.note.balanceOf(world.alpha)).toBe(8n);
    expect(await world.note.balanceOf(world.beta)).toBe(4n);
    expect((await world.deals.dealOf(world.deal)).state).toBe(3n);
  });

  it("gives two issuers their references apart", async () => {
    const { otherIssuer } = world.actors;
    await call();
    const terms = dealTerms(world.actors, { issuer: otherIssuer.id });
    const filing = await submit(world, terms, {}, id("other filing"));
    const deal = await createDeal(world, filing, terms, otherIssuer);
    await record(world, filing);
    await world.deals.connect(otherIssuer.key).price(deal, pricing());
    await world.deals.connect(world.actors.trustee.key).price(deal, pricing());
    await recheck(world, filing);
    await call(undefined, { key: otherIssuer.key, deal });
    expect(await (await noteOf(world, deal, 0)).totalSupply()).toBe(1n);
  });
});
