import { id, toUtf8Bytes, ZeroHash } from "ethers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import { assetClass, examine, handIn, pool } from "../support/scrutiny.ts";
import { byThree, draft, filingState, nextAt, now, reach, record, submission } from "../support/steps.ts";
import { dealTerms, termsHashOf } from "../support/terms.ts";
import { deployed, openLedger, type FiledWorld, type Ledger } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

type TwoFilings = FiledWorld & { readonly second: string; readonly closesAt: number };

/** Two drafts of one filing entity; nothing is known of their assets. */
async function drafted(of: Ledger): Promise<TwoFilings> {
  const world = await deployed(of);
  const terms = dealTerms(world.actors);
  const closesAt = (await now(world)) + 50 * 24 * 3_600;
  const filing = await draft(world, terms, { windowClosesAt: closesAt });
  const second = await draft(world, terms, {}, id("second filing"));
  return { ...world, filing, second, terms, termsHash: termsHashOf(terms), closesAt };
}

let world: TwoFilings;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(drafted);
});

const assets = (key = world.actors.filingEntity.key) => world.assets.connect(key);
const asset = id("asset");
const commit = (filing = world.filing, commitments = [asset], version = 1) =>
  assets().commit(filing, version, commitments);
const pledged = (filing = world.filing, commitment = asset) => ["Assets_AlreadyPledged", [commitment, filing]] as const;

const calls: [string, (key: ReturnType<typeof keyOf>, version?: number) => Promise<unknown>][] = [
  ["recordPool", (key, version = 1) => assets(key).recordPool(world.filing, version, pool())],
  ["recordTitle", (key, version = 1) => assets(key).recordTitle(world.filing, version, id("title"), id("transfer"))],
  ["commit", (key, version = 1) => assets(key).commit(world.filing, version, [asset])],
];
const keyOf = () => world.actors.filingEntity.key;

describe.each(calls)("%s", (name, call) => {
  it("refuses everybody but the filing entity of the filing (R-A1, R-A2)", async () => {
    const { otherFilingEntity, registrar } = world.actors;
    await expect(call(otherFilingEntity.key)).toRevertWith(world.filings, "FilingRegistry_NotFilingEntity", [
      world.filing,
      otherFilingEntity.id,
    ]);
    await expect(call(registrar.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      registrar.id,
      role("FILING_ENTITY"),
    ]);
  });

  it("refuses another version than stands", async () => {
    for (const version of [0, 2]) {
      await expect(call(keyOf(), version)).toRevertWith(world.filings, "FilingRegistry_OtherVersion", [
        world.filing,
        1n,
      ]);
    }
  });

  it("is open to a draft, and evidence of title until the filing is recorded", async () => {
    await examine(world, world.filing);
    await handIn(world, world.filing);
    const refused = (state: bigint) => ["FilingRegistry_WrongState", [world.filing, state]] as const;
    if (name === "recordTitle") await call(keyOf());
    else await expect(call(keyOf())).toRevertWith(world.filings, ...refused(filingState.submitted));
    await record(world, world.filing);
    await expect(call(keyOf())).toRevertWith(world.filings, ...refused(filingState.recorded));
  });
});

