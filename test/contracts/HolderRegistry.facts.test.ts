import { concat, id, ZeroAddress, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { accountWord } from "../../server/domain/accountWord.ts";
import { role, type Key } from "../support/actors.ts";
import { ineligible, neverAdmitted } from "../support/ineligible.ts";
import {
  accountOf,
  facts,
  factsWord,
  keyProof,
  lookThrough,
  now,
  ref16,
  register,
  registerSelfKept,
  residence,
  update,
  type Statement,
} from "../support/steps.ts";
import { category } from "../support/terms.ts";
import { deployed, openLedger, type World } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

let world: World;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(deployed);
});

type Facts = Partial<Statement>;

describe("registerSelfKept", () => {
  const holderRef = ref16("self-kept");
  const call = (account: string, signature: string, custodian = world.actors.custodianA, overrides: Facts = {}) =>
    world.holders.connect(custodian.key).registerSelfKept(account, ...stated(overrides), signature);
  const stated = (overrides: Facts) => {
    const given = facts({ holderRef, ...overrides });
    return [accountWord(given), given.evidenceCommitment] as const;
  };
  const proof = (signer: Key, account = signer.address, custodian = world.actors.custodianA.id, registry?: string) =>
    keyProof(world, signer, { account, custodian, holderRef }, registry);
  const notProven = (account: string) => ["HolderRegistry_KeyNotProven", [account]] as const;

  it("refuses everybody but an active custodian, the holder too (R-H7)", async () => {
    const { holder, unlicensed } = world.actors;
    const signature = await proof(holder);
    await expect(world.holders.connect(holder).registerSelfKept(holder.address, ...stated({}), signature)).toRevertWith(
      world.parties,
      "Parties_UnknownKey",
      [holder.address],
    );
    await expect(call(holder.address, signature, unlicensed)).toRevertWith(
      world.holders,
      "HolderRegistry_CustodianInactive",
      [unlicensed.id],
    );
  });

  it("refuses the signature of another key", async () => {
    const { holder, outsider } = world.actors;
    await expect(call(holder.address, await proof(outsider, holder.address))).toRevertWith(
      world.holders,
      ...notProven(holder.address),
    );
  });

  it("refuses a signature for another account, holder, custodian or registry", async () => {
    const { holder, outsider, custodianB } = world.actors;
    const good = await proof(holder);
    const refused = notProven(holder.address);
    await expect(call(holder.address, await proof(holder, outsider.address))).toRevertWith(world.holders, ...refused);
    await expect(call(holder.address, good, undefined, { holderRef: ref16("another holder") })).toRevertWith(
      world.holders,
      ...refused,
    );
    await expect(call(holder.address, good, custodianB)).toRevertWith(world.holders, ...refused);
    const elsewhere = await proof(holder, holder.address, undefined, world.wiring.filings);
    await expect(call(holder.address, elsewhere)).toRevertWith(world.holders, ...refused);
  });

  it("refuses a broken signature, also for the zero address that a failed recovery answers", async () => {
    const { holder } = world.actors;
    const good = await proof(holder);
    for (const broken of ["0x", "0x00", good.slice(0, -2), concat([good, "0x00"]), `0x${"00".repeat(65)}`]) {
      await expect(call(holder.address, broken)).toRevertWith(world.holders, ...notProven(holder.address));
      await expect(call(ZeroAddress, broken)).toRevertWith(world.holders, ...notProven(ZeroAddress));
    }
  });

  it("refuses an address with code, behind which anybody may hold (R-T5)", async () => {
    const { holder } = world.actors;
    const signature = await proof(holder);
    await networkHelpers.setCode(holder.address, "0x00");
    await expect(call(holder.address, signature)).toRevertWith(world.holders, ...notProven(holder.address));
  });

  it("refuses an account twice, and a second custodian for it", async () => {
    const { holder, custodianA, custodianB } = world.actors;
    await call(holder.address, await proof(holder));
    for (const custodian of [custodianA, custodianB]) {
      const signature = await proof(holder, holder.address, custodian.id);
      await expect(call(holder.address, signature, custodian)).toRevertWith(
        world.holders,
        "HolderRegistry_AlreadyRegistered",
        [holder.address],
      );
    }
  });

  it.each(ineligible)("refuses $what", async ({ facts: overrides, error, args }) => {
    const { holder } = world.actors;
    await expect(call(holder.address, await proof(holder), undefined, overrides)).toRevertWith(
      world.holders,
      error,
      args,
    );
  });

  it("registers the key of a holder who proved it", async () => {
    const { holder, custodianA } = world.actors;
    await expect(call(holder.address, await proof(holder))).toEmit(world.holders, "AccountRegistered", [
      holder.address,
      ZeroHash,
      factsWord({ holderRef }) | (custodianA.id << 144n) | (1n << 176n),
      id("evidence"),
    ]);
    const account = await accountOf(world, holder.address);
    expect([account.selfKept, account.custodian, account.holderRef]).toEqual([true, Number(custodianA.id), holderRef]);
  });
});

