import { readLaws, type Law } from "./laws.ts";
import { plants } from "./plants.ts";

/** From this number on an invariant is a transition that nobody may bring about. */
const FIRST_FORBIDDEN = 30;

/** docs/invariants.md: the invariants by number, and the defects that are planted against each. */
export function invariantsPage(root: string): string {
  const laws = readLaws(root);
  const rows = (some: readonly Law[]) => some.map(rowOf).join("\n");
  const isHeld = ({ number }: Law) => number < FIRST_FORBIDDEN;
  const names = new Set(laws.map(({ name }) => name));
  const ofRestrictions = plants.filter(({ rule }) => !names.has(rule));
  return `<!-- Generated from test/solidity/Laws.sol and scripts/invariants/plants.ts by \`node scripts/generate.ts\`. -->

# Invariants

\`npm run test:invariants\` holds these against the contracts: 20 seeds of 10,000 steps, all of them after every step. It
prints the base seed, each seed with its steps and how many of them changed the ledger (at least 30 %), and at a failure the
number below, the step and the seed; \`npm run test:invariants -- --only 0x…\` repeats that run alone.

A step is a call that some party makes, or time that passes: movements, issuance, statements about holders, stops, orders,
rules, record dates, filings from draft to end, and keys that try doors which are not theirs. The campaign keeps books of its
own and never reads them off the ledger. From these it says beforehand whether a call must go ahead; a call that goes ahead
where it must not breaks an invariant, and so does one that is refused where it must not be, or with another reason. The
campaign itself may not revert. The page of law is written there a second time, from the requirements.

\`npm run test:invariants -- --planted\` plants one defect after the other in a copy of the contracts and runs the campaign
until it breaks; a defect that is not found fails the run.

## What always holds

| No. | Invariant | Planted defects |
| --: | --------- | --------------- |
${rows(laws.filter(isHeld))}

## Forbidden transitions

| No. | Invariant | Planted defects |
| --: | --------- | --------------- |
${rows(laws.filter((law) => !isHeld(law)))}

## Restrictions

Each reason that can forbid a movement or an issuance ([restrictions](restrictions.md)) is part of invariant 4 or 5. One
defect is planted in each:

${ofRestrictions.map(({ rule, file }) => `- \`${rule}\` in \`${file}\``).join("\n")}
`;
}

function rowOf({ number, name, text }: Law): string {
  const files = plants.filter(({ rule }) => rule === name).map(({ file }) => `\`${file.replace("contracts/", "")}\``);
  return `| ${number} | ${text} | ${files.join(", ")} |`;
}
