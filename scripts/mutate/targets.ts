/** A contract whose conditions are changed, and the tests that should notice, nearest first. */
export interface Target {
  readonly file: string;
  /** Patterns below `test/contracts`; a later group runs only where the earlier ones noticed nothing. */
  readonly tests: readonly (readonly string[])[];
}

const access = ["access.test.ts"];

const ofHolders = [
  ["HolderRegistry*.test.ts"],
  ["Note*.test.ts", "TransferRules.test.ts"],
  ["Payments*.test.ts"],
  access,
];
const ofFilings = [
  ["FilingRegistry*.test.ts"],
  ["DealRegistry*.test.ts", "Scrutiny*.test.ts", "Assets*.test.ts"],
  access,
];

const all = (names: readonly string[], tests: Target["tests"]): Target[] =>
  names.map((name) => ({ file: `contracts/${name}.sol`, tests }));

/** The contracts of which each condition has to be proven, with the contracts and libraries that are parts of them. */
export const required: readonly Target[] = [
  ...all(
    ["TransferRules"],
    [
      ["TransferRules.test.ts", "TransferRules.minimum.test.ts"],
      ["Note*.test.ts", "ClassRules.test.ts", "FilingRegistry.stops.test.ts"],
      ["TransferRules.*.test.ts"],
    ],
  ),
  ...all(["FilingRegistry", "FilingStates"], ofFilings),
  ...all(["HolderRegistry", "HolderBook", "HolderCustodians", "HolderRings", "HolderStops"], ofHolders),
  ...all(["libraries/HolderFacts", "libraries/Rings"], ofHolders),
  ...all(
    ["libraries/Stops"],
    [["FilingRegistry.stops.test.ts", "HolderRegistry.stops.test.ts", "Orders*.test.ts"], access],
  ),
  ...all(["Orders"], [["Orders*.test.ts"], ["Note*.test.ts"], access]),
];

/** Contracts that are changed when they are named. */
export const optional: readonly Target[] = [
  ...["Scrutiny", "Assets", "Disclosures", "Statements", "ClassRules", "Approvals", "Parties", "DealRegistry"].flatMap(
    (name) => all([name], [[`${name}*.test.ts`], access]),
  ),
  ...all(["Note", "NoteBook"], [["Note*.test.ts"], ["TransferRules*.test.ts"], access]),
];
