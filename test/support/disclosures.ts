import { id } from "ethers";

export const duty = { issuanceCompletion: 0, materialRisk: 1, otherMaterial: 2 } as const;

/** The rows of the test world, made up. */
export const dutyPolicies = Object.values(duty).map((kind) => ({
  kind,
  periodDays: 15 - 5 * kind,
  isVerified: false,
  sourceHash: id(`made-up source of ${kind}`),
}));
