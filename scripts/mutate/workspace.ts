import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { copyProject } from "../projectCopy.ts";
import type { Bytecodes } from "./compiler.ts";

/** A test run that takes longer goes round in circles, which counts as noticed. */
const LONGEST_RUN_MS = 300_000;

/** A copy of the project in which contracts are broken, so that the working tree is never touched. */
export class Workspace {
  readonly #root: string;
  readonly #path: string;
  readonly #changed = new Map<string, string>();
  #testing: ChildProcess | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#path = copyProject(root);
    // Records of the build only serve stack traces, and reading them costs every ledger time.
    const isWanted = (from: string) => !relative(root, from).startsWith("artifacts/build-info");
    cpSync(join(root, "artifacts"), join(this.#path, "artifacts"), { recursive: true, filter: isWanted });
  }

  /** Puts other code into artifacts, and the right code back into those changed before. */
  install(bytecodes: Bytecodes): void {
    this.restore();
    for (const [path, code] of bytecodes) {
      const file = join(this.#path, path);
      const text = readFileSync(file, "utf8");
      this.#changed.set(file, text);
      writeFileSync(file, JSON.stringify({ ...JSON.parse(text), ...code }));
    }
  }

  restore(): void {
    for (const [file, text] of this.#changed) writeFileSync(file, text);
    this.#changed.clear();
  }

  /** Runs contract tests until the first that fails. @returns whether all passed */
  async passes(patterns: readonly string[]): Promise<boolean> {
    const files = patterns.flatMap((pattern) => globSync(`test/contracts/${pattern}`, { cwd: this.#root }));
    if (files.length === 0) return true;
    const vitest = join(this.#root, "node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "--bail", "1", "--no-file-parallelism", "--reporter", "dot", ...new Set(files)];
    const child = spawn(process.execPath, args, { cwd: this.#path, stdio: "ignore", detached: true });
    this.#testing = child;
    const timer = setTimeout(() => this.#endTests(), LONGEST_RUN_MS);
    try {
      return (await new Promise((done) => child.once("exit", done))) === 0;
    } finally {
      clearTimeout(timer);
      this.#testing = undefined;
    }
  }

  /** Ends tests that run, with every process they started. */
  #endTests(): void {
    if (this.#testing?.pid !== undefined) process.kill(-this.#testing.pid, "SIGKILL");
  }

  remove(): void {
    this.#endTests();
    rmSync(this.#path, { recursive: true, force: true });
  }
}
