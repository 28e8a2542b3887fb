import { AbiCoder, id, keccak256, toBeHex, ZeroHash } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { role } from "../support/actors.ts";
import { ineligible } from "../support/ineligible.ts";
import {
  accountOf,
  byThree,
  facts,
  factsWord,
  fields,
  license,
  LICENSED_UNTIL,
  now,
  ref16,
  register,
  registrationOf,
  residence,
  type Statement,
} from "../support/steps.ts";
import { deployed, openLedger, type World } from "../support/world.ts";
import type { IHolderRegistry } from "../../types/contracts/HolderRegistry.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;

let world: World;
beforeEach(async () => {
  world = await networkHelpers.loadFixture(deployed);
});

const at = (second: number) => networkHelpers.time.setNextBlockTimestamp(second);

describe("constructor", () => {
  const build = (codes: string[]) =>
    ethers.deployContract("HolderRegistry", [world.wiring, codes.map((code) => residence(code))]);

  it("refuses CN in the allow-list (R-H2)", async () => {
    await expect(build(["HK", "CN"])).toRevertWith(world.holders, "HolderRegistry_Onshore", []);
  });

  it("refuses a malformed code in the allow-list", async () => {
    await expect(build(["HK", "cn"])).toRevertWith(world.holders, "HolderRegistry_ResidenceMalformed", [
      residence("cn"),
    ]);
  });

  it("admits HK, MO and TW as codes of their own, and never CN (R-H2)", async () => {
    for (const code of ["HK", "MO", "TW", "SG"]) {
      expect(await world.holders.isResidenceAllowed(residence(code))).toBe(true);
    }
    for (const code of ["CN", "cn", "AA"]) {
      expect(await world.holders.isResidenceAllowed(residence(code))).toBe(false);
    }
  });
});

describe("license", () => {
  const evidenceHash = id("licence");
  const parentComplianceRef = id("parent's compliance");
  const call = (party: bigint, until: number, key = world.actors.registrar.key, evidence = evidenceHash) =>
    world.holders.connect(key).license(party, until, parentComplianceRef, evidence);

  it("refuses everybody but the registrar (R-H7)", async () => {
    const { regulator, custodianA, outsider } = world.actors;
    for (const party of [regulator, custodianA]) {
      await expect(call(custodianA.id, LICENSED_UNTIL, party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("REGISTRAR"),
      ]);
    }
    await expect(call(custodianA.id, LICENSED_UNTIL, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [
      outsider.address,
    ]);
  });

  it("refuses a party that is no custodian, and a licence without evidence (R-H7)", async () => {
    const { issuer, unlicensed } = world.actors;
    for (const party of [issuer.id, 0n, 99n]) {
      await expect(call(party, LICENSED_UNTIL)).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
        party,
      ]);
    }
    await expect(call(unlicensed.id, LICENSED_UNTIL, undefined, ZeroHash)).toRevertWith(
      world.holders,
      "HolderRegistry_ReferenceMissing",
      [],
    );
  });

  it("refuses to end a licence that was never given, and that of nobody", async () => {
    const past = (await now(world)) - 1;
    for (const party of [world.actors.issuer.id, 0n, 99n]) {
      await expect(call(party, past)).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [party]);
    }
  });

  it("renews a licence and tells of it", async () => {
    const { custodianA } = world.actors;
    await expect(call(custodianA.id, LICENSED_UNTIL + 1)).toEmit(world.holders, "CustodianLicensed", [
      custodianA.id,
      BigInt(LICENSED_UNTIL + 1),
      parentComplianceRef,
      evidenceHash,
    ]);
    expect(fields(await world.holders.custodianOf(custodianA.id))).toEqual({
      licensedUntil: BigInt(LICENSED_UNTIL + 1),
      stoppedUntil: 0n,
    });
  });

  it("ends a licence also when the role is gone, and gives none without the role (R-H7)", async () => {
    const { custodianA } = world.actors;
    await byThree(world, (key) => world.parties.connect(key).end(custodianA.id, role("CUSTODIAN"), id("end")));
    await expect(call(custodianA.id, LICENSED_UNTIL + 1)).toRevertWith(
      world.holders,
      "HolderRegistry_CustodianInactive",
      [custodianA.id],
    );
    const second = (await now(world)) + 10;
    await at(second);
    await expect(call(custodianA.id, second)).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
      custodianA.id,
    ]);
    await at(second + 1);
    await call(custodianA.id, second);
    expect((await world.holders.custodianOf(custodianA.id)).licensedUntil).toBe(BigInt(second));
  });
});

