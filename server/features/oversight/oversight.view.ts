import type { z } from "zod";
import { readAsOf, type AsOf } from "../../http/asOf.ts";
import { instantOf } from "../../http/instant.ts";
import type { Queryable } from "../../store/database.ts";
import { toHex } from "../../store/hex.ts";
import { classesAsOf, type ClassAsOf } from "../deals/classes.view.ts";
import { disclaimer, filingsAsOf, type FilingAsOf } from "../filings/filings.view.ts";
import { factsAsOf, isMainland, isUnresolved } from "../holders/holders.view.ts";
import { partyCodes, type PartyCodes } from "../parties/parties.view.ts";
import { heldAsOf } from "../transfers/positions.view.ts";
import type { Oversight } from "./oversight.schema.ts";

/** Holders and units of a deal, of one of its classes, of one residence, or of a class and residence. */
type Count = {
  deal_id: Buffer;
  class_index: number | null;
  residence: string | null;
  holders: bigint;
  accounts: bigint;
  mainland: bigint;
  unresolved: bigint;
  units: bigint;
  face_minor: bigint;
};

type OversightDeal = z.input<typeof Oversight>["deals"][number];

/** Every deal as it stood at the end of a block: its filing, what was issued, and where it is held. */
export async function readOversight(db: Queryable, asOfBlock: number | undefined): Promise<z.input<typeof Oversight>> {
  const asOf = await readAsOf(db, asOfBlock);
  const classes = Map.groupBy(await classesAsOf(db, asOf), ({ dealId }) => dealId);
  const filings = new Map((await filingsAsOf(db, asOf)).map((filing) => [filing.filingId, filing]));
  const counts = Map.groupBy(await countHolders(db, asOf), (count) => toHex(count.deal_id));
  const codeOf = await partyCodes(db);
  const deals = [...classes].map(([dealId, ofDeal]) =>
    dealBody(dealId, ofDeal, filings.get(ofDeal[0]!.filingId)!, counts.get(dealId) ?? [], codeOf),
  );
  return { asOf, deals };
}

async function countHolders(db: Queryable, { blockNumber }: AsOf): Promise<Count[]> {
  const { rows } = await db.query<Count>(
    `select c.deal_id, c.class_index, f.residence,
       count(distinct f.holder_ref) as holders, count(distinct held.account) as accounts,
       count(distinct f.holder_ref) filter (where ${isMainland("f")}) as mainland,
       count(distinct f.holder_ref) filter (where ${isUnresolved("f")}) as unresolved,
       sum(held.units) as units, sum(held.units * c.unit_face_minor) as face_minor
     from (${heldAsOf("true")}) held
     join readmodel.class c on c.note = held.note
     join ${factsAsOf("f")} on f.account = held.account
     group by c.deal_id, grouping sets ((), (c.class_index), (f.residence), (c.class_index, f.residence))
     order by f.residence`,
    [blockNumber],
  );
  return rows;
}

function dealBody(
  dealId: string,
  classes: readonly ClassAsOf[],
  filing: FilingAsOf,
  counts: readonly Count[],
  codeOf: PartyCodes,
): OversightDeal {
  const whole = counts.find((count) => count.class_index === null && count.residence === null);
  const byResidence = counts.filter((count) => count.class_index === null && count.residence !== null);
  return {
    dealId,
    filing: {
      filingId: filing.filingId,
      filingRef: filing.filingRef,
      filingEntity: codeOf(filing.filingEntityId),
      issuer: codeOf(filing.issuerId),
      version: filing.version,
      state: filing.state,
      suspendedUntil: filing.suspendedUntil === 0n ? null : instantOf(filing.suspendedUntil),
      filingHash: filing.filingHash,
      evidenceHash: filing.evidenceHash,
      recordedAt: filing.recordedAt === null ? null : instantOf(filing.recordedAt),
      disclaimer,
    },
    superseded: filing.dealId !== dealId,
    currency: classes[0]!.currency,
    ...holdersOf(whole),
    residences: byResidence.map((count) => ({
      residence: count.residence!,
      holders: Number(count.holders),
      accounts: Number(count.accounts),
      faceMinor: String(count.face_minor),
    })),
    classes: classes.map((ofClass) => classBody(ofClass, counts)),
  };
}

function classBody(found: ClassAsOf, counts: readonly Count[]): OversightDeal["classes"][number] {
  const ofClass = counts.filter((count) => count.class_index === found.classIndex);
  const whole = ofClass.find(({ residence }) => residence === null);
  return {
    classId: found.classId,
    label: found.label,
    isin: found.isin,
    tokenised: found.tokenised,
    pausedUntil: found.pausedUntil === null ? null : instantOf(found.pausedUntil),
    unitFaceMinor: found.tokenised ? String(found.unitFaceMinor) : null,
    capMinor: found.capMinor === null ? null : String(found.capMinor),
    issuedMinor: String(found.issuedMinor),
    unitsHeld: String(whole?.units ?? 0n),
    faceHeldMinor: String(whole?.face_minor ?? 0n),
    ...holdersOf(whole),
    residences: ofClass
      .filter(({ residence }) => residence !== null)
      .map((count) => ({
        residence: count.residence!,
        holders: Number(count.holders),
        accounts: Number(count.accounts),
        units: String(count.units),
        faceMinor: String(count.face_minor),
      })),
  };
}

/** No row counts a deal or class that nobody holds. */
function holdersOf(count: Count | undefined) {
  return {
    holders: Number(count?.holders ?? 0n),
    accounts: Number(count?.accounts ?? 0n),
    mainlandHolders: Number(count?.mainland ?? 0n),
    unresolvedHolders: Number(count?.unresolved ?? 0n),
  };
}
