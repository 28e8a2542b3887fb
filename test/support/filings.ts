import { createHash } from "node:crypto";
import type { Operation } from "../../scripts/demo/client.ts";
import { examineFiling, handIn, recheck } from "./examination.ts";
import type { RawAnswer, Stack } from "./stack.ts";

/** A hash that stands for something made up. */
export function hashOf(text: string): string {
  return `0x${createHash("sha256").update(text).digest("hex")}`;
}

/** An instant some seconds from now, in whole seconds. */
export function instantIn(seconds: number): string {
  return `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

const DAY_SECONDS = 86_400;

/** A submission that the ledger accepts. */
export function submission(overrides: Record<string, unknown> = {}) {
  return {
    bundleHash: hashOf("bundle"),
    termsHash: hashOf("terms"),
    capsMinor: ["26500000000", "0"],
    issuer: "issuer",
    windowOpensAt: instantIn(-DAY_SECONDS),
    windowClosesAt: instantIn(90 * DAY_SECONDS),
    ...overrides,
  };
}

const capturedAt = instantIn(-3_600);

/** What an attester saw of a filing's first version. */
export function attestation(overrides: Record<string, unknown> = {}, evidence: Record<string, unknown> = {}) {
  return {
    version: 1,
    bundleHash: hashOf("bundle"),
    termsHash: hashOf("terms"),
    evidence: {
      filingReference: "MADE-UP-2026-0001",
      url: "https://filings.example/2026/0001",
      pageHash: hashOf("page"),
      capturedAt,
      ...evidence,
    },
    ...overrides,
  };
}

let keys = 0;

/** Posts as a party with a key of its own. */
export function post(
  stack: Stack,
  party: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  return stack.request(party, "POST", path, { body, key: `features-test-key-${++keys}`, headers });
}

/** Posts a command that has to become final. */
export function command(
  stack: Stack,
  party: string,
  path: string,
  body: unknown,
): Promise<Operation & { facts?: Record<string, any> }> {
  return stack.client.command(party, `features-${++keys}`, path, body);
}

/** Status, code and, for a request that is wrong in itself, the places that are wrong. */
export function refusalOf({ status, body }: RawAnswer): unknown[] {
  const pointers = (body?.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
  return [status, body?.code, ...new Set(pointers)];
}

/** Drafts a filing of the made-up filing entity. @returns its id */
export async function draftFiling(
  stack: Stack,
  filingRef: string,
  overrides: Record<string, unknown> = {},
): Promise<string> {
  await command(stack, "filing-entity", "/v1/filings", { ...submission(overrides), filingRef });
  const { body } = await stack.request("registrar", "GET", `/v1/filings?filingRef=${encodeURIComponent(filingRef)}`);
  return body.items[0].filingId as string;
}

/** Drafts a filing, has it examined and hands it in. @returns its id */
export async function submitFiling(
  stack: Stack,
  filingRef: string,
  overrides: Record<string, unknown> = {},
): Promise<string> {
  const filingId = await draftFiling(stack, filingRef, overrides);
  await examineFiling(stack, filingId, overrides["bundleHash"]);
  await handIn(stack, filingId);
  return filingId;
}

/** Both attesters attest equal evidence, and what issuance needs is checked again. @returns the block in which the filing was recorded */
export async function recordFiling(
  stack: Stack,
  filingId: string,
  overrides: Record<string, unknown> = {},
): Promise<number> {
  const path = `/v1/filings/${filingId}/attestations`;
  await command(stack, "attester-one", path, attestation(overrides));
  const { blockNumber } = await command(stack, "attester-two", path, attestation(overrides));
  await recheck(stack, filingId);
  return blockNumber!;
}