describe("registerAccounts", () => {
  const call = (registrations: IHolderRegistry.RegistrationStruct[], key = world.actors.custodianA.key) =>
    world.holders.connect(key).registerAccounts(registrations);
  const one = (overrides: Partial<Statement> = {}, accountRef = id("account")) => registrationOf(accountRef, overrides);

  it("refuses everybody but a custodian, the registrar too (R-H7)", async () => {
    const { registrar, issuer, outsider } = world.actors;
    for (const party of [registrar, issuer]) {
      await expect(call([one()], party.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
        party.id,
        role("CUSTODIAN"),
      ]);
    }
    await expect(call([one()], outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
  });

  it("refuses a custodian that was never licensed, and one second after its licence (R-H7)", async () => {
    const { unlicensed, custodianA } = world.actors;
    await expect(call([one()], unlicensed.key)).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
      unlicensed.id,
    ]);
    const until = (await now(world)) + 100;
    await license(world, custodianA, until);
    await at(until);
    await call([one()]);
    await at(until + 1);
    await expect(call([one({}, id("later"))])).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
      custodianA.id,
    ]);
  });

  it("refuses a custodian while it is stopped, to the last second", async () => {
    const { custodianA, regulator } = world.actors;
    const until = (await now(world)) + 100;
    await world.holders.connect(regulator.key).stopCustodian(custodianA.id, id("order"), until);
    await at(until);
    await expect(call([one()])).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [custodianA.id]);
    await at(until + 1);
    await call([one()]);
  });

  it("refuses an empty batch and one of 201, and takes one of 200", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => one({}, id(`account ${i}`)));
    expect(await world.holders.MAX_BATCH()).toBe(200n);
    for (const size of [0, 201]) {
      await expect(call(many(size))).toRevertWith(world.holders, "HolderRegistry_BatchSize", [BigInt(size), 200n]);
    }
    await call(many(200));
    const last = await world.holders.custodialAccountOf(world.actors.custodianA.id, id("account 199"));
    expect((await accountOf(world, last)).custodian).toBe(Number(world.actors.custodianA.id));
  });

  it.each(ineligible)("refuses $what", async ({ facts: overrides, error, args }) => {
    await expect(call([one(overrides)])).toRevertWith(world.holders, error, args);
  });

  it("refuses an account and a holder without a reference (R-D1)", async () => {
    for (const given of [one({}, ZeroHash), one({ holderRef: ref16("").replace(/[^x]/g, "0") })]) {
      await expect(call([given])).toRevertWith(world.holders, "HolderRegistry_ReferenceMissing", []);
    }
  });

  it("refuses a category and a look-through result that have no name", async () => {
    for (const overrides of [{ category: 7 }, { category: 255 }, { lookThrough: 4 }, { lookThrough: 255 }]) {
      await expect(call([one(overrides)])).toRevertWith(world.holders, "HolderRegistry_FactsMalformed", [
        factsWord(overrides),
      ]);
    }
  });

  it("refuses an eligibility that ends in this second (R-H6)", async () => {
    const second = (await now(world)) + 10;
    await at(second);
    await expect(call([one({ eligibleUntil: second })])).toRevertWith(world.holders, "HolderRegistry_EligibilityPast", [
      BigInt(second),
    ]);
    await at(second);
    await call([one({ eligibleUntil: second + 1 })]);
  });

  it("refuses a reference twice, in one batch and in another, and then registers none of the batch", async () => {
    const { custodianA } = world.actors;
    const account = await world.holders.custodialAccountOf(custodianA.id, id("account"));
    const other = await world.holders.custodialAccountOf(custodianA.id, id("other"));
    const twice = [one({}, id("other")), one(), one()];
    await expect(call(twice)).toRevertWith(world.holders, "HolderRegistry_AlreadyRegistered", [account]);
    expect(await world.holders.accountOf(other)).toBe(0n);
    await call([one()]);
    await expect(call([one({}, id("other")), one()])).toRevertWith(world.holders, "HolderRegistry_AlreadyRegistered", [
      account,
    ]);
    expect(await world.holders.accountOf(other)).toBe(0n);
  });

  it("keeps the accounts of two custodians with one reference apart", async () => {
    const { custodianA, custodianB } = world.actors;
    const [ofA, ofB] = [await register(world, custodianA, "same"), await register(world, custodianB, "same")];
    expect(ofA).not.toBe(ofB);
    expect((await accountOf(world, ofA)).custodian).toBe(Number(custodianA.id));
    expect((await accountOf(world, ofB)).custodian).toBe(Number(custodianB.id));
  });

  it("keeps the facts under an address derived from registry, custodian and reference (R-H1)", async () => {
    const { custodianA } = world.actors;
    const derived = keccak256(
      AbiCoder.defaultAbiCoder().encode(
        ["address", "uint16", "bytes32"],
        [world.wiring.holders, custodianA.id, id("account")],
      ),
    );
    const account = ethers.getAddress(`0x${derived.slice(26)}`);
    const { evidenceCommitment, ...given } = facts();
    const word = factsWord() | (custodianA.id << 144n);
    await expect(call([one()])).toEmit(world.holders, "AccountsRegistered", [
      custodianA.id,
      [[id("account"), factsWord(), evidenceCommitment]],
    ]);
    expect(await world.holders.accountOf(account)).toBe(word);
    expect(await world.holders.custodialAccountOf(custodianA.id, id("account"))).toBe(account);
    expect(await accountOf(world, account)).toEqual({
      ...given,
      custodian: Number(custodianA.id),
      selfKept: false,
      stoppedUntil: 0,
    });
  });
});

