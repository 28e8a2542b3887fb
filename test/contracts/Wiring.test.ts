import { AbiCoder, keccak256 } from "ethers";
import hre from "hardhat";
import { describe, expect, it } from "vitest";
import { cast, role, type PartyName } from "../support/actors.ts";
import { deployed, openLedger, singletonKeys } from "../support/world.ts";

const ledger = await openLedger();
const { networkHelpers } = ledger;

describe("wiring", () => {
  it.each(singletonKeys)("of %s equals the plan that was computed before the first deployment", async (name) => {
    const world = await networkHelpers.loadFixture(deployed);
    const values = Object.values(world.wiring);
    const encoded = AbiCoder.defaultAbiCoder().encode(Array(values.length).fill("address"), values);
    expect(await world[name].wiringHash()).toBe(keccak256(encoded));
    expect(await world[name].getAddress()).toBe(world.wiring[name]);
  });
});

describe("size", () => {
  it("of every contract stays within the 24,576 bytes that every ledger accepts", async () => {
    const sizes = new Map<string, number>();
    for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
      const { deployedBytecode } = await hre.artifacts.readArtifact(name);
      sizes.set(name, deployedBytecode.length / 2 - 1);
    }
    expect(sizes.get("contracts/Note.sol:Note")).toBeGreaterThan(0);
    expect([...sizes].filter(([, bytes]) => bytes > 24_576)).toEqual([]);
  });
});

describe("deployer", () => {
  it("belongs to no party and holds no role when the deployment is done (R-G1)", async () => {
    const { parties, actors } = await networkHelpers.loadFixture(deployed);
    expect(await parties.partyOf(actors.deployer.address)).toBe(0n);
    const names = new Set(Object.values(cast).flat());
    for (const name of names) expect(await parties.hasRole(role(name), actors.deployer.address)).toBe(false);
    expect(await parties.hasRole(await parties.DEFAULT_ADMIN_ROLE(), actors.deployer.address)).toBe(false);
  });

  it("leaves each party with exactly its roles", async () => {
    const { parties, actors } = await networkHelpers.loadFixture(deployed);
    const names = new Set(Object.values(cast).flat());
    for (const party of Object.keys(cast) as PartyName[]) {
      const held = [];
      for (const name of names) if (await parties.holds(actors[party].id, role(name))) held.push(name);
      expect(held.sort()).toEqual([...cast[party]].sort());
    }
  });
});
