// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DutyKind, IDisclosures} from "./interfaces/IDisclosures.sol";
import {FilingPower, FilingState, IFilingRegistry} from "./interfaces/IFilingRegistry.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {FilingId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IDisclosures`.
contract Disclosures is IDisclosures, Wired {
    /// @param dueAt Last second at which the report is in time; 0 before the first issuance.
    struct Completion {
        uint40 dueAt;
        bool isReported;
    }

    mapping(DutyKind => DutyPolicy) private _policies;
    mapping(FilingId => Completion) private _completions;
    mapping(FilingId => uint32) private _eventCounts;

    constructor(Wiring memory wiring_, DutyPolicy[] memory policies) Wired(wiring_) {
        for (uint256 i; i < policies.length; ++i) _setPolicy(policies[i]);
        for (uint8 i; i <= uint8(type(DutyKind).max); ++i) {
            if (_policies[DutyKind(i)].periodDays == 0) revert Disclosures_BadPolicy(DutyKind(i));
        }
    }

    /// @inheritdoc IDisclosures
    function changePolicy(DutyPolicy calldata policy, bytes32 operationRef) external {
        _requireSound(policy);
        bytes32 subject = keccak256(abi.encode("changePolicy", policy, operationRef));
        if (APPROVALS.decide(subject, msg.sender, 0)) _setPolicy(policy);
    }

    /// @inheritdoc IDisclosures
    function opened(FilingId filing) external {
        if (msg.sender != address(DEALS)) revert Disclosures_NotDealRegistry(msg.sender);
        Completion storage completion = _completions[filing];
        completion.dueAt = _dueAt(DutyKind.IssuanceCompletion, uint40(block.timestamp));
        emit DutyOpened(filing, completion.dueAt);
    }

    /// @inheritdoc IDisclosures
    function reportCompletion(FilingId filing, bytes32 reportHash, bytes32 receiptHash) external {
        PartyId by = FILINGS.requireFilingEntity(filing, msg.sender);
        Completion storage completion = _completions[filing];
        if (completion.dueAt == 0) revert Disclosures_NothingIssued(filing);
        if (completion.isReported) revert Disclosures_AlreadyReported(filing);
        if (reportHash == 0 || receiptHash == 0) revert Disclosures_HashMissing();
        completion.isReported = true;
        bool isLate = block.timestamp > completion.dueAt;
        emit CompletionReported(filing, by, reportHash, receiptHash, completion.dueAt, isLate);
        FILINGS.followReport(filing);
    }

    /// @inheritdoc IDisclosures
    function report(FilingId filing, MaterialEvent calldata reported) external returns (uint32 number) {
        PartyId by = FILINGS.requireFilingEntity(filing, msg.sender);
        // Orders are possible under a filing from its recording to its closing, so events of it are reported then.
        FilingState state = FILINGS.stateOf(filing);
        if (!FilingPowers.allows(state, FilingPower.Order)) {
            revert IFilingRegistry.FilingRegistry_WrongState(filing, state);
        }
        if (reported.kind == DutyKind.IssuanceCompletion) revert Disclosures_BadEvent("kind");
        if (reported.subCode == 0) revert Disclosures_BadEvent("subCode");
        if (reported.occurredAt == 0) revert Disclosures_BadEvent("occurredAt");
        bool isInOrder = reported.occurredAt <= reported.knownAt && reported.knownAt <= block.timestamp;
        if (!isInOrder) revert Disclosures_BadEvent("knownAt");
        if (reported.reportHash == 0) revert Disclosures_HashMissing();
        number = ++_eventCounts[filing];
        uint40 dueAt = _dueAt(reported.kind, reported.knownAt);
        emit EventReported(filing, number, by, reported, dueAt, block.timestamp > dueAt);
    }

    /// @inheritdoc IDisclosures
    function correct(FilingId filing, uint32 number, bytes32 reportHash) external {
        PartyId by = FILINGS.requireFilingEntity(filing, msg.sender);
        if (number == 0 || number > _eventCounts[filing]) revert Disclosures_UnknownEvent(filing, number);
        if (reportHash == 0) revert Disclosures_HashMissing();
        emit EventCorrected(filing, number, by, reportHash);
    }

    /// @inheritdoc IDisclosures
    function isOverdue(FilingId filing) external view returns (bool) {
        Completion storage completion = _completions[filing];
        return completion.dueAt != 0 && !completion.isReported && block.timestamp > completion.dueAt;
    }

    /// @inheritdoc IDisclosures
    function policyOf(DutyKind kind) external view returns (DutyPolicy memory) {
        return _policies[kind];
    }

    function _setPolicy(DutyPolicy memory policy) private {
        _requireSound(policy);
        _policies[policy.kind] = policy;
        emit PolicyChanged(policy.kind, policy.periodDays, policy.isVerified, policy.sourceHash);
    }

    function _requireSound(DutyPolicy memory policy) private pure {
        if (policy.periodDays == 0 || policy.sourceHash == 0) revert Disclosures_BadPolicy(policy.kind);
    }

    function _dueAt(DutyKind kind, uint40 since) private view returns (uint40) {
        return since + uint40(_policies[kind].periodDays) * 1 days;
    }
}
