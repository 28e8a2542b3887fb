// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingId, PartyId} from "../types/Ids.sol";

/// @notice What has to be reported after a filing was recorded.
enum DutyKind {
    IssuanceCompletion,
    MaterialRisk,
    OtherMaterial
}

/// @notice Reports that are due after issuance begins, and those of material events. Nothing here is ever deleted; a late or
/// corrected report is visible as such (R-E1, R-E2).
/// @dev Every period comes from a row of the policy table, which names its source and says whether counsel has verified it
/// (R-E3). Periods are calendar days of 24 hours.
interface IDisclosures {
    /// @notice A row of the policy table.
    /// @param periodDays Calendar days after the event within which the report is due.
    /// @param isVerified Whether counsel confirmed the period against its source. False in every row that ships.
    /// @param sourceHash keccak256 of the words that name the source.
    struct DutyPolicy {
        DutyKind kind;
        uint16 periodDays;
        bool isVerified;
        bytes32 sourceHash;
    }

    /// @notice A material event.
    /// @param subCode What happened, a code of the event taxonomy.
    /// @param occurredAt Block-time second at which it happened.
    /// @param knownAt Block-time second at which the filing entity knew; the period counts from it.
    /// @param reportHash SHA-256 of the report.
    struct MaterialEvent {
        DutyKind kind;
        bytes32 subCode;
        uint40 occurredAt;
        uint40 knownAt;
        bytes32 reportHash;
    }

    event PolicyChanged(DutyKind indexed kind, uint16 periodDays, bool isVerified, bytes32 sourceHash);
    /// @notice The first units of a filing were issued, so that completion has to be reported.
    event DutyOpened(FilingId indexed filing, uint40 dueAt);
    event CompletionReported(
        FilingId indexed filing,
        PartyId indexed by,
        bytes32 reportHash,
        bytes32 receiptHash,
        uint40 dueAt,
        bool isLate
    );
    /// @param number Counts the events of a filing from 1.
    event EventReported(
        FilingId indexed filing,
        uint32 indexed number,
        PartyId indexed by,
        MaterialEvent reported,
        uint40 dueAt,
        bool isLate
    );
    event EventCorrected(FilingId indexed filing, uint32 indexed number, PartyId indexed by, bytes32 reportHash);

    /// @notice Thrown when a policy names no days or no source, or the table lacks a kind at construction.
    error Disclosures_BadPolicy(DutyKind kind);
    /// @notice Thrown when the caller is not the deal registry.
    error Disclosures_NotDealRegistry(address caller);
    /// @notice Thrown when completion is to be reported of a filing of which nothing was issued.
    error Disclosures_NothingIssued(FilingId filing);
    /// @notice Thrown when completion of issuance was reported before.
    error Disclosures_AlreadyReported(FilingId filing);
    /// @notice Thrown when the hash of a report or receipt is zero.
    error Disclosures_HashMissing();
    /// @notice Thrown when an event has no code, is of a kind with a report of its own, or was known before it happened or
    /// later than now.
    error Disclosures_BadEvent(string field);
    /// @notice Thrown when a filing has no event of this number.
    error Disclosures_UnknownEvent(FilingId filing, uint32 number);

    /// @notice Replaces a row of the policy table. Duties that are open keep the date that they have.
    /// @param operationRef Makes this decision distinct from an earlier equal one.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function changePolicy(DutyPolicy calldata policy, bytes32 operationRef) external;

    /// @notice Opens the duty to report completion of issuance.
    /// @custom:access the deal registry, at the first issuance
    function opened(FilingId filing) external;

    /// @notice Reports completion of issuance, after which nothing more is issued.
    /// @param receiptHash SHA-256 of the receipt.
    /// @custom:access the filing entity of the filing
    function reportCompletion(FilingId filing, bytes32 reportHash, bytes32 receiptHash) external;

    /// @notice Reports a material event of a filing that was recorded and has not been closed.
    /// @return number Number of the event.
    /// @custom:access the filing entity of the filing
    function report(FilingId filing, MaterialEvent calldata reported) external returns (uint32 number);

    /// @notice Adds a corrected report to an event; what was reported before stays.
    /// @custom:access the filing entity of the filing
    function correct(FilingId filing, uint32 number, bytes32 reportHash) external;

    /// @notice Whether the report of completion is due and has not come (R-E1).
    function isOverdue(FilingId filing) external view returns (bool);

    /// @notice The row of the policy table that is in force.
    function policyOf(DutyKind kind) external view returns (DutyPolicy memory);
}
