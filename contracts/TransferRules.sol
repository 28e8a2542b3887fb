// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingPower, FilingState} from "./interfaces/IFilingRegistry.sol";
import {IHolderRegistry, LookThrough} from "./interfaces/IHolderRegistry.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {Residences} from "./libraries/Residences.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {ACCEPTS_FREE_DELIVERY, AccountWord, OMNIBUS, SELF_KEPT, US_PERSON} from "./types/AccountWord.sol";
import {NEVER, NoteConfig} from "./types/NoteConfig.sol";
import {Position} from "./types/Position.sol";

/// @notice The page of law: every rule that forbids a movement of units, in one place, asked by the check and by the
/// transfer alike (R-T1). Pure, so that equal facts always get equal answers. What a note remembers of an account is no
/// fact: the page never reads it.
library TransferRules {
    /// @notice What is asked about one movement.
    /// @param config State of the class: filing, pause, periods and minimum.
    /// @param sender What `from` holds; of no meaning for an issuance.
    /// @param operator Key that moves.
    /// @param from Zero address for an issuance, which has neither sender nor operator to judge.
    /// @param hasAllowance Whether `from` gave the operator an allowance for these units.
    /// @param admission Whom the class admits from where the receiver resides.
    /// @param hasStatement Whether the statement of the receiver is current; asked of an omnibus account alone.
    /// @param opensHolder Whether the receiver's holder held nothing before in any of its accounts.
    /// @param closesHolder Whether the sender's holder is left with nothing in any of its accounts.
    /// @param holders Holders of the class before the movement.
    /// @param maxHolders Most holders that the class may have; 0 for no limit.
    /// @param timestamp Block-time second.
    struct Question {
        NoteConfig config;
        Position sender;
        Position receiver;
        address operator;
        address from;
        address to;
        bool hasAllowance;
        Admission admission;
        bool hasStatement;
        bool opensHolder;
        bool closesHolder;
        uint256 holders;
        uint256 maxHolders;
        uint256 units;
        uint256 timestamp;
    }

    /// @notice Whom a class admits from one residence.
    /// @param categories Bit k set: investor category k may receive.
    /// @param isListed Whether the rules of the class name the residence; else the categories are those of the terms.
    struct Admission {
        uint16 categories;
        bool isListed;
    }

    /// @notice Every failing rule as a set of bits (`Restrictions`); 0 when the movement may go ahead.
    function restrictions(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) internal pure returns (uint256 reasons) {
        reasons = _ofFiling(asked) | restrictionsOfReceiver(asked, facts) | _ofUnits(asked) | _ofHolders(asked);
        if (asked.from != address(0)) {
            reasons |= _ofSender(asked, facts.from) | _ofOperator(asked, facts) | _ofPeriods(asked);
            reasons |= _ofBalance(asked) | _ofDelivery(facts);
        }
    }

    /// @notice Every rule that forbids a movement by order. The receiver's eligibility holds against an order too (R-O2); what
    /// the sender, its custodian and the rules of the class would say does not.
    function restrictionsOfForced(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) internal pure returns (uint256) {
        return
            restrictionsOfReceiver(asked, facts) |
            _ofBalance(asked) |
            _when(asked.units == 0, Restrictions.UNITS_ZERO) |
            _when(asked.from == asked.to, Restrictions.SAME_ACCOUNT) |
            _when(!facts.from.isRegistered(), Restrictions.SENDER_NOT_REGISTERED);
    }

    /// @notice Every rule that forbids the receiver to receive, whatever is moved by whom. An unregistered account has no other
    /// facts to judge, so that bit stands alone.
    function restrictionsOfReceiver(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) internal pure returns (uint256) {
        AccountWord to = facts.to;
        uint256 timestamp = asked.timestamp;
        if (!to.isRegistered()) return Restrictions.RECEIVER_NOT_REGISTERED;
        bool isAdmitted = asked.admission.categories & (1 << uint8(to.categoryOf())) != 0;
        uint256 notAdmitted =
            asked.admission.isListed
                ? Restrictions.RECEIVER_RESIDENCE_NOT_ADMITTED
                : Restrictions.RECEIVER_CATEGORY_NOT_ADMITTED;
        return
            _when(timestamp <= to.stoppedUntilOf(), Restrictions.RECEIVER_STOPPED) |
            _when(to.residenceOf() == Residences.CN, Restrictions.RECEIVER_ONSHORE) |
            _when(to.lookThroughOf() != LookThrough.NoMainlandOwner, Restrictions.RECEIVER_LOOK_THROUGH_FAILED) |
            _when(timestamp > to.eligibleUntilOf(), Restrictions.RECEIVER_LAPSED) |
            _when(!isAdmitted, notAdmitted) |
            _when(timestamp > facts.toLicensedUntil, Restrictions.RECEIVER_CUSTODIAN_INACTIVE) |
            _when(to.has(US_PERSON), Restrictions.RECEIVER_US_PERSON) |
            _when(to.has(OMNIBUS) && !asked.hasStatement, Restrictions.RECEIVER_STATEMENT_DUE);
    }

    /// @notice Every rule that forbids an account to send, whatever is moved by whom. A sender may have lapsed: it is exit-only,
    /// never trapped (R-H6). A stop holds it in both directions.
    function restrictionsOfSender(AccountWord from, uint256 timestamp) internal pure returns (uint256) {
        return
            _when(!from.isRegistered(), Restrictions.SENDER_NOT_REGISTERED) |
            _when(timestamp <= from.stoppedUntilOf(), Restrictions.SENDER_STOPPED);
    }

    /// @dev Rights of holders under a filing: transfers need a recorded filing that is neither suspended, revoked nor closed.
    function _ofFiling(Question memory asked) private pure returns (uint256) {
        FilingState state = asked.config.stateOf();
        bool isRecorded = FilingPowers.allows(state, FilingPower.Transfer);
        uint256 inState = Restrictions.FILING_NOT_RECORDED;
        if (state == FilingState.Suspended) inState = Restrictions.FILING_SUSPENDED;
        if (state == FilingState.Revoked) inState = Restrictions.FILING_REVOKED;
        if (state == FilingState.Closed) inState = Restrictions.FILING_CLOSED;
        return
            _when(!isRecorded, inState) |
            _when(isRecorded && asked.timestamp <= asked.config.suspendedUntilOf(), Restrictions.FILING_SUSPENDED) |
            _when(asked.timestamp <= asked.config.pausedUntilOf(), Restrictions.CLASS_PAUSED);
    }

    /// @dev Periods hold back transfers among holders, never an issuance.
    function _ofPeriods(Question memory asked) private pure returns (uint256) {
        uint256 complianceUntil = asked.config.complianceUntilOf();
        bool isUnset = complianceUntil == NEVER;
        return
            _when(asked.timestamp <= asked.config.lockedUntilOf(), Restrictions.LOCKED_UP) |
            _when(isUnset, Restrictions.COMPLIANCE_PERIOD_UNSET) |
            _when(!isUnset && asked.timestamp <= complianceUntil, Restrictions.COMPLIANCE_PERIOD);
    }

    /// @dev What is moved and what either side is left with must be nothing or the minimum. A holding that came below the
    /// minimum, by an order or by a change of the rules, may still be moved as a whole: nobody is trapped in it.
    function _ofUnits(Question memory asked) private pure returns (uint256) {
        uint256 minimum = asked.config.minimumUnitsOf();
        uint256 units = asked.units;
        if (units == 0) return Restrictions.UNITS_ZERO;
        bool isTransfer = asked.from != address(0);
        uint256 held = asked.sender.unitsOf();
        bool movesLess = units < minimum && !(isTransfer && units == held);
        bool leavesLess = isTransfer && units < held && held - units < minimum;
        bool givesLess = units < minimum && asked.receiver.unitsOf() + units < minimum;
        return _when(movesLess || leavesLess || givesLess, Restrictions.BELOW_MINIMUM);
    }

    /// @dev A movement that brings in a holder and takes one out leaves their number as it was.
    function _ofHolders(Question memory asked) private pure returns (uint256) {
        bool isMore = asked.opensHolder && !asked.closesHolder;
        return _when(isMore && asked.maxHolders != 0 && asked.holders >= asked.maxHolders, Restrictions.HOLDER_LIMIT);
    }

    function _ofSender(Question memory asked, AccountWord from) private pure returns (uint256) {
        return _when(asked.from == asked.to, Restrictions.SAME_ACCOUNT) | restrictionsOfSender(from, asked.timestamp);
    }

    /// @dev Frozen units bind where units are short as well, so that freeing them never looks like enough.
    function _ofBalance(Question memory asked) private pure returns (uint256) {
        uint256 held = asked.sender.unitsOf();
        uint256 frozen = asked.sender.frozenOf();
        uint256 free = held > frozen ? held - frozen : 0;
        return
            _when(asked.units > held, Restrictions.UNITS_INSUFFICIENT) |
            _when(frozen != 0 && asked.units > free, Restrictions.UNITS_FROZEN);
    }

    /// @dev Between two custodians units move free of payment only where the receiving side has said so.
    function _ofDelivery(IHolderRegistry.TransferFacts memory facts) private pure returns (uint256) {
        bool isRefused =
            facts.from.isRegistered() &&
                facts.to.isRegistered() &&
                facts.from.custodianOf() != facts.to.custodianOf() &&
                !facts.to.has(ACCEPTS_FREE_DELIVERY);
        return _when(isRefused, Restrictions.RECEIVER_DELIVERY_NOT_ACCEPTED);
    }

    /// @dev A custodial account is moved by its custodian. A self-kept account moves itself, or through a custodian it gave
    /// an allowance to. Whoever it is must be an active custodian now, not only when the allowance was given.
    function _ofOperator(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) private pure returns (uint256) {
        bool isSelfKept = facts.from.has(SELF_KEPT);
        if (isSelfKept && asked.operator == asked.from) return 0;
        bool isCustodian = !facts.operator.isNobody() && facts.operator == facts.from.custodianOf();
        if (!(isSelfKept ? asked.hasAllowance : isCustodian)) return Restrictions.OPERATOR_NOT_ENTITLED;
        return _when(asked.timestamp > facts.operatorLicensedUntil, Restrictions.OPERATOR_CUSTODIAN_INACTIVE);
    }

    function _when(bool isFailing, uint256 restriction) private pure returns (uint256) {
        return isFailing ? restriction : 0;
    }
}
