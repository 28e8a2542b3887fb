// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {IClassRules} from "./interfaces/IClassRules.sol";
import {INote} from "./interfaces/INote.sol";
import {RulesCheck} from "./libraries/RulesCheck.sol";
import {ClassTerms, RuleTerms} from "./types/DealTerms.sol";
import {DealId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IClassRules`.
contract ClassRules is IClassRules, Wired {
    /// @notice Longest rest of a change. Approvals forget a matter that nobody makes effective, so it must stay well below that.
    uint32 public constant MAX_DELAY_SECONDS = 14 days;

    /// @notice How long a change rests once three parties have decided it. A setting of this registry, not a legal period.
    uint32 public immutable CHANGE_DELAY_SECONDS;

    /// @param rules Where the rules of a class stand as contract code; the zero address while they stand in the terms.
    /// @param changedAt When they took effect.
    struct Change {
        address rules;
        uint40 changedAt;
    }

    mapping(DealId => mapping(uint256 classIndex => Change)) private _changes;

    constructor(Wiring memory wiring_, uint32 changeDelaySeconds) Wired(wiring_) {
        if (changeDelaySeconds > MAX_DELAY_SECONDS) {
            revert ClassRules_DelayOutOfRange(changeDelaySeconds, MAX_DELAY_SECONDS);
        }
        CHANGE_DELAY_SECONDS = changeDelaySeconds;
    }

    /// @inheritdoc IClassRules
    function change(
        DealId deal,
        uint8 classIndex,
        RuleTerms calldata rules,
        bytes32 evidenceHash,
        bytes32 operationRef
    ) external {
        INote note = _noteOf(deal, classIndex);
        ClassTerms memory class = DEALS.termsOf(deal).classes[classIndex];
        string memory fault = RulesCheck.faultOf(rules, class.originalBalanceLowestMinor / class.unitFaceMinor);
        if (bytes(fault).length != 0) revert ClassRules_Malformed(fault);
        if (evidenceHash == 0 || operationRef == 0) revert ClassRules_ReferenceMissing();
        bytes32 subject = keccak256(abi.encode("change", deal, classIndex, rules, evidenceHash, operationRef));
        _requireUnovertaken(deal, classIndex, subject);
        if (!APPROVALS.decide(subject, msg.sender, CHANGE_DELAY_SECONDS)) return;
        _changes[deal][classIndex] = Change(SSTORE2.write(abi.encode(rules)), uint40(block.timestamp));
        note.followRules(rules);
        emit RulesChanged(deal, classIndex, operationRef, rules, evidenceHash);
    }

    /// @inheritdoc IClassRules
    function rulesOf(DealId deal, uint8 classIndex) external view returns (RuleTerms memory) {
        _noteOf(deal, classIndex);
        address changed = _changes[deal][classIndex].rules;
        if (changed != address(0)) return abi.decode(SSTORE2.read(changed), (RuleTerms));
        return DEALS.termsOf(deal).classes[classIndex].rules;
    }

    /// @dev A change was decided in view of the rules of its day. Were it to rest while another one took effect, a single key
    /// could afterwards bring back what the later decision had replaced.
    function _requireUnovertaken(DealId deal, uint8 classIndex, bytes32 subject) private view {
        (, , uint40 openedAt, , bool isSpent) = APPROVALS.endorsementsOf(address(this), subject);
        uint40 changedAt = _changes[deal][classIndex].changedAt;
        bool isOvertaken = !isSpent && openedAt != 0 && openedAt < changedAt;
        if (isOvertaken) revert ClassRules_Overtaken(deal, classIndex, changedAt);
    }

    function _noteOf(DealId deal, uint8 classIndex) private view returns (INote note) {
        note = DEALS.noteOf(deal, classIndex);
        if (address(note) == address(0)) revert ClassRules_NotTokenised(deal, classIndex);
    }
}
