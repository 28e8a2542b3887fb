import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";

/** One run: as many steps as `depth` says. With 0 everything is only built. */
export type Campaign = { readonly root: string; readonly seed: string; readonly depth: number };

export type Outcome = {
  readonly steps: number;
  /** Steps in which a call changed the ledger. */
  readonly changes: number;
  /** The invariant that broke, by its number; 0 when the campaign itself failed. */
  readonly broken?: { readonly law: number; readonly what: string };
};

/** The seeds of a base seed, always the same ones. */
export function seedsOf(base: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `0x${createHash("sha256").update(`${base} ${i}`).digest("hex")}`);
}

/**
 * Runs a campaign in a process of its own, quietly.
 * @throws when the contracts do not compile or the process ends without a result
 */
export function runCampaign(campaign: Campaign): Promise<Outcome> {
  const child = fork(join(import.meta.dirname, "runner.ts"), { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let said = "";
  child.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("message", (outcome) => resolve(outcome as Outcome));
    child.once("error", reject);
    // After a result this rejects a promise that is settled already.
    child.once("exit", (code) =>
      reject(new Error(`The campaign ended with ${code} and no result.\n${said.slice(-2_000)}`)),
    );
    child.send(campaign);
  });
}

/** Builds the contracts and the campaign, which all further runs of the folder then use. */
export async function buildCampaign(root: string): Promise<void> {
  await runCampaign({ root, seed: "0x00", depth: 0 });
}
