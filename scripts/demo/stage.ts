import { StoryError, type Client, type Operation, type Outside, type Problem } from "./client.ts";
import type { Memory } from "./memory.ts";
import type { Narrator } from "./narrator.ts";

/** What every chapter of the story plays on. */
export type Stage = {
  client: Client;
  narrator: Narrator;
  memory: Memory;
  /** Keys of parties that sign outside: usual key first. */
  outside: Readonly<Record<string, readonly Outside[]>>;
};

type Step = { party: string; step: string; path: string; body: () => unknown; text: string; key?: Outside };

/** Plays a command that must become final, and says so. */
export async function act(stage: Stage, { party, step, path, body, text, key }: Step): Promise<Operation> {
  const remembered = stage.memory.bodyOf(step, body);
  const operation = await stage.client.command(party, step, path, remembered, key);
  stage.narrator.done(`${text} · block ${operation.blockNumber}`, operation.replayed);
  return operation;
}

/**
 * Plays a command that must be refused with exactly the codes given: of the problem, or of all its restrictions.
 *
 * @throws StoryError when it is accepted, or refused for anything more, less or else.
 */
export async function mustRefuse(
  stage: Stage,
  { party, step, path, body, text, key, code, restrictions = [] }: Step & { code: string; restrictions?: string[] },
): Promise<void> {
  const remembered = stage.memory.bodyOf(step, body);
  const answer = await stage.client.post<Problem>(party, step, path, remembered, key);
  const given = (answer.body.restrictions ?? []).map((restriction) => restriction.code);
  if (answer.status < 400 || answer.body.code !== code || given.join() !== restrictions.join()) {
    const got = answer.status < 400 ? "it was accepted" : `got ${answer.body.code} [${given.join(", ")}]`;
    throw new StoryError(`${step}: expected ${code} [${restrictions.join(", ")}], but ${got}.`);
  }
  const reasons = answer.body.restrictions?.length
    ? answer.body.restrictions.map((restriction) => `${restriction.code}: ${restriction.text}`)
    : [`${answer.body.code}: ${answer.body.title}${valuesOf(answer.body)}`];
  stage.narrator.refused(text, reasons, answer.replayed);
}

function valuesOf({ values }: Problem): string {
  const entries = Object.entries(values ?? {});
  return entries.length === 0 ? "" : ` (${entries.map(([name, value]) => `${name} ${value}`).join(", ")})`;
}

/** Says that something holds which the story has just read, or ends the story. */
export function expectThat(holds: boolean, sentence: string): void {
  if (!holds) throw new StoryError(`The story expects: ${sentence}`);
}

/** An instant of the ledger some seconds from now, as the API writes it. */
export function instantIn(seconds: number): string {
  return new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toISOString().replace(".000Z", "Z");
}