describe("recordPool", () => {
  const record = (overrides: Parameters<typeof pool>[0]) => assets().recordPool(world.filing, 1, pool(overrides));

  it.each([
    ["assetClass", { assetClass: assetClass.none }],
    ["reasonHash", { assetClass: assetClass.otherRecognised }],
    ["reasonHash", { reasonHash: id("reason") }],
    ["tapeHash", { tapeHash: ZeroHash }],
    ["cutoffDate", { cutoffDate: 20260230 }],
    ["balanceMinor", { balanceMinor: 0n }],
    ["currency", { currency: "0x000000" }],
    ["obligorBand", { obligorBand: 0 }],
  ] as const)("refuses a pool with a wrong %s (R-A1)", async (field, overrides) => {
    await expect(record(overrides)).toRevertWith(world.assets, "Assets_BadPool", [field]);
  });

  it.each(["spvAccount", "collectionAccount", "distributionAccount"] as const)(
    "refuses a pool whose %s is missing, or is another one of the three (R-A5)",
    async (name) => {
      const others = ["spvAccount", "collectionAccount", "distributionAccount"].filter((one) => one !== name);
      const taken = others.map((one) => pool()[one as typeof name]);
      for (const account of [ZeroHash, ...taken]) {
        await expect(record({ [name]: account })).toRevertWith(world.assets, "Assets_AccountsNotSegregated", []);
      }
    },
  );

  it("tells of the whole pool (R-A1)", async () => {
    const given = { assetClass: assetClass.otherRecognised, reasonHash: id("reason") };
    await expect(record(given)).toEmit(world.assets, "PoolRecorded", [
      world.filing,
      world.actors.filingEntity.id,
      1n,
      [
        9n,
        id("tape"),
        20260131n,
        250_000_000n,
        "0x555344",
        3n,
        id("reason"),
        ZeroHash,
        pool().spvAccount,
        pool().collectionAccount,
        pool().distributionAccount,
      ],
    ]);
    expect(toUtf8Bytes("USD")).toEqual(pool().currency);
  });
});

describe("recordTitle", () => {
  it("refuses where either evidence is missing, and tells of both (R-A2)", async () => {
    for (const [title, transfer] of [
      [ZeroHash, id("b")],
      [id("a"), ZeroHash],
    ] as const) {
      await expect(assets().recordTitle(world.filing, 1, title, transfer)).toRevertWith(
        world.assets,
        "Assets_EvidenceMissing",
        [],
      );
    }
    await expect(assets().recordTitle(world.filing, 1, id("a"), id("b"))).toEmit(world.assets, "TitleRecorded", [
      world.filing,
      world.actors.filingEntity.id,
      1n,
      id("a"),
      id("b"),
    ]);
  });
});

describe("commit", () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => id(`asset ${i}`));

  it("refuses no asset and 501, a zero among them, and takes 500 (R-A2)", async () => {
    for (const count of [0, 501]) {
      await expect(commit(world.filing, many(count))).toRevertWith(world.assets, "Assets_BatchSize", [
        BigInt(count),
        500n,
      ]);
    }
    await expect(commit(world.filing, [asset, ZeroHash])).toRevertWith(world.assets, "Assets_CommitmentZero", [1n]);
    const receipt = await (await commit(world.filing, many(500))).wait();
    expect(receipt!.gasUsed).toBeLessThan(15_000_000n);
  });

  it("refuses an asset twice, in one list, in two, and in another filing, and names the filing (R-A2)", async () => {
    await expect(commit(world.filing, [asset, asset])).toRevertWith(world.assets, ...pledged());
    await commit();
    await expect(commit()).toRevertWith(world.assets, ...pledged());
    await expect(commit(world.second, [id("other"), asset])).toRevertWith(world.assets, ...pledged());
    expect(await world.assets.pledgeOf(asset)).toBe(world.filing);
    expect(await world.assets.pledgeOf(id("other"))).toBe(ZeroHash);
  });

  it("tells of every asset (R-A2)", async () => {
    await expect(commit(world.filing, [asset, id("b")])).toEmit(world.assets, "AssetsCommitted", [
      world.filing,
      world.actors.filingEntity.id,
      1n,
      [asset, id("b")],
    ]);
  });
});

