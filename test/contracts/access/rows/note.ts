import { id } from "ethers";
import { filingState } from "../../../support/steps.ts";
import type { Row, Rows } from "../row.ts";

/** Nobody moves units while they or the deal are not in order. */
const restricted: Row["in"] = {
  onshore: "Note_Restricted",
  lapsed: "Note_Restricted",
  frozen: "Note_Restricted",
  unfiled: "Note_Restricted",
  suspended: "Note_Restricted",
  paused: "Note_Restricted",
};

const onlyHolders = { may: ["holders"], others: "Note_NotHolderRegistry" } as const;
const onlyOrders = { may: ["orders"], others: "Note_NotOrders" } as const;
const onlyDeals = { may: ["deals"], others: "Note_NotDealRegistry" } as const;

export const note: Rows = {
  move: {
    args: ({ alpha, beta }) => [alpha, beta, 1n, id("move")],
    may: ["custodianA"],
    others: "Note_Restricted",
    in: restricted,
  },
  moveMany: {
    args: ({ alpha, beta }) => [[{ from: alpha, to: beta, units: 1n, operationRef: id("move") }]],
    may: ["custodianA"],
    others: "Note_Restricted",
    in: restricted,
  },
  transferFrom: {
    args: ({ alpha, beta }) => [alpha, beta, 1n],
    may: ["custodianA"],
    others: "Note_Restricted",
    in: restricted,
  },
  transfer: { args: ({ beta }) => [beta, 1n], may: ["holder"], others: "Note_Restricted", in: restricted },
  // An allowance moves nothing by itself; who spends it is judged then.
  approve: {
    args: ({ actors }) => [actors.custodianB.key.address, 1n],
    may: ["holder"],
    others: "Note_AllowanceRefused",
  },
  issue: {
    args: ({ alpha }) => [[{ account: alpha, units: 1n }], 0n],
    ...onlyDeals,
    in: restricted,
  },
  followFiling: { args: () => [filingState.recorded, 0], ...onlyDeals },
  scheduleRecordDate: { args: () => [20260301, 1_900_000_000], ...onlyDeals },
  cancel: { args: ({ alpha }) => [[alpha]], ...onlyDeals },
  followRules: {
    args: () => [{ lockUpSeconds: 0, complianceSeconds: 0, minimumUnits: 0, maxHolders: 0, residences: [] }],
    may: ["classRules"],
    others: "Note_NotClassRules",
  },
  pause: { args: () => [1_900_000_000], ...onlyOrders },
  setFrozenTokens: { args: ({ alpha }) => [alpha, 1n], ...onlyOrders },
  // An order stands above the filing and above what befell the sender, never above what the receiver may not have.
  forcedTransfer: {
    args: ({ alpha, beta }) => [alpha, beta, 1n],
    ...onlyOrders,
    in: {
      onshore: "Note_Restricted",
      lapsed: "Note_Restricted",
      frozen: "Note_Restricted",
      unfiled: "ERC20InsufficientBalance",
    },
  },
  forget: { args: ({ alpha }) => [[alpha]], ...onlyHolders },
  moveEpoch: { args: () => [], ...onlyHolders },
  join: { args: ({ alpha, beta }) => [[alpha], [beta]], ...onlyHolders },
};
