// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IClassRules} from "../../contracts/interfaces/IClassRules.sol";
import {ResidenceRule, RuleTerms, UNSET_SECONDS} from "../../contracts/types/DealTerms.sol";
import {Laws} from "./Laws.sol";
import {Stating} from "./Stating.sol";

/// @notice Changes of the rules of a class: three parties, then a rest.
abstract contract Ruling is Stating {
    RuleTerms private _proposed;
    bytes32 private _changeRef;
    uint256 private _changedClass;
    uint40 private _changeableAt;

    /// @notice New rules are proposed and decided, or take effect once they have rested.
    function changeRules(uint256 entropy) external step(entropy) {
        if (_changeRef == 0) return _propose();
        bytes memory data = _change(_changeRef);
        // Who did not decide does not bring it about either.
        uint16 by = _chance(80) ? APPROVER_B : APPROVER_A;
        bool isAllowed = by == APPROVER_B && block.timestamp >= _changeableAt;
        _expect(Laws.RULES, isAllowed, _key(by), address(_classRules), data, "change of rules");
        if (!isAllowed) return;
        _changeRef = 0;
        _follow(_changedClass, _proposed);
    }

    function _propose() private {
        _changedClass = _roll(LIVE_CLASSES);
        bool isSound = _rollRules(_classes[_changedClass].issuedAt);
        bytes32 ref = _fresh("rules");
        bytes memory data = _change(ref);
        if (!isSound) {
            _expect(Laws.RULES, false, _key(REGISTRAR), address(_classRules), data, "rules that make no sense");
            return;
        }
        uint16[3] memory endorsers = [REGULATOR, REGISTRAR, APPROVER_B];
        for (uint256 i; i < 3; ++i) {
            _expect(Laws.RULES, true, _key(endorsers[i]), address(_classRules), data, "endorsement of rules");
        }
        (_changeRef, _changeableAt) = (ref, uint40(block.timestamp + CHANGE_DELAY_SECONDS));
    }

    /// @return isSound Whether rules like these may be filed.
    function _rollRules(uint40 issuedAt) private returns (bool isSound) {
        isSound = true;
        delete _proposed;
        uint32 age = issuedAt == 0 ? 0 : uint32(block.timestamp - issuedAt);
        _proposed.lockUpSeconds = _chance(85) ? 0 : age + CHANGE_DELAY_SECONDS + uint32(_roll(6 hours));
        _proposed.complianceSeconds = _chance(85) ? 0 : age + CHANGE_DELAY_SECONDS + uint32(_roll(6 hours));
        if (_chance(6)) _proposed.complianceSeconds = UNSET_SECONDS;
        _proposed.minimumUnits = _chance(50) ? 0 : uint32(1 + _roll(20));
        _proposed.maxHolders = _chance(40) ? 0 : uint32(3 + _roll(8));
        if (_chance(40)) _proposed.residences.push(ResidenceRule("CH", uint16(_roll(2) * 0x7e)));
        if (_chance(40)) _proposed.residences.push(ResidenceRule("SG", uint16(0x30 + 2 * _roll(8))));
        uint256 fault = _roll(20);
        if (fault > 2) return true;
        if (fault == 0) _proposed.minimumUnits = type(uint32).max;
        if (fault == 1) _proposed.residences.push(ResidenceRule("CN", 0x7e));
        if (fault == 2) _proposed.lockUpSeconds = 3661 days;
        return false;
    }

    function _follow(uint256 class, RuleTerms storage rules) private {
        Class storage changed = _classes[class];
        (changed.lockUpSeconds, changed.complianceSeconds) = (rules.lockUpSeconds, rules.complianceSeconds);
        (changed.minimumUnits, changed.maxHolders) = (rules.minimumUnits, rules.maxHolders);
        delete changed.residences;
        for (uint256 i; i < rules.residences.length; ++i) changed.residences.push(rules.residences[i]);
        _touched = _roll(_accounts.length);
    }

    function _change(bytes32 ref) private view returns (bytes memory) {
        Class storage class = _classes[_changedClass];
        return
            abi.encodeCall(
                IClassRules.change,
                (class.deal, class.classIndex, _proposed, keccak256("evidence of the change"), ref)
            );
    }
}
