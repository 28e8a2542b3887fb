import type { z } from "zod";
import { checksumAddress } from "../../chain/addresses.ts";
import type { RuleTerms, dayCounts, rateKinds, roundings } from "../../domain/dealTerms.ts";
import { categoriesOf } from "../../domain/investorCategories.ts";
import { formatPercent } from "../../domain/rates.ts";
import { AppError } from "../../errors.ts";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import { BIGINT_FORM, cutPage, decodeCursor } from "../../http/cursor.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes, toHex } from "../../store/hex.ts";
import { pausesAsOf } from "../orders/pauses.view.ts";
import { rulesBody } from "./classRules.view.ts";
import type { ClassList, ClassListQuery, NoteClass, NoteClassAsOf } from "./deals.schema.ts";

/** A class as it stood at the end of a block. Amounts are minor units, rates units of 1e-10, hashes and addresses 0x…. */
export type ClassAsOf = {
  classId: string;
  dealId: string;
  filingId: string;
  /** Version of the filing that the deal was created from. */
  filingVersion: number;
  classIndex: number;
  label: string;
  isin: string | null;
  tokenised: boolean;
  isOpened: boolean;
  /** Address of the note, lower-case; null for a retained class, and until the class is open. */
  note: string | null;
  currency: string;
  /** 0n for a retained class. */
  unitFaceMinor: bigint;
  /** Null until the deal is priced. */
  originalBalanceMinor: bigint | null;
  originalBalanceLowestMinor: bigint;
  originalBalanceHighestMinor: bigint;
  /** Null where the caps of the filing do not reach to this class. */
  capMinor: bigint | null;
  issuedMinor: bigint;
  rateKind: (typeof rateKinds)[number];
  rateE10: bigint | null;
  rateLowestE10: bigint;
  rateHighestE10: bigint;
  dayCount: (typeof dayCounts)[number];
  adjustedAccrual: boolean;
  rounding: (typeof roundings)[number];
  /** Bit k: investor category k. */
  admittedCategories: number;
  rules: RuleTerms;
  /** Last second of the pause, and the order under which it stands; null unless paused. */
  pausedUntil: bigint | null;
  pauseOrderId: string | null;
  /** Place of the deal's creation on the ledger. */
  blockNumber: bigint;
  logIndex: number;
};

type Row = {
  deal_id: Buffer;
  filing_id: Buffer;
  filing_version: number;
  class_index: number;
  label: string;
  isin: string;
  tokenised: boolean;
  is_opened: boolean;
  note: Buffer | null;
  currency: string;
  unit_face_minor: bigint;
  original_balance_minor: bigint | null;
  original_balance_lowest_minor: bigint;
  original_balance_highest_minor: bigint;
  cap_minor: bigint | null;
  issued_minor: bigint;
  rate_kind: ClassAsOf["rateKind"];
  rate_e10: bigint | null;
  rate_lowest_e10: bigint;
  rate_highest_e10: bigint;
  day_count: ClassAsOf["dayCount"];
  adjusted_accrual: boolean;
  rounding: ClassAsOf["rounding"];
  admitted_categories: number;
  rules: RuleTerms;
  paused_until: bigint | null;
  pause_order_id: Buffer | null;
  block_number: bigint;
  log_index: number;
};

type Selection = {
  dealIds?: readonly string[];
  classIndex?: number;
  isin?: string;
  before?: { blockNumber: string; logIndex: string; classIndex: string };
  limit?: number;
};

/** Splits the id of a class into the deal's id and the index of the class. */
export function parseClassId(classId: string): { dealId: string; classIndex: number } {
  const [dealId = "", index] = classId.split(".");
  return { dealId, classIndex: Number(index) };
}

/** Classes as they stood at the end of a block, those of the newest deal first. */
export async function classesAsOf(
  db: Queryable,
  { blockNumber }: Pick<AsOf, "blockNumber">,
  { dealIds, classIndex, isin, before, limit }: Selection = {},
): Promise<ClassAsOf[]> {
  const { rows } = await db.query<Row>(
    `select c.*, coalesce(c.opened_block <= $1, false) as is_opened,
       d.filing_id, d.filing_version, d.currency, v.caps_minor[c.class_index + 1] as cap_minor,
       p.until as paused_until, p.order_id as pause_order_id,
       (select r.rules from readmodel.class_rules r
         where r.deal_id = c.deal_id and r.class_index = c.class_index and r.block_number <= $1
         order by r.block_number desc, r.log_index desc limit 1) as rules,
       r.original_balance_minor[c.class_index + 1] as original_balance_minor, r.rate_e10[c.class_index + 1] as rate_e10,
       coalesce((
         select h.issued_minor from readmodel.headroom h
         where h.filing_id = d.filing_id and h.class_index = c.class_index and h.block_number <= $1
           and d.filing_version = (select max(version) from readmodel.filing_version l
             where l.filing_id = d.filing_id and l.block_number <= $1)
         order by h.block_number desc, h.log_index desc limit 1), 0) as issued_minor
     from readmodel.class c
     join readmodel.deal d on d.deal_id = c.deal_id
     join readmodel.filing_version v on v.filing_id = d.filing_id and v.version = d.filing_version
     left join readmodel.pricing r on r.deal_id = c.deal_id and r.block_number <= $1
     left join ${pausesAsOf("p")} on p.note = c.note
     where c.block_number <= $1
       and ($2::bytea[] is null or c.deal_id = any($2))
       and ($3::int is null or c.class_index = $3)
       and ($4::text is null or c.isin = $4)
       and ($5::bigint is null or (-c.block_number, -c.log_index, c.class_index) > (-$5::bigint, -$6::int, $7::int))
     order by -c.block_number, -c.log_index, c.class_index limit $8`,
    [
      blockNumber,
      dealIds?.map(toBytes) ?? null,
      classIndex ?? null,
      isin ?? null,
      before?.blockNumber ?? null,
      before?.logIndex ?? null,
      before?.classIndex ?? null,
      limit ?? null,
    ],
  );
  return rows.map(toClass);
}