describe("registerAccount", () => {
  const call = (overrides: Partial<Statement> = {}, accountRef = id("account"), key = world.actors.custodianA.key) =>
    world.holders.connect(key).registerAccount(registrationOf(accountRef, overrides));

  it("refuses everybody but an active custodian (R-H7)", async () => {
    const { registrar, unlicensed, outsider } = world.actors;
    await expect(call({}, undefined, registrar.key)).toRevertWith(world.parties, "Parties_RoleMissing", [
      registrar.id,
      role("CUSTODIAN"),
    ]);
    await expect(call({}, undefined, outsider)).toRevertWith(world.parties, "Parties_UnknownKey", [outsider.address]);
    await expect(call({}, undefined, unlicensed.key)).toRevertWith(world.holders, "HolderRegistry_CustodianInactive", [
      unlicensed.id,
    ]);
  });

  it.each(ineligible)("refuses $what", async ({ facts: overrides, error, args }) => {
    await expect(call(overrides)).toRevertWith(world.holders, error, args);
  });

  it("refuses an account without a reference, and one that is registered", async () => {
    await expect(call({}, ZeroHash)).toRevertWith(world.holders, "HolderRegistry_ReferenceMissing", []);
    await call();
    const account = await world.holders.custodialAccountOf(world.actors.custodianA.id, id("account"));
    await expect(call()).toRevertWith(world.holders, "HolderRegistry_AlreadyRegistered", [account]);
  });

  it("refuses every bit that no custodian states, each alone", async () => {
    const custodianAndStop = [...Array(16).keys()]
      .map((i) => 144 + i)
      .concat([...Array(32).keys()].map((i) => 224 + i));
    const unknownFlags = [176, 180, 181, 182, 183];
    const unnamed = [163, 164, 165, 166, 167, 170, 171, 172, 173, 174, 175];
    for (const bit of [...custodianAndStop, ...unknownFlags, ...unnamed]) {
      const word = factsWord() | (1n << BigInt(bit));
      const given = { ...registrationOf(id("account")), facts: word };
      await expect(world.holders.connect(world.actors.custodianA.key).registerAccount(given)).toRevertWith(
        world.holders,
        "HolderRegistry_FactsMalformed",
        [word],
      );
    }
  });

  it("takes the last category and the last second that the word can hold, and tells of the account", async () => {
    const { custodianA } = world.actors;
    const given = { category: 6, eligibleUntil: 2 ** 40 - 1, omnibus: true, acceptsFreeDelivery: false };
    const account = await world.holders.custodialAccountOf(custodianA.id, id("account"));
    const word = factsWord(given) | (custodianA.id << 144n);
    await expect(call(given)).toEmit(world.holders, "AccountRegistered", [
      account,
      id("account"),
      word,
      id("evidence"),
    ]);
    expect(await accountOf(world, account)).toMatchObject({
      ...given,
      custodian: Number(custodianA.id),
      stoppedUntil: 0,
    });
  });
});

describe("accountOf", () => {
  it("answers zero for an account that nobody registered", async () => {
    expect(await world.holders.accountOf(world.actors.outsider.address)).toBe(0n);
  });

  it("reads one storage word, stops and all, since every movement reads two accounts", async () => {
    const { custodianA, regulator } = world.actors;
    const account = await register(world, custodianA, "account");
    const until = (await now(world)) + 1_000;
    await world.holders.connect(regulator.key).stopAccount(account, id("order"), until);
    const word = await wordOf(account);
    expect(BigInt(await storageAt(word))).not.toBe(0n);
    expect(BigInt(await storageAt(word + 1n))).toBe(0n);
  });

  const storageAt = (word: bigint) => networkHelpers.getStorageAt(world.wiring.holders, toBeHex(word, 32));

  /** Where the registry keeps an account: the word that ends in its holder's reference. */
  async function wordOf(account: string): Promise<bigint> {
    const { holderRef } = await accountOf(world, account);
    for (let slot = 0; slot < 16; slot++) {
      const word = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [account, slot])));
      if ((await storageAt(word)).endsWith(holderRef.slice(2))) return word;
    }
    throw new Error("No word of the registry holds this account.");
  }
});

describe("isRegisteredSpender", () => {
  it("is a key of a custodian that is licensed and not stopped, and no other", async () => {
    const { custodianA, custodianB, unlicensed, registrar, outsider, regulator } = world.actors;
    for (const key of [custodianA.key, custodianA.otherKey]) {
      expect(await world.holders.isRegisteredSpender(key.address)).toBe(true);
    }
    for (const key of [unlicensed.key, registrar.key, outsider]) {
      expect(await world.holders.isRegisteredSpender(key.address)).toBe(false);
    }
    await world.holders.connect(regulator.key).stopCustodian(custodianB.id, id("order"), (await now(world)) + 100);
    expect(await world.holders.isRegisteredSpender(custodianB.key.address)).toBe(false);
    await byThree(world, (key) => world.parties.connect(key).end(custodianA.id, role("CUSTODIAN"), id("end")));
    expect(await world.holders.isRegisteredSpender(custodianA.key.address)).toBe(false);
  });
});
