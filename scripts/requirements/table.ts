/** One requirement that the registry has to meet, in the project's own words. */
export interface Requirement {
  readonly id: string;
  readonly wording: string;
  /** What keeps it: contracts, or folders of the server. */
  readonly keptBy: string;
  /** What this version still lacks of it; absent when all of it is met, which needs a test that says so. */
  readonly missing?: string;
}

const LATER_CURRENCY = "The register of settlement currencies comes with the conversion of collections.";
const LATER_REGISTER = "Comes with the register as of any moment.";
const LATER_OPERATION = "Comes with the operation of the service.";

/**
 * Every requirement of the registry. A row without `missing` claims that the requirement is met; a test that proves it
 * names the id in brackets, like "(R-H2)".
 */
export const requirements: readonly Requirement[] = [
  {
    id: "R-F1",
    wording: "Units come into being only under a recorded filing.",
    keptBy: "`FilingRegistry.consume`, `DealRegistry.issue`",
  },
  {
    id: "R-F2",
    wording: "Two attesters, neither of them filing entity or issuer, sign equal evidence before a filing is recorded.",
    keptBy: "`FilingRegistry.attest`",
  },
  {
    id: "R-F3",
    wording: "Issuance stays inside the window and below the filed cap of each class; nothing gives headroom back.",
    keptBy: "`FilingRegistry.consume`, `TermsCheck`",
  },
  {
    id: "R-F4",
    wording:
      "A filing moves through one table of states; a step that is not in it is refused, each step names its evidence.",
    keptBy: "`FilingRegistry`",
  },
  {
    id: "R-F5",
    wording: "Versions of a filing are only added; the bundle hash can be recomputed from the kept documents.",
    keptBy: "`FilingRegistry`, `server/domain/bundle.ts`",
  },
  {
    id: "R-F6",
    wording: "All checks of the negative list are passed before submission, two of them again before each issuance.",
    keptBy: "`Scrutiny`",
  },
  {
    id: "R-F7",
    wording: "The filing entity and the overseas issuer are two parties.",
    keptBy: "`FilingRegistry`, `DealRegistry`",
  },
  {
    id: "R-F8",
    wording: "Accountable persons sign undertakings, whose hashes the filing carries.",
    keptBy: "`server/domain/bundle.ts` (document type UNDERTAKING)",
    missing: "Undertakings are documents of the bundle; no list of who signed is checked.",
  },
  {
    id: "R-F9",
    wording: "Other permits are declared one by one; a required one that is missing or expired blocks recording.",
    keptBy: "`Scrutiny`",
  },
  {
    id: "R-F10",
    wording: "A product that is debt or equity rather than asset-backed is turned away before filing.",
    keptBy: "–",
    missing: "No lane is asked for; the assessor's checks are the only judgement of what a product is.",
  },
  {
    id: "R-F11",
    wording: "The product speaks of recorded filing evidence and never says that an authority approved anything.",
    keptBy: "`server/features/filings`",
  },
  {
    id: "R-A1",
    wording:
      "Every filing has one pool of one asset class, with its tape, cut-off date, balance, currency and obligors.",
    keptBy: "`Assets`",
  },
  {
    id: "R-A2",
    wording: "Title and transfer are evidenced before recording, and one asset backs one live pool at most.",
    keptBy: "`Assets`",
  },
  {
    id: "R-A3",
    wording: "The servicer reports every collection period with its own key.",
    keptBy: "`Distributor.report`",
    missing: "A late report is visible by its dates and raises no alert yet.",
  },
  {
    id: "R-A4",
    wording: "Concentration of payers in a pool is shown against limits.",
    keptBy: "–",
    missing: LATER_REGISTER,
  },
  {
    id: "R-A5",
    wording: "The accounts of the vehicle, of collections and of distribution are three.",
    keptBy: "`Assets`",
  },
  {
    id: "R-H1",
    wording: "A receiver is judged at the moment of the movement; who is unknown or lapsed receives nothing.",
    keptBy: "`TransferRules`, `Note`",
  },
  {
    id: "R-H2",
    wording: "`CN` is refused by constant; Hong Kong, Macao and Taiwan are codes of their own.",
    keptBy: "`HolderRegistry`, `TransferRules`",
  },
  {
    id: "R-H3",
    wording: "Whoever was not looked through, or has a mainland owner or controller, holds nothing.",
    keptBy: "`HolderRegistry`, `TransferRules`",
  },
  {
    id: "R-H4",
    wording: "The holder's investor category is dated, evidenced and one that the class admits.",
    keptBy: "`HolderRegistry`, `TransferRules`",
  },
  {
    id: "R-H5",
    wording:
      "Holders are screened against sanctions lists of a known age; a hit stops the account and says nothing else.",
    keptBy: "`server/domain/eligibility.ts`, `server/features/vault`, `HolderRegistry.stopAccount`",
    missing:
      "A screening date and its greatest age end eligibility, and stops give no reason; no list is matched here.",
  },
  {
    id: "R-H6",
    wording: "Who lapses or is downgraded may send and is paid, and receives no more.",
    keptBy: "`TransferRules`, `Payments`",
  },
  {
    id: "R-H7",
    wording: "Only a licensed, active custodian registers accounts and moves them.",
    keptBy: "`HolderRegistry`, `TransferRules`",
  },
  {
    id: "R-H8",
    wording: "An omnibus account states its holders by residence for each record date; the total equals its balance.",
    keptBy: "`Statements`",
  },
  {
    id: "R-H9",
    wording: "The register of a record date can be made again at any later block, by holder.",
    keptBy: "`RecordDates`, `Note`, `server/features/holders`",
  },
  {
    id: "R-T1",
    wording: "Check and movement give the same stable reasons, on the ledger and in the API.",
    keptBy: "`TransferRules`, `server/domain/restrictions.ts`",
  },
  {
    id: "R-T2",
    wording: "A movement by a custodian carries the reference of its instruction.",
    keptBy: "`Note.move`",
  },
  {
    id: "R-T3",
    wording: "No US person receives units, and nothing moves before the compliance period has a length and has passed.",
    keptBy: "`TransferRules`, `ClassRules`",
  },
  {
    id: "R-T4",
    wording:
      "Lock-up, minimum, number of holders and residences are rules of the class; a change takes two approvals and time.",
    keptBy: "`ClassRules`, `TransferRules`",
  },
  {
    id: "R-T5",
    wording: "No way around the rules: no permits, no approval of strangers, no contract as a holder.",
    keptBy: "`Note`, `HolderRegistry`",
  },
  {
    id: "R-S1",
    wording: "Money is paid in a settlement currency of the register only.",
    keptBy: "–",
    missing: LATER_CURRENCY,
  },
  {
    id: "R-S2",
    wording: "A distribution is recomputed from its inputs; paid, held and carried amounts add up to what was funded.",
    keptBy: "`Waterfall`, `Distributor`, `Payments`",
  },
  {
    id: "R-S3",
    wording: "What cannot be paid to a stopped holder is held under its name and never given to another.",
    keptBy: "`Payments`",
  },
  {
    id: "R-S4",
    wording: "Cash is said to have moved only with the bank's and the exchange register's references.",
    keptBy: "–",
    missing: LATER_CURRENCY,
  },
  {
    id: "R-S5",
    wording: "Repaid principal lowers every unit of a class alike.",
    keptBy: "`Distributor` (factor)",
  },
  {
    id: "R-E1",
    wording: "The report of completion falls due with the first issuance; while it is overdue nothing more is issued.",
    keptBy: "`Disclosures`",
  },
  {
    id: "R-E2",
    wording: "Material events are recorded for good; a late or corrected one is seen to be so.",
    keptBy: "`Disclosures`",
  },
  {
    id: "R-E3",
    wording: "Legal time limits are rows of a policy with their source and whether somebody verified them.",
    keptBy: "`Disclosures`",
  },
  {
    id: "R-E4",
    wording: "A change of terms is an event bound to a supplement or a new filing.",
    keptBy: "–",
    missing: "Terms cannot be changed after recording; amendment comes with the cash flow of any deal.",
  },
  {
    id: "R-O1",
    wording: "An authority's order is a record: authority, scope, basis, times of receipt, expiry and review.",
    keptBy: "`Orders`",
  },
  {
    id: "R-O2",
    wording:
      "Freezing is full or partial; forcing and recovering need an order, three parties and an eligible destination.",
    keptBy: "`Orders`, `Note`",
  },
  {
    id: "R-O3",
    wording: "The regulator's key reads, files orders and stops; it issues, moves and burns nothing alone.",
    keptBy: "`Orders`, `Approvals`",
  },
  {
    id: "R-O4",
    wording: "A pause has a scope and an end, and stops neither reads nor what is held for holders.",
    keptBy: "`Orders`, `FilingRegistry`, `HolderRegistry`",
  },
  {
    id: "R-O5",
    wording: "Requests of overseas regulators are logged, and onshore files leave only through a legal gate.",
    keptBy: "–",
    missing: LATER_OPERATION,
  },
  {
    id: "R-D1",
    wording: "The ledger carries no personal data and no bare hash of it.",
    keptBy: "`HolderRegistry`, `server/features/vault`",
  },
  {
    id: "R-D2",
    wording: "Every document has a storage zone; of an onshore one only the hash is kept here.",
    keptBy: "`server/domain/bundle.ts`, `server/features/documents`",
  },
  {
    id: "R-D3",
    wording: "Nodes, service and keys run outside the mainland, and the deployment says where.",
    keptBy: "–",
    missing: LATER_OPERATION,
  },
  {
    id: "R-D4",
    wording: "The log of who did what is chained by hashes and anchored.",
    keptBy: "–",
    missing: LATER_OPERATION,
  },
  {
    id: "R-D5",
    wording: "Records are kept as long as a policy says, and a legal hold beats its end.",
    keptBy: "–",
    missing: LATER_OPERATION,
  },
  {
    id: "R-D6",
    wording: "The database is rebuilt from ledger and documents to the same content.",
    keptBy: "`server/indexer`",
    missing: LATER_REGISTER,
  },
  {
    id: "R-D7",
    wording: "A class says which record is legally definitive, ledger or register.",
    keptBy: "–",
    missing: "Not in the terms yet.",
  },
  {
    id: "R-G1",
    wording: "Duties are separated by party: no one party files, attests and issues.",
    keptBy: "`Parties`, `Approvals`, `Roles`",
  },
  {
    id: "R-G2",
    wording: "Code changes by a new deployment with proof of the register, never by an upgrade in place.",
    keptBy: "`Wired`, `server/chain/deploymentCheck.ts`",
    missing: "There is nothing to upgrade; moving a register to a new deployment is not built.",
  },
  {
    id: "R-G3",
    wording: "When a participant is suspended its clients keep their balances, exit only, and can be reassigned.",
    keptBy: "`HolderRegistry`",
  },
];
