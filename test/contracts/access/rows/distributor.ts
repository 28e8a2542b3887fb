import { id } from "ethers";
import { declaration } from "../../../support/cycles.ts";
import { firstPosting, firstReport, FIXING_E10 } from "../../../support/payingWorld.ts";
import { classes } from "../../../support/terms.ts";
import type { Rows } from "../row.ts";

/** Holders' accounts, filing states and stops do not touch what a period comes to; only a deal without issue has none. */
export const distributor: Rows = {
  declareCycle: {
    args: ({ deal }) => [deal, declaration()],
    may: ["payingAgent"],
    stage: "complete",
    in: { unfiled: "DealRegistry_NotOutstanding" },
  },
  report: {
    args: ({ deal }) => [deal, 1, 1, firstReport],
    may: ["servicer"],
    stage: "declared",
    in: { unfiled: "Distributor_VersionOrder" },
  },
  fixRate: {
    args: ({ deal }) => [deal, 1, 1, classes.exact, FIXING_E10 + 1n, id("fixing page")],
    may: ["payingAgent", "trustee"],
    stage: "declared",
    in: { unfiled: "Distributor_VersionOrder" },
  },
  post: {
    args: ({ deal }) => [deal, firstPosting],
    may: ["payingAgent", "trustee"],
    stage: "reported",
    in: { unfiled: "Distributor_VersionOrder" },
  },
  carryRemainder: {
    args: ({ deal }) => [deal, 1, classes.open, 1n],
    may: ["payments"],
    others: "Distributor_NotPayments",
    stage: "posted",
  },
};
