import { AbiCoder, concat, getAddress, hexlify, id, isAddress, keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { dutyKinds, unverifiedDutyPolicies } from "../domain/dutyPolicies.ts";
import { allowedResidences } from "../domain/jurisdictions.ts";
import { creationCode, interfaces, type SingletonName } from "./contracts.ts";
import { sourceHashOf } from "./ids.ts";

const address = z
  .string()
  .refine(isAddress, "is no address")
  .transform((value) => getAddress(value));

/**
 * What a ledger is deployed with. Parties are numbered from 1 in the order of the list.
 * A role is written as the API names it (`paying-agent`).
 */
export const genesisSchema = z.strictObject({
  parties: z
    .array(
      z.strictObject({
        ref: z.string().regex(/^0x[0-9a-fA-F]{64}$/, "is not 32 bytes in hex"),
        keys: z.array(address).min(1),
        roles: z.array(z.string().regex(/^[a-z]+(-[a-z]+)*$/, "is no role")),
      }),
    )
    .min(1),
  grantDelaySeconds: z.number().int().min(0).max(0xffff_ffff),
  /** How long a change of a class's rules rests after three parties decided it. */
  ruleChangeDelaySeconds: z
    .number()
    .int()
    .min(0)
    .max(14 * 86_400),
  dutyPolicies: z
    .array(
      z.strictObject({
        kind: z.enum(dutyKinds),
        periodDays: z.number().int().min(1).max(0xffff),
        isVerified: z.boolean(),
        source: z.string().min(1),
      }),
    )
    .default([...unverifiedDutyPolicies]),
  allowedResidences: z.array(z.string().regex(/^[A-Z]{2}$/, "is not two capital letters")).default(allowedResidences),
});

export type Genesis = z.input<typeof genesisSchema>;

/** Addresses of the singletons, planned or deployed. */
export type Addresses = Readonly<Record<SingletonName, string>>;

/** The addresses in the form of the contracts' `Wiring` struct. */
export function wiringOf(addresses: Addresses): Record<string, string> {
  return {
    parties: addresses.Parties,
    approvals: addresses.Approvals,
    filings: addresses.FilingRegistry,
    holders: addresses.HolderRegistry,
    noteFactory: addresses.NoteFactory,
    deals: addresses.DealRegistry,
    distributor: addresses.Distributor,
    payments: addresses.Payments,
    scrutiny: addresses.Scrutiny,
    assets: addresses.Assets,
    disclosures: addresses.Disclosures,
    statements: addresses.Statements,
    classRules: addresses.ClassRules,
    orders: addresses.Orders,
  };
}

/** Hash of a `Wiring`, as each contract answers it. */
export function wiringHashOf(addresses: Addresses): string {
  const values = Object.values(wiringOf(addresses));
  return keccak256(AbiCoder.defaultAbiCoder().encode(Array(values.length).fill("address"), values));
}

/** Id of a role on the ledger: the hash of its name in capitals with underscores. */
export function roleId(role: string): string {
  return id(role.toUpperCase().replaceAll("-", "_"));
}

/** Creation code of a singleton with its constructor arguments, ready to be sent. */
export function creationData(name: SingletonName, addresses: Addresses, genesis: Genesis): string {
  const given = genesisSchema.parse(genesis);
  const args: unknown[] = [wiringOf(addresses)];
  if (name === "Parties") {
    args.push(
      given.parties.map((party) => ({ ...party, roles: party.roles.map(roleId) })),
      given.grantDelaySeconds,
    );
  }
  if (name === "ClassRules") args.push(given.ruleChangeDelaySeconds);
  if (name === "HolderRegistry") args.push(given.allowedResidences.map((code) => hexlify(toUtf8Bytes(code))));
  if (name === "Disclosures") {
    args.push(
      given.dutyPolicies.map(({ source, ...row }) => ({
        ...row,
        kind: dutyKinds.indexOf(row.kind),
        sourceHash: sourceHashOf(source),
      })),
    );
  }
  return concat([creationCode[name], interfaces[name].encodeDeploy(args)]);
}
