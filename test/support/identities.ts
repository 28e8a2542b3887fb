import { leiCheckDigits } from "../../server/domain/lei.ts";
import type { HolderIdentity } from "../../server/domain/holderIdentity.ts";
import { hashOf } from "./filings.ts";

/** A LEI that nobody has, made of a label. */
export function madeUpLei(label: string): string {
  const body = `9999${hashOf(label).slice(2, 16).toUpperCase()}`;
  return body + leiCheckDigits(body);
}

/** A made-up holder. */
export function identityOf(label: string, changes: Partial<HolderIdentity> = {}): HolderIdentity {
  return {
    type: "institution",
    legalName: `${label} Fund (made up) Ltd.`,
    lei: madeUpLei(label),
    registrationNumber: `HK-${label}`,
    address: ["1 Made Up Road", "Hong Kong"],
    kyc: { identifiedOn: "2026-02-01", until: "2028-02-01" },
    category: {
      category: "hong-kong-institutional",
      evidencedOn: "2026-02-01",
      until: "2027-06-30",
      evidenceHash: hashOf(`category of ${label}`) as `0x${string}`,
    },
    lookThrough: {
      result: "no-mainland-owner",
      checkedOn: "2026-02-01",
      thresholdBps: 2_500,
      owners: [{ name: "Harbour Family Office (made up)", residence: "HK", shareBps: 10_000, hasControl: true }],
      evidenceHash: hashOf(`owners of ${label}`) as `0x${string}`,
    },
    sanctionsScreen: { listVersion: "made-up list 2026-02", clearedOn: "2026-02-01" },
    usPerson: { isUsPerson: false, statedOn: "2026-02-01" },
    ...changes,
  };
}

/** A random-looking reference of a holder. */
export function holderRefOf(label: string): string {
  return hashOf(`holder ${label}`).slice(0, 34);
}
