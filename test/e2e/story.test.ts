import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openMemory } from "../../scripts/demo/memory.ts";
import { createNarrator } from "../../scripts/demo/narrator.ts";
import { playStory } from "../../scripts/demo/story.ts";
import { openBankOf } from "../support/payingDeal.ts";
import { startStack, type Stack } from "../support/stack.ts";

/** The demo's story over a ledger in a second process, reached with eth_, net_ and web3_ methods alone. */
describe("the story", () => {
  let stack: Stack;
  let folder: string;

  const tell = async (): Promise<string[]> => {
    const lines: string[] = [];
    const stage = {
      client: stack.client,
      narrator: createNarrator((line) => lines.push(line)),
      memory: openMemory(folder),
      outside: stack.outside,
    };
    await playStory(stage, await openBankOf(stack));
    return lines;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "narrowgate-story-"));
    stack = await startStack();
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("files, records, issues, transfers, answers and pays as it is told (R-F1, R-F2, R-F3, R-H2, R-H3, R-T1, R-S2, R-S5)", async () => {
    const lines = await tell();
    expect(lines.filter((line) => line.includes("replayed"))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("  ✗")).length).toBe(17);
    expect(lines.at(-1)?.trim()).toBe("30/30 rows equal");
  });

  it("does nothing twice when it is told again: every step is replayed", async () => {
    const before = await stack.client.get<{ asOf: { blockNumber: number } }>("regulator", "/v1/oversight");
    const lines = await tell();
    // Keeping a deal document and reading have no effect to repeat, and a 404 is no answer for good.
    const steps = lines.filter(
      (line) =>
        /^ {2}[✓✗]/.test(line) &&
        !/sends the deal document|asks for the same|units of an account of peak-custody/.test(line),
    );
    expect(steps.filter((line) => !line.includes("replayed"))).toEqual([]);
    const after = await stack.client.get<{ asOf: { blockNumber: number } }>("regulator", "/v1/oversight");
    expect(after.asOf.blockNumber).toBe(before.asOf.blockNumber);
  });
});
