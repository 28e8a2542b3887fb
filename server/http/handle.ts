import type { Request, RequestHandler, Response } from "express";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { findOperation } from "../store/operations.ts";
import type { Settlements } from "../store/settlements.ts";
import { scopeOf, type Caller } from "./auth.ts";
import { runCommand, type CommandDeps } from "./command.ts";
import { createIdempotency, problemAnswer, readIdempotencyKey, type Answer, type Save } from "./idempotency.ts";
import { isSettled, operationBody, operationPath, type OperationBody } from "./operation.ts";
import { PROBLEM_TYPE } from "./problem.ts";
import { readInput } from "./request.ts";
import type { CommandRoute, Download, RecordRoute, Route, UploadRoute } from "./route.ts";

export type HandleDeps = CommandDeps & { settlements: Settlements };

const WAIT_MAX_SECONDS = 30;

/** Makes the Express handler of each route; authentication has put the caller into `res.locals`. */
export function createHandler(deps: HandleDeps): (route: Route) => RequestHandler {
  const once = createIdempotency(deps.database);
  return (route) => async (req, res) => {
    const caller = res.locals["caller"] as Caller;
    const { sha256, ...input } = readInput(route, req);
    const context = { caller, ...input, read: readerFor(deps.database, caller) };
    if (route.kind === "read" || route.kind === "check") return sendBody(res, await route.handler(context));
    if (route.kind === "download") return sendFile(res, await route.handler({ ...context, body: undefined }));
    if (route.kind === "upload") return receive(deps.database, route, { ...context, body: undefined }, req, res);

    const { operationId } = route;
    const key = readIdempotencyKey(req.get("idempotency-key"));
    const answer = await once({ party: caller.party, operationId, key, requestSha256: sha256 }, (save) => {
      if (route.kind === "record") return runRecord(deps.database, route, context, save);
      const operationRef = deps.gateway.keccak256([caller.party, operationId, key].join("\n"));
      return commandOf(route, { ...context, operationRef }, req).then((command) => runCommand(deps, command, save));
    });
    sendAnswer(res, await waitForOperation(deps, req, res, answer));
  };
}

/** Hands the body on as it comes in. */
async function receive(
  database: Database,
  route: UploadRoute,
  context: Omit<Parameters<UploadRoute["handler"]>[0], "bytes" | "mediaType" | "write">,
  req: Request,
  res: Response,
): Promise<void> {
  if (req.get("content-encoding") !== undefined) throw new AppError("unsupported-media-type");
  if (Number(req.get("content-length") ?? 0) > route.bodyLimitBytes) throw new AppError("body-too-large");
  const [mediaType] = /^[a-z0-9.+-]+\/[a-z0-9.+-]+/i.exec(req.get("content-type") ?? "") ?? [
    "application/octet-stream",
  ];
  const upload = { ...context, bytes: req, mediaType: mediaType.toLowerCase() };
  const { isNew, body } = await route
    .handler({ ...upload, write: (work) => database.tx(work) })
    .catch((error: unknown) => {
      const isCutOff = req.errored !== null && !(error instanceof AppError);
      throw isCutOff ? new AppError("validation", { detail: "The body was cut off.", cause: error }) : error;
    });
  res.status(isNew ? 201 : 200).json(body);
}

/** Sends a file that somebody handed in, so that no browser takes it for a page of this service. */
function sendFile(res: Response, { mediaType, tag, ...content }: Download): Promise<void> {
  res.set({
    ETag: `"${tag}"`,
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "sandbox; default-src 'none'",
  });
  res.type(mediaType);
  if ("text" in content) {
    res.send(content.text);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) =>
    res.sendFile(content.path, { dotfiles: "allow", cacheControl: false, lastModified: false }, (error) =>
      error && !res.headersSent ? reject(error) : resolve(),
    ),
  );
}

/** Every statement of one `read` sees the same moment, with the rights of the caller. */
function readerFor(database: Database, caller: Caller) {
  const scope = scopeOf(caller);
  return <T>(work: Parameters<typeof database.read<T>>[1]) => database.read(scope, work);
}

async function commandOf(route: CommandRoute, context: Parameters<CommandRoute["handler"]>[0], req: Request) {
  const call = await route.handler(context);
  const { caller, operationRef } = context;
  return { party: caller.party, operationRef, call, signingKey: req.get("signing-key") };
}

async function runRecord(
  database: Database,
  route: RecordRoute,
  context: Omit<Parameters<RecordRoute["handler"]>[0], "afterCommit">,
  save: Save,
): Promise<Answer> {
  const actions: (() => void)[] = [];
  const afterCommit = (action: () => void) => void actions.push(action);
  const answer = await database.tx(async (tx) => {
    const result = await route.handler({ ...context, afterCommit }, tx);
    const made: Answer =
      result instanceof AppError
        ? problemAnswer(result)
        : { status: route.status ?? 200, body: JSON.stringify(result), location: route.location?.(result) ?? null };
    await save(tx, made);
    return made;
  });
  for (const action of actions) action();
  return answer;
}

/** With `Prefer: wait=N`, an operation that is on its way is answered when it has settled, or after N seconds. */
async function waitForOperation(
  { database, gateway, settlements }: HandleDeps,
  req: Request,
  res: Response,
  answer: Answer,
): Promise<Answer> {
  const asked = Number(/(?:^|,)\s*wait\s*=\s*"?(\d{1,4})/i.exec(req.get("prefer") ?? "")?.[1] ?? 0);
  if (answer.status !== 202 || answer.isReplay || asked === 0) return answer;
  const { id, state } = JSON.parse(answer.body) as OperationBody;
  if (state === "prepared") return answer;
  const seconds = Math.min(asked, WAIT_MAX_SECONDS);
  res.set("Preference-Applied", `wait=${seconds}`);
  const settled = settlements.wait(id, seconds * 1000);
  let operation = (await findOperation(database, id))!; // It may have settled before anybody listened.
  if (!isSettled(operation)) {
    await settled;
    operation = (await findOperation(database, id))!;
  }
  const body = JSON.stringify(operationBody(operation, gateway.chainId));
  return { status: isSettled(operation) ? 200 : 202, body, location: operationPath(id) };
}

function sendBody(res: Response, body: unknown): void {
  const { asOf } = (body ?? {}) as { asOf?: { blockNumber: number; blockHash: string } };
  if (asOf) res.set("Ledger-Block", `${asOf.blockNumber};hash=${asOf.blockHash}`);
  res.json(body);
}

function sendAnswer(res: Response, { status, body, location, isReplay }: Answer): void {
  if (isReplay) res.set("Idempotency-Replayed", "true");
  if (location !== null) res.set("Location", location);
  res
    .status(status)
    .type(status >= 400 ? PROBLEM_TYPE : "application/json")
    .send(body);
}
