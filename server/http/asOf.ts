import { z } from "zod";
import { AppError } from "../errors.ts";
import type { Queryable } from "../store/database.ts";
import { toHex } from "../store/hex.ts";
import { BlockNumber, Bytes32, Timestamp } from "./schemas.ts";

/** The block whose state an answer shows. */
export const AsOf = z
  .strictObject({ blockNumber: BlockNumber, blockHash: Bytes32, timestamp: Timestamp })
  .meta({ id: "AsOf", description: "The block whose state the answer shows; also in the header Ledger-Block." });

export type AsOf = z.infer<typeof AsOf>;

/**
 * The block that a read in the same snapshot is as of: the newest one, or an earlier one that is asked for.
 * @throws AppError `unknown-block` when the block asked for is not in the read model.
 */
export async function readAsOf(db: Queryable, blockNumber?: number): Promise<AsOf> {
  const { rows } = await db.query<{ number: bigint; hash: Buffer; timestamp: bigint }>(
    blockNumber === undefined
      ? "select block_number as number, block_hash as hash, timestamp from readmodel.checkpoint"
      : "select number, hash, timestamp from readmodel.block where number = $1",
    blockNumber === undefined ? [] : [blockNumber],
  );
  const block = rows[0];
  if (!block) throw new AppError("unknown-block");
  const timestamp = new Date(Number(block.timestamp) * 1000).toISOString();
  return { blockNumber: Number(block.number), blockHash: toHex(block.hash), timestamp };
}
