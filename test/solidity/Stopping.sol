// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {World} from "./World.sol";

/// @notice Stops of anything, as the campaign keeps them: one key stops for 72 hours at most, however often keys take turns.
abstract contract Stopping is World {
    uint40 internal constant LONGEST_STOP_SECONDS = 72 hours;
    uint40 internal constant LAST_SECOND = type(uint32).max;

    /// @dev An end for a stop: short mostly, sometimes at the edge of what one key may do, sometimes beyond.
    function _rollEnd(bytes32 subject) internal returns (uint40) {
        uint256 kind = _roll(20);
        uint40 since = _series[subject].since == 0 ? uint40(block.timestamp) : _series[subject].since;
        if (kind == 0) return uint40(block.timestamp);
        if (kind == 1) return since + LONGEST_STOP_SECONDS;
        if (kind == 2) return since + LONGEST_STOP_SECONDS + 1;
        if (kind == 3) return uint40(block.timestamp + LONGEST_STOP_SECONDS + 1 + _roll(1 days));
        if (kind == 4) return uint40(block.timestamp + 1 + _roll(LONGEST_STOP_SECONDS));
        return uint40(block.timestamp + 1 + _roll(2 hours));
    }

    /// @dev An order that is new, mostly; else nothing, or the order that stands.
    function _rollOrder(bytes32 subject) internal returns (bytes32) {
        uint256 kind = _roll(20);
        if (kind == 0) return 0;
        if (kind == 1) return _series[subject].orderId;
        return _fresh("order");
    }

    function _mayStop(bytes32 subject, bytes32 orderId, uint40 standing, uint40 until) internal view returns (bool) {
        Series storage series = _series[subject];
        bool isNew = series.since == 0 || block.timestamp > uint256(standing) + LONGEST_STOP_SECONDS;
        uint256 since = isNew ? block.timestamp : series.since;
        bool isInRange = until > block.timestamp && until <= since + LONGEST_STOP_SECONDS;
        return isInRange && _isUnused(subject, orderId);
    }

    /// @return The last second of the stop that stands now.
    function _stopped(bytes32 subject, bytes32 orderId, uint40 standing, uint40 until) internal returns (uint40) {
        Series storage series = _series[subject];
        bool isNew = series.since == 0 || block.timestamp > uint256(standing) + LONGEST_STOP_SECONDS;
        if (isNew) series.since = uint40(block.timestamp);
        _isOrderUsed[subject][orderId] = true;
        if (until <= standing) return standing;
        series.orderId = orderId;
        return until;
    }

    function _mayKeep(bytes32 subject, bytes32 orderId, uint40 standing, uint40 until) internal view returns (bool) {
        bool isLonger = until > block.timestamp && until > standing && until <= LAST_SECOND;
        return isLonger && _isUnused(subject, orderId);
    }

    function _kept(bytes32 subject, bytes32 orderId) internal {
        _isOrderUsed[subject][orderId] = true;
        _series[subject] = Series(0, orderId);
    }

    function _mayLift(bytes32 subject, bytes32 orderId, uint40 standing) internal view returns (bool) {
        return block.timestamp <= standing && orderId == _series[subject].orderId;
    }

    function _isUnused(bytes32 subject, bytes32 orderId) internal view returns (bool) {
        return orderId != 0 && !_isOrderUsed[subject][orderId];
    }
}