/**
 * One class as it stood at the end of a block.
 * @throws AppError `unknown-class` when there was none then.
 */
export async function classAsOf(db: Queryable, asOf: Pick<AsOf, "blockNumber">, classId: string): Promise<ClassAsOf> {
  const { dealId, classIndex } = parseClassId(classId);
  const [found] = await classesAsOf(db, asOf, { dealIds: [dealId], classIndex });
  if (!found) throw new AppError("unknown-class", { values: { class: classId } });
  return found;
}

/** One class for an answer. */
export async function readClass(
  db: Queryable,
  classId: string,
  asOfBlock: number | undefined,
): Promise<z.input<typeof NoteClassAsOf>> {
  const asOf = await readAsOf(db, asOfBlock);
  return { ...classBody(await classAsOf(db, asOf, classId)), asOf };
}

/** A page of classes, those of the newest deal first. */
export async function listClasses(
  db: Queryable,
  { asOfBlock, isin, dealId, limit, cursor }: z.output<typeof ClassListQuery>,
): Promise<z.input<typeof ClassList>> {
  const asOf = await readAsOf(db, asOfBlock);
  const [blockNumber, logIndex, classIndex] = decodeCursor(cursor, [BIGINT_FORM, /^\d{1,9}$/, /^\d{1,2}$/]) ?? [];
  const before = blockNumber && logIndex && classIndex ? { blockNumber, logIndex, classIndex } : undefined;
  const dealIds = dealId === undefined ? undefined : [dealId];
  const classes = await classesAsOf(db, asOf, { dealIds, isin, before, limit: limit + 1 });
  const page = cutPage(classes, limit, (last) => [last.blockNumber, last.logIndex, last.classIndex]);
  return { asOf, items: page.rows.map(classBody), next: page.next };
}

/** A class as answers show it. */
export function classBody(row: ClassAsOf): z.input<typeof NoteClass> {
  return {
    classId: row.classId,
    dealId: row.dealId,
    filingId: row.filingId,
    classIndex: row.classIndex,
    label: row.label,
    isin: row.isin,
    tokenised: row.tokenised,
    opened: row.isOpened,
    note: row.note && checksumAddress(row.note),
    currency: row.currency,
    unitFaceMinor: row.tokenised ? String(row.unitFaceMinor) : null,
    originalBalanceMinor: row.originalBalanceMinor === null ? null : String(row.originalBalanceMinor),
    originalBalanceBoundsMinor: {
      lowest: String(row.originalBalanceLowestMinor),
      highest: String(row.originalBalanceHighestMinor),
    },
    capMinor: row.capMinor === null ? null : String(row.capMinor),
    issuedMinor: String(row.issuedMinor),
    interest: {
      kind: row.rateKind,
      rate: row.rateE10 === null ? null : formatPercent(row.rateE10),
      rateBounds: { lowest: formatPercent(row.rateLowestE10), highest: formatPercent(row.rateHighestE10) },
      dayCount: row.dayCount,
      accrual: row.adjustedAccrual ? "adjusted" : "unadjusted",
      rounding: row.rounding,
    },
    admittedCategories: categoriesOf(row.admittedCategories),
    rules: row.tokenised ? rulesBody(row.rules) : null,
    pausedUntil: row.pausedUntil === null ? null : instantOf(row.pausedUntil),
    pauseOrderId: row.pauseOrderId,
  };
}

function toClass(row: Row): ClassAsOf {
  const dealId = toHex(row.deal_id);
  return {
    classId: `${dealId}.${row.class_index}`,
    dealId,
    filingId: toHex(row.filing_id),
    filingVersion: row.filing_version,
    classIndex: row.class_index,
    label: row.label,
    isin: row.isin === "" ? null : row.isin,
    tokenised: row.tokenised,
    isOpened: row.is_opened,
    note: row.is_opened && row.note ? toHex(row.note) : null,
    currency: row.currency,
    unitFaceMinor: row.unit_face_minor,
    originalBalanceMinor: row.original_balance_minor,
    originalBalanceLowestMinor: row.original_balance_lowest_minor,
    originalBalanceHighestMinor: row.original_balance_highest_minor,
    capMinor: row.cap_minor,
    issuedMinor: row.issued_minor,
    rateKind: row.rate_kind,
    rateE10: row.rate_e10,
    rateLowestE10: row.rate_lowest_e10,
    rateHighestE10: row.rate_highest_e10,
    dayCount: row.day_count,
    adjustedAccrual: row.adjusted_accrual,
    rounding: row.rounding,
    admittedCategories: row.admitted_categories,
    rules: row.rules,
    pausedUntil: row.paused_until,
    pauseOrderId: row.pause_order_id && toHex(row.pause_order_id),
    blockNumber: row.block_number,
    logIndex: row.log_index,
  };
}
