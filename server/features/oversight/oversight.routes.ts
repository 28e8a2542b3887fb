import { readRoute, type Route } from "../../http/route.ts";
import { AsOfQuery } from "../../http/schemas.ts";
import { ClassParams, Oversight, Register, RegisterQuery } from "./oversight.schema.ts";
import { readOversight } from "./oversight.view.ts";
import { readRegister } from "./register.view.ts";

/** What supervisors ask: who holds what, was it filed, and is anybody onshore among the holders. */
export const oversightRoutes: readonly Route[] = [
  readRoute({
    path: "/v1/oversight",
    operationId: "readOversight",
    summary: "Every deal: its filing, what was issued and where it is held, as of a block",
    access: ["regulator", "registrar"],
    query: AsOfQuery,
    response: Oversight,
    handler: ({ read, query }) => read((db) => readOversight(db, query.asOfBlock)),
  }),
  readRoute({
    path: "/v1/classes/{classId}/register",
    operationId: "readRegister",
    summary: "Who holds a class, as of a block; a custodian sees its own accounts",
    access: ["registrar", "regulator", "custodian"],
    params: ClassParams,
    query: RegisterQuery,
    response: Register,
    handler: ({ read, params, query }) => read((db) => readRegister(db, params.classId, query)),
  }),
];
