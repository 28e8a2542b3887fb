// Shows how far each requirement is met and what is wrong with the table: `npm run requirements`. Exits 1 when something
// is wrong. The page itself is written by `npm run generate`.
import { join } from "node:path";
import { problemsOf, statusOf } from "./requirements/page.ts";
import { requirements } from "./requirements/table.ts";
import { allProofs, mentionedIds } from "./requirements/titles.ts";

/** What is wrong with the table of requirements of this repository; nothing when it is in order. */
export function requirementProblems(root: string): string[] {
  return problemsOf(requirements, allProofs(root), mentionedIds(root));
}

function show(root: string): void {
  const proofs = allProofs(root);
  for (const row of requirements) {
    const own = proofs.filter(({ id }) => id === row.id);
    console.log(`${row.id.padEnd(5)} ${statusOf(row, own).padEnd(8)} ${String(own.length).padStart(3)} tests`);
  }
  for (const problem of requirementProblems(root)) {
    console.error(problem);
    process.exitCode = 1;
  }
}

if (import.meta.main) show(join(import.meta.dirname, ".."));
