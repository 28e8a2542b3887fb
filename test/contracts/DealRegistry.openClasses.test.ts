import fc from "fast-check";
import { id, ZeroAddress } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role, type Key } from "../support/actors.ts";
import { declaration, declare, report, reportOf } from "../support/cycles.ts";
import { NOTES_PER_OPENING, openingsOf } from "../support/openings.ts";
import { filingState, issue, noteOf, now, price, reasons, record } from "../support/steps.ts";
import { as, reach, ref16, register, registrationOf, resubmit, submit } from "../support/steps.ts";
import {
  classes,
  classTerms,
  dealTerms,
  rateKind,
  residualStep,
  ruleTerms,
  UNIT_FACE_MINOR,
} from "../support/terms.ts";
import { deployed, openLedger, submitted, type FiledWorld, type World } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

/** Most gas that a transaction may use from the Osaka fork on. */
const TRANSACTION_GAS_MAX = 16_777_216n;
const MAX_CLASSES = 16;

let world: FiledWorld;
let deal: string;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(submitted);
  deal = await createOnly(world, world.filing, world.terms);
});

/** Creates a deal and opens nothing. */
async function createOnly(of: World, filing: string, terms: FiledWorld["terms"]): Promise<string> {
  const deals = of.deals.connect(of.actors.issuer.key);
  await deals.create(filing, terms);
  return of.deals.dealOfFiling(filing);
}

const open = (count: number, key: Key = world.actors.issuer.key) => world.deals.connect(key).openClasses(deal, count);
const notOpened = (opened: bigint) => ["DealRegistry_ClassesNotOpened", [deal, opened, 3n]] as const;

/** Terms of classes that are tokenised or retained as the pattern says. */
const termsOf = (of: World, pattern: readonly boolean[]) =>
  dealTerms(of.actors, {
    closingDateLatest: 20260210,
    classes: pattern.map((tokenised, i) => {
      const retained = { tokenised, unitFaceMinor: 0n, admittedCategories: 0, rules: ruleTerms() };
      return classTerms({
        label: `A-${i}`,
        rateKind: rateKind.fixed,
        rules: ruleTerms(),
        ...(tokenised ? {} : retained),
      });
    }),
    steps: [residualStep(pattern.length - 1)],
  });

/** A filing of such terms. */
async function filePattern(of: World, pattern: readonly boolean[]) {
  const terms = termsOf(of, pattern);
  const capsMinor = pattern.map(() => 500n * UNIT_FACE_MINOR);
  return { terms, filing: await submit(of, terms, { capsMinor }, id(`pattern ${pattern.join()}`)) };
}

