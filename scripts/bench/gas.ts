// Measures what payment dates cost, prints it and writes docs/benchmarks/gas.md and the snapshot that the tests compare:
// npm run bench:gas
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { gasBars, measureGas } from "../../test/contracts/gasMeasures.ts";
import { openLedger } from "../../test/support/world.ts";

const root = join(import.meta.dirname, "../..");
const figures = await measureGas(await openLedger());

const rows = Object.entries(figures).map(([what, gas]) => {
  const bar = gasBars[what];
  return `| ${what} | ${gas.toLocaleString("en")} | ${bar === undefined ? "–" : `≤ ${bar.toLocaleString("en")}`} |`;
});
const page = `<!-- Written by \`npm run bench:gas\`. -->

# Gas of a payment date

Measured on the embedded node with the settings of the consortium (cancun, optimizer 200 runs), one operation per
transaction, gas used by the receipt. A posting takes two calls: each party's call checks every line, the second one makes it
so. Postings are of the third period of a deal, unless said otherwise. A payment computes and checks every amount, emits one
event per holder and moves one deposit transfer per custodian. A test compares these figures exactly.

| what | gas | bar |
| ---- | --: | --: |
${rows.join("\n")}
`;

async function write(path: string, text: string): Promise<void> {
  const file = join(root, path);
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

await write("docs/benchmarks/gas.md", page);
await write("test/contracts/gas.snapshot.json", JSON.stringify(figures));
for (const [what, gas] of Object.entries(figures))
  console.log(`${what.padEnd(58)}${gas.toLocaleString("en").padStart(10)}`);
