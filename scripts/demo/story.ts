import { recordFiling, priceDeal, submitFiling } from "./chapters/filing.ts";
import { meetParties, registerAccounts } from "./chapters/holders.ts";
import { issueNotes, moveNotes, refuseIssuance, suspendAndLift } from "./chapters/market.ts";
import { showOversight } from "./chapters/oversight.ts";
import { payNotes } from "./chapters/payments.ts";
import type { Bank } from "./bank.ts";
import type { Stage } from "./stage.ts";

/** First and last line of a demo. */
export const DISCLAIMER = "cash-flow figures of NALT 2004-A; parties, filing, holders and identifiers are made up";

/**
 * Plays the main job of the registry through its public API: file, record, issue, transfer, query,
 * pay. A step that an earlier
 * run played is replayed by its idempotency key, so nothing is done twice.
 *
 * @throws StoryError at the first answer that is not what the story expects.
 */
export async function playStory(stage: Stage, bank: Bank): Promise<void> {
  await meetParties(stage);
  const addresses = await registerAccounts(stage);
  const filed = await submitFiling(stage);
  await refuseIssuance(stage, filed, addresses, "issue-submitted", "FILING_NOT_RECORDED");
  await recordFiling(stage, filed, (step) => refuseIssuance(stage, filed, addresses, step, "FILING_NOT_RECORDED"));
  await priceDeal(stage, filed);
  const issuedBlock = await issueNotes(stage, filed, addresses);
  await moveNotes(stage, filed, addresses);
  const suspendedBlock = await suspendAndLift(stage, filed, addresses);
  await showOversight(stage, filed, [issuedBlock, suspendedBlock]);
  await payNotes(stage, filed, addresses, bank);
}
