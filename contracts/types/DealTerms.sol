// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "./Ids.sol";

/// @notice How a class earns interest.
enum RateKind {
    Zero,
    Fixed,
    Floating
}

/// @notice Day-count fraction of a class: actual days over 360, or thirty-day months over 360 (bond basis).
enum DayCount {
    Actual360,
    Thirty360BondBasis
}

/// @notice How an amount of interest becomes whole minor units.
enum Rounding {
    HalfUp,
    Floor
}

/// @notice What a step of the waterfall pays.
enum StepKind {
    Fee,
    ClassInterest,
    PrincipalSequential,
    PrincipalProRata,
    Residual
}

/// @dev Compliance period of a class of which nobody has said how long it lasts.
uint32 constant UNSET_SECONDS = type(uint32).max;

/// @notice Holders of one residence may receive only when they are of one of these categories, whatever the class admits.
struct ResidenceRule {
    /// ISO 3166-1, two capital letters.
    bytes2 residence;
    /// Bit k set: investor category k may receive; 0: nobody of this residence.
    uint16 categories;
}

/// @notice Rules of a class that bind every transfer of its note (R-T3, R-T4). Periods count from its first issuance.
struct RuleTerms {
    /// No transfers until these seconds have passed.
    uint32 lockUpSeconds;
    /// Distribution-compliance period, likewise. `UNSET_SECONDS`: nobody has set it, and nothing may be transferred.
    uint32 complianceSeconds;
    /// Least units that an account may hold and that may move; 0 and 1 are no limit.
    uint32 minimumUnits;
    /// Most holders the class may have; 0 is no limit.
    uint32 maxHolders;
    /// In ascending order of residence.
    ResidenceRule[] residences;
}

/// @notice One class as it was filed. A pair of lowest and highest bounds that are equal is filed exactly; a pair that
/// differs is open at pricing within the bounds.
struct ClassTerms {
    /// Printed name, for example `A-1`.
    string label;
    /// ISO 6166 identifier, twelve characters.
    bytes12 isin;
    /// False for a retained class: it is in the waterfall and has no note.
    bool tokenised;
    /// Face amount of one unit in minor units; divides every admissible original balance. Zero only when retained.
    uint64 unitFaceMinor;
    uint128 originalBalanceLowestMinor;
    uint128 originalBalanceHighestMinor;
    RateKind rateKind;
    /// Bounds of the yearly rate (Fixed) or of the spread over the fixing (Floating), in units of 1e-10.
    uint64 rateLowestE10;
    uint64 rateHighestE10;
    DayCount dayCount;
    /// True when interest accrues to the rolled payment date, false when it accrues to the nominal one.
    bool adjustedAccrual;
    Rounding rounding;
    /// Bit k set: investor category k (`InvestorCategory`) may receive notes of this class.
    uint16 admittedCategories;
    /// As filed; `ClassRules` may change them later.
    RuleTerms rules;
}

/// @notice One step of the waterfall, in order of priority.
struct StepTerms {
    StepKind kind;
    /// Bit k set: class k takes part in this step.
    uint16 classes;
    /// Whom a fee is paid to; nobody for other kinds.
    PartyId payee;
    /// Most that a fee takes per payment date, in minor units; zero for other kinds.
    uint64 capMinor;
}

/// @notice All terms of a deal that the ledger enforces. `termsHash = keccak256(abi.encode(TERMS_TYPEHASH, terms))`.
/// @dev Carries no filing or deal id, since those are derived from its hash. A change of layout takes a new version.
struct DealTerms {
    /// Version of this layout.
    uint16 version;
    /// SHA-256 of the canonical JSON (RFC 8785) of the deal document, which binds the words to these figures.
    bytes32 dealDocumentHash;
    PartyId filingEntity;
    PartyId issuer;
    PartyId trustee;
    PartyId payingAgent;
    PartyId servicer;
    /// ISO 4217 code of every amount of the deal.
    bytes3 currency;
    /// Time zone of the deal's civil dates as a fixed offset from UTC.
    int16 utcOffsetMinutes;
    /// SHA-256 of the calendar tables by which payment dates roll.
    bytes32 calendarTableHash;
    /// Civil dates are written yyyymmdd.
    uint32 cutoffDate;
    uint32 closingDateEarliest;
    uint32 closingDateLatest;
    uint32 firstPaymentDate;
    uint32 legalFinalMaturityDate;
    ClassTerms[] classes;
    StepTerms[] steps;
}

/// @notice The fields that were open at pricing, filled once. Arrays are indexed by class.
struct Pricing {
    uint32 closingDate;
    uint128[] originalBalanceMinor;
    uint64[] rateE10;
}

/// @dev EIP-712 style: the struct, then what it refers to in alphabetical order.
bytes32 constant TERMS_TYPEHASH = keccak256(
    "DealTerms(uint16 version,bytes32 dealDocumentHash,uint16 filingEntity,uint16 issuer,uint16 trustee,uint16 payingAgent,uint16 servicer,bytes3 currency,int16 utcOffsetMinutes,bytes32 calendarTableHash,uint32 cutoffDate,uint32 closingDateEarliest,uint32 closingDateLatest,uint32 firstPaymentDate,uint32 legalFinalMaturityDate,ClassTerms[] classes,StepTerms[] steps)ClassTerms(string label,bytes12 isin,bool tokenised,uint64 unitFaceMinor,uint128 originalBalanceLowestMinor,uint128 originalBalanceHighestMinor,uint8 rateKind,uint64 rateLowestE10,uint64 rateHighestE10,uint8 dayCount,bool adjustedAccrual,uint8 rounding,uint16 admittedCategories,RuleTerms rules)ResidenceRule(bytes2 residence,uint16 categories)RuleTerms(uint32 lockUpSeconds,uint32 complianceSeconds,uint32 minimumUnits,uint32 maxHolders,ResidenceRule[] residences)StepTerms(uint8 kind,uint16 classes,uint16 payee,uint64 capMinor)"
);
