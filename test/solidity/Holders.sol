// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IHolderRegistry} from "../../contracts/interfaces/IHolderRegistry.sol";
import {Roles} from "../../contracts/libraries/Roles.sol";
import {PartyId} from "../../contracts/types/Ids.sol";
import {Accounts} from "./Accounts.sol";
import {Laws} from "./Laws.sol";

/// @notice Which accounts have one holder, who keeps them, and who may keep any.
abstract contract Holders is Accounts {
    /// @dev More would leave too few holders to count.
    uint256 private constant MOST_JOINS = 3;

    uint256 private _joins;
    bytes32 private _grantRef;
    uint40 private _grantableAt;

    /// @notice Two accounts turn out to have one holder, or a custodian hands accounts over.
    function matchOrReassign(uint256 entropy) external step(entropy) {
        if (_chance(30)) _tryJoin(_roll(_accounts.length), _roll(_accounts.length));
        else _tryReassign();
    }

    /// @notice A custodian's licence is renewed, shortened or ended.
    function license(uint256 entropy) external step(entropy) {
        uint16 custodian = _lapsed();
        uint16 by = _chance(92) ? REGISTRAR : uint16(1 + _roll(PARTY_COUNT));
        uint40 until = uint40(block.timestamp + 30 days + _roll(90 days));
        if (_chance(15)) until = uint40(block.timestamp + _roll(2 hours));
        if (_chance(5)) until = uint40(block.timestamp - _roll(2));
        Licence storage licence = _licences[custodian];
        bool isEnding = until < block.timestamp && licence.licensedUntil != 0;
        bytes memory data = abi.encodeCall(
            IHolderRegistry.license,
            (PartyId.wrap(custodian), until, 0, keccak256("evidence"))
        );
        bool isAllowed = by == REGISTRAR && (isEnding || licence.hasRole);
        _expect(Laws.LICENCE, isAllowed, _key(by), address(_holdersRegistry), data, "licence");
        if (isAllowed) licence.licensedUntil = until;
    }

    /// @notice A party loses the role of custodian, and gets it back after three parties and the delay.
    function endOrGrantRole(uint256 entropy) external step(entropy) {
        PartyId party = PartyId.wrap(CUSTODIAN_C);
        Licence storage licence = _licences[CUSTODIAN_C];
        if (licence.hasRole) {
            if (_chance(60)) return;
            bytes memory ending = abi.encodeCall(_parties.end, (party, Roles.CUSTODIAN, _fresh("end")));
            _expectDecision(Laws.LICENCE, true, address(_parties), ending, "end of a role");
            licence.hasRole = false;
            if (licence.licensedUntil >= block.timestamp) licence.licensedUntil = uint40(block.timestamp - 1);
            return;
        }
        if (_grantRef == 0) return _openGrant(party);
        bytes memory data = abi.encodeCall(_parties.grant, (party, Roles.CUSTODIAN, _grantRef));
        bool isAllowed = block.timestamp >= _grantableAt;
        _expect(Laws.DECISION, isAllowed, _key(APPROVER_A), address(_parties), data, "grant before its time");
        if (!isAllowed) return;
        (licence.hasRole, _grantRef) = (true, 0);
    }

    function _openGrant(PartyId party) private {
        _grantRef = _fresh("grant");
        _grantableAt = uint40(block.timestamp + GRANT_DELAY_SECONDS);
        bytes memory data = abi.encodeCall(_parties.grant, (party, Roles.CUSTODIAN, _grantRef));
        uint16[3] memory endorsers = [REGISTRAR, APPROVER_A, APPROVER_B];
        for (uint256 i; i < 3; ++i) {
            _expect(Laws.DECISION, true, _key(endorsers[i]), address(_parties), data, "endorsement of a grant");
        }
    }

    /// @dev A custodian that needs its licence, if one does.
    function _lapsed() private returns (uint16 custodian) {
        custodian = uint16(CUSTODIAN_A + _roll(3));
        uint16 other = uint16(CUSTODIAN_A + _roll(3));
        if (block.timestamp > _licences[other].licensedUntil) custodian = other;
    }

    function _tryJoin(uint256 account, uint256 sibling) internal {
        uint16 by = _chance(50) ? REGISTRAR : _accounts[account].custodian;
        bool areTwo = _accounts[account].ring != _accounts[sibling].ring;
        bool isAllowed = _isRegistered(account) && _isRegistered(sibling) && areTwo && _mayMatch(by, account, sibling);
        if (isAllowed && _joins == MOST_JOINS) return;
        bytes memory data = abi.encodeCall(IHolderRegistry.join, (_accounts[account].at, _accounts[sibling].at));
        _expect(Laws.HOLDER, isAllowed, _key(by), address(_holdersRegistry), data, "join");
        if (!isAllowed) return;
        ++_joins;
        uint256 ring = _accounts[account].ring;
        _share(ring, _accounts[sibling].ring);
        for (uint256 i; i < _accounts.length; ++i) {
            if (_accounts[i].ring != ring) continue;
            (_accounts[i].ring, _accounts[i].holderRef) = (_accounts[sibling].ring, _accounts[sibling].holderRef);
        }
        _touched = account;
    }

    /// @dev What was said of either holder, and would keep any account from receiving, holds against the accounts of the other.
    function _share(uint256 ring, uint256 otherRing) private {
        Facts memory facts = _againstHolder(ring);
        Facts memory otherFacts = _againstHolder(otherRing);
        for (uint256 i; i < _accounts.length; ++i) {
            if (_accounts[i].ring == ring) _holdAgainst(_accounts[i], otherFacts);
            else if (_accounts[i].ring == otherRing) _holdAgainst(_accounts[i], facts);
        }
    }

    function _againstHolder(uint256 ring) private view returns (Facts memory facts) {
        (facts.category, facts.lookThrough) = (1, 1);
        for (uint256 i; i < _accounts.length; ++i) {
            Account storage kept = _accounts[i];
            if (kept.ring != ring) continue;
            if (kept.category == 0) facts.category = 0;
            if (kept.lookThrough != 1) facts.lookThrough = kept.lookThrough;
            facts.flags |= kept.flags & IS_US_PERSON;
        }
    }

    function _holdAgainst(Account storage kept, Facts memory facts) private {
        if (facts.category == 0) kept.category = 0;
        if (kept.lookThrough == 1) kept.lookThrough = facts.lookThrough;
        kept.flags |= facts.flags;
    }

    /// @dev The registrar, or an active custodian that keeps every account of both.
    function _mayMatch(uint16 by, uint256 account, uint256 sibling) private view returns (bool) {
        if (by == REGISTRAR) return true;
        if (!_isActive(by)) return false;
        for (uint256 i; i < _accounts.length; ++i) {
            bool isOfBoth =
                _accounts[i].ring == _accounts[account].ring || _accounts[i].ring == _accounts[sibling].ring;
            if (isOfBoth && _accounts[i].custodian != by) return false;
        }
        return true;
    }

    function _tryReassign() private {
        uint256 account = _roll(_accounts.length);
        uint16 from = _accounts[account].custodian;
        uint16 to = uint16(CUSTODIAN_A + _roll(3));
        address[] memory list = new address[](1);
        list[0] = _accounts[account].at;
        bool isAllowed = from != 0 && from != to && _isActive(to);
        bytes memory data = abi.encodeCall(IHolderRegistry.reassign, (list, PartyId.wrap(to), _fresh("reassign")));
        if (_chance(50)) {
            _expectDecision(Laws.REASSIGNMENT, isAllowed, address(_holdersRegistry), data, "reassignment by order");
        } else {
            uint16 first = from == 0 ? to : from;
            _expect(Laws.REASSIGNMENT, isAllowed, _key(first), address(_holdersRegistry), data, "consent to reassign");
            if (!isAllowed) return;
            _expect(
                Laws.REASSIGNMENT,
                false,
                _key(first),
                address(_holdersRegistry),
                data,
                "consent of one party twice"
            );
            _expect(Laws.REASSIGNMENT, true, _key(to), address(_holdersRegistry), data, "consent to reassign");
        }
        if (!isAllowed) return;
        _accounts[account].custodian = to;
        _touched = account;
    }
}
