// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingPower, FilingState} from "./interfaces/IFilingRegistry.sol";
import {Custodian, IHolderRegistry, LookThrough} from "./interfaces/IHolderRegistry.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {Residences} from "./libraries/Residences.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {AccountWord, SELF_KEPT} from "./types/AccountWord.sol";

/// @notice The page of law: every rule that forbids a movement of units, in one place, asked by the check and by the
/// transfer alike (R-T1). Pure, so that equal facts always get equal answers.
library TransferRules {
    /// @notice What is asked about one movement.
    /// @param filingState State of the deal's filing as the note last heard it.
    /// @param suspendedUntil Last second of a suspension of that filing.
    /// @param admittedCategories Bit k set: investor category k may receive.
    /// @param operator Key that moves.
    /// @param from Zero address for an issuance, which has neither sender nor operator to judge.
    /// @param hasAllowance Whether `from` gave the operator an allowance for these units.
    /// @param unitsHeld Units that `from` can dispose of.
    /// @param timestamp Block-time second.
    struct Question {
        FilingState filingState;
        uint40 suspendedUntil;
        uint16 admittedCategories;
        address operator;
        address from;
        address to;
        bool hasAllowance;
        uint256 units;
        uint256 unitsHeld;
        uint256 timestamp;
    }

    /// @notice Every failing rule as a set of bits (`Restrictions`); 0 when the movement may go ahead.
    function restrictions(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) internal pure returns (uint256 reasons) {
        reasons = _ofFiling(asked) | _ofReceiver(asked, facts.to, facts.toCustodian);
        reasons |= _when(asked.units == 0, Restrictions.UNITS_ZERO);
        if (asked.from != address(0)) {
            reasons |= _ofSender(asked, facts.from) | _ofOperator(asked, facts);
        }
    }

    /// @dev Rights of holders under a filing: transfers need a recorded filing that is neither suspended nor revoked.
    function _ofFiling(Question memory asked) private pure returns (uint256) {
        bool isRecorded = FilingPowers.allows(asked.filingState, FilingPower.Transfer);
        bool isRevoked = asked.filingState == FilingState.Revoked;
        return
            _when(!isRecorded && !isRevoked, Restrictions.FILING_NOT_RECORDED) |
            _when(isRecorded && asked.timestamp <= asked.suspendedUntil, Restrictions.FILING_SUSPENDED) |
            _when(isRevoked, Restrictions.FILING_REVOKED);
    }

    /// @dev A sender may have lapsed: it is exit-only, never trapped. A stop holds it in both directions.
    function _ofSender(Question memory asked, AccountWord from) private pure returns (uint256) {
        return
            _when(asked.from == asked.to, Restrictions.SAME_ACCOUNT) |
            _when(!from.isRegistered(), Restrictions.SENDER_NOT_REGISTERED) |
            _when(asked.timestamp <= from.stoppedUntilOf(), Restrictions.SENDER_STOPPED) |
            _when(asked.units > asked.unitsHeld, Restrictions.UNITS_INSUFFICIENT);
    }

    /// @dev An unregistered receiver has no other facts to judge, so that bit stands alone.
    function _ofReceiver(
        Question memory asked,
        AccountWord to,
        Custodian memory custodian
    ) private pure returns (uint256) {
        if (!to.isRegistered()) return Restrictions.RECEIVER_NOT_REGISTERED;
        bool isAdmitted = asked.admittedCategories & (1 << uint8(to.categoryOf())) != 0;
        return
            _when(asked.timestamp <= to.stoppedUntilOf(), Restrictions.RECEIVER_STOPPED) |
            _when(to.residenceOf() == Residences.CN, Restrictions.RECEIVER_ONSHORE) |
            _when(to.lookThroughOf() != LookThrough.NoMainlandOwner, Restrictions.RECEIVER_LOOK_THROUGH_FAILED) |
            _when(asked.timestamp > to.eligibleUntilOf(), Restrictions.RECEIVER_LAPSED) |
            _when(!isAdmitted, Restrictions.RECEIVER_CATEGORY_NOT_ADMITTED) |
            _when(!_isActive(custodian, asked.timestamp), Restrictions.RECEIVER_CUSTODIAN_INACTIVE);
    }

    /// @dev A custodial account is moved by its custodian. A self-kept account moves itself, or through a custodian it gave
    /// an allowance to. Whoever it is must be an active custodian now, not only when the allowance was given.
    function _ofOperator(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) private pure returns (uint256) {
        if (facts.from.has(SELF_KEPT) && asked.operator == asked.from) return 0;
        bool isCustodian = !facts.operator.isNobody() && facts.operator == facts.from.custodianOf();
        bool isEntitled = facts.from.has(SELF_KEPT) ? asked.hasAllowance : isCustodian;
        if (!isEntitled) return Restrictions.OPERATOR_NOT_ENTITLED;
        return _when(!_isActive(facts.operatorCustodian, asked.timestamp), Restrictions.OPERATOR_CUSTODIAN_INACTIVE);
    }

    function _isActive(Custodian memory custodian, uint256 timestamp) private pure returns (bool) {
        return timestamp <= custodian.licensedUntil && timestamp > custodian.stoppedUntil;
    }

    function _when(bool isFailing, uint256 restriction) private pure returns (uint256) {
        return isFailing ? restriction : 0;
    }
}
