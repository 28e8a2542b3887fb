import { id } from "ethers";
import { filingState, record } from "../../../support/steps.ts";
import { classes, dealTerms, pricing, termsHashOf } from "../../../support/terms.ts";
import { everybody } from "../callers.ts";
import { otherSubmitted } from "../otherFiling.ts";
import type { Rows } from "../row.ts";
import type { Scene } from "../scenes.ts";

async function otherRecorded(scene: Scene): Promise<string> {
  const filing = await otherSubmitted(scene);
  await record(scene, filing);
  return filing;
}

export const deals: Rows = {
  create: {
    args: async (scene) => [await otherRecorded(scene), dealTerms(scene.actors)],
    may: ["issuer"],
    but: { otherIssuer: "DealRegistry_NotIssuer" },
  },
  openClasses: {
    args: async (scene) => {
      const filing = await otherRecorded(scene);
      await scene.deals.connect(scene.actors.issuer.key).create(filing, dealTerms(scene.actors));
      return [await scene.deals.dealOfFiling(filing), 3];
    },
    may: ["issuer"],
  },
  price: {
    args: ({ deal }) => [deal, pricing()],
    stage: "recorded",
    may: ["issuer", "trustee"],
    in: { unfiled: "DealRegistry_FilingNotRecorded", suspended: "DealRegistry_FilingNotRecorded" },
  },
  issue: {
    args: ({ deal, alpha }) => [deal, classes.open, [{ account: alpha, units: 1n }], id("issuance")],
    may: ["issuer"],
    in: {
      onshore: "Note_Restricted",
      lapsed: "Note_Restricted",
      frozen: "Note_Restricted",
      unfiled: "Note_Restricted",
      suspended: "Note_Restricted",
      paused: "Note_Restricted",
    },
  },
  declareRecordDate: { args: ({ deal }) => [deal, 20260301], may: ["payingAgent", "distributor"] },
  endIssuance: {
    args: ({ deal }) => [deal],
    may: ["distributor"],
    others: "DealRegistry_NotDistributor",
    in: { unfiled: "DealRegistry_NotOutstanding" },
  },
  followFiling: {
    args: ({ filing, actors }) => [filing, 1, termsHashOf(dealTerms(actors)), filingState.recorded, 0],
    may: ["filings"],
    others: "DealRegistry_NotFilingRegistry",
  },
  // Once a class is repaid nothing depends on who says so.
  cancel: {
    args: ({ deal, alpha }) => [deal, 0, [alpha]],
    stage: "redeemed",
    may: everybody,
    in: { unfiled: "DealRegistry_FilingNotRecorded", suspended: "DealRegistry_FilingNotRecorded" },
  },
  close: {
    args: ({ filing }) => [filing],
    stage: "recorded",
    may: ["filings"],
    others: "DealRegistry_NotFilingRegistry",
  },
};

export const noteFactory: Rows = {
  make: {
    args: ({ deal, actors }) => {
      const { label, isin, unitFaceMinor, admittedCategories, rules } = dealTerms(actors).classes[classes.open]!;
      return [deal, 9, { label, isin, unitFaceMinor, admittedCategories, rules }];
    },
    may: ["deals"],
    others: "NoteFactory_NotDealRegistry",
  },
};
