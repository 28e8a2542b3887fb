// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Errors of whatever can be stopped by one key: a filing, an account, a custodian. The subject is the filing id,
/// or the account's address or the custodian's number as 32 bytes.
interface IStoppable {
    /// @notice Thrown when a stop does not end between now and the last second that may be ordered. A stop by one key that
    /// follows another within `MAX_STOP_SECONDS` counts from the first one's beginning; a decision to keep a stop must
    /// prolong it.
    error Stoppable_UntilOutOfRange(bytes32 subject, uint40 until, uint40 latest);
    /// @notice Thrown when an order id is zero or has served for this subject before.
    error Stoppable_OrderUsed(bytes32 subject, bytes32 orderId);
    /// @notice Thrown when a stop is to be lifted and none stands.
    error Stoppable_NotStopped(bytes32 subject);
    /// @notice Thrown when a lift names another order than that of the stop that stands.
    error Stoppable_OtherOrder(bytes32 subject, bytes32 standingOrderId, bytes32 orderId);
}
