/** A defect that is planted to see whether the campaign finds it. */
export type Plant = {
  /** The restriction or the invariant of test/solidity/Laws.sol that is broken. */
  readonly rule: string;
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
};

type Change = readonly [rule: string, from: string, to: string];

const inFile = (file: string, changes: readonly Change[]): Plant[] =>
  changes.map(([rule, from, to]) => ({ rule, file, from, to }));

/** A rule of the page that says nothing any more. */
const silenced = (rules: readonly string[]): Plant[] =>
  rules.map((rule) => ({
    rule,
    file: "contracts/TransferRules.sol",
    from: `Restrictions.${rule}`,
    to: "0",
  }));

/** Restrictions that the page of a note names in one place each. */
const ofNote: readonly string[] = [
  "FILING_NOT_RECORDED",
  "FILING_REVOKED",
  "FILING_CLOSED",
  "CLASS_PAUSED",
  "SENDER_STOPPED",
  "RECEIVER_NOT_REGISTERED",
  "RECEIVER_STOPPED",
  "RECEIVER_ONSHORE",
  "RECEIVER_LOOK_THROUGH_FAILED",
  "RECEIVER_LAPSED",
  "RECEIVER_CATEGORY_NOT_ADMITTED",
  "RECEIVER_RESIDENCE_NOT_ADMITTED",
  "RECEIVER_CUSTODIAN_INACTIVE",
  "RECEIVER_US_PERSON",
  "RECEIVER_STATEMENT_DUE",
  "RECEIVER_DELIVERY_NOT_ACCEPTED",
  "OPERATOR_NOT_ENTITLED",
  "OPERATOR_CUSTODIAN_INACTIVE",
  "UNITS_INSUFFICIENT",
  "UNITS_FROZEN",
  "LOCKED_UP",
  "COMPLIANCE_PERIOD_UNSET",
  "BELOW_MINIMUM",
  "HOLDER_LIMIT",
];

/** Restrictions of the page that stand in it more than once or as part of another name. */
const ofPage = inFile("contracts/TransferRules.sol", [
  ["FILING_SUSPENDED", "asked.timestamp <= config.suspendedUntilOf()", "asked.timestamp < config.suspendedUntilOf()"],
  ["COMPLIANCE_PERIOD", "asked.timestamp <= complianceUntil", "asked.timestamp + 1 days <= complianceUntil"],
  ["SENDER_NOT_REGISTERED", "reasons = Restrictions.SENDER_NOT_REGISTERED", "reasons = 0"],
  ["UNITS_ZERO", "if (units == 0) return Restrictions.UNITS_ZERO", "if (units == 0) return 0"],
  [
    "SAME_ACCOUNT",
    "if (asked.from == asked.to) reasons |= Restrictions.SAME_ACCOUNT;\n        reasons |= restrictionsOfSender",
    "reasons |= restrictionsOfSender",
  ],
]);

/** What else the page or a movement could get wrong. */
const ofMovements = [
  ...inFile("contracts/TransferRules.sol", [
    ["PAGE", "if (timestamp > to.eligibleUntilOf())", "if (timestamp >= to.eligibleUntilOf())"],
    ["NO_MAINLAND_RECEIPT", "to.residenceOf() == Residences.CN", 'to.residenceOf() == "XX"'],
    ["MINIMUM", "movesLess || leavesLess || givesLess", "movesLess || givesLess"],
    [
      "FORCE",
      "reasons = restrictionsOfReceiver(asked, facts.to, facts.licences.ofReceiver()) | _ofBalance(asked);",
      "reasons = _ofBalance(asked);",
    ],
  ]),
  ...inFile("contracts/libraries/EligibilityMemory.sol", [
    ["MEMORY", "return others | isFar == 0;", "return isFar == 0;"],
    ["PAGE_AND_MOVEMENT", "if (until >> 255 == 0) return false;", ""],
    ["NO_LAPSED_RECEIPT", "if (licensedUntil < until) until = licensedUntil;", "until = type(uint40).max;"],
  ]),
  ...inFile("contracts/NoteBook.sol", [
    ["NO_FAILED_RECEIPT", "reasons == 0 ? config.remembering", "true ? config.remembering"],
    ["SUPPLY", "from == address(0) ? sender.plus(units)", "from == address(0) ? sender.plus(units / 2)"],
    ["HOLDER_COUNT", "if (asked.closesHolder && !asked.opensHolder) --_register.holders;", ""],
    ["BALANCE", ": receiver.plus(units);", ": receiver.plus(units + (units == 7 ? 1 : 0));"],
    [
      "REASONS",
      "if (others != 0) revert Note_Restricted(reasons, leg);",
      "if (others != 0) revert Note_Restricted(others, leg);",
    ],
  ]),
  ...inFile("contracts/libraries/RecordDates.sol", [
    ["RECORD_DATE", "while (block.timestamp > next)", "while (block.timestamp >= next)"],
  ]),
  ...inFile("contracts/Note.sol", [
    ["MODULES_ONLY", "function moveEpoch() external onlyHolderRegistry", "function moveEpoch() external"],
    ["ALLOWANCE", "if (!isAdmitted && units != 0)", "if (!isAdmitted && units > 100)"],
    ["FROZEN", "_freeze(account, uint64(units));", "if (units != 0) _freeze(account, uint64(units));"],
  ]),
];

