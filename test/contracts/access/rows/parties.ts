import { id, ZeroHash } from "ethers";
import { role } from "../../../support/actors.ts";
import { makers } from "../callers.ts";
import type { Rows } from "../row.ts";

const STRANGER = "0x00000000000000000000000000000000000000aa";

export const parties: Rows = {
  register: {
    args: () => [{ ref: id("newcomer"), keys: [STRANGER], roles: [role("TRUSTEE")] }, id("op")],
    may: makers,
    isDecided: true,
  },
  addKey: { args: ({ actors }) => [actors.trustee.id, STRANGER, id("op")], may: makers, isDecided: true },
  grant: { args: ({ actors }) => [actors.trustee.id, role("ISSUER"), id("op")], may: makers, isDecided: true },
  end: { args: ({ actors }) => [actors.custodianA.id, role("CUSTODIAN"), id("op")], may: makers, isDecided: true },
  // A party's own keys are its own to give up; those of others take a decision.
  removeKey: {
    args: ({ actors }) => [actors.trustee.otherKey.address, id("op")],
    may: ["trustee", ...makers],
    isDecided: true,
  },
  assignDealRole: {
    args: ({ actors, deal }) => [deal, role("TRUSTEE"), actors.trustee.id],
    may: ["deals"],
    others: "Parties_NotDealRegistry",
  },
  grantRole: {
    args: ({ actors }) => [role("REGISTRAR"), actors.deployer.address],
    may: [],
    others: "AccessControlUnauthorizedAccount",
  },
  revokeRole: {
    args: () => [role("REGISTRAR"), "0x0000000000000000000000000000000000000001"],
    may: [],
    others: "AccessControlUnauthorizedAccount",
  },
  // Nobody calls from the address under which a party is kept, so what a caller gives up it never had.
  renounceRole: {
    args: ({ actors }) => [ZeroHash, actors.deployer.address],
    may: ["deployer"],
    others: "AccessControlBadConfirmation",
  },
};
