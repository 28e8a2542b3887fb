// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Stopping is easy, but one key alone stops only for a while.
library Stops {
    /// @notice Longest stop that one key may order. An operational limit of this registry, not a legal period.
    uint40 internal constant MAX_STOP_SECONDS = 72 hours;

    /// @notice Whether a stop until a second may be ordered by one key now.
    function isAdmissible(uint40 until) internal view returns (bool) {
        return until > block.timestamp && until <= block.timestamp + MAX_STOP_SECONDS;
    }
}
