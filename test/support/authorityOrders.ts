import { command, hashOf, instantIn } from "./filings.ts";
import type { Market } from "./market.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

let refs = 0;

/** An order to freeze 600 of kestrel's units, unless told otherwise; a field that is undefined is left out. */
export const orderRequest = (market: Market, overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  orderRef: hashOf(`order ${++refs}`),
  kind: "freeze",
  classId: `${market.dealId}.0`,
  account: market.at.kestrel,
  units: "600",
  authority: hashOf("High Court (made up)"),
  jurisdiction: "HK",
  basisHash: hashOf("order of the court"),
  receivedAt: instantIn(-HOUR_SECONDS),
  expiresAt: instantIn(20 * DAY_SECONDS),
  reviewAt: instantIn(10 * DAY_SECONDS),
  ...overrides,
});

/** What an order of a pause says otherwise. */
export const pauseScope = { kind: "pause", account: undefined, units: undefined };

/** Three parties send equal content. @returns the block in which it took effect */
export async function decide(
  { stack }: Market,
  path: string,
  body: unknown = {},
  parties: readonly string[] = ["registrar", "trustee", "attester-one"],
): Promise<number> {
  let blockNumber: number | null = null;
  for (const party of parties) ({ blockNumber } = await command(stack, party, path, body));
  return blockNumber!;
}
