import type { z } from "zod";
import { AppError } from "../../errors.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { operationBody } from "../../http/operation.ts";
import type { Queryable } from "../../store/database.ts";
import { findOperation, historyOf, listOperations } from "../../store/operations.ts";
import type { OperationList, OperationQuery, OperationWithHistory } from "./operations.schema.ts";

/**
 * One operation with all that happened to it.
 * @throws AppError `not-found` when the reader may not see it.
 */
export async function readOperation(
  db: Queryable,
  id: string,
  chainId: number,
): Promise<z.input<typeof OperationWithHistory>> {
  const operation = await findOperation(db, id);
  if (!operation) throw new AppError("not-found");
  const history = await historyOf(db, id);
  return {
    ...operationBody(operation, chainId),
    history: history.map(({ state, at, note }) => ({ state, at: at.toISOString(), note })),
  };
}

/** A page of the operations that the reader may see, newest first. */
export async function readOperations(
  db: Queryable,
  { limit, cursor, ...filter }: z.output<typeof OperationQuery>,
  chainId: number,
): Promise<z.input<typeof OperationList>> {
  const [beforeSeq] = decodeCursor(cursor, [BIGINT_FORM]) ?? [];
  const before = beforeSeq === undefined ? {} : { beforeSeq: BigInt(beforeSeq) };
  const found = await listOperations(db, filter, { limit: limit + 1, ...before });
  const { rows, next } = cutPage(found, limit, ({ seq }) => [seq]);
  return { items: rows.map((operation) => operationBody(operation, chainId)), next };
}
