import { join } from "node:path";
import { ContractFactory } from "ethers";
import hre from "hardhat";
import { Compiler } from "../../scripts/mutate/compiler.ts";
import type { Ledger } from "./world.ts";

/** A defect: what a contract file says, and what it says instead. */
export type Defect = { readonly file: string; readonly says: string; readonly instead: string };

const root = join(import.meta.dirname, "../..");

/**
 * The same ledger, on which contracts are deployed with a defect in their source.
 * @throws Error when the file does not say exactly once what the defect changes, so that none is planted by mistake.
 */
export function withDefect(ledger: Ledger, { file, says, instead }: Defect): Ledger {
  const compiler = new Compiler(root);
  const parts = compiler.sourceOf(file).split(says);
  if (parts.length !== 2) throw new Error(`${file} says "${says}" ${parts.length - 1} times.`);
  const codes = compiler.compile(file, parts.join(instead));
  const deployContract = async (name: string, args: unknown[] = []) => {
    const code = codes.find((compiled) => compiled.name === name);
    if (!code) return ledger.ethers.deployContract(name, args);
    const [deployer] = await ledger.ethers.getSigners();
    const { abi } = await hre.artifacts.readArtifact(name);
    const deployed = await new ContractFactory(abi, `0x${code.evm.bytecode.object}`, deployer).deploy(...args);
    return deployed.waitForDeployment();
  };
  return { ...ledger, ethers: { ...ledger.ethers, deployContract } } as unknown as Ledger;
}

/** Defects that the comparison of page and movement must find, each by its name. */
export const memoryDefects: Readonly<Record<string, Defect>> = {
  "a registry write that does not reach the notes": {
    file: "contracts/HolderRegistry.sol",
    says: "if (!isRemembered) _forget(ring);",
    instead: "",
  },
  "a sender trusted as receiver": {
    file: "contracts/NoteBook.sol",
    says: "TransferRules.restrictionsOfReceiver(asked, from, licences.ofSender());",
    instead: "0;",
  },
};