/** The registry of holders. */
const ofHolders = [
  ...inFile("contracts/HolderRegistry.sol", [
    ["REGISTER", "else if (before.custodianOf() == custodian) word = before.restatedWith(facts);", ""],
    ["STATEMENT_OF_FACTS", "if (facts.holderRefOf() != current.holderRefOf())", "if (facts.holderRefOf() == 0)"],
    ["REGISTRATION", "if (AccountWord.unwrap(entry.word) != 0)", "if (AccountWord.unwrap(entry.word) == 1)"],
    ["NO_STOPPED_RECEIPT", "if (!isRemembered) _forget(ring);", ""],
  ]),
  ...inFile("contracts/HolderStops.sol", [
    [
      "MEMORY",
      "_order(account, by, orderId, until);\n        _forget(account);",
      "_order(account, by, orderId, until);",
    ],
  ]),
  ...inFile("contracts/HolderRings.sol", [
    ["HOLDER", "if (ring[i] == sibling) revert", "if (ring[i] == sibling && i > 9) revert"],
    ["REASSIGNMENT", "IApprovals.Quorum(2, 0)", "IApprovals.Quorum(1, 0)"],
  ]),
  ...inFile("contracts/HolderCustodians.sol", [
    ["LICENCE", "if (!isEnding && !PARTIES.holds(custodian, Roles.CUSTODIAN))", "if (custodian.isNobody())"],
  ]),
  ...inFile("contracts/libraries/Residences.sol", [["NO_MAINLAND_ACCOUNT", '"CN"', '"XX"']]),
  ...inFile("contracts/libraries/Stops.sol", [
    ["NAMED_REFUSAL", "if (isUsed) revert IStoppable.Stoppable_OrderUsed(subject, orderId);", "assert(!isUsed);"],
    ["STOP", "bool isNewSeries = stop.since == 0 ||", "bool isNewSeries = stop.since != 1 ||"],
  ]),
  ...inFile("contracts/Statements.sol", [["OMNIBUS_STATEMENT", "if (stated != held)", "if (stated > held)"]]),
];

/** Filings, issuance, orders and decisions. */
const ofDecisions = [
  ...inFile("contracts/DealRegistry.sol", [
    ["DEAL_NOT_PRICED", "reasons |= Restrictions.DEAL_NOT_PRICED", "reasons |= 0"],
    ["ISSUANCE_WINDOW_CLOSED", "reasons |= Restrictions.ISSUANCE_WINDOW_CLOSED", "reasons |= 0"],
    ["REPORT_OVERDUE", "reasons |= Restrictions.REPORT_OVERDUE", "reasons |= 0"],
    ["RECHECK_MISSING", "reasons |= Restrictions.RECHECK_MISSING", "reasons |= 0"],
    ["ISSUANCE", "if (filed.state == FilingState.Suspended) return Restrictions.FILING_SUSPENDED;", ""],
  ]),
  ...inFile("contracts/FilingRegistry.sol", [
    ["CAP", "if (amountMinor > capMinor - issuedMinor)", "if (amountMinor > capMinor)"],
    [
      "TWO_ATTESTERS",
      "IApprovals.Quorum(2, 0));\n        emit FilingAttested",
      "IApprovals.Quorum(1, 0));\n        emit FilingAttested",
    ],
    [
      "FILING_TABLE",
      "Filing storage current = _in(filing, SUBMITTED);",
      "Filing storage current = _in(filing, UNRECORDED);",
    ],
    [
      "STANDING",
      "current.suspendedUntil = 0;\n        emit FilingSuspensionLifted(filing, orderId, basisHash);\n        _tellDeal(filing, current);",
      "current.suspendedUntil = 0;\n        emit FilingSuspensionLifted(filing, orderId, basisHash);",
    ],
    ["HANDING_IN", "SCRUTINY.requirePassed(filing, version);", ""],
  ]),
  ...inFile("contracts/FilingStates.sol", [
    ["FILING_STATE", "block.timestamp > current.windowClosesAt", "block.timestamp >= current.windowClosesAt + 1 days"],
  ]),
  ...inFile("contracts/Assets.sol", [
    ["ONE_LIVE_POOL", "if (FilingId.unwrap(pledged) != 0)", "if (pledged == filing)"],
  ]),
  ...inFile("contracts/Scrutiny.sol", [
    ["EXAMINATION", "if (isFixed) revert", "if (isFixed && isRequired) revert"],
    ["RECHECK", "if (!areBoth || checks & ~RECHECKED != 0)", "if (!areBoth)"],
  ]),
  ...inFile("contracts/Disclosures.sol", [
    ["DUTY", "if (completion.dueAt == 0) revert", "if (reportHash == 0) revert"],
  ]),
  ...inFile("contracts/Approvals.sol", [
    [
      "DECISION",
      "if (_endorsed(matter, party)) revert",
      "if (matter.first != party && _endorsed(matter, party)) revert",
    ],
  ]),
  ...inFile("contracts/ClassRules.sol", [["RULES", "msg.sender, CHANGE_DELAY_SECONDS", "msg.sender, 0"]]),
  ...inFile("contracts/Orders.sol", [
    ["ORDER", "if (moves) {", "if (moves && order.releases != 0) {"],
    ["FREEZE", "_requireState(orderId, OrderState.Filed);", ""],
    ["RECOVER", "if (block.timestamp <= stoppedUntil)", "if (block.timestamp + 3 days <= stoppedUntil)"],
    ["PAUSE", "_stops.order(_subject(note), orderId, _pausedUntil[note], until)", "until"],
  ]),
];

/** Every planted defect. */
export const plants: readonly Plant[] = [...silenced(ofNote), ...ofPage, ...ofMovements, ...ofHolders, ...ofDecisions];
