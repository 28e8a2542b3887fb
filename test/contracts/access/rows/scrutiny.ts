import { id } from "ethers";
import { duty } from "../../../support/disclosures.ts";
import { ALL_PASSED, heads, permitKinds, pool, RECHECK_PASSED } from "../../../support/scrutiny.ts";
import { bundleHash, now } from "../../../support/steps.ts";
import { holding, makers } from "../callers.ts";
import { otherDraft } from "../otherFiling.ts";
import type { Row, Rows } from "../row.ts";
import type { Scene } from "../scenes.ts";

const ofAssessor = { may: holding("ASSESSOR") } as const;

const ofFilingEntity: Pick<Row, "may" | "but"> = {
  may: ["filingEntity"],
  but: { otherFilingEntity: "FilingRegistry_NotFilingEntity" },
};

export const scrutiny: Rows = {
  assess: {
    args: async (scene) => [await otherDraft(scene), 1, bundleHash, ALL_PASSED, id("evidence")],
    ...ofAssessor,
  },
  scrutinise: {
    args: async (scene) => [await otherDraft(scene), 1, heads[0], true, 20260201, id("evidence")],
    ...ofAssessor,
  },
  recheck: {
    args: ({ filing }) => [filing, RECHECK_PASSED, id("evidence")],
    ...ofAssessor,
    in: { unfiled: "FilingRegistry_WrongState", suspended: "FilingRegistry_WrongState" },
  },
  permit: {
    args: async (scene) => [await otherDraft(scene), permitKinds[0], true, true, id("reference"), 0],
    ...ofFilingEntity,
  },
};

export const assets: Rows = {
  recordPool: { args: async (scene) => [await otherDraft(scene), 1, pool()], ...ofFilingEntity },
  recordTitle: { args: async (scene) => [await otherDraft(scene), 1, id("title"), id("transfer")], ...ofFilingEntity },
  commit: { args: async (scene) => [await otherDraft(scene), 1, [id("asset")]], ...ofFilingEntity },
};

const materialEvent = async (scene: Scene) => {
  const second = await now(scene);
  const kind = duty.materialRisk;
  return { kind, subCode: id("code"), occurredAt: second, knownAt: second, reportHash: id("report") };
};

export const disclosures: Rows = {
  changePolicy: {
    args: () => [{ kind: duty.materialRisk, periodDays: 9, isVerified: false, sourceHash: id("source") }, id("op")],
    may: makers,
    isDecided: true,
  },
  opened: { args: ({ filing }) => [filing], may: ["deals"], others: "Disclosures_NotDealRegistry" },
  reportCompletion: {
    args: ({ filing }) => [filing, id("report"), id("receipt")],
    ...ofFilingEntity,
    in: { unfiled: "Disclosures_NothingIssued" },
  },
  report: {
    args: async (scene) => [scene.filing, await materialEvent(scene)],
    ...ofFilingEntity,
    in: { unfiled: "FilingRegistry_WrongState" },
  },
  correct: {
    arrange: async (scene) => {
      const { disclosures, filing, actors } = scene;
      await disclosures.connect(actors.filingEntity.key).report(filing, await materialEvent(scene));
    },
    args: ({ filing }) => [filing, 1, id("corrected report")],
    ...ofFilingEntity,
    in: { unfiled: "Disclosures_UnknownEvent" },
  },
};
