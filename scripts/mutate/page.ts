import type { Mutant } from "./mutants.ts";

export type Verdict = "killed" | "survived" | "does not compile";

export type Judged = Mutant & { readonly verdict: Verdict };

/** Of a hundred mutants that compile so many at least have to be noticed. */
export const BAR_PERCENT = 90;

/** Share of the mutants that tests noticed, among those that compile. */
export function killedPercent(judged: readonly Judged[]): number {
  const count = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).length;
  const compiled = count("killed") + count("survived");
  return compiled === 0 ? 100 : (100 * count("killed")) / compiled;
}

/**
 * The page of a run.
 * @param settings What was left out, if anything.
 */
export function mutationPage(judged: readonly Judged[], settings: string): string {
  const files = [...Map.groupBy(judged, ({ file }) => file)];
  const rows = [...files, ["all", judged] as const].map(([file, own]) => rowOf(file, own));
  return `<!-- Written by \`npm run mutate:contracts\`. -->

# Mutants of the contracts

Each condition of a contract negated, removed, or moved by its boundary, each operand and each guard left out, one change at
a time; then the contract tests run until the first that fails. A mutant that no test notices survived. Mutants that do not
compile are not counted. At least ${BAR_PERCENT} % have to be killed.${settings}

| contract | mutants | killed | survived | do not compile | killed of those that compile |
| -------- | ------: | -----: | -------: | -------------: | ---------------------------: |
${rows.join("\n")}

## Survivors

${files.map(([file, own]) => survivorsOf(file, own)).join("\n\n") || "None."}
`;
}

function rowOf(file: string, own: readonly Judged[]): string {
  const verdicts: readonly Verdict[] = ["killed", "survived", "does not compile"];
  const counts = verdicts.map((verdict) => own.filter((one) => one.verdict === verdict).length);
  return `| ${[nameOf(file), own.length, ...counts, `${killedPercent(own).toFixed(1)} %`].join(" | ")} |`;
}

function survivorsOf(file: string, own: readonly Judged[]): string {
  const survivors = own.filter(({ verdict }) => verdict === "survived").toSorted((a, b) => a.start - b.start);
  const lines = survivors.map(
    ({ line, what, original, replacement }) => `- line ${line}, ${what}: ${code(original)} → ${code(replacement)}`,
  );
  return `### ${nameOf(file)}\n\n${lines.join("\n") || "None."}`;
}

const nameOf = (file: string) => file.replace(/^contracts\//, "").replace(/\.sol$/, "");

const code = (text: string) => `\`${text.replaceAll(/\s+/g, " ") || "nothing"}\``;
