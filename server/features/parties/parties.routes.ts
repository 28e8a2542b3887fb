import { readRoute, type Route } from "../../http/route.ts";
import { Me, PartyList } from "./parties.schema.ts";
import { listParties, readMe } from "./parties.view.ts";

/** Who is who. */
export const partyRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/parties",
    operationId: "listParties",
    summary: "Parties of the registry with their roles and keys",
    access: "any-party",
    response: PartyList,
    handler: ({ read }) => read(listParties),
  }),
  readRoute({
    path: "/v1/me",
    operationId: "readMe",
    summary: "The party of the API key in use",
    access: "any-party",
    response: Me,
    handler: ({ read, caller }) => read((db) => readMe(db, caller.party)),
  }),
];
