/** A contract whose conditions are changed, and the tests that should notice, nearest first. */
export interface Target {
  readonly file: string;
  /** Patterns below `test/contracts`; a later group runs only where the earlier ones noticed nothing. */
  readonly tests: readonly (readonly string[])[];
}

const access = ["access.test.ts"];

/** The contracts of which each condition has to be proven. */
export const required: readonly Target[] = [
  {
    file: "contracts/TransferRules.sol",
    tests: [["TransferRules.test.ts"], ["Note*.test.ts"], ["TransferRules.*.test.ts"]],
  },
  {
    file: "contracts/FilingRegistry.sol",
    tests: [["FilingRegistry*.test.ts"], ["DealRegistry*.test.ts", "Scrutiny*.test.ts"], access],
  },
  {
    file: "contracts/HolderRegistry.sol",
    tests: [["HolderRegistry*.test.ts"], ["Note*.test.ts", "TransferRules.test.ts"], access],
  },
  { file: "contracts/Orders.sol", tests: [["Orders*.test.ts"], ["Note*.test.ts"], access] },
];

/** Contracts that are changed when they are named. */
export const optional: readonly Target[] = [
  "Scrutiny",
  "Assets",
  "Disclosures",
  "Statements",
  "ClassRules",
  "Approvals",
  "Parties",
].map((name) => ({ file: `contracts/${name}.sol`, tests: [[`${name}*.test.ts`], access] }));
