// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Errors of whatever can be stopped by one key: a filing, an account, a custodian.
interface IStoppable {
    /// @notice Thrown when a stop would not end between now and the last second that one key may order. A new stop that
    /// follows another within `MAX_STOP_SECONDS` counts from the first one's beginning.
    error Stoppable_UntilOutOfRange(bytes32 subject, uint40 until, uint40 latest);
    /// @notice Thrown when an order id is zero or has served for this subject before.
    error Stoppable_OrderUsed(bytes32 subject, bytes32 orderId);
    /// @notice Thrown when a stop is to be lifted that does not stand.
    error Stoppable_NotStopped(bytes32 subject);
}
