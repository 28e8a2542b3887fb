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

    /// @dev Where the rules of a class stand since they were changed; rules that were never changed stand in the terms.
    mapping(DealId => mapping(uint256 classIndex => address)) private _changed;

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
        if (!APPROVALS.decide(subject, msg.sender, CHANGE_DELAY_SECONDS)) return;
        _changed[deal][classIndex] = SSTORE2.write(abi.encode(rules));
        note.followRules(rules);
        emit RulesChanged(deal, classIndex, operationRef, rules, evidenceHash);
    }

    /// @inheritdoc IClassRules
    function rulesOf(DealId deal, uint8 classIndex) external view returns (RuleTerms memory) {
        _noteOf(deal, classIndex);
        address changed = _changed[deal][classIndex];
        if (changed != address(0)) return abi.decode(SSTORE2.read(changed), (RuleTerms));
        return DEALS.termsOf(deal).classes[classIndex].rules;
    }

    function _noteOf(DealId deal, uint8 classIndex) private view returns (INote note) {
        note = DEALS.noteOf(deal, classIndex);
        if (address(note) == address(0)) revert ClassRules_NotTokenised(deal, classIndex);
    }
}
