// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IHolderRegistry} from "../../contracts/interfaces/IHolderRegistry.sol";
import {PartyId} from "../../contracts/types/Ids.sol";
import {Holders} from "./Holders.sol";
import {Laws} from "./Laws.sol";

/// @notice Stops of accounts, of holders and of custodians.
abstract contract HolderStopping is Holders {
    /// @notice One key stops an account, all accounts of a holder, or a custodian.
    function stop(uint256 entropy) external step(entropy) {
        uint16 by = _chance(90) ? uint16(REGISTRAR + _roll(2)) : uint16(3 + _roll(PARTY_COUNT - 2));
        bool isEntitled = by == REGISTRAR || by == REGULATOR;
        uint256 kind = _roll(10);
        if (kind < 5) _stopAccount(by, isEntitled, _roll(_accounts.length));
        else if (kind < 8) _stopHolder(by, isEntitled, _roll(_accounts.length));
        else _stopCustodian(by, isEntitled, uint16(CUSTODIAN_A + _roll(3)));
    }

    /// @notice Three parties keep an account or a custodian stopped, or lift its stop.
    function keepOrLift(uint256 entropy) external step(entropy) {
        bool isAccount = _chance(70);
        uint256 account = _stoppedAccount();
        uint16 custodian = uint16(CUSTODIAN_A + _roll(3));
        bytes32 subject = isAccount ? _subjectOf(account) : bytes32(uint256(custodian));
        uint40 standing = isAccount ? _accounts[account].stoppedUntil : _licences[custodian].stoppedUntil;
        bool isKnown = isAccount ? _isRegistered(account) : _licences[custodian].licensedUntil != 0;
        if (_chance(30)) _keep(isAccount, account, custodian, subject, standing, isKnown);
        else _lift(isAccount, account, custodian, subject, standing, isKnown);
        if (isAccount) _touched = account;
    }

    function _stopAccount(uint16 by, bool isEntitled, uint256 account) private {
        bytes32 subject = _subjectOf(account);
        (bytes32 orderId, uint40 until) = (_rollOrder(subject), _rollEnd(subject));
        uint40 standing = _accounts[account].stoppedUntil;
        bool isAllowed = isEntitled && _isRegistered(account) && _mayStop(subject, orderId, standing, until);
        bytes memory data = abi.encodeCall(IHolderRegistry.stopAccount, (_accounts[account].at, orderId, until));
        _expect(Laws.STOP, isAllowed, _key(by), address(_holdersRegistry), data, "stop of an account");
        if (isAllowed) _accounts[account].stoppedUntil = _stopped(subject, orderId, standing, until);
        _touched = account;
    }

    function _stopHolder(uint16 by, bool isEntitled, uint256 account) private {
        bytes32 subject = _subjectOf(account);
        (bytes32 orderId, uint40 until) = (_rollOrder(subject), _rollEnd(subject));
        bool isAllowed = isEntitled && _isRegistered(account);
        for (uint256 i; i < _accounts.length; ++i) {
            if (_accounts[i].ring != _accounts[account].ring) continue;
            isAllowed = isAllowed && _mayStop(_subjectOf(i), orderId, _accounts[i].stoppedUntil, until);
        }
        bytes memory data = abi.encodeCall(IHolderRegistry.stopHolder, (_accounts[account].at, orderId, until));
        _expect(Laws.STOP, isAllowed, _key(by), address(_holdersRegistry), data, "stop of a holder");
        if (!isAllowed) return;
        for (uint256 i; i < _accounts.length; ++i) {
            if (_accounts[i].ring != _accounts[account].ring) continue;
            _accounts[i].stoppedUntil = _stopped(_subjectOf(i), orderId, _accounts[i].stoppedUntil, until);
        }
        _touched = account;
    }

    function _stopCustodian(uint16 by, bool isEntitled, uint16 custodian) private {
        bytes32 subject = bytes32(uint256(custodian));
        (bytes32 orderId, uint40 until) = (_rollOrder(subject), _rollEnd(subject));
        Licence storage licence = _licences[custodian];
        bool isAllowed =
            isEntitled && licence.licensedUntil != 0 && _mayStop(subject, orderId, licence.stoppedUntil, until);
        bytes memory data = abi.encodeCall(IHolderRegistry.stopCustodian, (PartyId.wrap(custodian), orderId, until));
        _expect(Laws.STOP, isAllowed, _key(by), address(_holdersRegistry), data, "stop of a custodian");
        if (isAllowed) licence.stoppedUntil = _stopped(subject, orderId, licence.stoppedUntil, until);
    }

    function _keep(
        bool isAccount,
        uint256 account,
        uint16 custodian,
        bytes32 subject,
        uint40 standing,
        bool isKnown
    ) private {
        bytes32 orderId = _rollOrder(subject);
        uint40 until = uint40((_chance(70) ? _latest(standing) : block.timestamp) + _roll(6 hours));
        if (_chance(3)) until = LAST_SECOND + 1;
        bool isAllowed = isKnown && _mayKeep(subject, orderId, standing, until);
        bytes memory data =
            isAccount
                ? abi.encodeCall(IHolderRegistry.keepAccountStopped, (_accounts[account].at, orderId, until))
                : abi.encodeCall(IHolderRegistry.keepCustodianStopped, (PartyId.wrap(custodian), orderId, until));
        _expectDecision(Laws.STOP, isAllowed, address(_holdersRegistry), data, "keeping a stop");
        if (!isAllowed) return;
        _kept(subject, orderId);
        if (isAccount) _accounts[account].stoppedUntil = until;
        else _licences[custodian].stoppedUntil = until;
    }

    function _lift(
        bool isAccount,
        uint256 account,
        uint16 custodian,
        bytes32 subject,
        uint40 standing,
        bool isKnown
    ) private {
        bytes32 orderId = _chance(90) ? _series[subject].orderId : _fresh("order");
        bool isAllowed = isKnown && _mayLift(subject, orderId, standing);
        bytes memory data =
            isAccount
                ? abi.encodeCall(IHolderRegistry.liftAccount, (_accounts[account].at, orderId))
                : abi.encodeCall(IHolderRegistry.liftCustodian, (PartyId.wrap(custodian), orderId));
        _expectDecision(Laws.STOP, isAllowed, address(_holdersRegistry), data, "lifting a stop");
        if (!isAllowed) return;
        _series[subject] = Series(0, 0);
        if (isAccount) _accounts[account].stoppedUntil = 0;
        else _licences[custodian].stoppedUntil = 0;
    }

    /// @dev An account that is stopped, if one is.
    function _stoppedAccount() private returns (uint256 account) {
        uint256 first = _roll(_accounts.length);
        for (uint256 i; i < _accounts.length; ++i) {
            account = (first + i) % _accounts.length;
            if (block.timestamp <= _accounts[account].stoppedUntil) return account;
        }
    }

    function _latest(uint40 standing) private view returns (uint256) {
        return standing > block.timestamp ? standing : block.timestamp;
    }

    function _subjectOf(uint256 account) private view returns (bytes32) {
        return bytes32(uint256(uint160(_accounts[account].at)));
    }
}
