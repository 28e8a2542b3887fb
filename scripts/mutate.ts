// Breaks contracts condition by condition and shows what the contract tests do not notice: npm run mutate:contracts
//   --only FILE    a contract by its name, also one that is not asked for otherwise; may be given several times
//   --sample N     so many mutants, chosen by --seed S (1)
//   --resume       goes on where an interrupted run stopped; mutants of changed contracts are tried again
//   --again        as --resume, and tries survivors again, for tests that were written since
//   --jobs N       so many at a time (2)
//   --list         only lists the mutants
// A run of all of them writes docs/benchmarks/mutation.md. Verdicts are kept in cache/mutation.json.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { Compiler, DoesNotCompileError } from "./mutate/compiler.ts";
import { mutantsOf, mutated, type Mutant } from "./mutate/mutants.ts";
import { BAR_PERCENT, killedPercent, mutationPage, type Judged, type Verdict } from "./mutate/page.ts";
import { optional, required, type Target } from "./mutate/targets.ts";
import { Workspace } from "./mutate/workspace.ts";

const root = join(import.meta.dirname, "..");
const kept = join(root, "cache/mutation.json");

const { values: given } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    resume: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    jobs: { type: "string", default: "2" },
    list: { type: "boolean", default: false },
  },
});

function targetsOf(names: readonly string[]): readonly Target[] {
  if (names.length === 0) return required;
  return names.map((name) => {
    const target = [...required, ...optional].find(({ file }) => file.endsWith(`/${name.replace(/\.sol$/, "")}.sol`));
    if (target === undefined) throw new Error(`No contract named ${name} is known here.`);
    return target;
  });
}

/** Some mutants, the same ones for the same seed. */
function sampled(mutants: readonly Mutant[]): readonly Mutant[] {
  if (given.sample === undefined) return mutants;
  const order = ({ id }: Mutant) => createHash("sha256").update(`${given.seed} ${id}`).digest("hex");
  return mutants.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)).slice(0, Number(given.sample));
}

/** What earlier runs found, by the number of the mutant. */
function keptVerdicts(): Record<string, Verdict> {
  try {
    return JSON.parse(readFileSync(kept, "utf8")) as Record<string, Verdict>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** Whether a mutant need not be tried, given what an earlier run found. */
const isKnown = (verdict: Verdict | undefined) =>
  given.again ? verdict !== undefined && verdict !== "survived" : given.resume && verdict !== undefined;

async function write(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

const workspaces = new Set<Workspace>();

/** A copy for some work, removed afterwards and when the run is interrupted. */
async function inWorkspace(work: (workspace: Workspace) => Promise<void>): Promise<void> {
  const workspace = new Workspace(root);
  workspaces.add(workspace);
  try {
    await work(workspace);
  } finally {
    workspace.remove();
    workspaces.delete(workspace);
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    for (const workspace of workspaces) workspace.remove();
    process.exit(1);
  });
}

async function isNoticed(workspace: Workspace, { tests }: Target): Promise<boolean> {
  for (const group of tests) if (!(await workspace.passes(group))) return true;
  return false;
}

/** Tries mutants one after another in a workspace of its own, as one of several lanes. */
async function judge(workspace: Workspace): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const target = targets.find(({ file }) => file === mutant.file)!;
    done({ ...mutant, verdict: await verdictOf(workspace, target, mutant) });
  }
}

async function verdictOf(workspace: Workspace, target: Target, mutant: Mutant): Promise<Verdict> {
  try {
    workspace.install(compiler.compile(mutant.file, mutated(compiler.sourceOf(mutant.file), mutant)));
  } catch (error) {
    if (error instanceof DoesNotCompileError) return "does not compile";
    throw error;
  }
  return (await isNoticed(workspace, target)) ? "killed" : "survived";
}

/** Without a mutant every test has to pass, or else nothing is shown by one that fails. */
async function requireSound(workspace: Workspace): Promise<void> {
  if (!(await workspace.passesAsItIs(targets.flatMap(({ tests }) => tests.flat())))) {
    throw new Error("The contract tests fail as it is.");
  }
}

const targets = targetsOf(given.only);
const compiler = new Compiler(root);
const all = targets.flatMap(({ file }) => mutantsOf(file, compiler.sourceOf(file), compiler.treeOf(file)));
const chosen = sampled(all);
console.log(`${chosen.length} of ${all.length} mutants in ${targets.length} contracts.`);

if (given.list) {
  for (const { file, line, what, replacement } of chosen) console.log(`${file}:${line} ${what}: ${replacement}`);
  process.exit();
}

await inWorkspace(requireSound);
const verdicts = keptVerdicts();
const judged: Judged[] = chosen
  .filter(({ id }) => isKnown(verdicts[id]))
  .map((mutant) => ({ ...mutant, verdict: verdicts[mutant.id]! }));
const queue = chosen.filter(({ id }) => !isKnown(verdicts[id]));
const total = queue.length;
const startedAt = Date.now();

function done(one: Judged): void {
  judged.push(one);
  verdicts[one.id] = one.verdict;
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, JSON.stringify(verdicts, null, 1));
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  console.log(
    `${judged.length}/${chosen.length} ${seconds} s  ${one.verdict}  ${one.file}:${one.line} ${one.what}: ${one.replacement}`,
  );
}

const lanes = Math.min(Number(given.jobs), total);
await Promise.all(Array.from({ length: lanes }, () => inWorkspace(judge)));

const percent = killedPercent(judged);
console.log(`${percent.toFixed(1)} % killed of those that compile; the bar is ${BAR_PERCENT} %.`);
if (given.only.length === 0) {
  const settings =
    given.sample === undefined ? "" : ` This is a sample of ${chosen.length} out of ${all.length}, seed ${given.seed}.`;
  await write(join(root, "docs/benchmarks/mutation.md"), mutationPage(judged, settings));
}
if (percent < BAR_PERCENT) process.exitCode = 1;
