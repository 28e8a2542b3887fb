import { checkRoute, readRoute, recordRoute, type Route } from "../../http/route.ts";
import { dismissMatch } from "./matches.ts";
import { listMatches } from "./matches.view.ts";
import type { VaultKeys } from "./sealing.ts";
import {
  Access,
  AccessList,
  AccessParams,
  AccessQuery,
  AccessRequest,
  DismissalRequest,
  Eligibility,
  EligibilityRequest,
  HolderParams,
  IdentityList,
  IdentityRequest,
  KeptIdentity,
  Match,
  MatchList,
  MatchParams,
  MatchQuery,
} from "./vault.schema.ts";
import { keepIdentity, openAccess } from "./vault.service.ts";
import { eligibilityBody, listAccesses, openedIdentities, ownIdentities } from "./vault.view.ts";

/**
 * The identity vault: who holders are, for the custodian that knows them and a regulator that says why it asks.
 * @param vaultKeys Keys that seal and open it.
 */
export function vaultRoutes({ vaultKeys }: { vaultKeys: VaultKeys }): readonly Route[] {
  return [
    recordRoute({
      path: "/v1/vault/identities",
      operationId: "keepIdentity",
      summary: "Put the identity of a holder into the vault and learn the commitment to register",
      description:
        "It is sealed before it is stored. A second identity of the same holder is the next version; earlier ones stay.",
      access: ["custodian"],
      body: IdentityRequest,
      response: KeptIdentity,
      status: 201,
      location: ({ holderRef }) => `/v1/vault/identities/${holderRef}`,
      handler: ({ caller, body }, tx) => keepIdentity(tx, vaultKeys, caller, body),
    }),
    readRoute({
      path: "/v1/vault/identities/{holderRef}",
      operationId: "readIdentity",
      summary: "What the calling custodian put in of a holder, every version, oldest first",
      access: ["custodian"],
      params: HolderParams,
      response: IdentityList,
      handler: ({ read, caller, params }) => read((db) => ownIdentities(db, vaultKeys, caller, params.holderRef)),
    }),
    recordRoute({
      path: "/v1/vault/accesses",
      operationId: "openVaultAccess",
      summary: "State why a holder has to be known",
      description: "Written before anything is shown and never removed. It opens the holder's records for 15 minutes.",
      access: ["regulator"],
      body: AccessRequest,
      response: Access,
      status: 201,
      location: ({ accessId }) => `/v1/vault/accesses/${accessId}/identities`,
      handler: ({ caller, body }, tx) => openAccess(tx, caller, body),
    }),
    readRoute({
      path: "/v1/vault/accesses",
      operationId: "listVaultAccesses",
      summary: "Who looked at which holder and why, newest first",
      access: ["registrar", "regulator"],
      query: AccessQuery,
      response: AccessList,
      handler: ({ read, query }) => read((db) => listAccesses(db, query)),
    }),
    readRoute({
      path: "/v1/vault/accesses/{accessId}/identities",
      operationId: "readOpenedIdentities",
      summary: "The records of the holder that an access opens, by custodian and version",
      access: ["regulator"],
      params: AccessParams,
      response: IdentityList,
      handler: ({ read, caller, params }) => read((db) => openedIdentities(db, vaultKeys, caller, params.accessId)),
    }),
    readRoute({
      path: "/v1/holders/matches",
      operationId: "listHolderMatches",
      summary: "References under which one holder seems to be known, newest first",
      description: "Two custodians put in the same LEI, or the same name and number. Names are not shown.",
      access: ["registrar", "regulator"],
      query: MatchQuery,
      response: MatchList,
      handler: ({ read, query }) => read((db) => listMatches(db, query)),
    }),
    recordRoute({
      path: "/v1/holders/matches/{matchId}/dismissals",
      operationId: "dismissHolderMatch",
      summary: "Say that a match is of two holders; joining their accounts says that it is of one",
      access: ["registrar"],
      params: MatchParams,
      body: DismissalRequest,
      response: Match,
      status: 201,
      handler: ({ caller, params, body }, tx) => dismissMatch(tx, caller, params.matchId, body),
    }),
    checkRoute({
      path: "/v1/eligibility/check",
      operationId: "checkEligibility",
      summary: "Until when a holder may receive, and which date ends it",
      access: "any-party",
      body: EligibilityRequest,
      response: Eligibility,
      handler: async ({ body }) => eligibilityBody(body),
    }),
  ];
}
