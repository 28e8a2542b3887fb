import type { z } from "zod";
import type { Access } from "../../http/auth.ts";
import type { LedgerCall } from "../../http/command.ts";
import { commandRoute, type Route } from "../../http/route.ts";
import { FilingParams } from "./filings.schema.ts";

/** A command on one filing that needs nothing but its path and body. */
export function onFiling<Body extends z.ZodType>(command: {
  name: string;
  operationId: string;
  summary: string;
  description?: string;
  access: Access;
  body: Body;
  call(filingId: string, body: z.output<Body>): LedgerCall;
}): Route {
  const { name, call, ...route } = command;
  return commandRoute({
    ...route,
    path: `/v1/filings/{filingId}/${name}`,
    params: FilingParams,
    handler: async ({ params, body }) => call(params.filingId, body as z.output<Body>),
  });
}
