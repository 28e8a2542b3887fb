// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943.sol";
import {INote} from "../../contracts/interfaces/INote.sol";
import {Restrictions} from "../../contracts/libraries/Restrictions.sol";
import {HolderStopping} from "./HolderStopping.sol";
import {Laws} from "./Laws.sol";
import {vm} from "./Vm.sol";

/// @notice Movements of units in every way there is.
abstract contract Moving is HolderStopping {
    /// @dev Classes that have units to move; the others stand for filings under which nothing may move.
    uint256 internal constant LIVE_CLASSES = 2;

    /// @notice The command of custodians.
    function move(uint256 entropy) external step(entropy) {
        Movement memory asked = _rollMovement();
        bytes memory data = abi.encodeCall(
            INote.move,
            (_at(asked.from), _at(asked.to), uint64(asked.units), _fresh("move"))
        );
        _tryMove(asked, data, 0);
    }

    /// @notice The standard's calls.
    function transfer(uint256 entropy) external step(entropy) {
        Movement memory asked = _rollMovement();
        bool isOwn = asked.from != NOBODY && asked.operator == _accounts[asked.from].at;
        bytes memory data =
            isOwn
                ? abi.encodeCall(INote(address(0)).transfer, (_at(asked.to), asked.units))
                : abi.encodeCall(INote(address(0)).transferFrom, (_at(asked.from), _at(asked.to), asked.units));
        _tryMove(asked, data, 0);
    }

    /// @notice Two legs, both or neither.
    function moveMany(uint256 entropy) external step(entropy) {
        Movement memory first = _rollMovement();
        Movement memory second = _rollMovement();
        (second.class, second.operator, second.operatorParty) = (first.class, first.operator, first.operatorParty);
        if (_chance(60)) (second.from, second.to) = (first.to, first.from);
        if (_chance(60)) second.units = first.units;
        INote.Movement[] memory legs = new INote.Movement[](2);
        legs[0] = INote.Movement(_at(first.from), _at(first.to), uint64(first.units), _fresh("leg"));
        legs[1] = INote.Movement(_at(second.from), _at(second.to), uint64(second.units), _fresh("leg"));
        bytes memory data = abi.encodeCall(INote.moveMany, (legs));
        uint256 reasons = _againstMove(first);
        if (reasons != 0) return _tryMove(first, data, 0);
        _requirePage(first, 0);
        _moved(first);
        uint256 against = _againstMove(second);
        // The second leg is judged after the first has moved; where it fails neither counts.
        if (against != 0) _undone(first);
        _attempt(second, against, data, against == 0 ? 0 : 1);
    }

    /// @notice A holder who keeps a key gives an allowance, or somebody tries to.
    function approve(uint256 entropy) external step(entropy) {
        uint256 class = _roll(LIVE_CLASSES);
        uint256 owner = _chance(85) ? 7 + _roll(2) : _roll(_accounts.length);
        uint16 party = _chance(85) ? uint16(CUSTODIAN_A + _roll(3)) : uint16(_roll(PARTY_COUNT + 1));
        address spender = _key(party);
        uint256 units = _chance(15) ? 0 : _roll(200);
        bool isAdmitted = _accounts[owner].flags & KEEPS_OWN_KEY != 0 && _isActive(party);
        bytes memory data = abi.encodeCall(INote(address(0)).approve, (spender, units));
        bool isAllowed = units == 0 || isAdmitted;
        _expect(Laws.ALLOWANCE, isAllowed, _accounts[owner].at, address(_classes[class].note), data, "allowance");
        if (isAllowed) _classes[class].allowance[owner][spender] = units;
    }

    /// @dev A movement that may go ahead, mostly; else whatever comes.
    function _rollMovement() internal returns (Movement memory asked) {
        asked = _rollAny();
        for (uint256 i; i < 3 && _againstMove(asked) != 0 && _chance(75); ++i) asked = _rollAny();
    }

    /// @dev Units that are held, mostly, moved by whoever may.
    function _rollAny() private returns (Movement memory asked) {
        asked.class = _chance(94) ? _roll(LIVE_CLASSES) : _roll(_classes.length);
        (asked.from, asked.to) = (_rollHolder(asked.class), _rollAccount());
        for (uint256 i; i < 2 && _ofReceiver(asked.class, asked.to) != 0; ++i) asked.to = _rollAccount();
        if (asked.from == asked.to && _chance(80)) asked.to = _roll(_accounts.length);
        _rollOperator(asked);
        uint256 held = _unitsOf(asked.class, asked.from);
        uint256 kind = _roll(20);
        if (kind == 0) asked.units = 0;
        else if (kind == 1) asked.units = held + _roll(3);
        else if (kind < 5) asked.units = held;
        else if (kind == 5) asked.units = 1 + _roll(12);
        else asked.units = held == 0 ? 1 : 1 + _roll(held);
        if (kind == 6) asked.units = type(uint64).max;
    }

    function _rollOperator(Movement memory asked) private {
        asked.operatorParty = asked.from == NOBODY ? CUSTODIAN_A : _accounts[asked.from].custodian;
        bool isOwn = asked.from != NOBODY && _accounts[asked.from].flags & KEEPS_OWN_KEY != 0 && _chance(60);
        uint256 kind = _roll(20);
        if (kind == 0) asked.operatorParty = uint16(_roll(PARTY_COUNT + 1));
        if (kind == 1) asked.operatorParty = uint16(REGISTRAR + _roll(2));
        asked.operator = isOwn ? _accounts[asked.from].at : _key(asked.operatorParty);
        if (isOwn) asked.operatorParty = 0;
    }

    function _rollHolder(uint256 class) internal returns (uint256 account) {
        account = _rollAccount();
        for (uint256 i; i < 4 && _unitsOf(class, account) == 0; ++i) account = _rollAccount();
    }

    function _rollAccount() internal returns (uint256) {
        return _chance(2) ? NOBODY : _roll(_accounts.length);
    }

    function _at(uint256 account) internal view returns (address) {
        return account == NOBODY ? address(0xdead) : _accounts[account].at;
    }

    /// @dev Holds the page against the campaign's, then moves: exactly where both say that nothing forbids it.
    function _tryMove(Movement memory asked, bytes memory data, uint256 leg) internal {
        uint256 reasons = _againstMove(asked);
        _requirePage(asked, reasons);
        _attempt(asked, reasons, data, leg);
    }

    function _requirePage(Movement memory asked, uint256 reasons) internal view {
        uint256 page = _classes[asked.class].note.restrictionsOf(
            asked.operator,
            _at(asked.from),
            _at(asked.to),
            asked.units
        );
        _require(page == reasons, Laws.PAGE, string.concat("page ", vm.toString(page), ", law ", vm.toString(reasons)));
    }

    function _attempt(Movement memory asked, uint256 reasons, bytes memory data, uint256 leg) internal {
        address note = address(_classes[asked.class].note);
        bytes memory answer = _expect(Laws.PAGE_AND_MOVEMENT, reasons == 0, asked.operator, note, data, "movement");
        if (reasons == 0) {
            _moved(asked);
            _requireLanding(asked.class, asked.from, asked.to);
        } else {
            _requireReasons(answer, reasons, leg);
        }
        _touched = asked.to == NOBODY ? 0 : asked.to;
    }

    /// @dev A refusal says every reason. Where units alone fall short it is the standards' own error.
    function _requireReasons(bytes memory answer, uint256 reasons, uint256 leg) private view {
        uint256 ofUnits = Restrictions.UNITS_INSUFFICIENT | Restrictions.UNITS_FROZEN;
        bytes4 selector = bytes4(answer);
        bool isSaid =
            reasons & ~ofUnits != 0
                ? keccak256(answer) == keccak256(abi.encodeWithSelector(INote.Note_Restricted.selector, reasons, leg))
                : selector == IERC20Errors.ERC20InsufficientBalance.selector ||
                    selector == IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector;
        _require(isSaid, Laws.REASONS, "a refusal that says something else than the page");
    }

    /// @dev Who holds units now, judged by facts alone.
    function _requireLanding(uint256 class, uint256 from, uint256 to) internal view {
        Account storage receiver = _accounts[to];
        _require(receiver.residence != "CN", Laws.NO_MAINLAND_RECEIPT, "receiver resides in the mainland");
        bool isClean = receiver.lookThrough == 1 && receiver.flags & IS_US_PERSON == 0;
        _require(isClean, Laws.NO_FAILED_RECEIPT, "receiver failed look-through or is a US person");
        _require(block.timestamp <= receiver.eligibleUntil, Laws.NO_LAPSED_RECEIPT, "receiver has lapsed");
        bool isHeld = block.timestamp <= receiver.stoppedUntil || !_isActive(receiver.custodian);
        _require(!isHeld, Laws.NO_STOPPED_RECEIPT, "receiver or its custodian is stopped");
        uint256 minimum = _classes[class].minimumUnits;
        uint256 left = _unitsOf(class, from);
        bool isBelow = _unitsOf(class, to) < minimum || (left != 0 && left < minimum);
        _require(!isBelow, Laws.MINIMUM, "a movement left less than the minimum");
    }

    function _moved(Movement memory asked) internal {
        Class storage class = _classes[asked.class];
        class.units[asked.from] -= asked.units;
        class.units[asked.to] += asked.units;
        bool isSpent = asked.operator != _accounts[asked.from].at && _accounts[asked.from].flags & KEEPS_OWN_KEY != 0;
        uint256 allowed = class.allowance[asked.from][asked.operator];
        if (isSpent) class.allowance[asked.from][asked.operator] = allowed - asked.units;
    }

    function _undone(Movement memory asked) private {
        Class storage class = _classes[asked.class];
        class.units[asked.from] += asked.units;
        class.units[asked.to] -= asked.units;
        bool isSpent = asked.operator != _accounts[asked.from].at && _accounts[asked.from].flags & KEEPS_OWN_KEY != 0;
        if (isSpent) class.allowance[asked.from][asked.operator] += asked.units;
    }
}
