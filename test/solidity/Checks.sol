// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IHolderRegistry} from "../../contracts/interfaces/IHolderRegistry.sol";
import {INote} from "../../contracts/interfaces/INote.sol";
import {Restrictions} from "../../contracts/libraries/Restrictions.sol";
import {AccountWord} from "../../contracts/types/AccountWord.sol";
import {Intruding} from "./Intruding.sol";
import {Laws} from "./Laws.sol";
import {vm} from "./Vm.sol";

/// @notice What must hold after every step.
abstract contract Checks is Intruding {
    /// @notice Holds the ledger against the campaign's books. What it tries is undone: the runner keeps no change of a check.
    function check() external {
        for (uint256 i; i < LIVE_CLASSES; ++i) {
            _checkUnits(i);
            _checkRecordDate(i);
            _checkStanding(i);
        }
        for (uint256 i; i < _accounts.length; ++i) _checkAccount(i);
        for (uint256 i; i < _filed.length; ++i) {
            bool isWhereItLeads = _filings.stateOf(_filed[i].id) == _stateNow(i);
            _require(isWhereItLeads, Laws.FILING_STATE, "state of a filing");
        }
        // One movement in each class, since what the first one moves is still moved when the second is tried.
        uint256 class = steps % LIVE_CLASSES;
        _probeMainland(class, (steps / 2) % _accounts.length);
        _probe(class, _touched);
        _probe(LIVE_CLASSES - 1 - class, (steps / 2) % _accounts.length);
    }

    function _checkUnits(uint256 class) private view {
        Class storage book = _classes[class];
        INote note = book.note;
        uint256 sum;
        for (uint256 i; i < _accounts.length; ++i) {
            address at = _accounts[i].at;
            uint256 units = note.balanceOf(at);
            _require(units == book.units[i], Laws.BALANCE, "units of an account");
            _require(note.getFrozenTokens(at) == book.frozen[i], Laws.FROZEN, "frozen units of an account");
            sum += units;
        }
        bool isAll = sum == note.totalSupply() && sum == book.unitsIssued;
        _require(isAll, Laws.SUPPLY, "units of all accounts");
        uint256 issuedMinor = _filings.issuedMinorOf(_filed[book.filing].id, book.classIndex);
        bool isWithin = issuedMinor <= book.capMinor && issuedMinor <= book.balanceMinor;
        _require(isWithin && issuedMinor == book.unitsIssued * UNIT_FACE_MINOR, Laws.CAP, "money issued");
    }

    function _checkStanding(uint256 class) private view {
        Class storage book = _classes[class];
        INote.Standing memory standing = book.note.standing();
        _require(standing.holders == _holders(class), Laws.HOLDER_COUNT, "number of holders");
        bool areFollowed =
            standing.pausedUntil == book.pausedUntil &&
                standing.suspendedUntil == _filed[book.filing].suspendedUntil &&
                standing.filingState == _filed[book.filing].state &&
                standing.minimumUnits == book.minimumUnits &&
                standing.maxHolders == book.maxHolders;
        _require(areFollowed, Laws.STANDING, "what a note follows");
    }

    /// @dev One closed date after the other, all of its accounts.
    function _checkRecordDate(uint256 class) private view {
        uint256 last = _lastClosed(class);
        INote note = _classes[class].note;
        _require(note.lastClosedRecordDate() == last, Laws.RECORD_DATE, "last record date that has closed");
        if (last == 0) return;
        uint256 id = 1 + (steps % last);
        RecordDate storage date = _classes[class].recordDates[id];
        for (uint256 i; i < _accounts.length; ++i) {
            uint256 units = note.unitsAt(_accounts[i].at, uint24(id));
            _require(units == date.units[i], Laws.RECORD_DATE, "units at a record date");
        }
    }

    function _checkAccount(uint256 account) private view {
        Account storage kept = _accounts[account];
        uint256 word = AccountWord.unwrap(_holdersRegistry.accountOf(kept.at));
        _require(bytes2(uint16(word >> 128)) != "CN", Laws.NO_MAINLAND_ACCOUNT, "an account resides in the mainland");
        uint256 expected = uint256(uint128(kept.holderRef)) | (uint256(uint16(kept.residence)) << 128);
        expected |= (uint256(kept.custodian) << 144) | (uint256(kept.category) << 160);
        expected |= (uint256(kept.lookThrough) << 168) | (uint256(kept.flags) << 176);
        expected |= (uint256(kept.eligibleUntil) << 184) | (uint256(kept.stoppedUntil) << 224);
        _require(word == (kept.custodian == 0 ? 0 : expected), Laws.REGISTER, "what the register says of an account");
    }

    /// @dev Tries an account as a receiver, from whoever may give it something at once; page and movement must agree.
    function _probe(uint256 class, uint256 to) private {
        Movement memory asked = _senderFor(class, to);
        if (asked.units == 0) return;
        uint256 reasons = _againstMove(asked);
        _requirePage(asked, reasons);
        bytes memory data = abi.encodeCall(INote.move, (_at(asked.from), _at(to), uint64(asked.units), 0));
        vm.prank(asked.operator);
        // solhint-disable-next-line avoid-low-level-calls
        (bool isDone, ) = address(_classes[class].note).call(data);
        _require(isDone == (reasons == 0), Laws.MEMORY, "page and movement differ about a receiver");
    }

    /// @dev If the register ever said that a holder resides in the mainland, the page would refuse the account still.
    function _probeMainland(uint256 class, uint256 to) private {
        if (!_isRegistered(to)) return;
        INote note = _classes[class].note;
        address from = _at((to + 1) % _accounts.length);
        IHolderRegistry.TransferFacts memory facts = _holdersRegistry.factsOf(from, _at(to), from);
        facts.to = AccountWord.wrap(
            (AccountWord.unwrap(facts.to) & ~(uint256(0xffff) << 128)) | (uint256(0x434e) << 128)
        );
        bytes memory asked = abi.encodeCall(IHolderRegistry.factsOf, (from, _at(to), from));
        vm.mockCall(address(_holdersRegistry), asked, abi.encode(facts));
        bool isSeen = note.restrictionsOf(from, from, _at(to), 1) & Restrictions.RECEIVER_ONSHORE != 0;
        vm.clearMockedCalls();
        _require(isSeen, Laws.NO_MAINLAND_RECEIPT, "the page does not see the mainland");
    }

    /// @dev A sender that nothing but the receiver or the class could hold back, where there is one. Half of what it holds
    /// takes the way over what the note remembers, all of it never does.
    function _senderFor(uint256 class, uint256 to) private view returns (Movement memory asked) {
        for (uint256 i; i < _accounts.length; ++i) {
            uint256 from = (i + steps) % _accounts.length;
            uint256 held = _unitsOf(class, from);
            if (from == to || held == 0) continue;
            bool isOwn = _accounts[from].flags & KEEPS_OWN_KEY != 0;
            address operator = isOwn ? _accounts[from].at : _keyOf(_accounts[from].custodian, false);
            uint16 party = isOwn ? 0 : _accounts[from].custodian;
            asked = Movement(class, operator, party, from, to, held > 1 ? held / 2 : held);
            if (_againstMove(asked) == 0) return asked;
        }
    }
}