describe("updateAccount", () => {
  let account: string;
  beforeEach(async () => {
    account = await register(world, world.actors.custodianA, "account");
  });
  const call = (overrides: Facts = {}, key = world.actors.custodianA.key, target = account) =>
    update(world, key, target, "account", overrides);

  it("refuses an account that is not registered", async () => {
    const { outsider } = world.actors;
    await expect(call({}, undefined, outsider.address)).toRevertWith(world.holders, "HolderRegistry_UnknownAccount", [
      outsider.address,
    ]);
  });

  it("refuses another custodian, a stopped one, and a party that is none (R-H7)", async () => {
    const { custodianA, custodianB, registrar, regulator } = world.actors;
    await expect(call({}, custodianB.key)).toRevertWith(world.holders, "HolderRegistry_NotCustodianOf", [
      account,
      custodianB.id,
    ]);
    await expect(call({}, registrar.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      registrar.id,
      role("CUSTODIAN"),
    ]);
    const until = (await now(world)) + 100;
    await world.holders.connect(regulator.key).stopCustodian(custodianA.id, id("order"), until);
    await expect(call()).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [custodianA.id]);
  });

  it("refuses another holder, since units change hands by movements alone (R-H1)", async () => {
    for (const holderRef of [ref16("another holder"), `0x${"00".repeat(16)}`]) {
      await expect(call({ holderRef })).toRevertWith(world.holders, "HolderRegistry_HolderChanged", [account]);
    }
  });

  it.each(neverAdmitted)("refuses $what", async ({ facts: overrides, error, args }) => {
    await expect(call(overrides)).toRevertWith(world.holders, error, args);
  });

  it("takes every downgrade as stated, so that an account becomes exit-only at once (R-H6)", async () => {
    const { custodianA } = world.actors;
    const worse = { lookThrough: lookThrough.mainlandControlled, category: category.none, eligibleUntil: 0 };
    const commitment = id("new evidence");
    await expect(call({ ...worse, residence: residence("SG"), evidenceCommitment: commitment })).toEmit(
      world.holders,
      "AccountUpdated",
      [
        account,
        factsWord({ ...worse, holderRef: ref16("account"), residence: residence("SG") }) | (custodianA.id << 144n),
        commitment,
      ],
    );
    expect(await accountOf(world, account)).toMatchObject({ ...worse, residence: residence("SG") });
  });

  it("keeps a stop as it is, and who keeps the key", async () => {
    const { custodianA, regulator, holder } = world.actors;
    const selfKept = await registerSelfKept(world, custodianA, holder);
    const until = (await now(world)) + 1_000;
    await world.holders.connect(regulator.key).stopAccount(selfKept, id("order"), until);
    await call({ holderRef: ref16(holder.address) }, custodianA.key, selfKept);
    const { stoppedUntil, selfKept: isSelfKept } = await accountOf(world, selfKept);
    expect([stoppedUntil, isSelfKept]).toEqual([until, true]);
  });
});
