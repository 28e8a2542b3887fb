// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingStates} from "./FilingStates.sol";
import {IApprovals} from "./interfaces/IApprovals.sol";
import {FilingPower, FilingState, IFilingRegistry} from "./interfaces/IFilingRegistry.sol";
import {IParties} from "./interfaces/IParties.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {Roles} from "./libraries/Roles.sol";
import {Stops} from "./libraries/Stops.sol";
import {FilingId, PartyId} from "./types/Ids.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IFilingRegistry`.
contract FilingRegistry is FilingStates {
    using Stops for Stops.Book;

    /// @notice Most classes of one deal.
    uint256 public constant MAX_CLASSES = 16;

    uint40 public constant MAX_STOP_SECONDS = Stops.MAX_STOP_SECONDS;

    mapping(FilingId => mapping(uint256 classIndex => uint256)) private _issuedMinor;
    Stops.Book private _stops;

    constructor(Wiring memory wiring_) FilingStates(wiring_) {}

    /// @inheritdoc IFilingRegistry
    function draft(bytes32 filingRef, Submission calldata submission) external returns (FilingId filing) {
        PartyId filingEntity = PARTIES.requireRole(msg.sender, Roles.FILING_ENTITY);
        filing = FilingId.wrap(keccak256(abi.encode(filingEntity, filingRef)));
        if (_filings[filing].state != FilingState.None) revert FilingRegistry_AlreadyDrafted(filing);
        _draft(filing, filingRef, filingEntity, 1, submission);
    }

    /// @inheritdoc IFilingRegistry
    function supersede(FilingId filing, Submission calldata submission) external {
        PartyId filingEntity = requireFilingEntity(filing, msg.sender);
        Filing storage current = _in(filing, UNRECORDED);
        _draft(filing, 0, filingEntity, current.version + 1, submission);
    }

    /// @inheritdoc IFilingRegistry
    function submit(FilingId filing, uint16 version, bytes32 receiptHash) external {
        Filing storage current = _version(filing, version, DRAFT);
        SCRUTINY.requirePassed(filing, version);
        ASSETS.requirePool(filing, version);
        bytes32 subject = keccak256(abi.encode("submit", filing, version));
        (bool isSigned, PartyId by) = _countersign(filing, current.filingEntity, subject, receiptHash);
        if (!isSigned) return;
        current.state = FilingState.Submitted;
        emit FilingSubmitted(filing, by, version, receiptHash);
    }

    /// @inheritdoc IFilingRegistry
    function requestSupplement(FilingId filing, bytes32 requestHash) external {
        PartyId by = PARTIES.requireRole(msg.sender, Roles.REGISTRAR);
        Filing storage current = _in(filing, PENDING);
        _requireHash(requestHash);
        current.state = FilingState.SupplementRequested;
        emit FilingSupplementRequested(filing, by, current.version, requestHash);
    }

    /// @inheritdoc IFilingRegistry
    function attest(
        FilingId filing,
        uint16 version,
        bytes32 bundleHash,
        bytes32 termsHash,
        Evidence calldata evidence
    ) external {
        PartyId attester = _requireAttester(filing, _known(filing));
        Filing storage current = _in(filing, PENDING);
        if (version != current.version || bundleHash != current.bundleHash || termsHash != current.termsHash) {
            revert FilingRegistry_AttestationMismatch(filing, current.version);
        }
        bytes32 evidenceHash = _hashOf(evidence);

        bytes32 subject = keccak256(abi.encode("attest", filing, version));
        bytes32 payload = keccak256(abi.encode(current.filingHash, evidenceHash));
        bool recorded = APPROVALS.endorse(subject, payload, attester, IApprovals.Quorum(2, 0));
        emit FilingAttested(filing, attester, version, evidenceHash, evidence);

        if (!recorded) {
            current.state = FilingState.Attested;
            return;
        }
        _requireStill(subject, Roles.ATTESTER);
        SCRUTINY.requirePermits(filing);
        ASSETS.requireTitle(filing, version);
        current.state = FilingState.Recorded;
        current.evidenceHash = evidenceHash;
        emit FilingRecorded(filing, version, current.filingHash, evidenceHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function refuse(FilingId filing, bytes32 noticeHash) external {
        PartyId by = PARTIES.requireRole(msg.sender, Roles.REGISTRAR);
        Filing storage current = _in(filing, SUBMITTED);
        _requireHash(noticeHash);
        current.state = FilingState.Refused;
        emit FilingRefused(filing, by, noticeHash);
    }

    /// @inheritdoc IFilingRegistry
    function withdraw(FilingId filing, bytes32 reasonHash) external {
        PartyId by = requireFilingEntity(filing, msg.sender);
        Filing storage current = _in(filing, UNRECORDED);
        _requireHash(reasonHash);
        current.state = FilingState.Withdrawn;
        emit FilingWithdrawn(filing, by, reasonHash);
    }

    /// @inheritdoc IFilingRegistry
    function lapse(FilingId filing) external {
        Filing storage current = _known(filing);
        FilingState state = _stateNow(current);
        bool isNews = state == FilingState.Lapsed && current.state != FilingState.Lapsed;
        if (!isNews) revert FilingRegistry_WrongState(filing, state);
        current.state = FilingState.Lapsed;
        emit FilingLapsed(filing);
    }

    /// @inheritdoc IFilingRegistry
    function suspend(FilingId filing, bytes32 orderId, uint40 until, bytes32 basisHash) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        Filing storage current = _in(filing, STANDING);
        current.suspendedUntil = _stops.order(_subject(filing), orderId, current.suspendedUntil, until);
        emit FilingSuspended(filing, by, orderId, current.suspendedUntil, basisHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function keepSuspended(FilingId filing, bytes32 orderId, uint40 until, bytes32 basisHash) external {
        Filing storage current = _in(filing, STANDING);
        _stops.requireLonger(_subject(filing), orderId, current.suspendedUntil, until);
        if (!_decide(keccak256(abi.encode("keepSuspended", filing, orderId, until, basisHash)))) return;
        _stops.keep(_subject(filing), orderId);
        current.suspendedUntil = until;
        emit FilingSuspended(filing, PARTIES.partyOf(msg.sender), orderId, until, basisHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function lift(FilingId filing, bytes32 orderId, bytes32 basisHash) external {
        Filing storage current = _in(filing, STANDING);
        _stops.requireStanding(_subject(filing), orderId, current.suspendedUntil);
        if (!_decide(keccak256(abi.encode("lift", filing, orderId, basisHash)))) return;
        _stops.lift(_subject(filing));
        current.suspendedUntil = 0;
        emit FilingSuspensionLifted(filing, orderId, basisHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function revoke(FilingId filing, bytes32 orderId, bytes32 noticeHash) external {
        Filing storage current = _in(filing, STANDING);
        _requireHash(noticeHash);
        _stops.requireUnused(_subject(filing), orderId);
        if (!_decide(keccak256(abi.encode("revoke", filing, orderId, noticeHash)))) return;
        current.state = FilingState.Revoked;
        emit FilingRevoked(filing, orderId, noticeHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function followReport(FilingId filing) external {
        if (msg.sender != address(DISCLOSURES)) revert FilingRegistry_NotDisclosures(msg.sender);
        Filing storage current = _in(filing, STANDING);
        if (current.state != FilingState.Recorded) revert FilingRegistry_WrongState(filing, current.state);
        current.state = FilingState.IssuedReported;
        emit FilingIssuedReported(filing);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function close(FilingId filing, bytes32 finalReportHash) external {
        Filing storage current = _in(filing, CLOSABLE);
        bytes32 subject = keccak256(abi.encode("close", filing));
        (bool isSigned, PartyId by) = _countersign(filing, current.filingEntity, subject, finalReportHash);
        if (!isSigned) return;
        DEALS.close(filing);
        current.state = FilingState.Closed;
        emit FilingClosed(filing, by, finalReportHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function consume(FilingId filing, uint256 classIndex, uint256 amountMinor) external {
        if (msg.sender != address(DEALS)) revert FilingRegistry_NotDealRegistry(msg.sender);
        Filing storage current = _known(filing);
        FilingState state = _stateNow(current);
        if (!FilingPowers.allows(state, FilingPower.Issue)) revert FilingRegistry_WrongState(filing, state);
        if (block.timestamp < current.windowOpensAt || block.timestamp > current.windowClosesAt) {
            revert FilingRegistry_OutsideWindow(filing, current.windowOpensAt, current.windowClosesAt);
        }
        uint256 capMinor = current.capsMinor[classIndex];
        uint256 issuedMinor = _issuedMinor[filing][classIndex];
        if (amountMinor > capMinor - issuedMinor) {
            revert FilingRegistry_CapExceeded(filing, classIndex, capMinor, issuedMinor, amountMinor);
        }
        _issuedMinor[filing][classIndex] = issuedMinor + amountMinor;
        emit HeadroomConsumed(filing, classIndex, amountMinor, issuedMinor + amountMinor);
    }

    /// @inheritdoc IFilingRegistry
    function issuedMinorOf(FilingId filing, uint256 classIndex) external view returns (uint256) {
        return _issuedMinor[filing][classIndex];
    }

    /// @inheritdoc IFilingRegistry
    function filingHashOf(
        bytes32 bundleHash,
        bytes32 termsHash,
        uint128[] memory capsMinor,
        PartyId filingEntity,
        PartyId issuer
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(bundleHash, termsHash, capsMinor, filingEntity, issuer));
    }

    function _draft(
        FilingId filing,
        bytes32 filingRef,
        PartyId filingEntity,
        uint16 version,
        Submission calldata given
    ) private {
        bool isComplete =
            given.bundleHash != 0 &&
                given.termsHash != 0 &&
                given.capsMinor.length > 0 &&
                given.capsMinor.length <= MAX_CLASSES &&
                given.windowOpensAt < given.windowClosesAt &&
                given.windowClosesAt > block.timestamp;
        if (!isComplete) revert FilingRegistry_BadSubmission();
        if (given.issuer == filingEntity || !PARTIES.holds(given.issuer, Roles.ISSUER)) {
            revert FilingRegistry_BadIssuer(given.issuer);
        }
        bytes32 filingHash = filingHashOf(
            given.bundleHash,
            given.termsHash,
            given.capsMinor,
            filingEntity,
            given.issuer
        );
        _filings[filing] = Filing({
            filingHash: filingHash,
            bundleHash: given.bundleHash,
            termsHash: given.termsHash,
            evidenceHash: 0,
            filingEntity: filingEntity,
            issuer: given.issuer,
            version: version,
            state: FilingState.Draft,
            windowOpensAt: given.windowOpensAt,
            windowClosesAt: given.windowClosesAt,
            suspendedUntil: 0,
            capsMinor: given.capsMinor
        });
        emit FilingDrafted(
            filing,
            filingEntity,
            given.issuer,
            version,
            filingRef,
            filingHash,
            given.bundleHash,
            given.termsHash,
            given.capsMinor,
            given.windowOpensAt,
            given.windowClosesAt
        );
    }

    function _requireAttester(FilingId filing, Filing storage current) private view returns (PartyId attester) {
        attester = PARTIES.partyOf(msg.sender);
        bool isConflicted =
            attester == current.issuer || attester == current.filingEntity || PARTIES.holds(attester, Roles.REGISTRAR);
        if (isConflicted) revert FilingRegistry_ConflictedAttester(filing, attester);
        PARTIES.requireRole(msg.sender, Roles.ATTESTER);
    }

    /// @dev The filing entity calls first, the registrar makes the equal call. No party can be both, since one controls and
    /// the other is controlled.
    function _countersign(
        FilingId filing,
        PartyId filingEntity,
        bytes32 subject,
        bytes32 hash
    ) private returns (bool isSigned, PartyId party) {
        _requireHash(hash);
        party = PARTIES.partyOf(msg.sender);
        bool isFilingEntity = party == filingEntity;
        PARTIES.requireRole(msg.sender, isFilingEntity ? Roles.FILING_ENTITY : Roles.REGISTRAR);
        (, PartyId[3] memory parties, , , ) = APPROVALS.endorsementsOf(address(this), subject);
        if (!isFilingEntity && parties[0] != filingEntity) revert FilingRegistry_FilingEntityFirst(filing);
        isSigned = APPROVALS.endorse(subject, hash, party, IApprovals.Quorum(2, 0));
        if (isSigned) _requireStill(subject, Roles.FILING_ENTITY);
    }

    /// @dev Between the two calls the first party may have lost its role; its word then counts no more.
    function _requireStill(bytes32 subject, bytes32 role) private view {
        (, PartyId[3] memory parties, , , ) = APPROVALS.endorsementsOf(address(this), subject);
        if (!PARTIES.holds(parties[0], role)) revert IParties.Parties_RoleMissing(parties[0], role);
    }

    function _requireHash(bytes32 hash) private pure {
        if (hash == 0) revert FilingRegistry_HashMissing();
    }

    function _hashOf(Evidence calldata evidence) private view returns (bytes32) {
        bool isComplete =
            bytes(evidence.filingReference).length > 0 &&
                bytes(evidence.url).length > 0 &&
                evidence.pageHash != 0 &&
                evidence.capturedAt != 0 &&
                evidence.capturedAt <= block.timestamp;
        if (!isComplete) revert FilingRegistry_BadEvidence();
        return keccak256(abi.encode(evidence));
    }

    function _decide(bytes32 subject) private returns (bool) {
        return APPROVALS.decide(subject, msg.sender, 0);
    }

    function _subject(FilingId filing) private pure returns (bytes32) {
        return FilingId.unwrap(filing);
    }

    function _tellDeal(FilingId filing, Filing storage current) private {
        DEALS.followFiling(filing, current.version, current.termsHash, current.state, current.suspendedUntil);
    }
}
