import { z } from "zod";
import { eligibilityDatesSchema } from "../../domain/eligibility.ts";
import { holderIdentitySchema } from "../../domain/holderIdentity.ts";
import { visibleText } from "../../domain/legalNames.ts";
import { Address, Bytes32, HolderRef, Page, PartyCode, Timestamp, pageOf } from "../../http/schemas.ts";

export const Identity = holderIdentitySchema.meta({
  id: "HolderIdentity",
  description: "Who a holder is and what was found of it. It stays in the vault; the ledger gets a commitment to it.",
});

export const IdentityRequest = z.strictObject({ holderRef: HolderRef, identity: Identity });

const Dates = eligibilityDatesSchema.keyof();

export const Eligibility = z
  .strictObject({
    eligibleUntil: Timestamp.meta({ description: "Last second at which the holder may receive; to be registered." }),
    boundBy: z.array(Dates).meta({ description: "Every date that ends eligibility then." }),
    policy: z.strictObject({ maxAgeDays: z.int(), source: z.string(), verified: z.boolean() }).meta({
      description: "For how many days a sanctions screen serves; not verified means that nobody confirmed it.",
    }),
  })
  .meta({ id: "Eligibility", description: "The earliest of the dates on which a holder's eligibility rests." });

export const EligibilityRequest = eligibilityDatesSchema;

export const KeptIdentity = z
  .strictObject({
    holderRef: HolderRef,
    custodian: PartyCode.meta({ description: "Who put it in." }),
    version: z.int().min(1),
    evidenceCommitment: Bytes32.meta({
      description: "SHA-256 of the salt's bytes and the identity's canonical JSON; to be registered on the ledger.",
    }),
    eligibility: Eligibility,
    storedAt: Timestamp,
  })
  .meta({ id: "KeptIdentity", description: "A record of the vault, without what it holds." });

export const OpenedIdentity = KeptIdentity.extend({
  salt: Bytes32.meta({ description: "Shown with the identity to whoever has to check the commitment." }),
  identity: Identity,
}).meta({ id: "OpenedIdentity", description: "A record of the vault." });

export const IdentityList = z.strictObject({ items: z.array(OpenedIdentity) });

export const HolderParams = z.strictObject({ holderRef: HolderRef });
export const AccessParams = z.strictObject({ accessId: z.uuid() });

export const AccessRequest = z.strictObject({
  holderRef: HolderRef,
  purpose: visibleText(500).meta({ description: "Why the holder has to be known; kept for good." }),
});

export const Access = z
  .strictObject({
    accessId: z.uuid(),
    party: PartyCode,
    holderRef: HolderRef,
    purpose: z.string(),
    at: Timestamp,
    endsAt: Timestamp.meta({ description: "Last moment at which this access opens the holder's records." }),
  })
  .meta({ id: "VaultAccess", description: "A regulator's look into the vault. The list of them is append-only." });

export const AccessQuery = Page;
export const AccessList = pageOf(Access);

export const MatchParams = z.strictObject({ matchId: z.uuid() });

export const DismissalRequest = z.strictObject({
  reason: visibleText(500).meta({ description: "Why they are two holders, without naming either." }),
});

export const Match = z
  .strictObject({
    matchId: z.uuid(),
    matchedBy: z.enum(["lei", "name-and-number"]),
    state: z.enum(["open", "joined", "dismissed"]).meta({
      description: "open: to be decided. joined: accounts of both are joined. dismissed: they are two holders.",
    }),
    holders: z
      .array(
        z.strictObject({
          holderRef: HolderRef,
          accounts: z.array(z.strictObject({ account: Address, custodian: PartyCode })),
        }),
      )
      .length(2),
    foundAt: Timestamp,
    dismissal: z.strictObject({ by: PartyCode, reason: z.string(), at: Timestamp }).nullable(),
  })
  .meta({
    id: "HolderMatch",
    description: "Two references under which one holder seems to be known. It names nobody.",
  });

export const MatchQuery = Page;
export const MatchList = pageOf(Match);
