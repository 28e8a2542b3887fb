// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingState} from "./interfaces/IFilingRegistry.sol";
import {IHolderRegistry, LookThrough} from "./interfaces/IHolderRegistry.sol";
import {Residences} from "./libraries/Residences.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {ACCEPTS_FREE_DELIVERY, AccountWord, OMNIBUS, SELF_KEPT, US_PERSON} from "./types/AccountWord.sol";
import {PartyId} from "./types/Ids.sol";
import {NEVER, NoteConfig} from "./types/NoteConfig.sol";
import {Position} from "./types/Position.sol";

/// @notice The page of law: every rule that forbids a movement of units, in one place, asked by the check and by the
/// transfer alike (R-T1). Pure, so that equal facts always get equal answers. What a note remembers of an account is no
/// fact: the page never reads it.
library TransferRules {
    /// @dev Set in an admission where the rules of the class name the residence; else the categories are those of its terms.
    uint256 internal constant LISTED = 1 << 16;

    /// @notice What is asked about one movement.
    /// @param config State of the class: filing, pause, periods and minimum.
    /// @param sender What `from` holds; of no meaning for an issuance.
    /// @param operator Key that moves.
    /// @param from Zero address for an issuance, which has neither sender nor operator to judge.
    /// @param timestamp Block-time second.
    /// @param admission Whom the class admits from where the receiver resides: bit k for category k, and `LISTED`.
    /// @param hasAllowance Whether `from` gave the operator an allowance for these units; asked of a self-kept account alone.
    /// @param hasStatement Whether the statement of the receiver is current; asked of an omnibus account alone.
    /// @param opensHolder Whether the receiver's holder held nothing before in any of its accounts.
    /// @param closesHolder Whether the sender's holder is left with nothing in any of its accounts.
    /// @param isFull Whether the class has as many holders as its rules allow; asked where a holder is opened.
    struct Question {
        NoteConfig config;
        Position sender;
        Position receiver;
        address operator;
        address from;
        address to;
        uint256 units;
        uint256 timestamp;
        uint256 admission;
        bool hasAllowance;
        bool hasStatement;
        bool opensHolder;
        bool closesHolder;
        bool isFull;
    }

    /// @notice Every failing rule as a set of bits (`Restrictions`); 0 when the movement may go ahead.
    function restrictions(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) internal pure returns (uint256 reasons) {
        reasons =
            _ofClass(asked) |
            restrictionsOfReceiver(asked, facts.to, facts.licences.ofReceiver()) |
            _ofUnits(asked);
        // A movement that brings in a holder and takes one out leaves their number as it was.
        if (asked.isFull && asked.opensHolder && !asked.closesHolder) reasons |= Restrictions.HOLDER_LIMIT;
        if (asked.from == address(0)) return reasons;
        if (asked.from == asked.to) reasons |= Restrictions.SAME_ACCOUNT;
        reasons |= restrictionsOfSender(facts.from, asked.timestamp) | _ofBalance(asked);
        reasons |= _ofOperator(asked, facts) | _ofPeriods(asked) | _ofDelivery(facts);
    }

    /// @notice Every rule that forbids a movement by order. The receiver's eligibility holds against an order too (R-O2); what
    /// the sender, its custodian and the rules of the class would say does not.
    function restrictionsOfForced(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) internal pure returns (uint256 reasons) {
        reasons = restrictionsOfReceiver(asked, facts.to, facts.licences.ofReceiver()) | _ofBalance(asked);
        if (asked.units == 0) reasons |= Restrictions.UNITS_ZERO;
        if (asked.from == asked.to) reasons |= Restrictions.SAME_ACCOUNT;
        if (!facts.from.isRegistered()) reasons |= Restrictions.SENDER_NOT_REGISTERED;
    }

    /// @notice Every rule that forbids an account to receive, whatever is moved by whom. An unregistered account has no other
    /// facts to judge, so that bit stands alone.
    /// @param asked Names whom the class admits from where the account resides, and whether its statement is current.
    /// @param licensedUntil Last second of the licence of the account's custodian.
    function restrictionsOfReceiver(
        Question memory asked,
        AccountWord to,
        uint256 licensedUntil
    ) internal pure returns (uint256 reasons) {
        uint256 timestamp = asked.timestamp;
        if (!to.isRegistered()) return Restrictions.RECEIVER_NOT_REGISTERED;
        if (timestamp <= to.stoppedUntilOf()) reasons = Restrictions.RECEIVER_STOPPED;
        if (to.residenceOf() == Residences.CN) reasons |= Restrictions.RECEIVER_ONSHORE;
        if (to.lookThroughOf() != LookThrough.NoMainlandOwner) reasons |= Restrictions.RECEIVER_LOOK_THROUGH_FAILED;
        if (timestamp > to.eligibleUntilOf()) reasons |= Restrictions.RECEIVER_LAPSED;
        if (timestamp > licensedUntil) reasons |= Restrictions.RECEIVER_CUSTODIAN_INACTIVE;
        if (to.has(US_PERSON)) reasons |= Restrictions.RECEIVER_US_PERSON;
        if (to.has(OMNIBUS) && !asked.hasStatement) reasons |= Restrictions.RECEIVER_STATEMENT_DUE;
        uint256 admission = asked.admission;
        if ((admission >> uint8(to.categoryOf())) & 1 == 0) {
            reasons |=
                admission & LISTED == 0
                    ? Restrictions.RECEIVER_CATEGORY_NOT_ADMITTED
                    : Restrictions.RECEIVER_RESIDENCE_NOT_ADMITTED;
        }
    }

    /// @notice Every rule that forbids an account to send, whatever is moved by whom. A sender may have lapsed: it is exit-only,
    /// never trapped (R-H6). A stop holds it in both directions.
    function restrictionsOfSender(AccountWord from, uint256 timestamp) internal pure returns (uint256 reasons) {
        if (!from.isRegistered()) reasons = Restrictions.SENDER_NOT_REGISTERED;
        if (timestamp <= from.stoppedUntilOf()) reasons |= Restrictions.SENDER_STOPPED;
    }

    /// @dev Rights of holders under a filing: transfers need a recorded filing that is neither suspended, revoked nor closed.
    function _ofClass(Question memory asked) private pure returns (uint256 reasons) {
        NoteConfig config = asked.config;
        FilingState state = config.stateOf();
        if (config.allowsTransfers()) {
            if (asked.timestamp <= config.suspendedUntilOf()) reasons = Restrictions.FILING_SUSPENDED;
        } else if (state == FilingState.Suspended) {
            reasons = Restrictions.FILING_SUSPENDED;
        } else if (state == FilingState.Revoked) {
            reasons = Restrictions.FILING_REVOKED;
        } else {
            reasons = state == FilingState.Closed ? Restrictions.FILING_CLOSED : Restrictions.FILING_NOT_RECORDED;
        }
        if (asked.timestamp <= config.pausedUntilOf()) reasons |= Restrictions.CLASS_PAUSED;
    }

    /// @dev Periods hold back transfers among holders, never an issuance.
    function _ofPeriods(Question memory asked) private pure returns (uint256 reasons) {
        uint256 complianceUntil = asked.config.complianceUntilOf();
        if (asked.timestamp <= asked.config.lockedUntilOf()) reasons = Restrictions.LOCKED_UP;
        if (complianceUntil == NEVER) reasons |= Restrictions.COMPLIANCE_PERIOD_UNSET;
        else if (asked.timestamp <= complianceUntil) reasons |= Restrictions.COMPLIANCE_PERIOD;
    }

    /// @dev What is moved and what either side is left with must be nothing or the minimum. A holding that came below the
    /// minimum, by an order or by a change of the rules, may still be moved as a whole: nobody is trapped in it.
    function _ofUnits(Question memory asked) private pure returns (uint256) {
        uint256 minimum = asked.config.minimumUnitsOf();
        uint256 units = asked.units;
        if (units == 0) return Restrictions.UNITS_ZERO;
        if (minimum == 0) return 0;
        bool isTransfer = asked.from != address(0);
        uint256 held = asked.sender.unitsOf();
        bool movesLess = units < minimum && !(isTransfer && units == held);
        bool leavesLess = isTransfer && units < held && held - units < minimum;
        bool givesLess = units < minimum && asked.receiver.unitsOf() + units < minimum;
        return movesLess || leavesLess || givesLess ? Restrictions.BELOW_MINIMUM : 0;
    }

    /// @dev Frozen units bind where units are short as well, so that freeing them never looks like enough.
    function _ofBalance(Question memory asked) private pure returns (uint256 reasons) {
        uint256 held = asked.sender.unitsOf();
        uint256 frozen = asked.sender.frozenOf();
        if (asked.units > held) reasons = Restrictions.UNITS_INSUFFICIENT;
        if (frozen == 0) return reasons;
        if (frozen > held || asked.units > held - frozen) reasons |= Restrictions.UNITS_FROZEN;
    }

    /// @dev Between two custodians units move free of payment only where the receiving side has said so.
    function _ofDelivery(IHolderRegistry.TransferFacts memory facts) private pure returns (uint256) {
        if (facts.from.custodianOf() == facts.to.custodianOf() || facts.to.has(ACCEPTS_FREE_DELIVERY)) return 0;
        if (!facts.from.isRegistered() || !facts.to.isRegistered()) return 0;
        return Restrictions.RECEIVER_DELIVERY_NOT_ACCEPTED;
    }

    /// @dev A custodial account is moved by its custodian. A self-kept account moves itself, or through a custodian it gave
    /// an allowance to. Whoever it is must be an active custodian now, not only when the allowance was given.
    function _ofOperator(
        Question memory asked,
        IHolderRegistry.TransferFacts memory facts
    ) private pure returns (uint256) {
        bool isEntitled;
        if (facts.from.has(SELF_KEPT)) {
            if (asked.operator == asked.from) return 0;
            isEntitled = asked.hasAllowance;
        } else {
            PartyId operator = facts.licences.operatorOf();
            isEntitled = operator == facts.from.custodianOf() && !operator.isNobody();
        }
        if (!isEntitled) return Restrictions.OPERATOR_NOT_ENTITLED;
        return asked.timestamp > facts.licences.ofOperator() ? Restrictions.OPERATOR_CUSTODIAN_INACTIVE : 0;
    }
}
