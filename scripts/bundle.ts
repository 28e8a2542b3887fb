// Hashes of a filing without a ledger: `node scripts/bundle.ts`. Exits 0 when all is well, 1 when a bundle differs from
// its manifest, 2 for bad input.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { filingHash, termsHash } from "../server/chain/termsHash.ts";
import { bundleHash, bundleManifestSchema, compareBundle, manifestOf } from "../server/domain/bundle.ts";
import { canonicalJson } from "../server/domain/canonicalJson.ts";
import { readDealDocument, termsOf } from "../server/domain/dealDocument.ts";
import type { DealDocument } from "../server/domain/dealDocumentShape.ts";
import { leastCapsMinor, type DealTerms } from "../server/domain/dealTerms.ts";
import { DecimalError } from "../server/domain/decimals.ts";
import { InvalidFieldsError, parseFields } from "../server/domain/fieldErrors.ts";
import { sha256 } from "../server/domain/hex.ts";
import { JsonTextError, parseJsonBytes } from "../server/domain/jsonText.ts";
import { formatMinor, parseMinor } from "../server/domain/money.ts";
import { readParties } from "../server/parties.ts";
import { StartError } from "../server/startError.ts";
import { BundleFolderError, readBundleFolder } from "./bundleFolder.ts";

const usage = `Usage:
  bundle hash DIR [--manifest FILE]
      Prints the hash of a folder of documents, and writes its manifest.
  bundle check DIR MANIFEST
      Names each document that was changed, added or removed since the manifest was written.
  bundle canonical DEAL.json FILE
      Writes a deal document in canonical form, in which a bundle carries it.
  bundle terms DEAL.json [--parties FILE]
      Prints the deal document hash and the terms hash.
  bundle filing DIR DEAL.json [--parties FILE] [--cap CLASS=AMOUNT]...
      Prints the filing hash. The cap of a class is its highest balance unless another one is given.

The file of --parties lists the parties of a ledger in the order of their numbers; the default is deals/parties.json.`;

/** Thrown for a command that makes no sense; the message is one clear sentence. */
class CommandError extends Error {
  override readonly name = "CommandError";
}

type Options = { manifest?: string; parties?: string; cap?: string[] };

