// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IStoppable} from "../interfaces/IStoppable.sol";

/// @notice Stopping is easy: one key suffices. Keeping stopped is not: stops by one key that follow one another may
/// together last no longer than one of them, so that keys cannot take turns in renewing a stop for ever.
/// @dev The last second of a stop stands in the word that a movement reads anyway; it is handed in and handed back.
library Stops {
    /// @notice Longest stop by one key. An operational limit of this registry, not a legal period.
    uint40 internal constant MAX_STOP_SECONDS = 72 hours;

    /// @notice Last second that any stop may name; the one after it stands for "never" in the words of notes.
    uint40 internal constant LAST_SECOND = type(uint32).max - 1;

    /// @param since First second of a series of stops by one key; 0 after several parties decided.
    /// @param orderId Order of the stop that stands.
    struct Stop {
        uint40 since;
        bytes32 orderId;
        mapping(bytes32 orderId => bool) ordersUsed;
    }

    struct Book {
        mapping(bytes32 subject => Stop) stops;
    }

    /// @notice Stops a subject by one key. Never shortens a stop that stands.
    /// @return Last second of the stop.
    function order(
        Book storage self,
        bytes32 subject,
        bytes32 orderId,
        uint40 standingUntil,
        uint40 until
    ) internal returns (uint40) {
        Stop storage stop = self.stops[subject];
        bool isNewSeries = stop.since == 0 || block.timestamp > uint256(standingUntil) + MAX_STOP_SECONDS;
        if (isNewSeries) stop.since = uint40(block.timestamp);
        _requireRange(subject, until, block.timestamp, stop.since + MAX_STOP_SECONDS);
        requireUnused(self, subject, orderId);
        stop.ordersUsed[orderId] = true;
        if (until <= standingUntil) return standingUntil;
        stop.orderId = orderId;
        return until;
    }

    /// @notice Keeps a subject stopped, as several parties decided.
    function keep(Book storage self, bytes32 subject, bytes32 orderId) internal {
        Stop storage stop = self.stops[subject];
        stop.ordersUsed[orderId] = true;
        (stop.since, stop.orderId) = (0, orderId);
    }

    /// @notice Ends a stop, as several parties decided.
    function lift(Book storage self, bytes32 subject) internal {
        Stop storage stop = self.stops[subject];
        (stop.since, stop.orderId) = (0, 0);
    }

    /// @notice Refuses a decision to keep a subject stopped that would not prolong the stop, or repeats an order.
    function requireLonger(
        Book storage self,
        bytes32 subject,
        bytes32 orderId,
        uint40 standingUntil,
        uint40 until
    ) internal view {
        uint256 earliest = standingUntil > block.timestamp ? standingUntil : block.timestamp;
        _requireRange(subject, until, earliest, LAST_SECOND);
        requireUnused(self, subject, orderId);
    }

    /// @notice Refuses a decision to lift unless it names the order of the very stop that stands, so that what parties
    /// decided about one stop never ends another.
    function requireStanding(Book storage self, bytes32 subject, bytes32 orderId, uint40 standingUntil) internal view {
        if (block.timestamp > standingUntil) revert IStoppable.Stoppable_NotStopped(subject);
        bytes32 standing = self.stops[subject].orderId;
        if (orderId != standing) revert IStoppable.Stoppable_OtherOrder(subject, standing, orderId);
    }

    function requireUnused(Book storage self, bytes32 subject, bytes32 orderId) internal view {
        bool isUsed = orderId == 0 || self.stops[subject].ordersUsed[orderId];
        if (isUsed) revert IStoppable.Stoppable_OrderUsed(subject, orderId);
    }

    function _requireRange(bytes32 subject, uint40 until, uint256 earliest, uint40 latest) private pure {
        if (until <= earliest || until > latest) revert IStoppable.Stoppable_UntilOutOfRange(subject, until, latest);
    }
}
