// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {INote} from "./interfaces/INote.sol";
import {IOrders, OrderKind, OrderState} from "./interfaces/IOrders.sol";
import {Residences} from "./libraries/Residences.sol";
import {Roles} from "./libraries/Roles.sol";
import {Stops} from "./libraries/Stops.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {DealId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IOrders`.
contract Orders is IOrders, Wired {
    using Stops for Stops.Book;

    uint40 public constant MAX_STOP_SECONDS = Stops.MAX_STOP_SECONDS;

    /// @param frozenUnits Units that a freeze in force freezes; forced movements take from them.
    struct Progress {
        OrderState state;
        uint64 frozenUnits;
    }

    mapping(bytes32 orderId => Order) private _orders;
    mapping(bytes32 orderId => Progress) private _progress;
    /// @dev The whole sum; more than 2^64 - 1 where several orders each freeze everything.
    mapping(INote => mapping(address account => uint256)) private _frozen;
    mapping(INote => uint40) private _pausedUntil;
    Stops.Book private _stops;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IOrders
    function file(bytes32 ref, Order calldata order) external returns (bytes32 orderId) {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        orderId = keccak256(abi.encode(by, ref));
        if (_progress[orderId].state != OrderState.None) revert Orders_DuplicateOrder(orderId);
        _require(ref != 0, "ref");
        _requireRecord(order);
        _requireScope(order);
        _orders[orderId] = order;
        _progress[orderId].state = OrderState.Filed;
        emit OrderFiled(orderId, by, ref, order);
    }

    /// @inheritdoc IOrders
    function freeze(bytes32 orderId) external {
        Order storage order = _requireActionable(orderId, OrderKind.Freeze);
        if (!_decide(keccak256(abi.encode("freeze", orderId)))) return;
        uint64 frozenUnits = _hold(orderId, order.units);
        emit UnitsFrozen(orderId, order.note, order.account, order.units, frozenUnits);
    }

    /// @inheritdoc IOrders
    function unfreeze(bytes32 orderId, bytes32 groundHash) external {
        _requireKind(orderId, OrderKind.Freeze);
        _requireState(orderId, OrderState.InForce);
        if (groundHash == 0) revert Orders_GroundsMissing();
        if (!_decide(keccak256(abi.encode("unfreeze", orderId, groundHash)))) return;
        uint64 units = _progress[orderId].frozenUnits;
        uint64 frozenUnits = _hold(orderId, 0);
        Order storage order = _orders[orderId];
        emit UnitsReleased(orderId, order.note, order.account, units, frozenUnits, groundHash);
    }

    /// @inheritdoc IOrders
    function force(bytes32 orderId) external {
        Order storage order = _requireActionable(orderId, OrderKind.Force);
        if (order.releases != 0) _requireState(order.releases, OrderState.InForce);
        if (!_decide(keccak256(abi.encode("force", orderId)))) return;
        _progress[orderId].state = OrderState.Done;
        if (order.releases == 0) order.note.forcedTransfer(order.account, order.destination, order.units);
        else _forceFrozen(orderId, order);
        emit UnitsForced(orderId, order.note, order.account, order.destination, order.units);
    }

    /// @inheritdoc IOrders
    function recover(bytes32 orderId) external {
        Order storage order = _requireActionable(orderId, OrderKind.Recover);
        _requireRecoverable(order.account, order.destination);
        if (!_decide(keccak256(abi.encode("recover", orderId)))) return;
        _progress[orderId].state = OrderState.Done;
        order.note.forcedTransfer(order.account, order.destination, order.units);
        emit UnitsRecovered(orderId, order.note, order.account, order.destination, order.units);
    }

    /// @inheritdoc IOrders
    function pause(bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        Order storage order = _requireActionable(orderId, OrderKind.Pause);
        INote note = order.note;
        _requireWithin(order, until);
        uint40 pausedUntil = _stops.order(_subject(note), orderId, _pausedUntil[note], until);
        _followPause(note, pausedUntil);
        emit ClassPaused(note, by, orderId, pausedUntil);
    }

    /// @inheritdoc IOrders
    function keepPaused(bytes32 orderId, uint40 until) external {
        Order storage order = _requireActionable(orderId, OrderKind.Pause);
        INote note = order.note;
        _requireWithin(order, until);
        _stops.requireLonger(_subject(note), orderId, _pausedUntil[note], until);
        if (!_decide(keccak256(abi.encode("keepPaused", orderId, until)))) return;
        _stops.keep(_subject(note), orderId);
        _followPause(note, until);
        emit ClassPaused(note, PARTIES.partyOf(msg.sender), orderId, until);
    }

    /// @inheritdoc IOrders
    function liftPause(bytes32 orderId) external {
        INote note = _requireKind(orderId, OrderKind.Pause).note;
        _stops.requireStanding(_subject(note), orderId, _pausedUntil[note]);
        if (!_decide(keccak256(abi.encode("liftPause", orderId)))) return;
        _stops.lift(_subject(note));
        _followPause(note, 0);
        emit ClassPauseLifted(note, orderId);
    }

    /// @inheritdoc IOrders
    function orderOf(bytes32 orderId) external view returns (Order memory order, OrderState state, uint64 frozenUnits) {
        Progress storage progress = _known(orderId);
        return (_orders[orderId], progress.state, progress.frozenUnits);
    }

    /// @inheritdoc IOrders
    function frozenUnitsOf(INote note, address account) public view returns (uint64) {
        uint256 sum = _frozen[note][account];
        return sum > type(uint64).max ? type(uint64).max : uint64(sum);
    }

    /// @inheritdoc IOrders
    function pausedUntilOf(INote note) external view returns (uint40) {
        return _pausedUntil[note];
    }

    /// @dev The freeze rests while the units move, so that all others hold against the movement; then it goes on with what
    /// was not taken from it. It may freeze more than the account has, and then still does.
    function _forceFrozen(bytes32 orderId, Order storage order) private {
        bytes32 released = order.releases;
        uint64 held = _progress[released].frozenUnits;
        uint64 taken = order.units < held ? order.units : held;
        uint64 frozenUnits = _hold(released, 0);
        order.note.forcedTransfer(order.account, order.destination, order.units);
        if (taken < held) frozenUnits = _hold(released, held - taken);
        emit UnitsReleased(released, order.note, order.account, taken, frozenUnits, orderId);
    }

    /// @dev Sets what a freeze freezes, and the sum with it. One that freezes nothing is done.
    /// @return frozenUnits Units of the account that are frozen now, by all orders together.
    function _hold(bytes32 orderId, uint64 units) private returns (uint64 frozenUnits) {
        Order storage order = _orders[orderId];
        Progress storage progress = _progress[orderId];
        (INote note, address account) = (order.note, order.account);
        _frozen[note][account] = _frozen[note][account] + units - progress.frozenUnits;
        progress.frozenUnits = units;
        progress.state = units == 0 ? OrderState.Done : OrderState.InForce;
        frozenUnits = frozenUnitsOf(note, account);
        note.setFrozenTokens(account, frozenUnits);
    }

    function _followPause(INote note, uint40 until) private {
        _pausedUntil[note] = until;
        note.pause(until);
    }

    function _decide(bytes32 subject) private returns (bool) {
        return APPROVALS.decide(subject, msg.sender, 0);
    }

    /// @dev What every order says of itself (R-O1).
    function _requireRecord(Order calldata order) private view {
        _require(order.authority != 0, "authority");
        _require(Residences.isWellFormed(order.jurisdiction), "jurisdiction");
        _require(order.basisHash != 0, "basisHash");
        _require(order.receivedAt != 0 && order.receivedAt <= block.timestamp, "receivedAt");
        _require(order.expiresAt >= block.timestamp, "expiresAt");
        _require(order.reviewAt >= block.timestamp, "reviewAt");
    }

    /// @dev What an order of each kind concerns, and that nothing is said which would have no effect.
    function _requireScope(Order calldata order) private view {
        _require(order.kind != OrderKind.None, "kind");
        if (!_isNote(order.note)) revert Orders_UnknownNote(order.note);
        bool isPause = order.kind == OrderKind.Pause;
        bool moves = order.kind == OrderKind.Force || order.kind == OrderKind.Recover;
        _require(!isPause || order.account == address(0), "account");
        _require(moves || order.destination == address(0), "destination");
        _require((order.units == 0) == isPause, "units");
        if (!isPause) _requireRegistered(order.account);
        if (moves) {
            if (order.account == order.destination) revert Orders_SameAccount(order.account);
            _requireRegistered(order.destination);
        }
        if (order.releases != 0) _require(_isReleasable(order), "releases");
    }

    /// @dev Recovery has an own rule besides those of a forced movement, so that it never reaches what an order holds.
    function _requireRecoverable(address account, address destination) private view {
        AccountWord word = HOLDERS.accountOf(account);
        uint40 stoppedUntil = word.stoppedUntilOf();
        if (block.timestamp <= stoppedUntil) revert Orders_AccountStopped(account, stoppedUntil);
        AccountWord other = HOLDERS.accountOf(destination);
        bool isOfOneCustodian = word.custodianOf() == other.custodianOf();
        if (isOfOneCustodian && word.holderRefOf() == other.holderRefOf()) return;
        address[] memory ring = HOLDERS.accountsOf(account);
        for (uint256 i; i < ring.length; ++i) {
            if (ring[i] == destination) return;
        }
        revert Orders_OtherHolder(account, destination);
    }

    function _requireActionable(bytes32 orderId, OrderKind kind) private view returns (Order storage order) {
        order = _requireKind(orderId, kind);
        _requireState(orderId, OrderState.Filed);
        if (block.timestamp > order.expiresAt) revert Orders_Expired(orderId, order.expiresAt);
    }

    function _requireKind(bytes32 orderId, OrderKind kind) private view returns (Order storage order) {
        _known(orderId);
        order = _orders[orderId];
        if (order.kind != kind) revert Orders_OtherKind(orderId, order.kind);
    }

    function _requireState(bytes32 orderId, OrderState needed) private view {
        OrderState state = _progress[orderId].state;
        if (state != needed) revert Orders_OtherState(orderId, state);
    }

    function _requireWithin(Order storage order, uint40 until) private view {
        if (until > order.expiresAt) {
            revert Stoppable_UntilOutOfRange(_subject(order.note), until, order.expiresAt);
        }
    }

    function _requireRegistered(address account) private view {
        if (!HOLDERS.accountOf(account).isRegistered()) revert Orders_UnknownAccount(account);
    }

    /// @dev A freeze of the same account in the same note; whether it is in force is asked when units move.
    function _isReleasable(Order calldata order) private view returns (bool) {
        Order storage released = _orders[order.releases];
        return
            order.kind == OrderKind.Force &&
            released.kind == OrderKind.Freeze &&
            released.note == order.note &&
            released.account == order.account;
    }

    /// @dev A note says which class it is of, and the deal registry says whether that is so. Notes of which nothing was issued
    /// yet are notes too: a class may be paused before.
    function _isNote(INote note) private view returns (bool) {
        if (address(note).code.length == 0) return false;
        try note.deal() returns (DealId deal) {
            return DEALS.noteOf(deal, note.classIndex()) == note;
        } catch {
            return false;
        }
    }

    function _known(bytes32 orderId) private view returns (Progress storage progress) {
        progress = _progress[orderId];
        if (progress.state == OrderState.None) revert Orders_UnknownOrder(orderId);
    }

    function _subject(INote note) private pure returns (bytes32) {
        return bytes32(uint256(uint160(address(note))));
    }

    function _require(bool isSound, string memory field) private pure {
        if (!isSound) revert Orders_Malformed(field);
    }
}
