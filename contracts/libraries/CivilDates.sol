// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";

/// @notice Civil dates written yyyymmdd, and the block-time second at which such a day ends in a time zone.
library CivilDates {
    /// @notice Whether a number names a day of the calendar from 1970 to 9999.
    function isDate(uint32 date) internal pure returns (bool) {
        (uint256 year, uint256 month, uint256 day) = _split(date);
        return year <= 9999 && DateTimeLib.isSupportedDate(year, month, day);
    }

    /// @notice Last second of a day, where local time is UTC plus the offset. The date must be one.
    function lastSecondOf(uint32 date, int16 utcOffsetMinutes) internal pure returns (uint40) {
        (uint256 year, uint256 month, uint256 day) = _split(date);
        int256 endOfDayUtc = int256(DateTimeLib.dateToTimestamp(year, month, day)) + 1 days - 1;
        int256 endOfDay = endOfDayUtc - int256(utcOffsetMinutes) * 1 minutes;
        return endOfDay < 0 ? 0 : uint40(uint256(endOfDay));
    }

    function _split(uint32 date) private pure returns (uint256 year, uint256 month, uint256 day) {
        return (date / 10_000, (date / 100) % 100, date % 100);
    }
}
