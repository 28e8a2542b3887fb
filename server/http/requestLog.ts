import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";

/**
 * Logs each request once, without headers and bodies: they carry keys and what clients entrust. The id of a request is
 * also in its answer and in every problem.
 */
export function logRequests(log: Logger): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId(_req, res) {
      const id = randomUUID();
      res.setHeader("Request-Id", id);
      return id;
    },
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? "error" : "debug"),
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    customErrorMessage: () => "request failed",
  }) as RequestHandler;
}
