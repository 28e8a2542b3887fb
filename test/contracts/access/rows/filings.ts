import { id } from "ethers";
import { bundleHash, evidence, now, submission } from "../../../support/steps.ts";
import { dealTerms, termsHashOf } from "../../../support/terms.ts";
import { everybody, holding, makers } from "../callers.ts";
import { otherDraft, otherExamined, otherOverdue, otherSubmitted } from "../otherFiling.ts";
import type { Row, Rows } from "../row.ts";
import type { Scene } from "../scenes.ts";

const HOUR_SECONDS = 3_600;

const ofFilingEntity: Pick<Row, "may" | "but"> = {
  may: ["filingEntity"],
  but: { otherFilingEntity: "FilingRegistry_NotFilingEntity" },
};

/** The filing entity calls first, so that the registrar never signs what nobody stated. */
const countersigned: Pick<Row, "may" | "but"> = {
  may: ["filingEntity"],
  but: { registrar: "FilingRegistry_FilingEntityFirst" },
};

const notRecorded: Row["in"] = { unfiled: "FilingRegistry_WrongState" };

const suspend = async (scene: Scene) => {
  const until = (await now(scene)) + HOUR_SECONDS;
  const { filings, filing, actors } = scene;
  await filings.connect(actors.registrar.key).suspend(filing, id("standing"), until, id("basis"));
};

export const filings: Rows = {
  draft: {
    args: ({ actors }) => [id("another filing"), submission(dealTerms(actors))],
    may: holding("FILING_ENTITY"),
  },
  supersede: {
    args: async (scene) => [await otherDraft(scene), submission(dealTerms(scene.actors))],
    ...ofFilingEntity,
  },
  submit: { args: async (scene) => [await otherExamined(scene), 1, id("receipt")], ...countersigned },
  requestSupplement: {
    args: async (scene) => [await otherSubmitted(scene), id("request")],
    may: holding("REGISTRAR"),
  },
  attest: {
    args: async (scene) => {
      const filing = await otherSubmitted(scene);
      return [filing, 1, bundleHash, termsHashOf(dealTerms(scene.actors)), evidence()];
    },
    may: holding("ATTESTER"),
    but: {
      issuer: "FilingRegistry_ConflictedAttester",
      filingEntity: "FilingRegistry_ConflictedAttester",
      registrar: "FilingRegistry_ConflictedAttester",
    },
  },
  refuse: { args: async (scene) => [await otherSubmitted(scene), id("notice")], may: holding("REGISTRAR") },
  withdraw: { args: async (scene) => [await otherSubmitted(scene), id("reason")], ...ofFilingEntity },
  // The clock did it; anybody may have it written down.
  lapse: { args: async (scene) => [await otherOverdue(scene)], may: everybody },
  suspend: {
    args: async (scene) => [scene.filing, id("order"), (await now(scene)) + HOUR_SECONDS, id("basis")],
    may: makers,
    in: notRecorded,
  },
  keepSuspended: {
    args: async (scene) => [scene.filing, id("keeping"), (await now(scene)) + 99 * HOUR_SECONDS, id("basis")],
    may: makers,
    isDecided: true,
    in: notRecorded,
  },
  lift: {
    arrange: suspend,
    args: ({ filing }) => [filing, id("standing"), id("basis")],
    may: makers,
    isDecided: true,
    in: { ...notRecorded, suspended: "Stoppable_OtherOrder" },
  },
  revoke: { args: ({ filing }) => [filing, id("order"), id("notice")], may: makers, isDecided: true, in: notRecorded },
  close: {
    args: ({ filing }) => [filing, id("final report")],
    ...countersigned,
    in: { ...notRecorded, suspended: "FilingRegistry_WrongState" },
  },
  followReport: {
    args: ({ filing }) => [filing],
    may: ["disclosures"],
    others: "FilingRegistry_NotDisclosures",
    in: notRecorded,
  },
  consume: {
    args: ({ filing }) => [filing, 0, 1n],
    may: ["deals"],
    others: "FilingRegistry_NotDealRegistry",
    in: { ...notRecorded, suspended: "FilingRegistry_WrongState" },
  },
};
