import type { ErrorRequestHandler } from "express";
import { z } from "zod";
import { InvalidFieldsError } from "../domain/fieldErrors.ts";
import { AppError, problemKinds, type ProblemCode } from "../errors.ts";

const codes = Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]];

/** Problem details (RFC 9457), the body of every answer with a status of 400 or more. */
export const Problem = z
  .strictObject({
    type: z.string().meta({ description: "`/problems/` and the code.", example: "/problems/cap-exceeded" }),
    title: z.string().meta({ description: "The same sentence for every occurrence of a code." }),
    status: z.int(),
    detail: z.string().meta({ description: "What is special about this occurrence, or what can be done." }),
    code: z.enum(codes),
    instance: z.string().optional().meta({ description: "This occurrence, as the service's log names it." }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "Every wrong field; pointers start with /path, /query, /body or /headers." }),
    restrictions: z
      .array(
        z.strictObject({
          number: z.int(),
          code: z.string(),
          text: z.string(),
          textZh: z.string(),
          remedy: z.string(),
          iso20022: z.string().nullable(),
        }),
      )
      .optional()
      .meta({ description: "Every rule that forbids the movement." }),
    values: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: "What the ledger said, by name; integers are decimal strings." }),
    operationId: z.string().optional(),
  })
  .meta({ id: "Problem", description: "Why a request was not done (RFC 9457)." });

export type Problem = z.infer<typeof Problem>;

export const PROBLEM_TYPE = "application/problem+json";

/** The body that is answered for a failure. */
export function problemOf(error: AppError, instance?: string): Problem {
  const { status, title, fix } = problemKinds[error.code];
  const { detail = fix, ...details } = error.details;
  const shown = details.restrictions && {
    restrictions: details.restrictions.map((restriction) => ({ ...restriction })),
  };
  const problem = { type: `/problems/${error.code}`, title, status, detail, code: error.code, instance };
  return { ...problem, ...details, ...shown } as Problem;
}

/** Seconds after which repeating makes sense, where waiting helps at all. */
function retryAfterSeconds(error: AppError): number | undefined {
  if (error.code === "operation-in-progress") return 1;
  return error.status === 503 ? 5 : undefined;
}

/** What failed, in the words of our table; everything unexpected is `internal` and says nothing of itself. */
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof InvalidFieldsError) {
    const errors = error.errors.map((field) => ({ ...field, pointer: `/body${field.pointer}` }));
    return new AppError("validation", { errors, cause: error });
  }
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === "entity.too.large") return new AppError("body-too-large", { cause: error });
  if (status === 415) return new AppError("unsupported-media-type", { cause: error });
  // Express and its body reader: a path that does not decode, a body that ends early.
  if (status === 400) return new AppError("validation", { detail: "The request cannot be read.", cause: error });
  return new AppError("internal", { cause: error });
}

/** Express's last handler: whatever was thrown becomes a problem. */
export const answerProblem: ErrorRequestHandler = (thrown, req, res, next) => {
  if (res.headersSent) return next(thrown);
  const error = toAppError(thrown);
  if (error.status >= 500) req.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  if (error.status === 401) res.set("WWW-Authenticate", "Bearer");
  const seconds = retryAfterSeconds(error);
  if (seconds !== undefined) res.set("Retry-After", String(seconds));
  res
    .status(error.status)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problemOf(error, `urn:uuid:${res.get("Request-Id")}`)));
};
