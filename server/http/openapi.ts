import { STATUS_CODES } from "node:http";
import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from "zod-openapi";
import { problemKinds } from "../errors.ts";
import { OperationBody } from "./operation.ts";
import { Problem, PROBLEM_TYPE } from "./problem.ts";
import { takesJson, type Route } from "./route.ts";
import { Address } from "./schemas.ts";

const IdempotencyKey = z
  .string()
  .regex(/^[ -~]{16,255}$/)
  .meta({ description: "Equal for repetitions of one request, new for each new one. Answers are kept for good." });
const Prefer = z.string().optional().meta({
  description: "`wait=N` holds the answer up to N seconds (1 to 30) until the operation has settled.",
  example: "wait=10",
});
const SigningKey = Address.optional().meta({
  description: "Key of the caller's party that the client signs with; its usual one unless given.",
});

/** The OpenAPI 3.1 document of these routes, made from the schemas that validate their requests. */
export function openApiDocument(routes: readonly Route[], { version }: { version: string }): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route);
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Narrowgate",
      version,
      description:
        "A registry for tokenized asset-backed securities on a permissioned ledger. Units and money are decimal " +
        "strings. Commands answer 202 with an operation; what they changed shows in reads once it is final.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "`ngk_<id>_<secret>`, one or more for each party." },
      },
    },
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const isPublic = route.access === "public";
  const roles = typeof route.access === "string" ? [] : route.access;
  const forWhom = roles.length > 0 ? `For parties with the role ${roles.join(" or ")}.` : undefined;
  const description = [route.description, forWhom].filter((part) => part !== undefined).join("\n\n");
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(description && { description }),
    tags: [tagOf(route)],
    security: isPublic ? [] : [{ apiKey: [] }],
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...headersOf(route),
    },
    ...(takesJson(route) && route.body && { requestBody: { required: true, content: json(route.body) } }),
    ...(route.kind === "upload" && { requestBody: { required: true, content: bytes } }),
    responses: { ...successesOf(route), ...problemsOf(route) },
  };
}

function headersOf(route: Route) {
  if (route.kind === "command") {
    return { header: z.object({ "Idempotency-Key": IdempotencyKey, Prefer, "Signing-Key": SigningKey }) };
  }
  if (route.kind === "record") {
    return { header: z.object({ "Idempotency-Key": IdempotencyKey, ...(route.status === 202 && { Prefer }) }) };
  }
  return {};
}

function successesOf(route: Route): ZodOpenApiResponsesObject {
  if (route.kind === "read") {
    const isAsOf = route.response instanceof z.ZodObject && "asOf" in route.response.shape;
    const headers = isAsOf ? { headers: LedgerBlock } : {};
    return { 200: { description: "What was asked for.", content: json(route.response), ...headers } };
  }
  if (route.kind === "download") return { 200: { description: "The file.", content: bytes } };
  if (route.kind === "upload") {
    const content = json(route.response);
    return { 200: { description: "Kept before.", content }, 201: { description: "Kept.", content } };
  }
  if (route.kind === "check") return { 200: { description: "The result.", content: json(route.response) } };
  const response = route.kind === "command" ? OperationBody : route.response;
  const status = route.kind === "command" ? 202 : (route.status ?? 200);
  const stored = { content: json(response), headers: Replayed };
  if (status !== 202) return { [status]: { description: "Done.", ...stored } };
  return {
    200: { description: "The operation has settled while the answer was held.", content: json(response) },
    202: { description: "Accepted; follow the operation at Location.", ...stored },
  };
}

const LedgerBlock = z.object({
  "Ledger-Block": z.string().meta({ description: "Number and hash of the block in `asOf`." }),
});
const Replayed = z.object({
  Location: z.string().optional(),
  "Idempotency-Replayed": z
    .literal("true")
    .optional()
    .meta({ description: "The answer was given before; nothing was done now." }),
});

/** Statuses that a route of this kind can answer, each with the codes that come with it. */
function problemsOf(route: Route): ZodOpenApiResponsesObject {
  const isWriting = takesJson(route);
  const isKeyed = route.kind === "record" || route.kind === "command";
  const statuses = [
    400,
    ...(route.access === "public" ? [] : [401, 403, 429]),
    // A query can ask for a block that is not there, a body for whatever is not.
    ...(route.params || route.query || isWriting ? [404] : []),
    ...(isWriting || route.kind === "upload" ? [413, 415, 422] : []),
    ...(isKeyed ? [409] : []),
    500,
    ...(isWriting || route.kind === "upload" ? [502] : []),
    503,
  ];
  return Object.fromEntries(statuses.map((status) => [String(status), problemResponses[status]!]));
}

const problemResponses = Object.fromEntries(
  [...new Set(Object.values(problemKinds).map(({ status }) => status))].map((status) => [
    status,
    {
      id: `Problem${status}`,
      description: `${STATUS_CODES[status]}.`,
      content: { [PROBLEM_TYPE]: { schema: Problem } },
    },
  ]),
);

/** Bytes of whatever type. */
const bytes = { "*/*": { schema: { type: "string", format: "binary" } as const } };

function json(schema: z.ZodType) {
  return { "application/json": { schema } };
}

/** The noun behind the version, which the first part of a path is. */
function tagOf({ path }: Route): string {
  const [first = "", second] = path.split("/").slice(1);
  return first === "v1" && second ? second : "service";
}
