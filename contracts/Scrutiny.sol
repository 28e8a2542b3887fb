// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingPower, FilingState, IFilingRegistry} from "./interfaces/IFilingRegistry.sol";
import {Head, IScrutiny, PermitKind} from "./interfaces/IScrutiny.sol";
import {CivilDates} from "./libraries/CivilDates.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {Roles} from "./libraries/Roles.sol";
import {FilingId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IScrutiny`.
contract Scrutiny is IScrutiny, Wired {
    /// @notice How long checks N3 and N4 stand once they were stated again. An operational limit, not a legal period.
    uint40 public constant RECHECK_SECONDS = 24 hours;

    uint256 private constant CHECK_COUNT = 14;
    uint32 private constant PASSED = 1;
    /// @dev Bits of checks N3 and N4, and what they hold when both passed.
    uint32 private constant RECHECKED = 0xf0;
    uint32 private constant RECHECK_PASSED = 0x50;
    /// @dev The easternmost time zone: a day that has not begun there has begun nowhere.
    int16 private constant EARLIEST_UTC_OFFSET_MINUTES = 14 * 60;

    struct Assessment {
        PartyId assessor;
        uint32 checks;
    }

    struct Finding {
        PartyId assessor;
        bool isSound;
    }

    struct Permit {
        bool isDeclared;
        bool isRequired;
        bool isObtained;
        uint40 expiresAt;
    }

    /// @notice What was found of one version of a filing.
    struct Findings {
        Assessment assessment;
        mapping(Head => Finding) heads;
        mapping(PermitKind => Permit) permits;
    }

    mapping(FilingId => mapping(uint16 version => Findings)) private _findings;
    mapping(FilingId => uint40) private _recheckedUntil;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IScrutiny
    function assess(FilingId filing, uint16 version, bytes32 bundleHash, uint32 checks, bytes32 evidenceRoot) external {
        (PartyId assessor, IFilingRegistry.Filing memory filed) = _requireAssessor(filing);
        FILINGS.requireDraft(filing, version);
        if (bundleHash != filed.bundleHash) revert Scrutiny_OtherBundle(filing, filed.bundleHash);
        for (uint256 i; i < CHECK_COUNT; ++i) {
            if (_resultOf(checks, i) > 2) revert Scrutiny_BadChecks(checks);
        }
        if (checks >> (2 * CHECK_COUNT) != 0) revert Scrutiny_BadChecks(checks);
        _requireEvidence(evidenceRoot);
        Assessment storage assessment = _findings[filing][version].assessment;
        _requireSame(filing, assessment.assessor, assessor);
        (assessment.assessor, assessment.checks) = (assessor, checks);
        emit Assessed(filing, assessor, version, bundleHash, checks, evidenceRoot);
    }

    /// @inheritdoc IScrutiny
    function recheck(FilingId filing, uint32 checks, bytes32 evidenceHash) external {
        (PartyId assessor, IFilingRegistry.Filing memory filed) = _requireAssessor(filing);
        if (!FilingPowers.allows(filed.state, FilingPower.Issue)) {
            revert IFilingRegistry.FilingRegistry_WrongState(filing, filed.state);
        }
        bool areBoth = _isResult(_resultOf(checks, 2)) && _isResult(_resultOf(checks, 3));
        if (!areBoth || checks & ~RECHECKED != 0) revert Scrutiny_BadChecks(checks);
        _requireEvidence(evidenceHash);
        uint40 validUntil = checks == RECHECK_PASSED ? uint40(block.timestamp) + RECHECK_SECONDS : 0;
        _recheckedUntil[filing] = validUntil;
        emit Rechecked(filing, assessor, checks, validUntil, evidenceHash);
    }

    /// @inheritdoc IScrutiny
    function scrutinise(
        FilingId filing,
        uint16 version,
        Head head,
        bool isSound,
        uint32 examinedOn,
        bytes32 evidenceHash
    ) external {
        (PartyId assessor, ) = _requireAssessor(filing);
        FILINGS.requireDraft(filing, version);
        if (!CivilDates.isDate(examinedOn)) revert Scrutiny_BadDate(examinedOn);
        uint40 endsAt = CivilDates.lastSecondOf(examinedOn, EARLIEST_UTC_OFFSET_MINUTES);
        if (endsAt >= block.timestamp + 1 days) revert Scrutiny_BadDate(examinedOn);
        _requireEvidence(evidenceHash);
        Finding storage finding = _findings[filing][version].heads[head];
        _requireSame(filing, finding.assessor, assessor);
        (finding.assessor, finding.isSound) = (assessor, isSound);
        emit Scrutinised(filing, assessor, version, head, isSound, examinedOn, evidenceHash);
    }

    /// @inheritdoc IScrutiny
    function permit(
        FilingId filing,
        PermitKind kind,
        bool isRequired,
        bool isObtained,
        bytes32 referenceHash,
        uint40 expiresAt
    ) external {
        PartyId by = FILINGS.requireFilingEntity(filing, msg.sender);
        IFilingRegistry.Filing memory filed = FILINGS.filingOf(filing);
        if (!FilingPowers.allows(filed.state, FilingPower.Pledge)) {
            revert IFilingRegistry.FilingRegistry_WrongState(filing, filed.state);
        }
        if (isObtained) {
            _requireEvidence(referenceHash);
            if (_isOver(expiresAt)) revert Scrutiny_PermitExpired(kind, expiresAt);
        }
        Permit storage stated = _findings[filing][filed.version].permits[kind];
        // Who submitted a filing as needing a permit does not get it recorded by saying later that it needs none.
        bool isFixed = filed.state != FilingState.Draft && isRequired != stated.isRequired;
        if (isFixed) revert Scrutiny_PermitFixed(filing, kind);
        (stated.isDeclared, stated.isRequired, stated.isObtained) = (true, isRequired, isObtained);
        stated.expiresAt = expiresAt;
        emit PermitStated(filing, by, filed.version, kind, isRequired, isObtained, referenceHash, expiresAt);
    }

    /// @inheritdoc IScrutiny
    function requirePassed(FilingId filing, uint16 version) external view {
        Findings storage found = _findings[filing][version];
        uint32 checks = found.assessment.checks;
        for (uint256 i; i < CHECK_COUNT; ++i) {
            if (_resultOf(checks, i) != PASSED) revert Scrutiny_CheckNotPassed(filing, i);
        }
        for (uint8 i; i <= uint8(type(Head).max); ++i) {
            if (!found.heads[Head(i)].isSound) revert Scrutiny_NotSound(filing, Head(i));
        }
        for (uint8 i; i <= uint8(type(PermitKind).max); ++i) {
            if (!found.permits[PermitKind(i)].isDeclared) revert Scrutiny_PermitUndeclared(filing, PermitKind(i));
        }
    }

    /// @inheritdoc IScrutiny
    function requirePermits(FilingId filing) external view {
        Findings storage found = _findings[filing][FILINGS.filingOf(filing).version];
        for (uint8 i; i <= uint8(type(PermitKind).max); ++i) {
            Permit storage stated = found.permits[PermitKind(i)];
            bool isHeld = stated.isObtained && !_isOver(stated.expiresAt);
            if (stated.isRequired && !isHeld) revert Scrutiny_PermitMissing(filing, PermitKind(i));
        }
    }

    /// @inheritdoc IScrutiny
    function isRechecked(FilingId filing) external view returns (bool) {
        return block.timestamp <= _recheckedUntil[filing];
    }

    function _requireAssessor(
        FilingId filing
    ) private view returns (PartyId assessor, IFilingRegistry.Filing memory filed) {
        assessor = PARTIES.requireRole(msg.sender, Roles.ASSESSOR);
        filed = FILINGS.filingOf(filing);
        bool isConflicted = assessor == filed.filingEntity || assessor == filed.issuer;
        if (isConflicted) revert Scrutiny_ConflictedAssessor(filing, assessor);
    }

    function _requireSame(FilingId filing, PartyId first, PartyId assessor) private pure {
        if (!first.isNobody() && first != assessor) revert Scrutiny_OtherAssessor(filing, first);
    }

    function _requireEvidence(bytes32 hash) private pure {
        if (hash == 0) revert Scrutiny_EvidenceMissing();
    }

    function _isOver(uint40 expiresAt) private view returns (bool) {
        return expiresAt != 0 && block.timestamp > expiresAt;
    }

    function _resultOf(uint32 checks, uint256 check) private pure returns (uint32) {
        return (checks >> (2 * check)) & 3;
    }

    function _isResult(uint32 result) private pure returns (bool) {
        return result == 1 || result == 2;
    }
}
