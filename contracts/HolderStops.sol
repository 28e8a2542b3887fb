// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {HolderCustodians} from "./HolderCustodians.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {Rings} from "./libraries/Rings.sol";
import {Roles} from "./libraries/Roles.sol";
import {Stops} from "./libraries/Stops.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {PartyId} from "./types/Ids.sol";

/// @notice Stops of accounts: see `IHolderRegistry`.
abstract contract HolderStops is HolderCustodians {
    using Rings for Rings.Book;
    using Stops for Stops.Book;

    Stops.Book private _stops;

    /// @inheritdoc IHolderRegistry
    function stopAccount(address account, bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        _order(account, by, orderId, until);
        _forget(account);
    }

    /// @inheritdoc IHolderRegistry
    function stopHolder(address account, bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        _known(account);
        address[] memory ring = _rings.ringOf(account);
        for (uint256 i; i < ring.length; ++i) _order(ring[i], by, orderId, until);
        _forget(ring);
    }

    /// @inheritdoc IHolderRegistry
    function keepAccountStopped(address account, bytes32 orderId, uint40 until) external {
        AccountWord word = _known(account);
        _stops.requireLonger(_subject(account), orderId, word.stoppedUntilOf(), until);
        if (!_decide(keccak256(abi.encode("keepAccountStopped", account, orderId, until)))) return;
        _stops.keep(_subject(account), orderId);
        _accounts[account].word = word.withStoppedUntil(SafeCast.toUint32(until));
        _forget(account);
        emit AccountStopped(account, PARTIES.partyOf(msg.sender), orderId, until);
    }

    /// @inheritdoc IHolderRegistry
    function liftAccount(address account, bytes32 orderId) external {
        AccountWord word = _known(account);
        _stops.requireStanding(_subject(account), orderId, word.stoppedUntilOf());
        if (!_decide(keccak256(abi.encode("liftAccount", account, orderId)))) return;
        _stops.lift(_subject(account));
        _accounts[account].word = word.withStoppedUntil(0);
        _forget(account);
        emit AccountStopLifted(account, orderId);
    }

    function _order(address account, PartyId by, bytes32 orderId, uint40 until) private {
        AccountWord word = _known(account);
        uint40 stoppedUntil = _stops.order(_subject(account), orderId, word.stoppedUntilOf(), until);
        _accounts[account].word = word.withStoppedUntil(SafeCast.toUint32(stoppedUntil));
        emit AccountStopped(account, by, orderId, stoppedUntil);
    }

    function _subject(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
