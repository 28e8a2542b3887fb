// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The reasons that forbid a movement of units, each one bit of a set.
/// @dev Generated from server/domain/restrictions.ts by `node scripts/generate.ts`; edit that table instead.
library Restrictions {
    /// @notice The filing of this deal has not been recorded.
    uint256 internal constant FILING_NOT_RECORDED = 1 << 0;

    /// @notice The filing of this deal is suspended.
    uint256 internal constant FILING_SUSPENDED = 1 << 1;

    /// @notice The filing of this deal has been revoked.
    uint256 internal constant FILING_REVOKED = 1 << 2;

    /// @notice The issuance window of the filing is not open.
    uint256 internal constant ISSUANCE_WINDOW_CLOSED = 1 << 3;

    /// @notice The fields of the deal that were open at pricing have not been filled.
    uint256 internal constant DEAL_NOT_PRICED = 1 << 4;

    /// @notice The class is paused by order.
    uint256 internal constant CLASS_PAUSED = 1 << 5;

    /// @notice A report that is due after issuance under the filing is overdue.
    uint256 internal constant REPORT_OVERDUE = 1 << 6;

    /// @notice The checks that must be repeated before each issuance have not been repeated in time.
    uint256 internal constant RECHECK_MISSING = 1 << 7;

    /// @notice Sender and receiver are the same account.
    uint256 internal constant SAME_ACCOUNT = 1 << 8;

    /// @notice The movement is of no units.
    uint256 internal constant UNITS_ZERO = 1 << 9;

    /// @notice The sender holds fewer units than the movement asks for.
    uint256 internal constant UNITS_INSUFFICIENT = 1 << 10;

    /// @notice The sending account is not in the holder registry.
    uint256 internal constant SENDER_NOT_REGISTERED = 1 << 11;

    /// @notice The sending account is stopped.
    uint256 internal constant SENDER_STOPPED = 1 << 12;

    /// @notice The receiving account is not in the holder registry.
    uint256 internal constant RECEIVER_NOT_REGISTERED = 1 << 13;

    /// @notice The receiving account is stopped.
    uint256 internal constant RECEIVER_STOPPED = 1 << 14;

    /// @notice The receiving account's holder resides in the Chinese mainland.
    uint256 internal constant RECEIVER_ONSHORE = 1 << 15;

    /// @notice Looking through the receiving account's holder has not excluded mainland owners and control.
    uint256 internal constant RECEIVER_LOOK_THROUGH_FAILED = 1 << 16;

    /// @notice The receiving account's eligibility has run out, so it may send but not receive.
    uint256 internal constant RECEIVER_LAPSED = 1 << 17;

    /// @notice This class does not admit the investor category of the receiving account.
    uint256 internal constant RECEIVER_CATEGORY_NOT_ADMITTED = 1 << 18;

    /// @notice The custodian of the receiving account is stopped or its licence has run out.
    uint256 internal constant RECEIVER_CUSTODIAN_INACTIVE = 1 << 19;

    /// @notice The key that moves is neither of the sending account's custodian nor the account's own.
    uint256 internal constant OPERATOR_NOT_ENTITLED = 1 << 20;

    /// @notice The custodian that moves is stopped or its licence has run out.
    uint256 internal constant OPERATOR_CUSTODIAN_INACTIVE = 1 << 21;

    /// @notice Orders hold some of the sender's units, and too few are free.
    uint256 internal constant UNITS_FROZEN = 1 << 22;

    /// @notice The lock-up of the class has not ended.
    uint256 internal constant LOCKED_UP = 1 << 23;

    /// @notice The distribution-compliance period of the class has not ended.
    uint256 internal constant COMPLIANCE_PERIOD = 1 << 24;

    /// @notice Nobody has set the distribution-compliance period of the class, so nothing is transferred.
    uint256 internal constant COMPLIANCE_PERIOD_UNSET = 1 << 25;

    /// @notice The movement, or what it leaves to either side, is below the minimum of the class.
    uint256 internal constant BELOW_MINIMUM = 1 << 26;

    /// @notice The class has as many holders as its rules allow.
    uint256 internal constant HOLDER_LIMIT = 1 << 27;

    /// @notice The rules of the class do not admit this investor category from the receiver's residence.
    uint256 internal constant RECEIVER_RESIDENCE_NOT_ADMITTED = 1 << 28;

    /// @notice The receiving account's holder is a US person.
    uint256 internal constant RECEIVER_US_PERSON = 1 << 29;

    /// @notice The statement of the receiving omnibus account for the last record date is missing.
    uint256 internal constant RECEIVER_STATEMENT_DUE = 1 << 30;

    /// @notice The receiving account takes no units free of payment from another custodian.
    uint256 internal constant RECEIVER_DELIVERY_NOT_ACCEPTED = 1 << 31;

    /// @notice The filing of this deal is closed.
    uint256 internal constant FILING_CLOSED = 1 << 32;
}
