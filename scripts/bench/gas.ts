// Measures what transfers and payment dates cost, prints it and writes docs/benchmarks/gas.md and the snapshot that the tests compare:
// npm run bench:gas
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { gasBars, measureGas } from "../../test/contracts/gasMeasures.ts";
import { measureTransfers, type TransferFigure } from "../../test/contracts/transferMeasures.ts";
import { openLedger } from "../../test/support/world.ts";

const root = join(import.meta.dirname, "../..");
const transfers = await measureTransfers(await openLedger());
const figures = await measureGas(await openLedger());

const count = (gas: number) => gas.toLocaleString("en");
const rows = Object.entries(figures).map(([what, gas]) => {
  const bar = gasBars[what];
  return `| ${what} | ${gas.toLocaleString("en")} | ${bar === undefined ? "–" : `≤ ${bar.toLocaleString("en")}`} |`;
});

/** A row of the first table: the ratio stands before the call it is a ratio to. */
function transferRow([what, { gas, plain, most }]: [string, TransferFigure]): string {
  const cells = plain ? [`${(gas / plain.gas).toFixed(2)}×`, `\`${plain.call}\`, ${count(plain.gas)}`] : ["–", "–"];
  const bar = plain?.most ? `≤ ${plain.most}×` : most ? `≤ ${count(most)}` : "–";
  return `| ${what} | ${count(gas)} | ${cells.join(" | ")} | ${bar} |`;
}

const page = `<!-- Written by \`npm run bench:gas\`. -->

# Gas

Measured on the embedded node with the settings of the consortium (cancun, optimizer 200 runs), one operation per
transaction, gas used by the receipt. A test compares these figures exactly.

## Transfers

All rules are on and both parties, who hold units before and after, are checked. Beside them stands a plain OpenZeppelin ERC-20,
deployed and called in the same run; its \`transferFrom\` has an allowance without limit. A steady transfer is one of accounts that
the note remembers as judged; the whole page is asked at the first use and after anything about them or their custodians changed.

| what | gas | ratio | plain OpenZeppelin call | bar |
| ---- | --: | ----: | ----------------------- | --: |
${Object.entries(transfers).map(transferRow).join("\n")}

## Payment dates

A posting takes two calls: each party's call checks every line, the second one makes it
so. Postings are of the third period of a deal, unless said otherwise. A payment computes and checks every amount, emits one
event per holder and moves one deposit transfer per custodian.

| what | gas | bar |
| ---- | --: | --: |
${rows.join("\n")}
`;

async function write(path: string, text: string): Promise<void> {
  const file = join(root, path);
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

await write("docs/benchmarks/gas.md", page);
await write("test/contracts/gas.snapshot.json", JSON.stringify({ transfers, ...figures }));
for (const [what, { gas }] of Object.entries(transfers)) console.log(what.padEnd(58) + count(gas).padStart(10));
for (const [what, gas] of Object.entries(figures))
  console.log(`${what.padEnd(58)}${gas.toLocaleString("en").padStart(10)}`);
