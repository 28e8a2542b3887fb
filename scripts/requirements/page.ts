import type { Requirement } from "./table.ts";
import type { Proof } from "./titles.ts";

/** How far a requirement is met: by what the table says is missing and by whether a test claims it. */
export function statusOf({ missing }: Requirement, proofs: readonly Proof[]): "met" | "in part" | "not yet" {
  if (missing === undefined) return "met";
  return proofs.length > 0 ? "in part" : "not yet";
}

/**
 * What is wrong with the table: a requirement without a test although nothing is said to be missing, an id that a test or
 * a source speaks of and that has no row, a row that stands twice.
 * @param mentioned Ids in sources and pages, each with a file.
 */
export function problemsOf(
  rows: readonly Requirement[],
  proofs: readonly Proof[],
  mentioned: ReadonlyMap<string, string>,
): string[] {
  const ids = rows.map(({ id }) => id);
  const known = new Set(ids);
  const proven = new Set(proofs.map(({ id }) => id));
  const claimed = [...proofs.map(({ id, file }) => [id, file] as const), ...mentioned];
  return [
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} has two rows.`),
    ...rows
      .filter(({ id, missing }) => missing === undefined && !proven.has(id))
      .map(({ id }) => `${id} is said to be met, and no test names it.`),
    ...new Set(
      claimed.filter(([id]) => !known.has(id)).map(([id, file]) => `${file} speaks of ${id}, which has no row.`),
    ),
  ];
}

/** The page of requirements, each with its tests. */
export function requirementsPage(rows: readonly Requirement[], proofs: readonly Proof[]): string {
  const proofsOf = (id: string) => proofs.filter((proof) => proof.id === id);
  const overview = rows.map(
    (row) => `| ${row.id} | ${row.wording} | ${statusOf(row, proofsOf(row.id))} | ${row.keptBy} |`,
  );
  return `<!-- Generated from scripts/requirements/table.ts and the names of tests by \`npm run generate\`; edit those instead. -->

# Requirements

What the registry has to do, what keeps it, and the tests that prove it. _Met_ needs a test; _in part_ and _not yet_ say
below what is missing.

| Id | Requirement | Status | Kept by |
| -- | ----------- | ------ | ------- |
${overview.join("\n")}

${rows.map((row) => section(row, proofsOf(row.id))).join("\n\n")}
`;
}

function section({ id, missing }: Requirement, proofs: readonly Proof[]): string {
  const files = Object.entries(Object.groupBy(proofs, ({ file }) => file));
  const tests = files.map(([file, found]) => `- \`${file}\`\n${titles(found ?? [])}`);
  return [`## ${id}`, missing, tests.join("\n")].filter(Boolean).join("\n\n");
}

function titles(proofs: readonly Proof[]): string {
  return [...new Set(proofs.map(({ title }) => `  - ${plain(title)}`))].join("\n");
}

/** A title as text, whatever Markdown would read into it. */
function plain(title: string): string {
  return title.replaceAll(/[\\`*_<>[\]#|$]/g, (sign) => `\\${sign}`);
}
