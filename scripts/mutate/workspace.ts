import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { copyProject } from "../projectCopy.ts";
import { PROJECT, type CompiledContract } from "./compiler.ts";

/** A test run that takes longer goes round in circles, which counts as noticed. */
const LONGEST_RUN_MS = 300_000;

/** What a build keeps of its contracts, as far as it is changed here. */
interface BuildOutput {
  output: { contracts: Record<string, Record<string, { evm: object }>> };
}

/** A copy of the project in which contracts are broken, so that the working tree is never touched. */
export class Workspace {
  readonly #root: string;
  readonly #path: string;
  readonly #changed = new Map<string, string>();
  #testing: ChildProcess | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#path = copyProject(root);
    cpSync(join(root, "artifacts"), join(this.#path, "artifacts"), { recursive: true });
    this.#dropOldBuilds();
  }

  /** Builds of which nothing is left would be read by every ledger, and cost it time. */
  #dropOldBuilds(): void {
    const artifacts = globSync("artifacts/contracts/**/*.json", { cwd: this.#path });
    const ids = new Set(artifacts.map((path) => JSON.parse(readFileSync(join(this.#path, path), "utf8")).buildInfoId));
    for (const path of globSync("artifacts/build-info/*.json", { cwd: this.#path })) {
      if (!ids.has(basename(path).split(".")[0])) rmSync(join(this.#path, path));
    }
  }

  /** Puts other code into what was built, and the right code back into what was changed before. */
  install(compiled: readonly CompiledContract[]): void {
    this.restore();
    for (const { source, name, evm } of compiled) {
      const { bytecode, deployedBytecode } = evm;
      this.#change(`artifacts/${source.slice(PROJECT.length)}/${name}.json`, (artifact) => ({
        ...(artifact as object),
        bytecode: `0x${bytecode.object}`,
        deployedBytecode: `0x${deployedBytecode.object}`,
      }));
    }
    // The node takes the names of errors from here, and tests ask for them by name.
    for (const path of globSync("artifacts/build-info/*.output.json", { cwd: this.#path })) {
      this.#change(path, (content) => {
        const build = content as BuildOutput;
        for (const { source, name, evm } of compiled) {
          const contract = build.output.contracts[source]?.[name];
          if (contract !== undefined) Object.assign(contract.evm, evm);
        }
        return build;
      });
    }
  }

  restore(): void {
    for (const [file, text] of this.#changed) writeFileSync(file, text);
    this.#changed.clear();
  }

  #change(path: string, change: (content: unknown) => object): void {
    const file = join(this.#path, path);
    const text = readFileSync(file, "utf8");
    this.#changed.set(file, text);
    writeFileSync(file, JSON.stringify(change(JSON.parse(text))));
  }

  /** Runs contract tests until the first that fails. @returns whether all passed in time */
  async passes(patterns: readonly string[]): Promise<boolean> {
    const timer = setTimeout(() => this.#endTests(), LONGEST_RUN_MS);
    try {
      return await this.#run(patterns, "ignore");
    } finally {
      clearTimeout(timer);
    }
  }

  /** As `passes`, with all the time it takes, showing what fails. */
  passesAsItIs(patterns: readonly string[]): Promise<boolean> {
    return this.#run(patterns, "inherit");
  }

  async #run(patterns: readonly string[], stdio: "ignore" | "inherit"): Promise<boolean> {
    const files = patterns.flatMap((pattern) => globSync(`test/contracts/${pattern}`, { cwd: this.#root }));
    if (files.length === 0) return true;
    const vitest = join(this.#root, "node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "--bail", "1", "--no-file-parallelism", "--reporter", "dot", ...new Set(files)];
    this.#testing = spawn(process.execPath, args, { cwd: this.#path, stdio, detached: true });
    const code = await new Promise((done) => this.#testing?.once("exit", done));
    this.#testing = undefined;
    return code === 0;
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
