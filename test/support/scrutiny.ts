import { id, toUtf8Bytes } from "ethers";
import type { IAssets } from "../../types/contracts/Assets.ts";
import type { World } from "./world.ts";

/** All fourteen checks passed: the result 1 in two bits each. */
export const ALL_PASSED = 0x5555555;

/** Checks N3 and N4 passed, and nothing else said. */
export const RECHECK_PASSED = 0x50;

export const assetClass = { none: 0, tradeReceivable: 3, otherRecognised: 9 } as const;
export const heads = [0, 1, 2] as const;
export const permitKinds = [0, 1, 2, 3, 4, 5] as const;

export const pool = (overrides: Partial<IAssets.PoolStruct> = {}): IAssets.PoolStruct => ({
  assetClass: assetClass.tradeReceivable,
  tapeHash: id("tape"),
  cutoffDate: 20260131,
  balanceMinor: 250_000_000n,
  currency: toUtf8Bytes("USD"),
  obligorBand: 3,
  reasonHash: `0x${"0".repeat(64)}`,
  relatedAssetsOpinionHash: `0x${"0".repeat(64)}`,
  spvAccount: id("account of the vehicle"),
  collectionAccount: id("collection account"),
  distributionAccount: id("distribution account"),
  ...overrides,
});

const standing = (world: World, filing: string) => world.filings.filingOf(filing);

/** States all checks of the draft that stands. */
export async function assess(world: World, filing: string, checks = ALL_PASSED) {
  const { version, bundleHash } = await standing(world, filing);
  return world.scrutiny
    .connect(world.actors.assessor.key)
    .assess(filing, version, bundleHash, checks, id("evidence of the checks"));
}

/** States one head of the draft that stands. */
export async function scrutinise(world: World, filing: string, head: number, isSound = true) {
  const { version } = await standing(world, filing);
  return world.scrutiny
    .connect(world.actors.assessor.key)
    .scrutinise(filing, version, head, isSound, 20260201, id(`head ${head}`));
}

type PermitGiven = { isRequired?: boolean; isObtained?: boolean; referenceHash?: string; expiresAt?: number };

/** States one permit; without more words one that is not needed. */
export const permit = (world: World, filing: string, kind: number, given: PermitGiven = {}) =>
  world.scrutiny
    .connect(world.actors.filingEntity.key)
    .permit(
      filing,
      kind,
      given.isRequired ?? false,
      given.isObtained ?? false,
      given.referenceHash ?? id(`permit ${kind}`),
      given.expiresAt ?? 0,
    );

/** Everything that has to be known of a draft before it is handed in, and by default the evidence of title. */
export async function examine(world: World, filing: string, { isTitled = true } = {}): Promise<void> {
  const { version } = await standing(world, filing);
  await assess(world, filing);
  for (const head of heads) await scrutinise(world, filing, head);
  for (const kind of permitKinds) await permit(world, filing, kind);
  const assets = world.assets.connect(world.actors.filingEntity.key);
  await assets.recordPool(filing, version, pool());
  if (isTitled) await assets.recordTitle(filing, version, id("title"), id("transfer"));
  // Each version has assets of its own, so that filings of one test never compete for them.
  await assets.commit(filing, version, [id(`asset of ${filing} ${version}`)]);
}

/** Filing entity and registrar state that the version was handed in. */
export async function handIn(world: World, filing: string) {
  const { version } = await standing(world, filing);
  const { filingEntity, registrar } = world.actors;
  await world.filings.connect(filingEntity.key).submit(filing, version, id("receipt"));
  return world.filings.connect(registrar.key).submit(filing, version, id("receipt"));
}

/** States checks N3 and N4 again, as before each issuance. */
export const recheck = (world: World, filing: string, checks = RECHECK_PASSED) =>
  world.scrutiny.connect(world.actors.assessor.key).recheck(filing, checks, id("checked again"));
