// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IStoppable} from "../interfaces/IStoppable.sol";

/// @notice Stopping is easy: one key suffices. Keeping stopped is not: stops by one key that follow one another may
/// together last no longer than one of them, so that keys cannot take turns in renewing a stop for ever.
library Stops {
    /// @notice Longest stop by one key. An operational limit of this registry, not a legal period.
    uint40 internal constant MAX_STOP_SECONDS = 72 hours;

    /// @param since First second of the stop, or of the first one in a series.
    /// @param until Last second of the stop.
    struct Stop {
        uint40 since;
        uint40 until;
        mapping(bytes32 orderId => bool) ordersUsed;
    }

    struct Book {
        mapping(bytes32 subject => Stop) stops;
    }

    /// @notice Stops a subject by one key. Never shortens a stop that stands.
    /// @return until Last second of the stop.
    function order(
        Book storage self,
        bytes32 subject,
        bytes32 orderId,
        uint40 requestedUntil
    ) internal returns (uint40 until) {
        Stop storage stop = self.stops[subject];
        bool isNewSeries = stop.since == 0 || block.timestamp > stop.until + MAX_STOP_SECONDS;
        uint40 since = isNewSeries ? uint40(block.timestamp) : stop.since;
        uint40 latest = since + MAX_STOP_SECONDS;
        if (requestedUntil <= block.timestamp || requestedUntil > latest) {
            revert IStoppable.Stoppable_UntilOutOfRange(subject, requestedUntil, latest);
        }
        until = requestedUntil > stop.until ? requestedUntil : stop.until;
        (stop.since, stop.until) = (since, until);
        use(self, subject, orderId);
    }

    /// @notice Keeps a subject stopped until a second, as several parties decided.
    function keep(Book storage self, bytes32 subject, bytes32 orderId, uint40 until) internal {
        Stop storage stop = self.stops[subject];
        if (stop.since == 0) stop.since = uint40(block.timestamp);
        stop.until = until;
        use(self, subject, orderId);
    }

    /// @notice Ends a stop, as several parties decided. The series goes on, so one key cannot simply start over.
    function lift(Book storage self, bytes32 subject, bytes32 orderId) internal {
        self.stops[subject].until = uint40(block.timestamp) - 1;
        use(self, subject, orderId);
    }

    /// @notice Marks an order as used for a subject.
    function use(Book storage self, bytes32 subject, bytes32 orderId) internal {
        Stop storage stop = self.stops[subject];
        if (orderId == 0 || stop.ordersUsed[orderId]) revert IStoppable.Stoppable_OrderUsed(subject, orderId);
        stop.ordersUsed[orderId] = true;
    }

    /// @notice Refuses when no stop stands, before parties decide about lifting it.
    function requireStopped(Book storage self, bytes32 subject) internal view {
        if (block.timestamp > self.stops[subject].until) revert IStoppable.Stoppable_NotStopped(subject);
    }
}