describe("openClasses", () => {
  it("refuses a deal that nobody created", async () => {
    const { issuer } = world.actors;
    await expect(world.deals.connect(issuer.key).openClasses(id("no deal"), 1)).toRevertWith(
      world.deals,
      "DealRegistry_UnknownDeal",
      [id("no deal")],
    );
  });

  it("refuses everybody but the issuer of the deal", async () => {
    const { otherIssuer, filingEntity, trustee, registrar, outsider } = world.actors;
    for (const party of [otherIssuer, filingEntity, trustee, registrar]) {
      await expect(open(1, party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [party.id, role("ISSUER")]);
    }
    await expect(open(1, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("refuses the deal of a version that is superseded", async () => {
    await resubmit(world, world.filing, world.terms);
    await expect(open(1)).toRevertWith(world.deals, "DealRegistry_Superseded", [deal, 1n, 2n]);
  });

  it("refuses to open no class, more than are left, and any once all are open", async () => {
    await expect(open(0)).toRevertWith(world.deals, "DealRegistry_OpeningCount", [deal, 0n, 3n]);
    for (const count of [4, 255]) {
      await expect(open(count)).toRevertWith(world.deals, "DealRegistry_OpeningCount", [deal, BigInt(count), 3n]);
    }
    await open(1);
    await expect(open(3)).toRevertWith(world.deals, "DealRegistry_OpeningCount", [deal, 3n, 2n]);
    await open(2);
    await expect(open(1)).toRevertWith(world.deals, "DealRegistry_OpeningCount", [deal, 1n, 0n]);
  });

  it("refuses a fourth note in one opening, retained classes between them or not", async () => {
    const { terms, filing } = await filePattern(world, [true, false, true, true, true]);
    deal = await createOnly(world, filing, terms);
    await expect(open(5)).toRevertWith(world.deals, "DealRegistry_TooManyNotes", [deal, 4n, 3n]);
    await open(4);
    await open(1);
    expect((await world.deals.dealOf(deal)).openedClasses).toBe(5n);
  });

  it("makes the notes of the next classes, and none for a retained one", async () => {
    const first = open(1);
    await first;
    const note = await noteOf(world, deal, classes.open);
    await expect(first).toEmit(world.deals, "ClassOpened", [deal, BigInt(classes.open), await note.getAddress()]);
    expect((await world.deals.dealOf(deal)).openedClasses).toBe(1n);
    expect(await world.deals.noteOf(deal, classes.exact)).toBe(ZeroAddress);

    const others = open(2);
    await others;
    const exact = await noteOf(world, deal, classes.exact);
    await expect(others).toEmit(world.deals, "ClassOpened", [deal, BigInt(classes.exact), await exact.getAddress()]);
    await expect(others).toEmit(world.deals, "ClassOpened", [deal, BigInt(classes.retained), ZeroAddress]);
    expect([await exact.deal(), await exact.classIndex(), await exact.unitFaceMinor()]).toEqual([
      deal,
      BigInt(classes.exact),
      UNIT_FACE_MINOR,
    ]);
  });

  it("hands every note the state of the filing, whether it was opened before or after a change (R-F1, R-F4)", async () => {
    await open(1);
    await record(world, world.filing);
    await open(1);
    const until = (await now(world)) + 3_600;
    const { regulator, custodianA } = world.actors;
    await world.filings.connect(regulator.key).suspend(world.filing, id("order"), until, id("basis"));
    const account = await register(world, custodianA, "alpha");
    const notes = [await noteOf(world, deal, classes.open), await noteOf(world, deal, classes.exact)];
    const forbids = () => Promise.all(notes.map((note) => note.restrictionsOf(ZeroAddress, ZeroAddress, account, 1n)));
    expect(await forbids()).toEqual(Array(2).fill(reasons("FILING_SUSPENDED")));
    await reach(world, until + 1);
    expect(await forbids()).toEqual([0n, 0n]);
  });

  it("leaves a note for exactly the tokenised classes once all are open, however they were opened", async () => {
    const base = await networkHelpers.loadFixture(deployed);
    const snapshot = await networkHelpers.takeSnapshot();
    const given = fc.record({
      pattern: fc.array(fc.boolean(), { minLength: 1, maxLength: MAX_CLASSES }).filter((all) => all.includes(true)),
      sizes: fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ pattern, sizes }) => {
        await snapshot.restore();
        const { terms, filing } = await filePattern(base, pattern);
        const made = await createOnly(base, filing, terms);
        const deals = base.deals.connect(base.actors.issuer.key);
        const notesOf = () => Promise.all(pattern.map(async (_, i) => (await deals.noteOf(made, i)) !== ZeroAddress));
        let opened = 0;
        while (opened < pattern.length) {
          let count = Math.min(sizes.next().value!, pattern.length - opened);
          const next = pattern.slice(opened, opened + count);
          while (next.filter(Boolean).length > NOTES_PER_OPENING) next.pop();
          count = next.length;
          await deals.openClasses(made, count);
          opened += count;
          expect(await notesOf()).toEqual(pattern.map((tokenised, i) => tokenised && i < opened));
          expect((await deals.dealOf(made)).openedClasses).toBe(BigInt(opened));
        }
        expect(await notesOf()).toEqual(pattern);
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});

describe("while a class is not open", () => {
  it("nothing is issued, of classes that are open neither, and the price may be set", async () => {
    const account = await register(world, world.actors.custodianA, "alpha");
    await record(world, world.filing);
    await price(world, deal);
    const one = [{ account, units: 1n }];
    await expect(issue(world, deal, classes.open, one)).toRevertWith(world.deals, ...notOpened(0n));
    await open(2);
    for (const classIndex of [classes.open, classes.exact, classes.retained]) {
      await expect(issue(world, deal, classIndex, one)).toRevertWith(world.deals, ...notOpened(2n));
    }
    await open(1);
    await issue(world, deal, classes.open, one);
    expect(await (await noteOf(world, deal, classes.open)).totalSupply()).toBe(1n);
  });

  it("no record date is declared, since some notes would not know of it", async () => {
    const { payingAgent } = world.actors;
    await record(world, world.filing);
    await open(1);
    for (const key of [payingAgent.key, await as(world, "distributor")]) {
      const declared = world.deals.connect(key).declareRecordDate(deal, 20260301);
      await expect(declared).toRevertWith(world.deals, ...notOpened(1n));
    }
    await open(2);
    await world.deals.connect(payingAgent.key).declareRecordDate(deal, 20260301);
  });

  it("nothing is cancelled, and it is not taken for a retained one", async () => {
    await expect(world.deals.cancel(deal, classes.exact, [ZeroAddress])).toRevertWith(world.deals, ...notOpened(0n));
  });

  it("its rules do not change", async () => {
    const { registrar } = world.actors;
    const change = world.classRules
      .connect(registrar.key)
      .change(deal, classes.exact, ruleTerms(), id("evidence"), id("change"));
    await expect(change).toRevertWith(world.classRules, "ClassRules_NotTokenised", [deal, BigInt(classes.exact)]);
  });
});

describe("a deal of sixteen tokenised classes", () => {
  const gasOf = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>) =>
    (await (await sent).wait())!.gasUsed;

  /** So many accounts of a custodian, registered at once. */
  async function accountsOf(base: World, count: number): Promise<string[]> {
    const { custodianA } = base.actors;
    const labels = Array.from({ length: count }, (_, i) => `many ${i}`);
    const registrations = labels.map((label) => registrationOf(id(label), { holderRef: ref16(label) }));
    await base.holders.connect(custodianA.key).registerAccounts(registrations);
    return Promise.all(labels.map((label) => base.holders.custodialAccountOf(custodianA.id, id(label))));
  }

  it("stays in every transaction below what one may use from the Osaka fork on", async () => {
    const base = await networkHelpers.loadFixture(deployed);
    const { actors, filings, deals } = base;
    const { terms, filing } = await filePattern(base, Array<boolean>(MAX_CLASSES).fill(true));
    const issuer = deals.connect(actors.issuer.key);
    const gas: Record<string, bigint> = { create: await gasOf(issuer.create(filing, terms)) };
    deal = await deals.dealOfFiling(filing);
    for (const [i, count] of openingsOf(terms.classes).entries()) {
      gas[`opening ${i}`] = await gasOf(issuer.openClasses(deal, count));
    }
    gas["record"] = await gasOf(record(base, filing));
    expect(await filings.stateOf(filing)).toBe(filingState.recorded);
    const accounts = await accountsOf(base, Number(await deals.MAX_ALLOCATIONS()));
    const everybody = accounts.map((account) => ({ account, units: 1n }));
    gas["first issuance"] = await gasOf(issue(base, deal, 0, everybody));
    for (let i = 1; i < MAX_CLASSES; ++i) await issue(base, deal, i, everybody.slice(0, 1));
    const until = (await now(base)) + 3_600;
    gas["suspend"] = await gasOf(
      filings.connect(actors.regulator.key).suspend(filing, id("order"), until, id("basis")),
    );
    await reach(base, until + 1);
    gas["declare"] = await gasOf(declare(base, deal, declaration()));
    gas["first report"] = await gasOf(report(base, deal, 1, reportOf()));
    for (const used of Object.values(gas)) expect(used).toBeLessThan(TRANSACTION_GAS_MAX);
  });
});
