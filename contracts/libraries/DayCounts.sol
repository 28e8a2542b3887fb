// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";

/// @notice Days of an accrual period between two civil dates yyyymmdd, the first included and the last not. Both day
/// counts of the terms divide them by 360.
library DayCounts {
    uint256 internal constant DAYS_A_YEAR = 360;

    /// @notice Calendar days: the numerator of ACT/360.
    function actualDays(uint32 from, uint32 to) internal pure returns (uint256) {
        return _epochDay(to) - _epochDay(from);
    }

    /// @notice Months of thirty days: the numerator of 30/360 bond basis. The 31st of a month counts as its 30th, at the
    /// end only when the beginning is the 30th or 31st; the end of February is a day like any other.
    function thirtyDays(uint32 from, uint32 to) internal pure returns (uint256) {
        uint256 firstDay = from % 100;
        uint256 lastDay = to % 100;
        if (firstDay == 31) firstDay = 30;
        if (lastDay == 31 && firstDay == 30) lastDay = 30;
        uint256 months = (to / 10_000) * 12 + ((to / 100) % 100) - (from / 10_000) * 12 - ((from / 100) % 100);
        return months * 30 + lastDay - firstDay;
    }

    function _epochDay(uint32 date) private pure returns (uint256) {
        return DateTimeLib.dateToEpochDay(date / 10_000, (date / 100) % 100, date % 100);
    }
}
