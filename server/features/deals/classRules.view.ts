import type { z } from "zod";
import { UNSET_SECONDS, type RuleTerms } from "../../domain/dealTerms.ts";
import { categoriesOf } from "../../domain/investorCategories.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { classAsOf } from "./classes.view.ts";
import type { ClassRulesAsOf, Rules } from "./deals.schema.ts";

/**
 * The rules that bind a class at the end of a block, and all that bound it before.
 * @throws AppError `unknown-class` when there was none then, or it is retained and has no rules.
 */
export async function readClassRules(
  db: Queryable,
  classId: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof ClassRulesAsOf>> {
  const asOf = await readAsOf(db, asOfBlock);
  const { dealId, classIndex, tokenised, rules } = await classAsOf(db, asOf, classId);
  if (!tokenised) throw new AppError("unknown-class", { detail: "A retained class has no rules of transfer." });
  type Row = {
    rules: RuleTerms;
    operation_ref: Buffer | null;
    evidence_hash: Buffer | null;
    at: bigint;
    block_number: bigint;
  };
  const { rows } = await db.query<Row>(
    `select * from readmodel.class_rules where deal_id = $1 and class_index = $2 and block_number <= $3
     order by block_number, log_index`,
    [toBytes(dealId), classIndex, asOf.blockNumber],
  );
  return {
    asOf,
    classId,
    rules: rulesBody(rules),
    history: rows.map((row) => ({
      rules: rulesBody(row.rules),
      operationRef: row.operation_ref && toHex(row.operation_ref),
      evidenceHash: row.evidence_hash && toHex(row.evidence_hash),
      at: instantOf(row.at),
      blockNumber: Number(row.block_number),
    })),
  };
}

/** Rules as answers show them. */
export function rulesBody({ complianceSeconds, residences, ...limits }: RuleTerms): z.input<typeof Rules> {
  return {
    ...limits,
    complianceSeconds: complianceSeconds === UNSET_SECONDS ? null : complianceSeconds,
    residences: residences.map(({ residence, categories }) => ({
      residence: toBytes(residence).toString("latin1"),
      categories: categoriesOf(categories),
    })),
  };
}
