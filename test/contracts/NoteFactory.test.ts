import { id, toUtf8Bytes } from "ethers";
import { expect, it } from "vitest";
import { ruleTerms } from "../support/terms.ts";
import { deployed, openLedger } from "../support/world.ts";

const ledger = await openLedger();
const { ethers, networkHelpers } = ledger;
const facts = {
  label: "A-1",
  isin: toUtf8Bytes("XS0000000011"),
  unitFaceMinor: 1n,
  admittedCategories: 2,
  rules: ruleTerms(),
};

it("make refuses everybody but the deal registry (R-F1)", async () => {
  const { noteFactory, actors } = await networkHelpers.loadFixture(deployed);
  for (const key of [actors.issuer.key, actors.registrar.key, actors.deployer]) {
    await expect(noteFactory.connect(key).make(id("deal"), 0, facts)).toRevertWith(
      noteFactory,
      "NoteFactory_NotDealRegistry",
      [key.address],
    );
  }
});

it("make gives each class of each deal an address of its own, which can be foretold", async () => {
  const { noteFactory, wiring } = await networkHelpers.loadFixture(deployed);
  const factory = noteFactory.connect(await ethers.getImpersonatedSigner(wiring.deals));
  const foretold = [];
  for (const [deal, classIndex] of [
    ["deal", 0],
    ["deal", 1],
    ["other deal", 0],
  ] as const) {
    foretold.push(await factory.make.staticCall(id(deal), classIndex, facts));
    await factory.make(id(deal), classIndex, facts);
  }
  expect(new Set(foretold).size).toBe(3);
  for (const address of foretold) expect(await ethers.provider.getCode(address)).not.toBe("0x");
  await expect(factory.make(id("deal"), 0, facts)).rejects.toThrow(/revert/);
});
