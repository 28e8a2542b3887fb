import { AbiCoder, id, keccak256 } from "ethers";
import type { Caller } from "../callers.ts";
import type { Rows } from "../row.ts";

/** Contracts that may count endorsements; each counts its own alone. */
const modules: readonly Caller[] = [
  "parties",
  "filings",
  "holders",
  "deals",
  "distributor",
  "payments",
  "scrutiny",
  "assets",
  "disclosures",
  "classRules",
  "orders",
];

const CUSTODIAN = id("CUSTODIAN");

const subjectOf = (types: string[], values: unknown[]) => keccak256(AbiCoder.defaultAbiCoder().encode(types, values));

export const approvals: Rows = {
  endorse: {
    args: ({ actors }) => [id("subject"), id("payload"), actors.trustee.id, { parties: 2, delaySeconds: 0 }],
    may: modules,
    others: "Approvals_NotModule",
  },
  decide: {
    args: ({ actors }) => [id("subject"), actors.registrar.key.address, 0],
    may: modules,
    others: "Approvals_NotModule",
  },
  withdraw: {
    args: ({ actors, wiring }) => {
      const types = ["string", "uint16", "bytes32", "bytes32"];
      return [wiring.parties, subjectOf(types, ["end", actors.custodianA.id, CUSTODIAN, id("op")])];
    },
    arrange: ({ actors, parties }) =>
      parties.connect(actors.registrar.key).end(actors.custodianA.id, CUSTODIAN, id("op")),
    may: ["registrar"],
    others: "Approvals_NotEndorser",
    in: { unfiled: "Approvals_NotEndorser" },
  },
};
