import { filingProblems } from "./domain/filingProblems.ts";
import { orderProblems, type ProblemRow as Row } from "./domain/orderProblems.ts";

/**
 * Every problem that the API can answer, one code per cause that a client can react to. Contract errors are mapped by
 * name, so that a rule which lives in a contract is worded once. `docs/errors.md` is generated from this table.
 */
// prettier-ignore
const rows = {
  // The request itself
  "validation": [400, "The request does not have the documented form.",
    "Correct the fields that `errors` points at."],
  "malformed-json": [400, "The body is not JSON.",
    "Send one JSON object encoded in UTF-8."],
  "bad-cursor": [400, "The cursor was not given out for this list.",
    "Pass `next` of the previous page unchanged, or leave the cursor out."],
  "idempotency-key-missing": [400, "The request has no Idempotency-Key header.",
    "Send a key of 16 to 255 printable ASCII characters that is new for each command and equal for its repetitions."],
  "unauthenticated": [401, "The request carries no valid API key.",
    "Send `Authorization: Bearer ngk_<id>_<secret>` with a key that has not been revoked."],
  "forbidden": [403, "The caller's party does not have a role for this route.",
    "Use a key of a party with one of the roles that the route names."],
  "not-found": [404, "Nothing is known under this address.",
    "Check the path and the ids in it; another party's objects are not shown."],
  "unknown-block": [404, "The register has no such block.",
    "Ask for a block that is not newer than `asOf` of an answer without it."],
  "method-not-allowed": [405, "The path does not know this method.",
    "Use one of the methods in the Allow header."],
  "body-too-large": [413, "The body is larger than this route accepts.",
    "Split the request."],
  "unsupported-media-type": [415, "The body has a content type or encoding that this route does not read.",
    "Send `Content-Type: application/json`."],
  "rate-limited": [429, "The caller sends requests faster than agreed.",
    "Wait as long as the Retry-After header says."],

  // Idempotency and operations
  "operation-in-progress": [409, "The first request with this idempotency key is still being worked on.",
    "Repeat the same request after the seconds in Retry-After."],
  "idempotency-key-reuse": [422, "The idempotency key was used for a different request.",
    "Use a new key for a new command; repeat a command with exactly its first body."],
  "signing-key-unknown": [422, "The caller's party has no such signing key.",
    "Name a key that the ledger lists for the party, or have the registrar add one."],
  "operation-not-prepared": [409, "The operation does not wait for a signature.",
    "Read the operation for its state."],
  "signature-mismatch": [422, "The signed transaction is not the one that was prepared.",
    "Sign exactly the operation's `transaction` with the operation's `signer`."],
  "nonce-stale": [409, "The nonce of the prepared transaction has been used since.",
    "Read the operation, which carries a new transaction, and sign that."],

  // Parties and approvals
  "key-unknown": [403, "The signing key belongs to no party of the ledger.",
    "Have the registrar register the party's key.", "Parties_UnknownKey"],
  "role-missing": [403, "The party lacks the role that the ledger asks for.",
    "Have a party with the role send the command.",
    "Parties_RoleMissing", "AccessControlUnauthorizedAccount", "AccessControlBadConfirmation"],
  "unknown-party": [404, "The ledger knows no such party.",
    "Name a registered party.", "Parties_UnknownParty"],
  "unknown-role": [422, "The role is not one of the named roles.",
    "Use a role of the glossary.", "Parties_UnknownRole"],
  "key-taken": [409, "The key belongs to a party already; keys never change hands.",
    "Use a new key.", "Parties_KeyTaken"],
  "party-reference-taken": [409, "The party reference is empty or in use.",
    "Use a new reference.", "Parties_RefTaken"],
  "roles-conflict": [422, "A party may not hold a role of control and one that it controls.",
    "Give the role to another party.", "Parties_RolesConflict"],
  "zero-address": [422, "The zero address cannot stand here.",
    "Name an account or key.",
    "Parties_KeyZero", "Note_NoAccount", "ERC20InvalidSender", "ERC20InvalidReceiver", "ERC20InvalidApprover", "ERC20InvalidSpender"],
  "contract-only": [403, "Only a contract of the registry may call this function.",
    "Use the command that the API offers for it.",
    "Approvals_NotModule", "DealRegistry_NotFilingRegistry", "FilingRegistry_NotDealRegistry",
    "FilingRegistry_NotDisclosures", "Disclosures_NotDealRegistry", "HolderRegistry_NotDealRegistry",
    "HolderRegistry_NotParties", "Note_NotClassRules", "Note_NotDealRegistry", "Note_NotHolderRegistry", "Note_NotOrders",
    "NoteFactory_NotDealRegistry", "Parties_NotDealRegistry", "DealRegistry_NotDistributor", "Distributor_NotPayments"],
  "approval-differs": [422, "The content differs from what the first party endorsed.",
    "Endorse exactly the first party's content, or let the matter lapse.", "Approvals_PayloadDiffers"],
  "approval-same-party": [422, "The party has endorsed this matter already, with this or another of its keys.",
    "Have a different party endorse it.", "Approvals_SameParty"],
  "approval-resting": [422, "The matter has all its endorsements and still rests.",
    "Repeat the call after `readyAt`.", "Approvals_Resting"],
  "approval-spent": [409, "The matter has taken effect before.",
    "Nothing is left to do.", "Approvals_Spent"],
  "approval-not-endorser": [422, "The party did not endorse this matter.",
    "Have one of its endorsers send the command.", "Approvals_NotEndorser"],

  // Stops
  "stop-out-of-range": [422, "A stop by one key ends in the past or too far ahead.",
    "Choose an end after now and not after `latest`.", "Stoppable_UntilOutOfRange"],
  "order-used": [409, "The order id is empty or has been used here.",
    "Use the id of a new order.", "Stoppable_OrderUsed"],
  "not-stopped": [409, "No stop stands that could be lifted or kept.",
    "Nothing is left to do.", "Stoppable_NotStopped"],
  "order-differs": [422, "The lift names another order than that of the stop that stands.",
    "Name `standingOrderId`, once it has been decided to lift that stop.", "Stoppable_OtherOrder"],

  ...filingProblems,

  // Deals and issuance
  "unknown-deal": [404, "No deal has this id.",
    "Check the id.", "DealRegistry_UnknownDeal"],
  "unknown-class": [404, "No class has this id, or it is retained or not open yet where a note is needed.",
    "Check the id: the id of the deal, a dot and the index of the class."],
  "deal-exists": [409, "The filing has its deal already.",
    "Use that deal.", "DealRegistry_DealExists"],
  "terms-not-filed": [422, "The terms are not the ones that were filed.",
    "Send exactly the terms whose hash stands in the filing.", "DealRegistry_TermsNotFiled"],
  "deal-superseded": [409, "The filing has a newer version than the one that the deal was created from.",
    "Create the deal of the newer version.", "DealRegistry_Superseded"],
  "bad-terms": [422, "The terms contradict themselves or their filing.",
    "Correct the field that `values` names.", "DealRegistry_BadTerms"],
  "not-issuer": [403, "The caller's party is not the issuer of this deal.",
    "Have the issuer send the command.", "DealRegistry_NotIssuer"],
  "already-priced": [409, "The deal was priced before, or its terms left nothing open.",
    "Read the deal for its prices.", "DealRegistry_AlreadyPriced"],
  "price-outside-bounds": [422, "A price lies outside its filed bounds, or does not divide into units.",
    "Choose a value between `lowest` and `highest`.", "DealRegistry_PriceOutsideBounds"],
  "pricing-length": [422, "The pricing does not name each class once.",
    "Give one balance and one rate for each class.", "DealRegistry_PricingLength"],
  "opening-count": [422, "The opening names no class, or more than are left to open.",
    "Open between one and `left` classes.", "DealRegistry_OpeningCount"],
  "opening-too-large": [422, "The opening would make more notes than fit into one transaction.",
    "Open the classes before `classIndex` first, then the others.", "DealRegistry_TooManyNotes"],
  "classes-not-opened": [409, "Some classes of the deal are not open yet.",
    "Have the issuer open every class.", "DealRegistry_ClassesNotOpened"],
  "class-not-tokenised": [422, "The class does not exist or is retained.",
    "Name a class that has a note.", "DealRegistry_ClassNotTokenised", "ClassRules_NotTokenised", "Payments_NotTokenised"],
  "class-balance-exceeded": [422, "The issuance would pass the priced balance of its class.",
    "Issue no more than balance less issued.", "DealRegistry_BalanceExceeded"],
  "duplicate-operation": [409, "The operation reference stands for an earlier issuance.",
    "Nothing is left to do; use a new idempotency key for a new issuance.", "DealRegistry_DuplicateOperation"],
  "batch-size": [422, "The list is empty or longer than the ledger takes at once.",
    "Send between one and `limit` entries.",
    "DealRegistry_AllocationCount", "HolderRegistry_BatchSize", "Note_BatchSize", "Payments_BatchSize"],
  "bad-date": [422, "The number is not a civil date.",
    "Send an existing day.", "DealRegistry_BadDate"],

  // Documents
  "unknown-deal-document": [404, "No deal document is kept under this hash.",
    "Hand in the deal document first."],
  "document-onshore-only": [422, "A bundle says that this document stays onshore; its bytes are not kept here.",
    "Give its hash alone, or correct its storage zone in the bundle."],
  "document-hash-mismatch": [422, "The bytes do not have the hash under which they were handed in.",
    "Hash exactly the bytes that are sent."],

  // Accounts
  "residence-onshore": [422, "Notes are not held by residents of the Chinese mainland.",
    "None.", "HolderRegistry_Onshore"],
  "residence-malformed": [422, "The residence is not two capital letters.",
    "Use an ISO 3166-1 alpha-2 code.", "HolderRegistry_ResidenceMalformed"],
  "residence-not-allowed": [422, "The residence is not on the allow-list of the registry.",
    "Use an assigned code that the registry admits.", "HolderRegistry_ResidenceNotAllowed"],
  "look-through-failed": [422, "Looking through the holder has not excluded mainland owners and control.",
    "Complete the look-through before registering.", "HolderRegistry_LookThroughFailed"],
  "us-person": [422, "US persons do not receive notes.",
    "None.", "HolderRegistry_UsPerson"],
  "same-holder": [409, "The two accounts are of one holder already.",
    "Nothing is left to do.", "HolderRegistry_SameHolder"],
  "too-many-accounts": [422, "The holder would have more accounts than the ledger keeps together.",
    "Move units together and join fewer accounts.", "HolderRegistry_TooManyAccounts"],
  "same-custodian": [422, "The accounts are with this custodian already.",
    "Name another custodian.", "HolderRegistry_SameCustodian"],
  "statement-not-custodian": [404, "The account is not with the calling custodian, or the custodian is not active.",
    "State accounts of your own, while your licence runs.", "Statements_NotCustodianOf"],
  "statement-unknown-note": [404, "The class has no live note.",
    "Name a class of a deal that was issued and is not closed.", "Statements_UnknownNote"],
  "statement-not-omnibus": [422, "The account is not kept for clients of its holder.",
    "Only omnibus accounts are stated.", "Statements_NotOmnibus"],
  "statement-unequal": [422, "The totals do not add up to what the account held at the record date.",
    "Reconcile the sub-accounts; the totals must equal `held`.", "Statements_Unequal"],
  "statement-malformed": [422, "The totals or the list of the statement are malformed.",
    "Name each admitted residence once, in ascending order, with units; count every sub-holder; give the list's hash.",
    "Statements_ResidenceNotAllowed", "Statements_ResidenceOrder", "Statements_UnitsMissing",
    "Statements_SubHolderCount", "Statements_ListMissing"],
  "too-many-notes": [422, "The registry keeps as many live notes as it can reach at once.",
    "Close deals that are redeemed.", "HolderRegistry_TooManyNotes"],
  "facts-malformed": [422, "The stated facts hold a value that has no name.",
    "State only what the schema names.", "HolderRegistry_FactsMalformed"],
  "category-missing": [422, "The account has no investor category.",
    "State the holder's investor category.", "HolderRegistry_CategoryMissing"],
  "eligibility-past": [422, "The eligibility of the account has run out already.",
    "Give a date ahead, backed by evidence.", "HolderRegistry_EligibilityPast"],
  "reference-missing": [422, "A holder reference, an account reference or a commitment is empty.",
    "Give all three.", "HolderRegistry_ReferenceMissing"],
  "account-exists": [409, "The account is registered already.",
    "Use it, or register another reference.", "HolderRegistry_AlreadyRegistered"],
  "unknown-account": [404, "The account is not registered, or not with the calling custodian.",
    "Check the address; only its own custodian sees and changes an account.",
    "HolderRegistry_UnknownAccount", "HolderRegistry_NotCustodianOf"],
  "holder-changed": [422, "The update names another holder than the account has.",
    "Register an account for the other holder and move the units to it.", "HolderRegistry_HolderChanged"],
  "match-decided": [409, "The match was decided before.",
    "Read the match for its state."],
  "custodian-inactive": [422, "The custodian is stopped or its licence has run out.",
    "Wait until the registrar renews the licence or the stop ends.", "HolderRegistry_CustodianInactive"],
  "key-not-proven": [422, "The account's key was not proven by a valid signature, or the address has code.",
    "Have the holder sign the key proof with the account's own key.",
    "HolderRegistry_KeyNotProven"],

  ...orderProblems,

  // Transfers
  "restricted": [422, "Rules forbid the movement.",
    "See `restrictions`, which lists every reason with its remedy.", "Note_Restricted"],
  "insufficient-units": [422, "The account holds less than the movement asks for.",
    "Move no more than the account holds.", "ERC20InsufficientBalance"],
  "units-frozen": [422, "Orders freeze so many units of the account that too few are free.",
    "Move no more than the `unfrozen` units, or have the freeze ended.", "ERC7943InsufficientUnfrozenBalance"],
  "units-out-of-range": [422, "The ledger counts no more than 2 to the power of 64 less one units.",
    "Ask for fewer units.", "Note_UnitsOutOfRange"],
  "allowance-refused": [422, "Allowances are given by self-kept accounts to registered custodians only.",
    "Have the custodian move the units.", "Note_AllowanceRefused"],
  "insufficient-allowance": [422, "The allowance is smaller than the movement.",
    "Have the account's holder raise the allowance.", "ERC20InsufficientAllowance"],
  "record-date-order": [422, "The record date does not follow the last one.",
    "Declare a later day.", "DealRegistry_RecordDateOrder"],
  "record-date-open": [422, "The record date has not closed.",
    "Ask again after its last second.", "Note_RecordDateOpen", "Distributor_RecordDateOpen"],

  // Payment cycles
  "issuance-ended": [409, "The deal has begun to pay, so nothing is issued any more.",
    "None.", "DealRegistry_IssuanceEnded"],
  "deal-not-outstanding": [409, "Nothing of the deal is outstanding.",
    "Wait until the deal is priced and issued.", "DealRegistry_NotOutstanding"],
  "not-issued": [422, "Nothing was issued of a class of the deal.",
    "Issue every class that has a note before the first report.", "Distributor_NotIssued"],
  "issued-after-record-date": [422, "Units were issued after the first record date.",
    "Declare a new version of the cycle with a later record date.", "Distributor_IssuedAfterRecordDate"],
  "period-order": [409, "The period is not the next one to be distributed.",
    "Go on with the period `expected`.", "Distributor_PeriodOrder"],
  "cycle-version": [409, "The version is not that of the cycle, or does not follow it.",
    "Use the version `expected`.", "Distributor_VersionOrder"],
  "cycle-date": [422, "A date of the cycle is none, or fits neither the terms nor the period before.",
    "Correct the date that `values` names.", "Distributor_BadDate"],
  "period-too-long": [422, "The accrual period is longer than the ledger takes.",
    "Check the year of the dates.", "Distributor_PeriodTooLong"],
  "unknown-cycle": [404, "The deal has no such payment cycle.",
    "Declare the cycle first."],
  "not-reported": [409, "The cycle has no servicer report yet.",
    "Have the servicer report first."],
  "unknown-report": [404, "This service keeps no report of the cycle that the caller may see.",
    "Ask the servicer for it."],
  "calculation-missing": [404, "The cycle has no calculation yet.",
    "See `reason`, which is the code with which a posting would be refused."],
  "bad-report": [422, "The report names no hash, more principal than funds, or a wrong number of fees.",
    "Correct the field that `values` names.", "Distributor_BadReport"],
  "already-reported": [409, "The version of the cycle has its report already.",
    "Declare a new version of the cycle to replace the report.", "Distributor_AlreadyReported"],
  "report-differs": [422, "The posting starts from another report than the one that was entered.",
    "Calculate anew from the report that stands.", "Distributor_ReportDiffers"],
  "class-not-floating": [422, "The class has no rate to be fixed.",
    "Name a class that floats.", "Distributor_NotFloating"],
  "bad-fixing": [422, "The fixing is beyond a hundred percent, or its evidence is missing.",
    "Correct the rate, or give the hash of the page it was taken from.", "Distributor_BadFixing"],
  "fixing-missing": [422, "The rate of a floating class has not been fixed for the period.",
    "Have paying agent and trustee enter equal fixings.", "Distributor_FixingMissing"],
  "calculation-refused": [422, "The figures of the cycle give no distribution.",
    "See `detail`; replace report or fixing by a new version of the cycle."],
  "calculation-changed": [409, "The calculation is not the one that the caller approves.",
    "Read the calculation again and approve what it shows."],
  "day-count-wrong": [422, "A day count is not that of the dates of the cycle.",
    "Calculate anew.", "Distributor_DayCountLength", "Distributor_WrongDayCount"],
  "wrong-line": [422, "A line of the distribution is not what the filed steps give.",
    "See `line` and `expectedMinor`.", "Waterfall_WrongLine"],
  "line-count": [422, "The distribution has more or fewer lines than the filed steps.",
    "Calculate anew.", "Waterfall_LineCount"],
  "not-posted": [409, "The period has not been posted.",
    "Have paying agent and trustee post it.", "Distributor_NotPosted"],

  // Payments
  "deposit-missing": [422, "No deposit is admitted for the currency.",
    "Have registrar or regulator and two approvers admit one.", "Payments_NoDeposit"],
  "cash-address-missing": [422, "The deposit, the currency or the cash account is empty or cannot be one.",
    "Name a deposit that stands on the ledger, and a cash account.", "Payments_AddressMissing"],
  "not-instructor": [403, "A standing instruction is opened by the party that it pays.",
    "Have that party send it first.", "Payments_NotInstructor"],
  "instruction-missing": [422, "The party has no standing instruction for the currency.",
    "Have the party name its cash account, and an approver confirm it.", "Payments_NoInstruction"],
  "already-funded": [409, "The period has its funds already.",
    "Go on with the payments.", "Payments_AlreadyFunded"],
  "funding-differs": [422, "The funds are not the total that was posted.",
    "Fund exactly `postedMinor`.", "Payments_FundingDiffers"],
  "not-funded": [409, "The period has no funds yet.",
    "Fund the period first.", "Payments_NotFunded"],
  "nothing-to-pay": [409, "Nobody is left to be paid.",
    "Read the payments of the period."],
  "class-not-retained": [422, "The class has a note, so its holders are paid.",
    "Pay its accounts.", "Payments_NotRetained"],
  "not-a-fee": [422, "The line is no fee of the posting.",
    "Name the index of a fee line.", "Payments_NotFeeLine"],
  "already-paid": [409, "The fee or the retained class has been paid for this period.",
    "Nothing is left to do.", "Payments_AlreadyPaid"],
  "payments-suspended": [422, "Payments wait because the filing is suspended.",
    "Repeat the command when the suspension has ended.", "Payments_FilingSuspended"],
  "deposit-refused": [422, "The deposit did not move the money.",
    "Ask the bank of the deposit; then repeat the command with a new key.",
    "Payments_TransferFailed", "SafeERC20FailedOperation"],

  // The service
  "ledger-refused": [422, "The ledger refused the command for a reason that has no name of its own here.",
    "Check the values; report it with `detail` if they are right.",
    "InvalidShortString", "Note_SecondOutOfRange", "Parties_DelayTooLong", "Payments_GasTooLow", "ReentrancyGuardReentrantCall", "SafeCastOverflowedUintDowncast", "StringTooLong"],
  "internal": [500, "The service failed.",
    "Repeat the request with the same idempotency key; report `instance` if it fails again."],
  "ledger-error": [502, "The ledger answered with an error that is no refusal.",
    "Repeat the request with the same idempotency key."],
  "database-unavailable": [503, "The database does not answer.",
    "Repeat the request with the same idempotency key."],
  "not-ready": [503, "The service is not ready to work.",
    "Wait; `detail` says for what."],
  "ledger-unavailable": [503, "The ledger does not answer.",
    "Repeat the request with the same idempotency key."],
} as const satisfies Record<string, Row>;

