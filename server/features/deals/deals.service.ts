import type { z } from "zod";
import { encodeCall } from "../../chain/contracts.ts";
import { dealIdOf } from "../../chain/ids.ts";
import { termsHash } from "../../chain/termsHash.ts";
import { parseCivilDate } from "../../domain/civilDates.ts";
import { dealDocumentHash, termsOf } from "../../domain/dealDocument.ts";
import { leastCapsMinor, UNSET_SECONDS, type ClassTerms } from "../../domain/dealTerms.ts";
import { DecimalError } from "../../domain/decimals.ts";
import { asciiHex } from "../../domain/hex.ts";
import { categoryBits } from "../../domain/investorCategories.ts";
import { currencySchema, parseMinor, type Currency } from "../../domain/money.ts";
import { parseRateE10 } from "../../domain/rates.ts";
import { AppError } from "../../errors.ts";
import { readAsOf } from "../../http/asOf.ts";
import type { Caller } from "../../http/auth.ts";
import type { LedgerCall } from "../../http/command.ts";
import type { Queryable } from "../../store/database.ts";
import { toBytes } from "../../store/hex.ts";
import { filingsAsOf } from "../filings/filings.view.ts";
import { partyIds } from "../parties/parties.view.ts";
import type {
  CancellationRequest,
  CreateRequest,
  DealDocumentRequest,
  OpeningRequest,
  PricingRequest,
  RecordDateRequest,
  RuleChangeRequest,
  StoredDealDocument,
} from "./deals.schema.ts";
import { parseClassId } from "./classes.view.ts";
import { findDealDocument } from "./dealDocuments.view.ts";
import { currencyOfDeal } from "./deals.view.ts";

const UINT128_MAX = 2n ** 128n - 1n;

/**
 * Keeps a deal document.
 * @throws InvalidFieldsError naming every party of the document that the ledger does not know.
 */
export async function keepDealDocument(
  tx: Queryable,
  caller: Caller,
  document: z.output<typeof DealDocumentRequest>,
): Promise<z.input<typeof StoredDealDocument>> {
  const terms = termsOf(document, await partyIds(tx));
  const stored = {
    dealDocumentHash: dealDocumentHash(document),
    termsHash: termsHash(terms),
    capsMinor: leastCapsMinor(terms).map(String),
  };
  await tx.query(
    `insert into records.deal_document (party, deal_document_hash, terms_hash, document) values ($1, $2, $3, $4)
     on conflict (party, deal_document_hash) do nothing`,
    [caller.party, toBytes(stored.dealDocumentHash), toBytes(stored.termsHash), JSON.stringify(document)],
  );
  return stored;
}

/**
 * Creates the deal of a filing from a deal document that was kept.
 * @throws AppError `unknown-deal-document` when the caller may not see one under the hash.
 */
export async function createDeal(
  db: Queryable,
  caller: Caller,
  { filingId, dealDocumentHash: documentHash }: z.output<typeof CreateRequest>,
): Promise<LedgerCall> {
  const { document } = await findDealDocument(db, caller, documentHash);
  const terms = termsOf(document, await partyIds(db));
  const [filing] = await filingsAsOf(db, await readAsOf(db), { filingIds: [filingId] });
  const hash = termsHash(terms);
  const dealId = filing && dealIdOf(filingId, filing.version, hash);
  return {
    kind: "deals.create",
    to: "DealRegistry",
    data: encodeCall("DealRegistry", "create", [
      filingId,
      { ...terms, classes: terms.classes.map(classStruct), steps: [...terms.steps] },
    ]),
    facts: { dealId, filingId, dealDocumentHash: documentHash, termsHash: hash },
  };
}

/** Opens the next classes of a deal, in the order of its terms. */
export function openClasses(dealId: string, { count }: z.output<typeof OpeningRequest>): LedgerCall {
  return {
    kind: "deals.openClasses",
    to: "DealRegistry",
    data: encodeCall("DealRegistry", "openClasses", [dealId, count]),
    facts: { dealId, count },
  };
}

/**
 * Fills the fields of a deal that were open at pricing.
 * @throws AppError `unknown-deal`, or `validation` when an amount has more decimals than the deal's currency.
 */
export async function priceDeal(
  db: Queryable,
  dealId: string,
  { closingDate, classes }: z.output<typeof PricingRequest>,
): Promise<LedgerCall> {
  const currency = currencySchema.safeParse(await currencyOfDeal(db, dealId));
  if (!currency.success)
    throw new AppError("validation", { detail: "This service does not know the deal's currency." });
  const originalBalanceMinor = classes.map(({ originalBalance }, index) =>
    balanceMinor(originalBalance, currency.data, `/body/classes/${index}/originalBalance`),
  );
  const rateE10 = classes.map(({ rate }) => parseRateE10(rate));
  const pricing = { closingDate: parseCivilDate(closingDate), originalBalanceMinor, rateE10 };
  return {
    kind: "deals.price",
    to: "DealRegistry",
    data: encodeCall("DealRegistry", "price", [dealId, pricing]),
    facts: { dealId, closingDate, classes },
  };
}

/** Declares a record date for all classes of a deal. */
export function declareRecordDate(dealId: string, { recordDate }: z.output<typeof RecordDateRequest>): LedgerCall {
  return {
    kind: "deals.declareRecordDate",
    to: "DealRegistry",
    data: encodeCall("DealRegistry", "declareRecordDate", [dealId, parseCivilDate(recordDate)]),
    facts: { dealId, recordDate },
  };
}

/**
 * Endorses new rules of a class. Residences may come in any order: the ledger asks for an ascending one, and every party
 * has to send equal content.
 */
export function changeRules(
  classId: string,
  { rules, evidenceHash, operationRef }: z.output<typeof RuleChangeRequest>,
): LedgerCall {
  const { dealId, classIndex } = parseClassId(classId);
  const residences = rules.residences
    .map(({ residence, categories }) => ({ residence: asciiHex(residence), categories: categoryBits(categories) }))
    .sort((a, b) => (a.residence < b.residence ? -1 : 1));
  const terms = { ...rules, complianceSeconds: rules.complianceSeconds ?? UNSET_SECONDS, residences };
  return {
    kind: "deals.change-rules",
    to: "ClassRules",
    data: encodeCall("ClassRules", "change", [dealId, classIndex, terms, evidenceHash, operationRef]),
    facts: { classId, rules, evidenceHash, operationRef },
  };
}

/** Cancels all units of accounts in a class that is redeemed. */
export function cancelUnits(classId: string, { accounts }: z.output<typeof CancellationRequest>): LedgerCall {
  const { dealId, classIndex } = parseClassId(classId);
  return {
    kind: "deals.cancel",
    to: "DealRegistry",
    data: encodeCall("DealRegistry", "cancel", [dealId, classIndex, accounts.map((account) => account.toLowerCase())]),
    facts: { classId, accounts },
  };
}

/** A class as the types of the contracts have it, which know no readonly lists. */
function classStruct({ rules, ...noteClass }: ClassTerms) {
  return { ...noteClass, rules: { ...rules, residences: [...rules.residences] } };
}

function balanceMinor(amount: string, currency: Currency, pointer: string): bigint {
  const refuse = (code: string, message: string) =>
    new AppError("validation", { errors: [{ pointer, code, message }] });
  let minor: bigint;
  try {
    minor = parseMinor(amount, currency);
  } catch (error) {
    if (error instanceof DecimalError) throw refuse(error.code, error.message);
    throw error;
  }
  if (minor > UINT128_MAX) throw refuse("out-of-range", "Expected less than 2 to the power of 128 minor units.");
  return minor;
}
