// Hashes of a filing without a ledger: `node scripts/bundle.ts`. Exits 0 when all is well, 1 when a bundle differs from
// its manifest, 2 for bad input.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { filingHash, termsHash } from "../server/chain/termsHash.ts";
import {
  bundleHash,
  bundleManifestSchema,
  compareBundle,
  manifestOf,
  type BundleManifest,
} from "../server/domain/bundle.ts";
import { canonicalJson } from "../server/domain/canonicalJson.ts";
import { dealDocumentHash, readDealDocument, termsOf } from "../server/domain/dealDocument.ts";
import type { DealDocument } from "../server/domain/dealDocumentShape.ts";
import { leastCapsMinor, type DealTerms } from "../server/domain/dealTerms.ts";
import { DecimalError } from "../server/domain/decimals.ts";
import { InvalidFieldsError, parseFields } from "../server/domain/fieldErrors.ts";
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
  bundle canonical DEAL.json
      Prints a deal document in canonical form, in which a bundle carries it.
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

const commands: Record<string, { arguments: number; options: (keyof Options)[]; run: Run }> = {
  hash: { arguments: 1, options: ["manifest"], run: hash },
  check: { arguments: 2, options: [], run: check },
  canonical: { arguments: 1, options: [], run: canonical },
  terms: { arguments: 1, options: ["parties"], run: terms },
  filing: { arguments: 2, options: ["parties", "cap"], run: filing },
};

type Run = (args: string[], options: Options) => void | Promise<void>;

function hash([directory = ""]: string[], { manifest: file }: Options): void {
  const manifest = manifestOf(readBundleFolder(directory).documents);
  if (file !== undefined) {
    const inside = !relative(resolve(directory), resolve(file)).startsWith("..");
    if (inside)
      throw new CommandError("The manifest must be written outside the folder, or it would become a document.");
    writeManifest(file, manifest);
  }
  print("bundle hash", bundleHash(manifest));
  print("documents", String(manifest.documents.length));
}

function writeManifest(file: string, manifest: BundleManifest): void {
  try {
    writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

function check([directory = "", file = ""]: string[]): void {
  const manifest = parseFields(bundleManifestSchema, readJson(file), `The manifest ${file}`);
  const { documents, isDescribed } = readBundleFolder(directory);
  // Without bundle.json nothing but the files themselves can be compared.
  const found = isDescribed ? documents : documents.map(({ name, sha256, bytes }) => ({ name, sha256, bytes }));
  const { changed, added, missing, keptOnshore } = compareBundle(manifest, found);
  for (const { name, fields } of changed) print("changed", `${name} (${fields.join(", ")})`);
  for (const name of added) print("added", name);
  for (const name of missing) print("missing", name);
  for (const name of keptOnshore) print("kept onshore", name);
  if (changed.length + added.length + missing.length > 0) process.exitCode = 1;
  else print("unchanged", bundleHash(manifest));
}

function canonical([file = ""]: string[]): void {
  process.stdout.write(canonicalJson(readDealDocument(readJson(file))));
}

async function terms([file = ""]: string[], options: Options): Promise<void> {
  const document = readDealDocument(readJson(file));
  const dealTerms = termsOf(document, await partyIdsOf(options));
  print("deal document hash", dealTerms.dealDocumentHash);
  print("terms hash", termsHash(dealTerms));
}

async function filing([directory = "", file = ""]: string[], options: Options): Promise<void> {
  const document = readDealDocument(readJson(file));
  const dealTerms = termsOf(document, await partyIdsOf(options));
  const manifest = manifestOf(readBundleFolder(directory).documents);
  const deals = manifest.documents.filter(({ docType }) => docType === "DEAL_DOCUMENT");
  if (deals.length !== 1 || deals[0]?.sha256 !== dealDocumentHash(document)) {
    throw new CommandError(
      `The bundle does not carry ${file} as its one DEAL_DOCUMENT; write it there with \`bundle canonical\`.`,
    );
  }
  const capsMinor = capsMinorOf(document, dealTerms, options.cap ?? []);
  const filed = { bundleHash: bundleHash(manifest), termsHash: termsHash(dealTerms), capsMinor };
  print("bundle hash", filed.bundleHash);
  print("deal document hash", dealTerms.dealDocumentHash);
  print("terms hash", filed.termsHash);
  for (const [index, { label }] of document.classes.entries()) {
    print(`cap of ${label}`, `${formatMinor(capsMinor[index] ?? 0n, document.currency)} ${document.currency}`);
  }
  print("filing entity", `${document.parties.filingEntity} (party ${dealTerms.filingEntity})`);
  print("issuer", `${document.parties.issuer} (party ${dealTerms.issuer})`);
  print("filing hash", filingHash({ ...filed, filingEntity: dealTerms.filingEntity, issuer: dealTerms.issuer }));
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

function print(name: string, value: string): void {
  console.log(`${name.padEnd(20)}${value}`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { manifest: { type: "string" }, parties: { type: "string" }, cap: { type: "string", multiple: true } },
  });
  const [name = "", ...args] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command?.arguments !== args.length) throw new CommandError(usage);
  const foreign = Object.keys(values).find((option) => !(command.options as string[]).includes(option));
  if (foreign !== undefined) throw new CommandError(`bundle ${name} has no option --${foreign}.`);
  await command.run(args, values);
}

const inputErrors = [BundleFolderError, CommandError, DecimalError, InvalidFieldsError, JsonTextError, StartError];

/** Whether an error says what is wrong with the input; any other is a fault of ours and keeps its stack. */
function isInputError(error: unknown): error is Error {
  if (inputErrors.some((type) => error instanceof type)) return true;
  return String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}

try {
  await main();
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
