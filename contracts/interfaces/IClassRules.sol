// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RuleTerms} from "../types/DealTerms.sol";
import {DealId} from "../types/Ids.sol";

/// @notice The rules of transfer of each class: as they were filed, or as three parties changed them since (R-T4). What a
/// class was bound by at any time is read off the events.
interface IClassRules {
    /// @param rules All rules of the class from now on; what it was bound by before stands in the event before.
    /// @param evidenceHash SHA-256 of the decision's grounds, kept off the ledger.
    event RulesChanged(
        DealId indexed deal,
        uint8 indexed classIndex,
        bytes32 indexed operationRef,
        RuleTerms rules,
        bytes32 evidenceHash
    );

    /// @notice Thrown when rules make no sense for the class.
    /// @param field Name of the first offending field.
    error ClassRules_Malformed(string field);
    /// @notice Thrown when a class does not exist or is retained.
    error ClassRules_NotTokenised(DealId deal, uint256 classIndex);
    /// @notice Thrown when the hash of the grounds or the reference is zero.
    error ClassRules_ReferenceMissing();
    /// @notice Thrown when a change was proposed before another one of the class took effect, and so in view of other rules.
    /// @param changedAt When that one took effect.
    error ClassRules_Overtaken(DealId deal, uint8 classIndex, uint40 changedAt);
    /// @notice Thrown when changes would rest longer than `MAX_DELAY_SECONDS`.
    error ClassRules_DelayOutOfRange(uint32 delaySeconds, uint32 limit);

    /// @notice Replaces all rules of a class. It is decided by three parties, rests for `CHANGE_DELAY_SECONDS` so that holders
    /// can learn of it, and takes effect when one of the three repeats its call, unless another change has meanwhile.
    /// @param operationRef Reference of the decision; makes this change distinct from an earlier equal one.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function change(
        DealId deal,
        uint8 classIndex,
        RuleTerms calldata rules,
        bytes32 evidenceHash,
        bytes32 operationRef
    ) external;

    /// @notice The rules that bind a class now.
    /// @dev Reverts with `DealRegistry_UnknownDeal` or `ClassRules_NotTokenised`.
    function rulesOf(DealId deal, uint8 classIndex) external view returns (RuleTerms memory);
}
