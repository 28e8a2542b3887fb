// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {HolderBook} from "./HolderBook.sol";
import {Custodian, IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {Roles} from "./libraries/Roles.sol";
import {Stops} from "./libraries/Stops.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {PartyId} from "./types/Ids.sol";

/// @notice Stops of accounts and custodians: see `IHolderRegistry`.
abstract contract HolderStops is HolderBook {
    using Stops for Stops.Book;

    uint40 public constant MAX_STOP_SECONDS = Stops.MAX_STOP_SECONDS;

    Stops.Book private _stops;

    /// @inheritdoc IHolderRegistry
    function stopAccount(address account, bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        AccountWord word = _known(account);
        uint40 stoppedUntil = _stops.order(_subject(account), orderId, word.stoppedUntilOf(), until);
        _stop(account, word, by, orderId, stoppedUntil);
    }

    /// @inheritdoc IHolderRegistry
    function keepAccountStopped(address account, bytes32 orderId, uint40 until) external {
        AccountWord word = _known(account);
        _stops.requireLonger(_subject(account), orderId, word.stoppedUntilOf(), until);
        if (!_decide(keccak256(abi.encode("keepAccountStopped", account, orderId, until)))) return;
        _stops.keep(_subject(account), orderId);
        _stop(account, word, PARTIES.partyOf(msg.sender), orderId, until);
    }

    /// @inheritdoc IHolderRegistry
    function liftAccount(address account, bytes32 orderId) external {
        AccountWord word = _known(account);
        _stops.requireStanding(_subject(account), orderId, word.stoppedUntilOf());
        if (!_decide(keccak256(abi.encode("liftAccount", account, orderId)))) return;
        _stops.lift(_subject(account));
        _accounts[account] = word.withStoppedUntil(0);
        emit AccountStopLifted(account, orderId);
    }

    /// @inheritdoc IHolderRegistry
    function stopCustodian(PartyId custodian, bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        Custodian storage current = _licensed(custodian);
        current.stoppedUntil = _stops.order(_subject(custodian), orderId, current.stoppedUntil, until);
        emit CustodianStopped(custodian, by, orderId, current.stoppedUntil);
    }

    /// @inheritdoc IHolderRegistry
    function keepCustodianStopped(PartyId custodian, bytes32 orderId, uint40 until) external {
        Custodian storage current = _licensed(custodian);
        _stops.requireLonger(_subject(custodian), orderId, current.stoppedUntil, until);
        if (!_decide(keccak256(abi.encode("keepCustodianStopped", custodian, orderId, until)))) return;
        _stops.keep(_subject(custodian), orderId);
        current.stoppedUntil = until;
        emit CustodianStopped(custodian, PARTIES.partyOf(msg.sender), orderId, until);
    }

    /// @inheritdoc IHolderRegistry
    function liftCustodian(PartyId custodian, bytes32 orderId) external {
        Custodian storage current = _licensed(custodian);
        _stops.requireStanding(_subject(custodian), orderId, current.stoppedUntil);
        if (!_decide(keccak256(abi.encode("liftCustodian", custodian, orderId)))) return;
        _stops.lift(_subject(custodian));
        current.stoppedUntil = 0;
        emit CustodianStopLifted(custodian, orderId);
    }

    function _stop(address account, AccountWord word, PartyId by, bytes32 orderId, uint40 until) private {
        _accounts[account] = word.withStoppedUntil(SafeCast.toUint32(until));
        emit AccountStopped(account, by, orderId, until);
    }

    function _subject(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @dev Party numbers are below 2^16, where no account can be.
    function _subject(PartyId custodian) private pure returns (bytes32) {
        return bytes32(uint256(PartyId.unwrap(custodian)));
    }
}