/** What a run of the command printed, and the status it exits with. */
export interface Outcome {
  readonly status: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

interface Command {
  readonly argumentCount: number;
  readonly options: readonly (keyof Options)[];
  readonly run: (args: string[], options: Options) => Outcome | Promise<Outcome>;
}

const commands: Readonly<Record<string, Command>> = {
  hash: { argumentCount: 1, options: ["manifest"], run: hash },
  check: { argumentCount: 2, options: [], run: check },
  canonical: { argumentCount: 2, options: [], run: canonical },
  terms: { argumentCount: 1, options: ["parties"], run: terms },
  filing: { argumentCount: 2, options: ["parties", "cap"], run: filing },
};

type Line = readonly [name: string, value: string];

function printed(lines: readonly Line[], status: 0 | 1 = 0): Outcome {
  return { status, stdout: lines.map(([name, value]) => `${name.padEnd(24)}${value}\n`).join(""), stderr: "" };
}

function hash([directory = ""]: string[], { manifest: file }: Options): Outcome {
  const manifest = manifestOf(readBundleFolder(directory).documents);
  if (file !== undefined) {
    const isInside = !relative(resolve(directory), resolve(file)).startsWith("..");
    if (isInside) throw new CommandError("The manifest must stand outside the folder, or it would become a document.");
    write(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
  return printed([
    ["bundle hash", bundleHash(manifest)],
    ["documents", String(manifest.documents.length)],
  ]);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

function check([directory = "", file = ""]: string[]): Outcome {
  const manifest = parseFields(bundleManifestSchema, readJson(file), `The manifest ${file}`);
  const { documents, isDescribed } = readBundleFolder(directory);
  // Without bundle.json nothing but the files themselves can be compared.
  const found = isDescribed ? documents : documents.map(({ name, sha256, bytes }) => ({ name, sha256, bytes }));
  const { changed, added, missing, keptOnshore } = compareBundle(manifest, found);
  const differences: Line[] = [
    ...changed.map(({ name, fields }): Line => ["changed", `${name} (${fields.join(", ")})`]),
    ...added.map((name): Line => ["added", name]),
    ...missing.map((name): Line => ["missing", name]),
  ];
  const onshore = keptOnshore.map((name): Line => ["kept onshore", name]);
  if (differences.length > 0) return printed([...differences, ...onshore], 1);
  return printed([...onshore, ["unchanged", bundleHash(manifest)]]);
}

function canonical([file = "", target = ""]: string[]): Outcome {
  const text = canonicalJson(readDealDocument(readJson(file)));
  write(target, text);
  return printed([["deal document hash", sha256(text)]]);
}

async function terms([file = ""]: string[], options: Options): Promise<Outcome> {
  const document = readDealDocument(readJson(file));
  const dealTerms = termsOf(document, await partyIdsOf(options));
  return printed([
    ["deal document hash", dealTerms.dealDocumentHash],
    ["terms hash", termsHash(dealTerms)],
  ]);
}

async function filing([directory = "", file = ""]: string[], options: Options): Promise<Outcome> {
  const document = readDealDocument(readJson(file));
  const dealTerms = termsOf(document, await partyIdsOf(options));
  const manifest = manifestOf(readBundleFolder(directory).documents);
  const deals = manifest.documents.filter(({ docType }) => docType === "DEAL_DOCUMENT");
  if (deals.length !== 1 || deals[0]?.sha256 !== dealTerms.dealDocumentHash) {
    throw new CommandError(
      `The bundle does not carry ${file} as its one DEAL_DOCUMENT; write it there with \`bundle canonical\`.`,
    );
  }
  const capsMinor = capsMinorOf(document, dealTerms, options.cap ?? []);
  const { filingEntity, issuer } = dealTerms;
  const filed = { bundleHash: bundleHash(manifest), termsHash: termsHash(dealTerms), capsMinor, filingEntity, issuer };
  const capOf = (index: number) => `${formatMinor(capsMinor[index] ?? 0n, document.currency)} ${document.currency}`;
  return printed([
    ["bundle hash", filed.bundleHash],
    ["deal document hash", dealTerms.dealDocumentHash],
    ["terms hash", filed.termsHash],
    ...document.classes.map(({ label }, index): Line => [`cap of ${label}`, capOf(index)]),
    ["filing entity", `${document.parties.filingEntity} (party ${filingEntity})`],
    ["issuer", `${document.parties.issuer} (party ${issuer})`],
    ["filing hash", filingHash(filed)],
  ]);
}

function capsMinorOf(document: DealDocument, dealTerms: DealTerms, given: readonly string[]): bigint[] {
  const capsMinor = leastCapsMinor(dealTerms);
  for (const cap of given) {
    const [label, amount] = cap.split("=");
    const index = document.classes.findIndex((noteClass) => noteClass.label === label);
    if (index < 0 || amount === undefined) throw new CommandError(`--cap ${cap} does not name a class and an amount.`);
    capsMinor[index] = parseMinor(amount, document.currency);
  }
  return capsMinor;
}

async function partyIdsOf({ parties: file }: Options): Promise<ReadonlyMap<string, number>> {
  const parties = await readParties(file ?? join(import.meta.dirname, "../deals/parties.json"));
  return new Map(parties.map(({ code }, index) => [code, index + 1]));
}

function readJson(file: string): unknown {
  try {
    return parseJsonBytes(readFileSync(file));
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

const inputErrors = [BundleFolderError, CommandError, DecimalError, InvalidFieldsError, JsonTextError, StartError];

/** Whether an error says what is wrong with the input; any other is a fault of ours and keeps its stack. */
function isInputError(error: unknown): error is Error {
  if (inputErrors.some((type) => error instanceof type)) return true;
  return String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}

async function runCommand(args: string[]): Promise<Outcome> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { manifest: { type: "string" }, parties: { type: "string" }, cap: { type: "string", multiple: true } },
  });
  const [name = "", ...rest] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command?.argumentCount !== rest.length) throw new CommandError(usage);
  const foreign = Object.keys(values).find((option) => !(command.options as readonly string[]).includes(option));
  if (foreign !== undefined) throw new CommandError(`bundle ${name} has no option --${foreign}.`);
  return command.run(rest, values);
}

/**
 * Runs the command.
 * @param args Arguments as given on the command line, without the program.
 */
export async function runBundle(args: string[]): Promise<Outcome> {
  try {
    return await runCommand(args);
  } catch (error) {
    if (!isInputError(error)) throw error;
    return { status: 2, stdout: "", stderr: `${error.message}\n` };
  }
}

if (import.meta.main) {
  const { status, stdout, stderr } = await runBundle(process.argv.slice(2));
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = status;
}
