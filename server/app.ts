import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import helmet from "helmet";
import type { Logger } from "pino";
import { AppError } from "./errors.ts";
import { anonymous, authenticate, requireAccess, type Caller } from "./http/auth.ts";
import { createHandler, type HandleDeps } from "./http/handle.ts";
import { openApiDocument } from "./http/openapi.ts";
import { answerProblem } from "./http/problem.ts";
import { logRequests } from "./http/requestLog.ts";
import { takesJson, type Route } from "./http/route.ts";

export type AppOptions = HandleDeps & {
  routes: readonly Route[];
  log: Logger;
  /** Version of the service, for the OpenAPI document. */
  version: string;
  /** Most requests a minute of one party; of one address on public routes. */
  requestsPerMinute: number;
};

const BODY_LIMIT_BYTES = 100_000;

/** The HTTP API over finished routes. Reads no environment and does not listen. */
export function createApp(options: AppOptions): Express {
  const { routes, database, log, requestsPerMinute } = options;
  const document = JSON.stringify(openApiDocument(routes, options));
  const handlerOf = createHandler(options);
  const limit = limitRequests(requestsPerMinute);

  const app = express();
  app.disable("x-powered-by").set("etag", "strong");
  app.use(logRequests(log), helmet());
  app.get("/openapi.json", limit, (_req, res) => void res.type("json").send(document));
  for (const route of routes) {
    const identify: RequestHandler = async (req, res, next) => {
      const isPublic = route.access === "public";
      res.locals["caller"] = isPublic ? anonymous : await authenticate(database, req.get("authorization"));
      if (!isPublic) res.set("Cache-Control", "private, no-cache").vary("Authorization");
      next();
    };
    const admit: RequestHandler = (_req, res, next) => {
      requireAccess(route.access, res.locals["caller"] as Caller);
      next();
    };
    app[route.method](expressPath(route.path), identify, limit, admit, readBody(route), handlerOf(route));
  }
  for (const path of new Set(["/openapi.json", ...routes.map((route) => route.path)])) {
    app.all(expressPath(path), refuseMethod(routes.filter((route) => route.path === path)));
  }
  app.use(() => {
    throw new AppError("not-found");
  });
  app.use(answerProblem);
  return app;
}

/** Counts by party, so that many machines behind one address do not share a limit and one party cannot escape it. */
function limitRequests(perMinute: number): RequestHandler {
  const whose = (req: Request, res: Response) => {
    const caller = res.locals["caller"] as Caller | undefined;
    return caller?.party || ipKeyGenerator(req.ip ?? "");
  };
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator: whose,
    handler: (_req, _res, next) => next(new AppError("rate-limited")),
  });
}

/**
 * Bodies are read as bytes, so that the JSON reader can refuse what JSON.parse would silently repair. Those of uploads
 * are left to their handlers.
 */
function readBody(route: Route): RequestHandler {
  if (!takesJson(route)) return (_req, _res, next) => next();
  return express.raw({ type: "application/json", limit: route.bodyLimitBytes ?? BODY_LIMIT_BYTES });
}

function refuseMethod(routes: readonly Route[]): RequestHandler {
  const methods = new Set(routes.length === 0 ? ["GET"] : routes.map(({ method }) => method.toUpperCase()));
  if (methods.has("GET")) methods.add("HEAD");
  const allowed = [...methods].join(", ");
  return (_req, res) => {
    res.set("Allow", allowed);
    throw new AppError("method-not-allowed", { detail: `This path knows ${allowed}.` });
  };
}

/** `/v1/deals/{dealId}` as Express writes it. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
