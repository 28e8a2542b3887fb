// Writes the files that are generated from tables of the server: `node scripts/generate.ts`.
// With `--check` it writes nothing, names each stale file and exits 1.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { canonicalJson } from "../server/domain/canonicalJson.ts";
import { readDealDocument } from "../server/domain/dealDocument.ts";
import { filingPowers, filingStateTable } from "../server/domain/filingStates.ts";
import { parseJsonBytes } from "../server/domain/jsonText.ts";
import { restrictions, type Restriction } from "../server/domain/restrictions.ts";
import { problemKinds, type ProblemKind } from "../server/errors.ts";
import { invariantsPage } from "./invariants/page.ts";
import { requirementProblems } from "./requirements.ts";
import { requirementsPage } from "./requirements/page.ts";
import { requirements } from "./requirements/table.ts";
import { allProofs } from "./requirements/titles.ts";

interface GeneratedFile {
  /** Path below the root of the repository. */
  readonly path: string;
  readonly render: (root: string) => string;
  /** True for a file whose very bytes matter, so that it is not formatted like source text. */
  readonly isExact?: boolean;
}

const generatedFiles: readonly GeneratedFile[] = [
  { path: "contracts/libraries/Restrictions.sol", render: restrictionsLibrary },
  { path: "contracts/RestrictionTexts.sol", render: restrictionTexts },
  { path: "docs/restrictions.md", render: restrictionsPage },
  { path: "contracts/libraries/FilingPowers.sol", render: filingPowersLibrary },
  { path: "docs/filing-states.md", render: filingStatesPage },
  { path: "docs/errors.md", render: errorsPage },
  { path: "docs/invariants.md", render: invariantsPage },
  { path: "docs/requirements.md", render: (root) => requirementsPage(requirements, allProofs(root)) },
  { path: "deals/nalt-2004-a.bundle/deal.json", render: dealInItsBundle, isExact: true },
];

function restrictionsLibrary(): string {
  const constants = restrictions.map(
    ({ number, code, text }) => `    /// @notice ${text}\n    uint256 internal constant ${code} = 1 << ${number};\n`,
  );
  return `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The reasons that forbid a movement of units, each one bit of a set.
/// @dev Generated from server/domain/restrictions.ts by \`node scripts/generate.ts\`; edit that table instead.
library Restrictions {
${constants.join("\n")}}
`;
}

/** The English sentence of each reason, for the messages of ERC-1404. */
function restrictionTexts(): string {
  const texts = restrictions.map(
    ({ number, text }) => `        if (number == ${number}) return ${JSON.stringify(text)};`,
  );
  return `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What each restriction means, in English. Notes ask it for the messages of ERC-1404, so that the texts are on the
/// ledger once.
/// @dev Generated from server/domain/restrictions.ts by \`node scripts/generate.ts\`; edit that table instead.
contract RestrictionTexts {
    /// @notice The sentence of a reason by its number; empty where no reason has that number.
    function textOf(uint256 number) external pure returns (string memory) {
${texts.join("\n")}
        return "";
    }
}
`;
}

function restrictionsPage(): string {
  const rows = restrictions.map(restrictionRow);
  return `<!-- Generated from server/domain/restrictions.ts by \`node scripts/generate.ts\`; edit that table instead. -->

# Restrictions

Every reason that can forbid an issuance or a transfer. The transfer check, a refused transfer and the ledger name the
same reasons, always all of them. On the ledger a set of reasons is one number: reason _n_ is bit _n_. ISO 20022 gives
the reason code that fits a custodian's settlement message; where none fits the table shows a dash.

| Number | Code | Meaning | 含义 | Remedy | ISO 20022 |
| -----: | ---- | ------- | ---- | ------ | --------- |
${rows.join("\n")}
`;
}

function restrictionRow({ number, code, text, textZh, remedy, iso20022 }: Restriction): string {
  return `| ${number} | \`${code}\` | ${text} | ${textZh} | ${remedy} | ${iso20022 ?? "–"} |`;
}

