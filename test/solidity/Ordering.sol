// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {INote} from "../../contracts/interfaces/INote.sol";
import {IOrders, OrderKind} from "../../contracts/interfaces/IOrders.sol";
import {Laws} from "./Laws.sol";
import {Ruling} from "./Ruling.sol";

/// @notice Orders of authorities: freezing, releasing, forcing, recovering, pausing.
abstract contract Ordering is Ruling {
    enum Progress {
        Filed,
        InForce,
        Done
    }

    struct Filing {
        bytes32 id;
        OrderKind kind;
        uint256 class;
        uint256 account;
        uint256 destination;
        uint64 units;
        uint64 frozenUnits;
        uint256 releases;
        uint40 expiresAt;
        Progress progress;
        /// Two of three parties have decided, and what they decided could not be done then.
        bool isHalfDecided;
    }

    /// @dev How many orders back the campaign still acts under.
    uint256 private constant RECENT = 12;
    uint256 private constant NO_RELEASE = type(uint256).max;

    Filing[] private _files;

    /// @notice An order is filed. Nothing else comes of that.
    function fileOrder(uint256 entropy) external step(entropy) {
        Filing memory filed;
        filed.kind = [OrderKind.Freeze, OrderKind.Freeze, OrderKind.Force, OrderKind.Recover, OrderKind.Pause][
            _roll(5)
        ];
        filed.class = _roll(LIVE_CLASSES);
        filed.account = _rollHeld(filed.class);
        filed.destination = _roll(_accounts.length);
        filed.releases = NO_RELEASE;
        filed.expiresAt = uint40(block.timestamp + _roll(10 days));
        uint256 held = _unitsOf(filed.class, filed.account);
        filed.units = uint64(_chance(70) && held != 0 ? 1 + _roll(held) : held + 1);
        if (filed.kind == OrderKind.Freeze && _chance(5)) filed.units = type(uint64).max;
        if (filed.kind == OrderKind.Force && _chance(60)) filed.releases = _findFreeze(filed);
        if (filed.kind == OrderKind.Recover && _chance(70)) filed.destination = _siblingOf(filed.account);
        _tryFile(filed, _chance(90) ? uint16(REGISTRAR + _roll(2)) : uint16(_roll(PARTY_COUNT + 1)));
    }

    /// @notice Three parties freeze, release, force or recover; one key pauses.
    function actOnOrder(uint256 entropy) external step(entropy) {
        if (_files.length == 0) return;
        uint256 recent = _files.length < RECENT ? _files.length : RECENT;
        Filing storage filed = _files[_chance(35) ? _standing() : _files.length - 1 - _roll(recent)];
        uint256 kind = _chance(96) ? uint256(filed.kind) : 1 + _roll(4);
        if (kind == uint256(OrderKind.Freeze)) _freezeOrRelease(filed);
        else if (kind == uint256(OrderKind.Force)) _force(filed);
        else if (kind == uint256(OrderKind.Recover)) _recover(filed);
        else _pauseOrLift(filed);
    }

    function _tryFile(Filing memory filed, uint16 by) private {
        bool isPause = filed.kind == OrderKind.Pause;
        bool moves = filed.kind == OrderKind.Force || filed.kind == OrderKind.Recover;
        bool areKnown = isPause || (_isRegistered(filed.account) && (!moves || _isRegistered(filed.destination)));
        bool isToItself = moves && filed.account == filed.destination;
        bytes32 ref = _fresh("order of an authority");
        IOrders.Order memory order = IOrders.Order({
            kind: filed.kind,
            note: _classes[filed.class].note,
            account: isPause ? address(0) : _at(filed.account),
            destination: moves ? _at(filed.destination) : address(0),
            units: isPause ? 0 : filed.units,
            releases: filed.releases == NO_RELEASE ? bytes32(0) : _files[filed.releases].id,
            authority: keccak256("authority"),
            jurisdiction: "HK",
            basisHash: keccak256("basis"),
            receivedAt: uint40(block.timestamp),
            expiresAt: filed.expiresAt,
            reviewAt: filed.expiresAt
        });
        bool isAllowed = (by == REGISTRAR || by == REGULATOR) && areKnown && !isToItself;
        bytes memory data = abi.encodeCall(IOrders.file, (ref, order));
        bytes memory answer = _expect(Laws.ORDER, isAllowed, _key(by), address(_orders), data, "order");
        if (!isAllowed) return;
        filed.id = abi.decode(answer, (bytes32));
        _files.push(filed);
    }

    function _freezeOrRelease(Filing storage filed) private {
        bool isFreeze = filed.kind == OrderKind.Freeze;
        if (filed.progress == Progress.Filed || _chance(20)) {
            bool isAllowed = isFreeze && filed.progress == Progress.Filed && block.timestamp <= filed.expiresAt;
            bytes memory data = abi.encodeCall(IOrders.freeze, (filed.id));
            _expectDecision(Laws.FREEZE, isAllowed, address(_orders), data, "freeze");
            if (isAllowed) _hold(filed, filed.units);
        } else {
            bool isAllowed = isFreeze && filed.progress == Progress.InForce;
            bytes memory data = abi.encodeCall(IOrders.unfreeze, (filed.id, _fresh("grounds")));
            _expectDecision(Laws.FREEZE, isAllowed, address(_orders), data, "release");
            if (isAllowed) _hold(filed, 0);
        }
    }

    function _force(Filing storage filed) private {
        bool isOpen = filed.kind == OrderKind.Force && _isActionable(filed);
        bool isReleasing = isOpen && filed.releases != NO_RELEASE;
        if (isReleasing) isOpen = _files[filed.releases].progress == Progress.InForce;
        isReleasing = isReleasing && isOpen;
        uint64 held = isReleasing ? _files[filed.releases].frozenUnits : 0;
        // While the units move the released freeze rests and all others hold.
        if (isReleasing) _hold(_files[filed.releases], 0);
        bool isLawful = isOpen && _mayForce(filed);
        bytes memory data = abi.encodeCall(IOrders.force, (filed.id));
        _decideToMove(Laws.FORCE, filed, isOpen, isLawful, data);
        if (isLawful) _forced(filed);
        if (!isReleasing) return;
        uint64 taken = filed.units < held ? filed.units : held;
        if (!isLawful) taken = 0;
        if (held != taken) _hold(_files[filed.releases], held - taken);
    }

    function _recover(Filing storage filed) private {
        Account storage account = _accounts[filed.account];
        bool isOneHolder = account.ring == _accounts[filed.destination].ring;
        bool isStopped = block.timestamp <= account.stoppedUntil;
        bool isOpen = filed.kind == OrderKind.Recover && _isActionable(filed) && isOneHolder && !isStopped;
        bool isLawful = isOpen && _mayForce(filed);
        bytes memory data = abi.encodeCall(IOrders.recover, (filed.id));
        _decideToMove(Laws.RECOVER, filed, isOpen, isLawful, data);
        if (isLawful) _forced(filed);
    }

    /// @dev Units move with the last of three calls, so it alone is refused where they may not.
    function _decideToMove(uint256 law, Filing storage filed, bool isOpen, bool isLawful, bytes memory data) private {
        if (filed.isHalfDecided) {
            _expect(law, isLawful, _key(APPROVER_B), address(_orders), data, "last call for a movement by order");
        } else {
            _expectDecision(law, isOpen, isLawful, address(_orders), data, "movement by order");
            filed.isHalfDecided = isOpen;
        }
    }

    function _pauseOrLift(Filing storage filed) private {
        Class storage class = _classes[filed.class];
        bytes32 subject = bytes32(uint256(uint160(address(class.note))));
        bool isPause = filed.kind == OrderKind.Pause;
        uint256 kind = _roll(3);
        uint40 until = kind == 1 ? uint40(block.timestamp + _roll(1 days)) : _rollEnd(subject);
        bool isActionable = isPause && block.timestamp <= filed.expiresAt && until <= filed.expiresAt;
        if (kind == 0) {
            uint16 by = _chance(90) ? uint16(REGISTRAR + _roll(2)) : uint16(3 + _roll(PARTY_COUNT - 2));
            bool isAllowed = isActionable && by <= REGULATOR && _mayStop(subject, filed.id, class.pausedUntil, until);
            bytes memory data = abi.encodeCall(IOrders.pause, (filed.id, until));
            _expect(Laws.PAUSE, isAllowed, _key(by), address(_orders), data, "pause");
            if (isAllowed) class.pausedUntil = _stopped(subject, filed.id, class.pausedUntil, until);
        } else if (kind == 1) {
            bool isAllowed = isActionable && _mayKeep(subject, filed.id, class.pausedUntil, until);
            bytes memory data = abi.encodeCall(IOrders.keepPaused, (filed.id, until));
            _expectDecision(Laws.PAUSE, isAllowed, address(_orders), data, "keeping a pause");
            if (!isAllowed) return;
            _kept(subject, filed.id);
            class.pausedUntil = until;
        } else {
            bool isAllowed = isPause && _mayLift(subject, filed.id, class.pausedUntil);
            bytes memory data = abi.encodeCall(IOrders.liftPause, (filed.id));
            _expectDecision(Laws.PAUSE, isAllowed, address(_orders), data, "lifting a pause");
            if (!isAllowed) return;
            _series[subject] = Series(0, 0);
            class.pausedUntil = 0;
        }
    }

    function _mayForce(Filing storage filed) private view returns (bool) {
        Movement memory asked = Movement(filed.class, address(0), 0, filed.account, filed.destination, filed.units);
        return _againstForce(asked) == 0;
    }

    function _forced(Filing storage filed) private {
        filed.progress = Progress.Done;
        _classes[filed.class].units[filed.account] -= filed.units;
        _classes[filed.class].units[filed.destination] += filed.units;
        _requireForcedLanding(filed.class, filed.destination);
        _touched = filed.destination;
    }

    function _requireForcedLanding(uint256 class, uint256 to) private view {
        _require(
            _ofReceiver(class, to) == 0,
            Laws.FORCE,
            "a forced movement landed on an account that may not receive"
        );
    }

    /// @dev What a freeze freezes from now on, and the sum of all of the account with it.
    function _hold(Filing storage filed, uint64 units) private {
        filed.frozenUnits = units;
        filed.progress = units == 0 ? Progress.Done : Progress.InForce;
        uint256 sum;
        for (uint256 i; i < _files.length; ++i) {
            bool isSame = _files[i].class == filed.class && _files[i].account == filed.account;
            if (isSame) sum += _files[i].frozenUnits;
        }
        _classes[filed.class].frozen[filed.account] = sum > type(uint64).max ? type(uint64).max : sum;
    }

    function _isActionable(Filing storage filed) private view returns (bool) {
        return filed.progress == Progress.Filed && block.timestamp <= filed.expiresAt;
    }

    function _rollHeld(uint256 class) private returns (uint256 account) {
        account = _roll(_accounts.length);
        for (uint256 i; i < 3 && _unitsOf(class, account) == 0; ++i) account = _roll(_accounts.length);
    }

    /// @dev A freeze in force, so that none stands for ever; the last order where there is none.
    function _standing() private returns (uint256 place) {
        uint256 first = _roll(_files.length);
        for (uint256 i; i < _files.length; ++i) {
            place = (first + i) % _files.length;
            if (_files[place].progress == Progress.InForce) return place;
        }
    }

    function _findFreeze(Filing memory filed) private view returns (uint256) {
        for (uint256 i = _files.length; i != 0; --i) {
            Filing storage other = _files[i - 1];
            bool isSame = other.class == filed.class && other.account == filed.account;
            if (isSame && other.kind == OrderKind.Freeze && other.progress != Progress.Done) return i - 1;
        }
        return NO_RELEASE;
    }

    function _siblingOf(uint256 account) private returns (uint256) {
        uint256 first = _roll(_accounts.length);
        for (uint256 i; i < _accounts.length; ++i) {
            uint256 other = (first + i) % _accounts.length;
            if (other != account && _accounts[other].ring == _accounts[account].ring) return other;
        }
        return first;
    }
}
