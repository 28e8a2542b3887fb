// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {InvestorCategory} from "../interfaces/IHolderRegistry.sol";
import {ResidenceRule, RuleTerms, UNSET_SECONDS} from "../types/DealTerms.sol";
import {Residences} from "./Residences.sol";

/// @notice Whether the rules of a class make sense. Filed terms and later changes are judged alike (R-T4).
library RulesCheck {
    /// @dev Ten years. What is longer is taken for a slip of units.
    uint32 internal constant MAX_PERIOD_SECONDS = 3660 days;

    /// @dev The note keeps a word for each.
    uint256 internal constant MAX_RESIDENCES = 32;

    /// @notice The first field of rules that makes no sense; empty where all do.
    /// @param classUnits Fewest units that the class may have: a minimum above them would admit no holder.
    function faultOf(RuleTerms calldata rules, uint256 classUnits) internal pure returns (string memory) {
        if (rules.lockUpSeconds > MAX_PERIOD_SECONDS) return "lockUpSeconds";
        if (rules.complianceSeconds > MAX_PERIOD_SECONDS && rules.complianceSeconds != UNSET_SECONDS) {
            return "complianceSeconds";
        }
        if (rules.minimumUnits > classUnits) return "minimumUnits";
        return _areSound(rules.residences) ? "" : "residences";
    }

    /// @notice Whether a set of categories names real ones only. The empty set is one.
    function areNamed(uint16 categories) internal pure returns (bool) {
        uint256 nobody = 1 << uint8(InvestorCategory.None);
        uint256 beyond = 2 << uint8(type(InvestorCategory).max);
        return categories & nobody == 0 && categories < beyond;
    }

    /// @dev In strictly ascending order none stands twice. The mainland needs no rule: it is refused by constant (R-H2).
    function _areSound(ResidenceRule[] calldata residences) private pure returns (bool) {
        if (residences.length > MAX_RESIDENCES) return false;
        bytes2 last;
        for (uint256 i; i < residences.length; ++i) {
            bytes2 residence = residences[i].residence;
            if (residence <= last || residence == Residences.CN) return false;
            if (!Residences.isWellFormed(residence) || !areNamed(residences[i].categories)) return false;
            last = residence;
        }
        return true;
    }
}
