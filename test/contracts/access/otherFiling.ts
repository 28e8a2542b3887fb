import { id } from "ethers";
import { examine, handIn } from "../../support/scrutiny.ts";
import { draft, now, reach } from "../../support/steps.ts";
import { dealTerms } from "../../support/terms.ts";
import type { Scene } from "./scenes.ts";

/** A second filing of equal terms beside the one of the deal, so that what comes before recording is tried on it. */
export const otherDraft = (scene: Scene): Promise<string> =>
  draft(scene, dealTerms(scene.actors), {}, id("another filing"));

/** The second filing examined; nobody has said that it was handed in. */
export async function otherExamined(scene: Scene): Promise<string> {
  const filing = await otherDraft(scene);
  await examine(scene, filing);
  return filing;
}

/** The second filing handed in. */
export async function otherSubmitted(scene: Scene): Promise<string> {
  const filing = await otherExamined(scene);
  await handIn(scene, filing);
  return filing;
}

const DAY_SECONDS = 86_400;

/** A second filing whose window is over. */
export async function otherOverdue(scene: Scene): Promise<string> {
  const windowClosesAt = (await now(scene)) + DAY_SECONDS;
  const filing = await draft(scene, dealTerms(scene.actors), { windowClosesAt }, id("another filing"));
  await reach(scene, windowClosesAt + 1);
  return filing;
}
