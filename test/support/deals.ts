import { readFileSync } from "node:fs";
import { openingsOf } from "./openings.ts";
import { command, post, recordFiling, submitFiling } from "./filings.ts";
import type { Stack } from "./stack.ts";

const DEAL = new URL("../../deals/nalt-2004-a.json", import.meta.url);

/** The deal document of the demo, to be changed at will. */
export function dealDocument(): any {
  return JSON.parse(readFileSync(DEAL, "utf8"));
}

export type KeptDocument = { dealDocumentHash: string; termsHash: string; capsMinor: string[] };

/** Keeps a deal document as the issuer. */
export async function keepDocument(stack: Stack, document: unknown): Promise<KeptDocument> {
  return (await post(stack, "issuer", "/v1/deal-documents", document)).body;
}

export type FiledDeal = KeptDocument & { filingId: string; dealId: string; createdAtBlock: number };

/** Opens all classes of the deal of a document. @returns the block in which the last one opened */
export async function openClasses(stack: Stack, dealId: string, document = dealDocument()): Promise<number> {
  let openedAtBlock = 0;
  for (const count of openingsOf(document.classes)) {
    const opened = await command(stack, "issuer", `/v1/deals/${dealId}/class-openings`, { count });
    openedAtBlock = opened.blockNumber!;
  }
  return openedAtBlock;
}

/** A filing of the demo's deal and the deal itself, with all classes open; not recorded, not priced. */
export async function fileDeal(stack: Stack, filingRef: string, document: any = dealDocument()): Promise<FiledDeal> {
  const kept = await keepDocument(stack, document);
  const { termsHash, capsMinor, dealDocumentHash } = kept;
  const filingId = await submitFiling(stack, filingRef, { termsHash, capsMinor });
  const created = await command(stack, "issuer", "/v1/deals", { filingId, dealDocumentHash });
  const dealId: string = created.facts!["dealId"];
  await openClasses(stack, dealId, document);
  return { ...kept, filingId, dealId, createdAtBlock: created.blockNumber! };
}

/** As `fileDeal`, with the filing recorded. */
export async function recordDeal(stack: Stack, filingRef: string): Promise<FiledDeal> {
  const filed = await fileDeal(stack, filingRef);
  await recordFiling(stack, filed.filingId, { termsHash: filed.termsHash });
  return filed;
}

/** A price of the demo's deal inside its bounds. */
export function pricing(overrides: Record<string, unknown> = {}) {
  return {
    closingDate: "2004-10-28",
    classes: [
      { originalBalance: "265000000.00", rate: "2.10563" },
      { originalBalance: "260000000.00", rate: "2.55" },
      { originalBalance: "357000000.00", rate: "2.90" },
      { originalBalance: "488000000.00", rate: "0.07" },
      { originalBalance: "100000000.00", rate: "3.18" },
      { originalBalance: "210098819.60", rate: "0" },
    ],
    ...overrides,
  };
}

/** A price in which one class differs. */
export function pricingWith(classIndex: number, change: { originalBalance?: string; rate?: string }) {
  const { classes } = pricing();
  return pricing({ classes: classes.with(classIndex, { ...classes[classIndex]!, ...change }) });
}