/** Name of a state or power in the contracts' enums. */
function enumName(name: string): string {
  return name.replace(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
}

function filingPowersLibrary(): string {
  const bit = (name: string) => 1 << (filingPowers as readonly string[]).indexOf(name);
  const hex = (bits: number) => `0x${bits.toString(16).padStart(2, "0")}`;
  const granting = filingStateTable.filter(({ powers }) => powers.length > 0);
  const words = granting.map(({ state, powers }) => {
    const bits = powers.reduce((set, name) => set | bit(name), 0);
    return `(${hex(bits)} << (8 * uint8(FilingState.${enumName(state)})))`;
  });
  const legend = filingPowers.map((name) => `${hex(bit(name))} ${enumName(name)}`).join(", ");
  return `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingPower, FilingState} from "../interfaces/IFilingRegistry.sol";

/// @notice What each state of a filing allows (R-F4).
/// @dev Generated from server/domain/filingStates.ts by \`node scripts/generate.ts\`; edit that table instead.
library FilingPowers {
    /// @dev Eight bits for each state: ${legend}.
    uint256 private constant POWERS = ${words.join(" | ")};

    /// @notice Whether something may happen under a filing in a state.
    function allows(FilingState state, FilingPower power) internal pure returns (bool) {
        return (POWERS >> (8 * uint8(state) + uint8(power))) & 1 == 1;
    }
}
`;
}

function filingStatesPage(): string {
  const rows = filingStateTable.map(({ state, text, textZh, enteredBy, powers }) => {
    const marks = filingPowers.map((power) => ((powers as readonly string[]).includes(power) ? "yes" : "no"));
    return `| \`${state}\` | ${text} | ${textZh} | ${enteredBy} | ${marks.join(" | ")} |`;
  });
  return `<!-- Generated from server/domain/filingStates.ts by \`node scripts/generate.ts\`; edit that table instead. -->

# States of a filing

What a filing allows in each of its states. Every contract asks this one table. \`issue\`: units come into being ·
\`transfer\`: units move between holders · \`order\`: units move by an authority's order or a recovery · \`pay\`: holders are
paid, else their money is held · \`redeem\`: units of a redeemed class are cancelled · \`pledge\`: its assets back no other
filing. The flag "report overdue" is no state: it stops issuance alone.

Recorded means recorded filing evidence. It is not a judgement or endorsement by any authority (R-F11).

| State | Meaning | 含义 | Entered by | ${filingPowers.join(" | ")} |
| --- | --- | --- | --- | ${filingPowers.map(() => "---").join(" | ")} |
${rows.join("\n")}
`;
}

function errorsPage(): string {
  const rows = Object.entries(problemKinds).map(errorRow);
  return `<!-- Generated from server/errors.ts by \`node scripts/generate.ts\`; edit that table instead. -->

# Errors

Every refusal of the API is a problem document (RFC 9457, \`application/problem+json\`). Its \`type\` is
\`/problems/<code>\`, and the code is stable: programs react to it, people read \`title\` and \`detail\`. Where the ledger
refused, the code stands for the contract errors named in the last column, and \`values\` holds their arguments. The
reasons that forbid a movement are listed on [their own page](restrictions.md).

| Code | Status | Meaning | What to do | Contract errors |
| ---- | -----: | ------- | ---------- | --------------- |
${rows.join("\n")}
`;
}

function errorRow([code, { status, title, fix, contractErrors }]: [string, ProblemKind]): string {
  const names = contractErrors.map((name) => `\`${name}\``).join(", ");
  return `| \`${code}\` | ${status} | ${title} | ${fix} | ${names || "–"} |`;
}

/**
 * The demo's deal document in canonical form. Its SHA-256 is then the deal document hash of the terms, so that anybody
 * sees from the bundle alone which document the terms were taken from.
 */
function dealInItsBundle(root: string): string {
  return canonicalJson(readDealDocument(parseJsonBytes(readFileSync(join(root, "deals/nalt-2004-a.json")))));
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The text a generated file has now, formatted like every other file so that the formatter never makes it stale. */
async function textOf({ path, render, isExact }: GeneratedFile, root: string): Promise<string> {
  if (isExact) return render(root);
  return format(render(root), { ...(await resolveConfig(join(root, path))), filepath: path });
}

/**
 * Compares the generated files with what their tables say now.
 * @param root Root of the repository.
 * @returns Path and right text of each file that is missing or differs.
 */
export async function staleFiles(root: string): Promise<{ path: string; text: string }[]> {
  const files = await Promise.all(
    generatedFiles.map(async (file) => ({ path: file.path, text: await textOf(file, root) })),
  );
  return files.filter(({ path, text }) => readIfPresent(join(root, path)) !== text);
}

async function writeStaleFiles(root: string): Promise<void> {
  for (const { path, text } of await staleFiles(root)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`Wrote ${path}.`);
  }
}

/** A requirement without a test is no stale file, and still nothing that may pass. */
function checkRequirements(root: string): void {
  for (const problem of requirementProblems(root)) {
    console.error(problem);
    process.exitCode = 1;
  }
}

async function checkFiles(root: string): Promise<void> {
  for (const { path } of await staleFiles(root)) {
    console.error(`${path} is stale: run \`node scripts/generate.ts\`.`);
    process.exitCode = 1;
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const args = process.argv.slice(2).join(" ");
  if (args === "" || args === "--check") {
    await (args === "" ? writeStaleFiles(root) : checkFiles(root));
    checkRequirements(root);
  } else {
    console.error("Usage: node scripts/generate.ts [--check]");
    process.exitCode = 2;
  }
}
