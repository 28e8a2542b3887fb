import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import solc from "solc";
import { walk, type Node } from "./ast.ts";

interface Bytecode {
  readonly object: string;
}

/** A contract as the compiler answers it, in the form in which a build keeps it. */
export interface CompiledContract {
  /** Name of its source in the build. */
  readonly source: string;
  readonly name: string;
  readonly evm: { readonly bytecode: Bytecode; readonly deployedBytecode: Bytecode };
}

interface Input {
  language: string;
  sources: Record<string, { content: string }>;
  settings: { outputSelection: Record<string, Record<string, string[]>> };
}

interface Output {
  readonly errors?: readonly { severity: string; formattedMessage: string }[];
  readonly sources: Readonly<Record<string, { ast: Node }>>;
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, Pick<CompiledContract, "evm">>>>>;
}

/** Where the contracts of the project stand among the sources of a build. */
export const PROJECT = "project/";

/** Everything of the code that a build keeps; without source maps the node could not name the errors of a mutant. */
const CODE = ["bytecode", "deployedBytecode"].flatMap((code) =>
  ["object", "opcodes", "sourceMap", "linkReferences"].map((part) => `evm.${code}.${part}`),
);
CODE.push("evm.deployedBytecode.immutableReferences");

/** Most bytes of a deployed contract: with more, every test would fail for a reason of no interest. */
const MAX_CODE_BYTES = 24_576;

/** Thrown for a source that the compiler refuses, or that no ledger would take. */
export class DoesNotCompileError extends Error {}

/** Compiles the contracts of a built project in this process, with the settings they were built with. */
export class Compiler {
  readonly #input: Input;
  readonly #trees: Readonly<Record<string, { ast: Node }>>;
  /** Names of the sources that each source imports. */
  readonly #imports: ReadonlyMap<string, readonly string[]>;

  constructor(root: string) {
    this.#input = inputOf(root);
    this.#trees = run({ ...this.#input, settings: selecting(this.#input, { "*": { "": ["ast"] } }) }).sources;
    this.#imports = new Map(Object.entries(this.#trees).map(([name, { ast }]) => [name, importsIn(ast)]));
  }

  /** Text of a contract file, by its path below the root. */
  sourceOf(file: string): string {
    return this.#input.sources[PROJECT + file]!.content;
  }

  treeOf(file: string): Node {
    return this.#trees[PROJECT + file]!.ast;
  }

  /**
   * Compiles everything that has code of a file in it.
   * @param text What the file says instead.
   * @throws DoesNotCompileError when the text is no valid source.
   */
  compile(file: string, text: string): CompiledContract[] {
    const roots = this.#reached(PROJECT + file, (name) => this.#importersOf(name));
    const needed = new Set([...roots].flatMap((name) => [...this.#reached(name, (of) => this.#importsOf(of))]));
    const sources = Object.fromEntries(
      [...needed].map((name) => [name, name === PROJECT + file ? { content: text } : this.#input.sources[name]!]),
    );
    const selection = Object.fromEntries([...roots].map((name) => [name, { "*": CODE }]));
    const { contracts = {} } = run({ ...this.#input, sources, settings: selecting(this.#input, selection) });
    const compiled = Object.entries(contracts).flatMap(([source, found]) =>
      Object.entries(found).map(([name, { evm }]) => ({ source, name, evm })),
    );
    if (compiled.some(({ evm }) => evm.deployedBytecode.object.length > 2 * MAX_CODE_BYTES)) {
      throw new DoesNotCompileError("The code is too long.");
    }
    return compiled;
  }

  #importsOf(name: string): readonly string[] {
    return this.#imports.get(name) ?? [];
  }

  #importersOf(name: string): readonly string[] {
    return [...this.#imports].filter(([, imported]) => imported.includes(name)).map(([importer]) => importer);
  }

  #reached(from: string, next: (name: string) => readonly string[], found = new Set<string>()): Set<string> {
    if (found.has(from)) return found;
    found.add(from);
    for (const name of next(from)) this.#reached(name, next, found);
    return found;
  }
}

function importsIn(tree: Node): string[] {
  const found = [...walk(tree)].filter(([node]) => node.nodeType === "ImportDirective");
  return found.map(([node]) => node["absolutePath"] as string);
}

/** The settings of the build and the sources of the libraries are in its own record; the contracts are read as they are. */
function inputOf(root: string): Input {
  const artifact = JSON.parse(readFileSync(join(root, "artifacts/contracts/Note.sol/Note.json"), "utf8"));
  const { input } = JSON.parse(readFileSync(join(root, `artifacts/build-info/${artifact.buildInfoId}.json`), "utf8"));
  const libraries = Object.entries((input as Input).sources).filter(([name]) => !name.startsWith(PROJECT));
  const own = globSync("contracts/**/*.sol", { cwd: root }).map((file): [string, { content: string }] => [
    PROJECT + file,
    { content: readFileSync(join(root, file), "utf8") },
  ]);
  return { ...(input as Input), sources: Object.fromEntries([...libraries, ...own]) };
}

const selecting = ({ settings }: Input, outputSelection: Input["settings"]["outputSelection"]) => ({
  ...settings,
  outputSelection,
});

function run(input: Input): Output {
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output;
  const errors = output.errors?.filter(({ severity }) => severity === "error") ?? [];
  if (errors.length > 0)
    throw new DoesNotCompileError(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return output;
}
