// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingId, PartyId} from "../types/Ids.sol";

/// @notice The heads under which the assets and the structure of a filing are examined.
enum Head {
    AssetAuthenticity,
    StructureCompliance,
    RiskIsolation
}

/// @notice Kinds of permit that a filing may need besides its recording (R-F9).
enum PermitKind {
    OutboundInvestment,
    ForeignDebt,
    ForeignExchange,
    DataExport,
    CyberSecurity,
    SectorConsent
}

/// @notice What was examined before a filing is submitted, and what is examined again before each issuance.
/// @dev Results of checks stand in one word of two bits each: 0 not assessed, 1 passed, 2 failed. Checks 0 to 5 are N1 to N6
/// of the negative list, checks 6 to 13 are A1 to A8 of the list for asset-backed securities. Everything belongs to one
/// version of a filing and so to its bundle; a new version is examined anew. The ledger keeps who said what and when; the
/// statement itself lies off it under its hash.
interface IScrutiny {
    event Assessed(
        FilingId indexed filing,
        PartyId indexed assessor,
        uint16 version,
        bytes32 bundleHash,
        uint32 checks,
        bytes32 evidenceRoot
    );
    /// @param validUntil Last second at which units may be issued on the strength of it; 0 when a check failed.
    event Rechecked(
        FilingId indexed filing,
        PartyId indexed assessor,
        uint32 checks,
        uint40 validUntil,
        bytes32 evidenceHash
    );
    event Scrutinised(
        FilingId indexed filing,
        PartyId indexed assessor,
        uint16 version,
        Head indexed head,
        bool isSound,
        uint32 examinedOn,
        bytes32 evidenceHash
    );
    event PermitStated(
        FilingId indexed filing,
        PartyId indexed by,
        uint16 version,
        PermitKind indexed kind,
        bool isRequired,
        bool isObtained,
        bytes32 referenceHash,
        uint40 expiresAt
    );

    /// @notice Thrown when a party may not assess a filing: it is its filing entity or its issuer.
    error Scrutiny_ConflictedAssessor(FilingId filing, PartyId party);
    /// @notice Thrown when another assessor has stated a result for this version; it alone may replace it, so that nobody
    /// looks for an assessor until one passes the filing.
    error Scrutiny_OtherAssessor(FilingId filing, PartyId assessor);
    /// @notice Thrown when an assessment names another bundle than the version that stands.
    error Scrutiny_OtherBundle(FilingId filing, bytes32 bundleHash);
    /// @notice Thrown when a word holds results of checks that do not belong in it, or a result that does not exist.
    error Scrutiny_BadChecks(uint32 checks);
    /// @notice Thrown when the hash of evidence, of a statement or of a permit is zero.
    error Scrutiny_EvidenceMissing();
    /// @notice Thrown when a number is not a civil date yyyymmdd, or a day that has begun nowhere yet.
    error Scrutiny_BadDate(uint32 date);
    /// @notice Thrown when a filing is to be submitted and a check of it has failed or was not assessed.
    error Scrutiny_CheckNotPassed(FilingId filing, uint256 check);
    /// @notice Thrown when a filing is to be submitted and was not found sound under a head.
    error Scrutiny_NotSound(FilingId filing, Head head);
    /// @notice Thrown when a filing is to be submitted and nobody said whether it needs a kind of permit.
    error Scrutiny_PermitUndeclared(FilingId filing, PermitKind kind);
    /// @notice Thrown when a filing is to be recorded without a permit that it needs, or after the permit expired.
    error Scrutiny_PermitMissing(FilingId filing, PermitKind kind);
    /// @notice Thrown when it is said after the draft that a permit is needed, or not needed, unlike before.
    error Scrutiny_PermitFixed(FilingId filing, PermitKind kind);
    /// @notice Thrown when a permit is said to be obtained that has expired already.
    error Scrutiny_PermitExpired(PermitKind kind, uint40 expiresAt);

    /// @notice States the results of the fourteen checks of a draft; replaces what this assessor stated of the version.
    /// @param evidenceRoot Root of the hashes of the evidence of each check.
    /// @custom:access ASSESSOR, neither filing entity nor issuer of the filing
    function assess(FilingId filing, uint16 version, bytes32 bundleHash, uint32 checks, bytes32 evidenceRoot) external;

    /// @notice States again, of a recorded filing, checks N3 and N4: the filer and those who control it may have come under
    /// investigation since (R-F6). The latest statement counts, for `RECHECK_SECONDS`.
    /// @custom:access ASSESSOR, neither filing entity nor issuer of the filing
    function recheck(FilingId filing, uint32 checks, bytes32 evidenceHash) external;

    /// @notice States whether a draft was found sound under a head.
    /// @param examinedOn Civil date of the examination.
    /// @custom:access ASSESSOR, neither filing entity nor issuer of the filing
    function scrutinise(
        FilingId filing,
        uint16 version,
        Head head,
        bool isSound,
        uint32 examinedOn,
        bytes32 evidenceHash
    ) external;

    /// @notice States whether the version that stands needs a kind of permit and has it. Whether it is needed is said while
    /// the filing is a draft; that it was obtained or renewed may be said later.
    /// @param referenceHash SHA-256 of the permit; zero only when it was not obtained.
    /// @param expiresAt Last second of the permit, block time; 0 when it has no end.
    /// @custom:access the filing entity of the filing
    function permit(
        FilingId filing,
        PermitKind kind,
        bool isRequired,
        bool isObtained,
        bytes32 referenceHash,
        uint40 expiresAt
    ) external;

    /// @notice Refuses a submission unless every check passed, every head is sound and every permit was declared (R-F6).
    function requirePassed(FilingId filing, uint16 version) external view;

    /// @notice Refuses a recording unless every permit that the filing needs was obtained and stands (R-F9).
    function requirePermits(FilingId filing) external view;

    /// @notice Whether checks N3 and N4 were passed within the last `RECHECK_SECONDS`.
    function isRechecked(FilingId filing) external view returns (bool);
}
