// Kills the demo's process, API and ledger together, at random moments of the story. After each kill the next run goes on
// where it was; when a story has come to its end, its register is compared with that of an undisturbed run and a new
// story begins, until the kills are used up.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { readState, type RegistryState } from "./crash/state.ts";

const DEMO = join(import.meta.dirname, "demo.ts");
const FIRST_CHAPTER = "1  Parties";

type Run = { code: number | null; killed: boolean; output: string; storySeconds: number };

/** When to kill: so many milliseconds after the start of the process, or of the story. */
type Kill = { after: "start" | "story"; ms: number };

async function runDemo(dataDir: string, kill?: Kill): Promise<Run> {
  const env = { ...process.env, NARROWGATE_DATA: dataDir, NARROWGATE_PORT: "0", NARROWGATE_LEDGER_PORT: "0" };
  const child = spawn(process.execPath, [DEMO, "--exit"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let output = "";
  let storyStarted = 0;
  let killed = false;
  const schedule = (ms: number) =>
    sleep(ms).then(() => {
      killed = child.exitCode === null;
      child.kill("SIGKILL");
    });
  if (kill?.after === "start") void schedule(kill.ms);
  const read = (chunk: Buffer) => {
    output += chunk.toString();
    if (storyStarted > 0 || !output.includes(FIRST_CHAPTER)) return;
    storyStarted = performance.now();
    if (kill?.after === "story") void schedule(kill.ms);
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const code = await ended;
  return { code, killed: killed && code === null, output, storySeconds: (performance.now() - storyStarted) / 1000 };
}

/** A small generator (mulberry32), so that a run can be repeated from its printed seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One kill in five hits a start, where journal, database and read model recover; the others hit the story. */
function nextKill(random: () => number, storySeconds: number): Kill {
  return random() < 0.2
    ? { after: "start", ms: Math.round(random() * 3_000) }
    : { after: "story", ms: Math.round(random() * storySeconds * 1_000) };
}

function requireSuccess(run: Run): void {
  if (run.code !== 0) throw new Error(`A run ended with status ${run.code}:\n${run.output.slice(-4_000)}`);
}

/** Compares a story that was killed now and then with one that was not. */
async function compare(calm: RegistryState, dataDir: string): Promise<void> {
  const state = await readState(dataDir);
  if (JSON.stringify(calm.register) !== JSON.stringify(state.register)) {
    console.error(JSON.stringify({ calm: calm.register, disturbed: state.register }, null, 1));
    throw new Error("The registers differ.");
  }
  const twice = state.operationRefs.filter((ref, i, all) => all.indexOf(ref) !== i);
  if (twice.length > 0) throw new Error(`References stand twice on the ledger: ${twice.join(", ")}.`);
  if (state.unsettled.length > 0) throw new Error(`Operations did not settle: ${state.unsettled.join(", ")}.`);
  if (calm.operationRefs.length !== state.operationRefs.length) throw new Error("The numbers of references differ.");
  console.log(
    `  = register equal (${state.register.length} rows), ${state.operationRefs.length} references, none twice`,
  );
}

async function main(root: string, kills: number, random: () => number): Promise<void> {
  const undisturbed = await runDemo(join(root, "calm"));
  requireSuccess(undisturbed);
  const { storySeconds } = undisturbed;
  console.log(`undisturbed: the story takes ${storySeconds.toFixed(1)} s`);
  const calm = await readState(join(root, "calm"));

  let story = 1;
  for (let killed = 0; killed < kills;) {
    const kill = nextKill(random, storySeconds);
    const dataDir = join(root, `story-${story}`);
    const run = await runDemo(dataDir, kill);
    if (run.killed) {
      killed++;
      const last = run.output.trimEnd().split("\n").at(-1)?.trim() ?? "";
      console.log(`  kill ${killed}: story ${story}, ${kill.ms} ms after the ${kill.after} · ${last.slice(0, 80)}`);
      continue;
    }
    requireSuccess(run);
    await compare(calm, dataDir);
    story++;
  }
  const last = join(root, `story-${story}`);
  requireSuccess(await runDemo(last));
  await compare(calm, last);
  console.log(`${kills} kills in ${story} stories: nothing lost, nothing done twice`);
}

const { values } = parseArgs({
  options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: String(Date.now() % 1e9) } },
});
console.log(`seed ${values.seed}, ${values.kills} kills`);
const root = mkdtempSync(join(tmpdir(), "narrowgate-crash-"));
try {
  await main(root, Number(values.kills), randomFrom(Number(values.seed)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
