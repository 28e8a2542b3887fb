// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IApprovals} from "./interfaces/IApprovals.sol";
import {FilingState, IFilingRegistry} from "./interfaces/IFilingRegistry.sol";
import {IParties} from "./interfaces/IParties.sol";
import {Roles} from "./libraries/Roles.sol";
import {Stops} from "./libraries/Stops.sol";
import {FilingId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IFilingRegistry`.
contract FilingRegistry is IFilingRegistry, Wired {
    using Stops for Stops.Book;

    /// @notice Most classes of one deal.
    uint256 public constant MAX_CLASSES = 16;

    uint40 public constant MAX_STOP_SECONDS = Stops.MAX_STOP_SECONDS;

    mapping(FilingId => Filing) private _filings;
    mapping(FilingId => mapping(uint256 classIndex => uint256)) private _issuedMinor;
    Stops.Book private _stops;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IFilingRegistry
    function submit(bytes32 filingRef, Submission calldata submission) external returns (FilingId filing) {
        PartyId filingEntity = PARTIES.requireRole(msg.sender, Roles.FILING_ENTITY);
        filing = FilingId.wrap(keccak256(abi.encode(filingEntity, filingRef)));
        if (_filings[filing].state != FilingState.None) revert FilingRegistry_AlreadySubmitted(filing);
        _submit(filing, filingRef, filingEntity, 1, submission);
    }

    /// @inheritdoc IFilingRegistry
    function supersede(FilingId filing, Submission calldata submission) external {
        Filing storage current = _known(filing);
        PartyId party = PARTIES.requireRole(msg.sender, Roles.FILING_ENTITY);
        if (party != current.filingEntity) revert FilingRegistry_NotFilingEntity(filing, party);
        _requireUnrecorded(filing, current);
        _submit(filing, 0, party, current.version + 1, submission);
    }

    /// @inheritdoc IFilingRegistry
    function attest(
        FilingId filing,
        uint16 version,
        bytes32 bundleHash,
        bytes32 termsHash,
        Evidence calldata evidence
    ) external {
        Filing storage current = _known(filing);
        PartyId attester = _requireAttester(filing, current);
        _requireUnrecorded(filing, current);
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
        _requireStillAttester(subject);
        current.state = FilingState.Recorded;
        current.evidenceHash = evidenceHash;
        emit FilingRecorded(filing, version, current.filingHash, evidenceHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function refuse(FilingId filing, bytes32 noticeHash) external {
        Filing storage current = _known(filing);
        PartyId by = PARTIES.requireRole(msg.sender, Roles.REGISTRAR);
        _requireUnrecorded(filing, current);
        current.state = FilingState.Refused;
        emit FilingRefused(filing, by, noticeHash);
    }

    /// @inheritdoc IFilingRegistry
    function suspend(FilingId filing, bytes32 orderId, uint40 until, bytes32 basisHash) external {
        Filing storage current = _known(filing);
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        _requireRecorded(filing, current);
        current.suspendedUntil = _stops.order(_subject(filing), orderId, current.suspendedUntil, until);
        emit FilingSuspended(filing, by, orderId, current.suspendedUntil, basisHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function keepSuspended(FilingId filing, bytes32 orderId, uint40 until, bytes32 basisHash) external {
        Filing storage current = _known(filing);
        _requireRecorded(filing, current);
        _stops.requireLonger(_subject(filing), orderId, current.suspendedUntil, until);
        if (!_decide(keccak256(abi.encode("keepSuspended", filing, orderId, until, basisHash)))) return;
        _stops.keep(_subject(filing), orderId);
        current.suspendedUntil = until;
        emit FilingSuspended(filing, PARTIES.partyOf(msg.sender), orderId, until, basisHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function lift(FilingId filing, bytes32 orderId, bytes32 basisHash) external {
        Filing storage current = _known(filing);
        _requireRecorded(filing, current);
        _stops.requireStanding(_subject(filing), orderId, current.suspendedUntil);
        if (!_decide(keccak256(abi.encode("lift", filing, orderId, basisHash)))) return;
        _stops.lift(_subject(filing));
        current.suspendedUntil = 0;
        emit FilingSuspensionLifted(filing, orderId, basisHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function revoke(FilingId filing, bytes32 orderId, bytes32 noticeHash) external {
        Filing storage current = _known(filing);
        _requireRecorded(filing, current);
        _stops.requireUnused(_subject(filing), orderId);
        if (!_decide(keccak256(abi.encode("revoke", filing, orderId, noticeHash)))) return;
        current.state = FilingState.Revoked;
        emit FilingRevoked(filing, orderId, noticeHash);
        _tellDeal(filing, current);
    }

    /// @inheritdoc IFilingRegistry
    function consume(FilingId filing, uint256 classIndex, uint256 amountMinor) external {
        if (msg.sender != address(DEALS)) revert FilingRegistry_NotDealRegistry(msg.sender);
        Filing storage current = _known(filing);
        FilingState state = _stateNow(current);
        if (state != FilingState.Recorded) revert FilingRegistry_WrongState(filing, state);
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
    function filingOf(FilingId filing) external view returns (Filing memory copy) {
        Filing storage current = _known(filing);
        copy = current;
        copy.state = _stateNow(current);
    }

    /// @inheritdoc IFilingRegistry
    function stateOf(FilingId filing) external view returns (FilingState) {
        return _stateNow(_filings[filing]);
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

    function _submit(
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
            state: FilingState.Submitted,
            windowOpensAt: given.windowOpensAt,
            windowClosesAt: given.windowClosesAt,
            suspendedUntil: 0,
            capsMinor: given.capsMinor
        });
        emit FilingSubmitted(
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

    /// @dev Between the two attestations the first attester may have lost its role; its word then counts no more.
    function _requireStillAttester(bytes32 subject) private view {
        (, PartyId[3] memory parties, , , ) = APPROVALS.endorsementsOf(address(this), subject);
        if (!PARTIES.holds(parties[0], Roles.ATTESTER)) {
            revert IParties.Parties_RoleMissing(parties[0], Roles.ATTESTER);
        }
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

    function _requireUnrecorded(FilingId filing, Filing storage current) private view {
        if (current.state != FilingState.Submitted && current.state != FilingState.Attested) {
            revert FilingRegistry_WrongState(filing, _stateNow(current));
        }
    }

    function _requireRecorded(FilingId filing, Filing storage current) private view {
        if (current.state != FilingState.Recorded) revert FilingRegistry_WrongState(filing, current.state);
    }

    /// @dev Suspended is never stored: a suspension ends by the clock.
    function _stateNow(Filing storage current) private view returns (FilingState) {
        bool isSuspended = current.state == FilingState.Recorded && block.timestamp <= current.suspendedUntil;
        return isSuspended ? FilingState.Suspended : current.state;
    }

    function _known(FilingId filing) private view returns (Filing storage current) {
        current = _filings[filing];
        if (current.state == FilingState.None) revert FilingRegistry_UnknownFiling(filing);
    }
}
