// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";
import {IDealRegistry} from "../../contracts/interfaces/IDealRegistry.sol";
import {Issuing} from "./Issuing.sol";
import {Laws} from "./Laws.sol";
import {vm} from "./Vm.sol";

/// @notice Time, and the record dates that it closes.
abstract contract Clock is Issuing {
    int256 private constant UTC_OFFSET_SECONDS = 8 hours;

    uint32 internal _lastRecordDate;

    /// @notice Time passes: minutes mostly, sometimes to the very second at which something ends, or the one after.
    function wait_(uint256 entropy) external step(entropy) {
        uint256 kind = _roll(10);
        uint256 second =
            block.timestamp +
                1 +
                _roll(
                    kind < 6
                        ? 1 hours
                        : kind < 9
                            ? 8 hours
                            : 2 days
                );
        if (_chance(40)) {
            uint256 edge = _rollEdge() + _roll(2);
            if (edge > block.timestamp && edge < block.timestamp + 3 days) second = edge;
        }
        vm.warp(second);
        for (uint256 i; i < _classes.length; ++i) _closeDates(i);
    }

    /// @notice The paying agent declares a record date.
    function declareRecordDate(uint256 entropy) external step(entropy) {
        uint16 by = _chance(90) ? PAYING_AGENT : uint16(_roll(PARTY_COUNT + 1));
        uint32 date = _dateOf(int256(block.timestamp) + UTC_OFFSET_SECONDS + int256(_roll(4) * 1 days) - 1 days);
        bool isAllowed = by == PAYING_AGENT && date > _lastRecordDate;
        bytes memory data = abi.encodeCall(IDealRegistry.declareRecordDate, (_classes[0].deal, date));
        bytes memory answer = _expect(Laws.RECORD_DATE, isAllowed, _key(by), address(_deals), data, "record date");
        if (!isAllowed) return;
        _lastRecordDate = date;
        (uint24 id, uint40 closesAt) = abi.decode(answer, (uint24, uint40));
        for (uint256 i; i < LIVE_CLASSES; ++i) {
            Class storage class = _classes[i];
            _require(id == ++class.recordDateCount, Laws.RECORD_DATE, "number of a record date");
            class.recordDates[id].closesAt = closesAt;
            // A date that lies in the past closes with what is held now.
            if (closesAt <= block.timestamp) _closeDate(i, id);
        }
    }

    /// @dev Before anything moves in the new second, what is held is what was held when the date closed.
    function _closeDates(uint256 class) private {
        uint256 id = _classes[class].recordDateCount;
        for (; id != 0 && !_classes[class].recordDates[id].isClosed; --id) {
            if (block.timestamp > _classes[class].recordDates[id].closesAt) _closeDate(class, id);
        }
    }

    function _closeDate(uint256 class, uint256 id) private {
        RecordDate storage date = _classes[class].recordDates[id];
        date.isClosed = true;
        for (uint256 i; i < _accounts.length; ++i) date.units[i] = _classes[class].units[i];
    }

    /// @dev The last record date that has closed; 0 where none has.
    function _lastClosed(uint256 class) internal view returns (uint256 id) {
        id = _classes[class].recordDateCount;
        while (id != 0 && !_classes[class].recordDates[id].isClosed) --id;
    }

    function _rollEdge() private returns (uint256) {
        uint256 kind = _roll(6);
        uint256 account = _roll(_accounts.length);
        if (kind == 0) return _accounts[account].eligibleUntil;
        if (kind == 1) return _accounts[account].stoppedUntil;
        if (kind == 2) return _licences[uint16(CUSTODIAN_A + _roll(3))].licensedUntil;
        if (kind == 3) return _filed[0].suspendedUntil;
        if (kind == 4) return _classes[_roll(LIVE_CLASSES)].pausedUntil;
        return _classes[0].recordDates[_classes[0].recordDateCount].closesAt;
    }

    function _dateOf(int256 localSecond) private pure returns (uint32) {
        (uint256 year, uint256 month, uint256 day) = DateTimeLib.timestampToDate(uint256(localSecond));
        return uint32(year * 10_000 + month * 100 + day);
    }
}