describe("an asset", () => {
  beforeEach(async () => {
    await examine(world, world.filing);
    await commit();
  });
  const isFree = async () => {
    expect(await world.assets.pledgeOf(asset)).toBe(ZeroHash);
    await commit(world.second);
    expect(await world.assets.pledgeOf(asset)).toBe(world.second);
  };
  const { filingEntity, registrar } = {
    filingEntity: () => world.actors.filingEntity.key,
    registrar: () => world.actors.registrar.key,
  };

  it("is free once the filing was withdrawn (R-A2)", async () => {
    await world.filings.connect(filingEntity()).withdraw(world.filing, id("reason"));
    await isFree();
  });

  it("is free once the filing was refused (R-A2)", async () => {
    await handIn(world, world.filing);
    await expect(commit(world.second)).toRevertWith(world.assets, ...pledged());
    await world.filings.connect(registrar()).refuse(world.filing, id("notice"));
    await isFree();
  });

  it("is free once its version was superseded, for the filing itself too (R-A2)", async () => {
    const next = submission(world.terms, { windowClosesAt: world.closesAt });
    await world.filings.connect(filingEntity()).supersede(world.filing, next);
    expect(await world.assets.pledgeOf(asset)).toBe(ZeroHash);
    await commit(world.filing, [asset], 2);
    expect(await world.assets.pledgeOf(asset)).toBe(world.filing);
  });

  it("is free the second after the window closed over an unrecorded filing, without a call (R-A2)", async () => {
    await nextAt(world, world.closesAt);
    await expect(commit(world.second)).toRevertWith(world.assets, ...pledged());
    await reach(world, world.closesAt + 1);
    await isFree();
  });

  it("is free once the filing was closed, and never by a suspension or revocation (R-A2)", async () => {
    await handIn(world, world.filing);
    await record(world, world.filing);
    const until = (await now(world)) + 3_600;
    await world.filings.connect(registrar()).suspend(world.filing, id("order"), until, id("basis"));
    await expect(commit(world.second)).toRevertWith(world.assets, ...pledged());
    await byThree(world, (key) => world.filings.connect(key).revoke(world.filing, id("revoke"), id("notice")));
    await expect(commit(world.second)).toRevertWith(world.assets, ...pledged());
    await world.filings.connect(filingEntity()).close(world.filing, id("final report"));
    await world.filings.connect(registrar()).close(world.filing, id("final report"));
    await isFree();
  });
});

describe("a submission", () => {
  it("is refused without a pool, and without an asset in it (R-A1)", async () => {
    const missing = ["Assets_PoolMissing", [world.filing, 1n]] as const;
    await expect(world.assets.requirePool(world.filing, 1)).toRevertWith(world.assets, ...missing);
    await assets().recordPool(world.filing, 1, pool());
    await expect(world.assets.requirePool(world.filing, 1)).toRevertWith(world.assets, ...missing);
    await commit(world.second, [id("other")]);
    await expect(world.assets.requirePool(world.second, 1)).toRevertWith(world.assets, "Assets_PoolMissing", [
      world.second,
      1n,
    ]);
    await commit();
    await world.assets.requirePool(world.filing, 1);
  });
});

describe("pledges under random drafts", () => {
  it("never let one asset back two live pools (R-A2)", async () => {
    const step = fc.record({ by: fc.nat(1), what: fc.constantFrom("commit", "supersede"), asset: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        world = await networkHelpers.loadFixture(drafted);
        const filings = [world.filing, world.second];
        const versions = [1, 1];
        const owner = new Map<number, number>();
        for (const { by, what, asset: one } of steps) {
          const filing = filings[by]!;
          if (what === "supersede") {
            const next = submission(world.terms, { windowClosesAt: world.closesAt });
            await world.filings.connect(world.actors.filingEntity.key).supersede(filing, next);
            versions[by]! += 1;
            for (const [held, holder] of owner) if (holder === by) owner.delete(held);
          } else {
            const sent = commit(filing, [id(`asset ${one}`)], versions[by]);
            const holder = owner.get(one);
            if (holder === undefined) await sent;
            else await expect(sent).toRevertWith(world.assets, ...pledged(filings[holder], id(`asset ${one}`)));
            owner.set(one, holder ?? by);
          }
          for (const each of [0, 1, 2]) {
            const holder = owner.get(each);
            expect(await world.assets.pledgeOf(id(`asset ${each}`))).toBe(
              holder === undefined ? ZeroHash : filings[holder],
            );
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});
