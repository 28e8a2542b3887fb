import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { id } from "ethers";
import type { IParties } from "../../types/contracts/Parties.ts";

export type Key = HardhatEthersSigner;

/** A party of the test world. Each has two keys, so that a test can tell a conflict of parties from one of keys. */
export type Party = { readonly id: bigint; readonly key: Key; readonly otherKey: Key };

/** Platform-wide roles of the parties that exist from the first block, in the order of their numbers from 1. */
export const cast = {
  registrar: ["REGISTRAR", "APPROVER"],
  regulator: ["REGULATOR"],
  attesterA: ["ATTESTER"],
  attesterB: ["ATTESTER"],
  approverA: ["APPROVER"],
  approverB: ["APPROVER"],
  filingEntity: ["FILING_ENTITY"],
  otherFilingEntity: ["FILING_ENTITY"],
  issuer: ["ISSUER"],
  otherIssuer: ["ISSUER"],
  trustee: ["TRUSTEE"],
  payingAgent: ["PAYING_AGENT"],
  servicer: ["SERVICER"],
  custodianA: ["CUSTODIAN"],
  custodianB: ["CUSTODIAN"],
  unlicensed: ["CUSTODIAN"],
  assessor: ["ASSESSOR"],
} as const satisfies Record<string, readonly string[]>;

export type PartyName = keyof typeof cast;

/** Everybody who signs in the tests: the parties, and keys that belong to no party. */
export type Actors = Readonly<Record<PartyName, Party>> & {
  readonly deployer: Key;
  /** Keep keys of accounts of their own. */
  readonly holder: Key;
  readonly secondHolder: Key;
  /** Belongs to nobody and holds nothing. */
  readonly outsider: Key;
  readonly spare: Key;
};

const names = Object.keys(cast) as PartyName[];

/** How many signers `castActors` takes. */
export const KEY_COUNT = names.length * 2 + 5;

/** The number by which the ledger knows a role. */
export const role = (name: string): string => id(name);

/** Hands the keys of a ledger to the actors; the deployer gets the first. */
export function castActors(signers: readonly Key[]): Actors {
  const [deployer, holder, secondHolder, outsider, spare, ...keys] = signers as Key[];
  const parties = names.map((name, i) => [
    name,
    { id: BigInt(i + 1), key: keys[2 * i]!, otherKey: keys[2 * i + 1]! } satisfies Party,
  ]);
  return {
    ...(Object.fromEntries(parties) as Record<PartyName, Party>),
    deployer: deployer!,
    holder: holder!,
    secondHolder: secondHolder!,
    outsider: outsider!,
    spare: spare!,
  };
}

/** The parties as the constructor of `Parties` takes them. */
export function genesisOf(actors: Actors): IParties.PartyGenesisStruct[] {
  return names.map((name) => ({
    ref: id(`party ${name}`),
    keys: [actors[name].key.address, actors[name].otherKey.address],
    roles: cast[name].map(role),
  }));
}
