// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingState} from "../../contracts/interfaces/IFilingRegistry.sol";
import {Restrictions} from "../../contracts/libraries/Restrictions.sol";
import {Ghost} from "./Ghost.sol";

/// @notice The page of law written a second time, from the requirements and over the campaign's own books.
abstract contract Page is Ghost {
    uint8 internal constant KEEPS_OWN_KEY = 1;
    uint8 internal constant IS_OMNIBUS = 2;
    uint8 internal constant IS_US_PERSON = 4;
    uint8 internal constant ACCEPTS_DELIVERY = 8;

    /// @dev No account: the sender of an issuance, or an address that nobody registered.
    uint256 internal constant NOBODY = type(uint256).max;

    /// @notice One movement as the campaign sees it.
    struct Movement {
        uint256 class;
        address operator;
        uint16 operatorParty;
        uint256 from;
        uint256 to;
        uint256 units;
    }

    function _isStatementCurrent(uint256 class, uint256 account) internal view virtual returns (bool);

    /// @dev Every rule against a movement between two accounts.
    function _againstMove(Movement memory asked) internal view returns (uint256) {
        return
            _againstIssue(asked) |
            _ofSender(asked) |
            _ofOperator(asked) |
            _ofPeriods(asked.class) |
            _ofDelivery(asked) |
            _ofBalance(asked);
    }

    /// @dev Every rule of the note against an issuance.
    function _againstIssue(Movement memory asked) internal view returns (uint256) {
        return _ofFiling(asked.class) | _ofReceiver(asked.class, asked.to) | _ofUnits(asked) | _ofHolders(asked);
    }

    /// @dev Every rule against a movement that an order forces.
    function _againstForce(Movement memory asked) internal view returns (uint256) {
        return
            _ofReceiver(asked.class, asked.to) |
            _ofBalance(asked) |
            _if(asked.units == 0, Restrictions.UNITS_ZERO) |
            _if(asked.from == asked.to, Restrictions.SAME_ACCOUNT) |
            _if(asked.from == NOBODY || !_isRegistered(asked.from), Restrictions.SENDER_NOT_REGISTERED);
    }

    function _ofReceiver(uint256 class, uint256 to) internal view returns (uint256 reasons) {
        if (to == NOBODY || !_isRegistered(to)) return Restrictions.RECEIVER_NOT_REGISTERED;
        Account storage account = _accounts[to];
        if (block.timestamp <= account.stoppedUntil) reasons |= Restrictions.RECEIVER_STOPPED;
        if (account.residence == "CN") reasons |= Restrictions.RECEIVER_ONSHORE;
        if (account.lookThrough != 1) reasons |= Restrictions.RECEIVER_LOOK_THROUGH_FAILED;
        if (block.timestamp > account.eligibleUntil) reasons |= Restrictions.RECEIVER_LAPSED;
        if (!_isActive(account.custodian)) reasons |= Restrictions.RECEIVER_CUSTODIAN_INACTIVE;
        if (account.flags & IS_US_PERSON != 0) reasons |= Restrictions.RECEIVER_US_PERSON;
        bool isDue = account.flags & IS_OMNIBUS != 0 && !_isStatementCurrent(class, to);
        if (isDue) reasons |= Restrictions.RECEIVER_STATEMENT_DUE;
        (uint16 admitted, bool isListed) = _admittedFrom(class, account.residence);
        if ((admitted >> account.category) & 1 == 0) {
            reasons |=
                isListed ? Restrictions.RECEIVER_RESIDENCE_NOT_ADMITTED : Restrictions.RECEIVER_CATEGORY_NOT_ADMITTED;
        }
    }

    function _holders(uint256 class) internal view returns (uint256 count) {
        for (uint256 i; i < _accounts.length; ++i) {
            if (_isFirstOfItsRing(class, i)) ++count;
        }
    }

    /// @dev Whether an account holds units, and no account before it does so for the same holder.
    function _isFirstOfItsRing(uint256 class, uint256 account) private view returns (bool) {
        if (_classes[class].units[account] == 0) return false;
        for (uint256 i; i < account; ++i) {
            if (_accounts[i].ring == _accounts[account].ring && _classes[class].units[i] != 0) return false;
        }
        return true;
    }

    function _admittedFrom(uint256 class, bytes2 residence) private view returns (uint16 admitted, bool isListed) {
        Class storage rules = _classes[class];
        for (uint256 i; i < rules.residences.length; ++i) {
            if (rules.residences[i].residence == residence) return (rules.residences[i].categories, true);
        }
        return (rules.admittedCategories, false);
    }

    function _ofFiling(uint256 class) private view returns (uint256 reasons) {
        FilingState state = _stateNow(_classes[class].filing);
        if (block.timestamp <= _classes[class].pausedUntil) reasons = Restrictions.CLASS_PAUSED;
        if (state == FilingState.Recorded || state == FilingState.IssuedReported) return reasons;
        if (state == FilingState.Suspended) return reasons | Restrictions.FILING_SUSPENDED;
        if (state == FilingState.Revoked) return reasons | Restrictions.FILING_REVOKED;
        if (state == FilingState.Closed) return reasons | Restrictions.FILING_CLOSED;
        return reasons | Restrictions.FILING_NOT_RECORDED;
    }

    function _ofUnits(Movement memory asked) private view returns (uint256) {
        if (asked.units == 0) return Restrictions.UNITS_ZERO;
        uint256 minimum = _classes[asked.class].minimumUnits;
        uint256 held = _unitsOf(asked.class, asked.from);
        // Whoever came below the minimum by an order or by new rules may still move all of it.
        bool isAll = asked.from != NOBODY && asked.units == held;
        bool isSmall = asked.units < minimum && !isAll;
        bool isSmallRest = asked.from != NOBODY && asked.units < held && held - asked.units < minimum;
        bool isSmallHolding = _unitsOf(asked.class, asked.to) + asked.units < minimum;
        return _if(isSmall || isSmallRest || isSmallHolding, Restrictions.BELOW_MINIMUM);
    }

    function _ofHolders(Movement memory asked) private view returns (uint256) {
        uint256 limit = _classes[asked.class].maxHolders;
        bool isKnown = asked.to != NOBODY && _isRegistered(asked.to);
        if (limit == 0 || !isKnown || asked.units == 0) return 0;
        bool isNew = _ringUnits(asked.class, asked.to) == 0 && !_areOneHolder(asked.from, asked.to);
        bool isReplaced = asked.from != NOBODY && _ringUnits(asked.class, asked.from) == asked.units;
        bool isEmptied = isReplaced && _unitsOf(asked.class, asked.from) == asked.units;
        return _if(isNew && !isEmptied && _holders(asked.class) >= limit, Restrictions.HOLDER_LIMIT);
    }

    function _ofSender(Movement memory asked) private view returns (uint256) {
        bool isKnown = asked.from != NOBODY && _isRegistered(asked.from);
        return
            _if(!isKnown, Restrictions.SENDER_NOT_REGISTERED) |
            _if(isKnown && block.timestamp <= _accounts[asked.from].stoppedUntil, Restrictions.SENDER_STOPPED) |
            _if(asked.from == asked.to && asked.from != NOBODY, Restrictions.SAME_ACCOUNT);
    }

    function _ofOperator(Movement memory asked) private view returns (uint256) {
        if (asked.from == NOBODY || !_isRegistered(asked.from)) return Restrictions.OPERATOR_NOT_ENTITLED;
        Account storage from = _accounts[asked.from];
        bool isEntitled = asked.operatorParty == from.custodian;
        if (from.flags & KEEPS_OWN_KEY != 0) {
            if (asked.operator == from.at) return 0;
            isEntitled = _classes[asked.class].allowance[asked.from][asked.operator] >= asked.units;
        }
        if (!isEntitled) return Restrictions.OPERATOR_NOT_ENTITLED;
        return _if(!_isActive(asked.operatorParty), Restrictions.OPERATOR_CUSTODIAN_INACTIVE);
    }

    function _ofPeriods(uint256 class) private view returns (uint256) {
        Class storage rules = _classes[class];
        (uint256 since, uint256 compliance) = (rules.issuedAt, rules.complianceSeconds);
        uint256 reasons = _if(since != 0 && block.timestamp < since + rules.lockUpSeconds, Restrictions.LOCKED_UP);
        if (compliance == type(uint32).max) return reasons | Restrictions.COMPLIANCE_PERIOD_UNSET;
        return reasons | _if(since != 0 && block.timestamp < since + compliance, Restrictions.COMPLIANCE_PERIOD);
    }

    function _ofDelivery(Movement memory asked) private view returns (uint256) {
        if (asked.from == NOBODY || asked.to == NOBODY) return 0;
        (Account storage from, Account storage to) = (_accounts[asked.from], _accounts[asked.to]);
        bool areOfOne = from.custodian == 0 || to.custodian == 0 || from.custodian == to.custodian;
        bool isAccepted = areOfOne || to.flags & ACCEPTS_DELIVERY != 0;
        return _if(!isAccepted, Restrictions.RECEIVER_DELIVERY_NOT_ACCEPTED);
    }

    function _ofBalance(Movement memory asked) private view returns (uint256) {
        uint256 held = _unitsOf(asked.class, asked.from);
        uint256 frozen = asked.from == NOBODY ? 0 : _classes[asked.class].frozen[asked.from];
        return
            _if(asked.units > held, Restrictions.UNITS_INSUFFICIENT) |
            _if(frozen != 0 && asked.units + frozen > held, Restrictions.UNITS_FROZEN);
    }

    function _unitsOf(uint256 class, uint256 account) internal view returns (uint256) {
        return account == NOBODY ? 0 : _classes[class].units[account];
    }

    /// @dev What all accounts of an account's holder hold together.
    function _ringUnits(uint256 class, uint256 account) internal view returns (uint256 units) {
        for (uint256 i; i < _accounts.length; ++i) {
            if (_accounts[i].ring == _accounts[account].ring) units += _classes[class].units[i];
        }
    }

    function _areOneHolder(uint256 from, uint256 to) private view returns (bool) {
        return from != NOBODY && from != to && _accounts[from].ring == _accounts[to].ring;
    }

    function _if(bool isFailing, uint256 reason) private pure returns (uint256) {
        return isFailing ? reason : 0;
    }
}