/** Stable name of a problem; the last part of its `type`. */
export type ProblemCode = keyof typeof rows;

export type ProblemKind = { status: number; title: string; fix: string; contractErrors: readonly string[] };

/** The table by code, in the order in which it is documented. */
export const problemKinds = Object.fromEntries<ProblemKind>(
  Object.entries(rows as Record<string, Row>).map(([code, [status, title, fix, ...contractErrors]]) => [
    code,
    { status, title, fix, contractErrors },
  ]),
) as Record<ProblemCode, ProblemKind>;

const codeByContractError = new Map(
  Object.entries(problemKinds).flatMap(([code, { contractErrors }]) =>
    contractErrors.map((name) => [name, code as ProblemCode]),
  ),
);

/** The code for a custom error of a contract, such as `FilingRegistry_CapExceeded`; undefined when none is mapped. */
export function codeOfContractError(name: string): ProblemCode | undefined {
  return codeByContractError.get(name);
}

/** One offending place of a request; `pointer` is a JSON pointer that starts with /body, /query, /path or /headers. */
export type FieldError = { pointer: string; code: string; message: string };

/** A reason that forbids a movement, as the API shows it. */
export type RestrictionShown = {
  readonly number: number;
  readonly code: string;
  readonly text: string;
  readonly textZh: string;
  readonly remedy: string;
  readonly iso20022: string | null;
};

type Details = {
  /** What is special about this occurrence, one sentence. */
  detail?: string;
  errors?: readonly FieldError[];
  restrictions?: readonly RestrictionShown[];
  /** Arguments of the contract error, as strings. */
  values?: Readonly<Record<string, string>>;
  operationId?: string;
  cause?: unknown;
};

/** A failure that the API answers as a problem. Its message is the detail, or the title of its code. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ProblemCode;
  readonly details: Omit<Details, "cause">;

  constructor(code: ProblemCode, { cause, ...details }: Details = {}) {
    super(details.detail ?? problemKinds[code].title, { cause });
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return problemKinds[this.code].status;
  }
}
