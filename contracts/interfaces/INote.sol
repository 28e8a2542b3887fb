// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {DealId} from "../types/Ids.sol";
import {FilingState} from "./IFilingRegistry.sol";

/// @notice The note of one tokenised class: a register of units of face, moved only between eligible accounts.
/// @dev ERC-20 with 0 decimals and ERC-165. Units stay constant; principal is repaid by factor.
interface INote is IERC20 {
    /// @notice What the deal's terms say of the class.
    /// @param unitFaceMinor Face amount of one unit, in minor units.
    /// @param admittedCategories Bit k set: investor category k may receive.
    struct ClassFacts {
        string label;
        bytes12 isin;
        uint64 unitFaceMinor;
        uint16 admittedCategories;
    }

    /// @notice One leg of a batch.
    /// @param operationRef The mover's reference; carried in the event so that a journal can be rebuilt.
    struct Movement {
        address from;
        address to;
        uint64 units;
        bytes32 operationRef;
    }

    /// @notice Units for one account at issuance.
    struct Allocation {
        address account;
        uint64 units;
    }

    event Moved(bytes32 indexed operationRef, address indexed operator, address from, address to, uint256 units);
    /// @param closesAt Last second of the record date; transfers in that second still count.
    event RecordDateScheduled(uint24 indexed recordDateId, uint32 indexed recordDate, uint40 closesAt);
    /// @notice A record date that lay in the past when it was declared, as in a replayed deal, and closed in this block.
    event RecordDateClosedLate(uint24 indexed recordDateId, uint32 indexed recordDate, uint40 closedAt);
    event FilingStateFollowed(FilingState state, uint40 suspendedUntil);

    /// @notice Thrown when rules forbid a movement. When units alone are short it is `ERC20InsufficientBalance` instead.
    /// @param reasons Every failing rule, as a set of bits numbered by `Restrictions`.
    /// @param leg Index of the failing leg; 0 outside a batch.
    error Note_Restricted(uint256 reasons, uint256 leg);
    /// @notice Thrown for an empty batch or one above `MAX_BATCH`.
    error Note_BatchSize(uint256 size, uint256 limit);
    /// @notice Thrown when an allowance is given by an account that is not self-kept, or to an unregistered spender.
    error Note_AllowanceRefused(address owner, address spender);
    /// @notice Thrown when a register is asked for at a record date that has not closed.
    error Note_RecordDateOpen(uint24 recordDateId);
    /// @notice Thrown when the caller is not the deal registry.
    error Note_NotDealRegistry(address caller);
    /// @notice Thrown when the caller is not the holder registry.
    error Note_NotHolderRegistry(address caller);

    /// @notice Moves units between two accounts. The command of custodians; a self-kept account may use it too.
    /// @custom:access an active custodian of `from`, or `from` itself when self-kept
    function move(address from, address to, uint64 units, bytes32 operationRef) external;

    /// @notice Moves every leg in order, or none; each leg is judged like a single movement.
    /// @custom:access as `move`, for each leg
    function moveMany(Movement[] calldata movements) external;

    /// @notice Issues units to accounts, all or none.
    /// @param dealReasons Rules of the deal that already fail, joined to those of each leg.
    /// @custom:access the deal registry
    function issue(Allocation[] calldata allocations, uint256 dealReasons) external;

    /// @notice Follows the state of the deal's filing.
    /// @custom:access the deal registry
    function followFiling(FilingState state, uint40 suspendedUntil) external;

    /// @notice Schedules a record date that closes at the end of a second, or closes it now when that second has passed.
    /// @custom:access the deal registry
    function scheduleRecordDate(uint32 recordDate, uint40 closesAt) external returns (uint24 recordDateId);

    /// @notice Forgets what the note remembers of accounts, because their words changed. Never reverts for the holder registry.
    /// @custom:access the holder registry
    function forget(address[] calldata accounts) external;

    /// @notice Forgets everything the note remembers, because a custodian changed. Never reverts for the holder registry.
    /// @custom:access the holder registry
    function moveEpoch() external;

    /// @notice Says that two rings of accounts are about to become the accounts of one holder, before it is so. Never reverts
    /// for the holder registry.
    /// @custom:access the holder registry
    function join(address[] calldata ring, address[] calldata otherRing) external;

    /// @notice Every rule of the note that forbids a movement now; 0 when it may go ahead. The transfer asks the same function.
    /// An issuance also needs the deal's price, window and headroom, which `DealRegistry` judges.
    /// @param operator Key that would move; ignored for an issuance.
    /// @param from Zero address for an issuance.
    function restrictionsOf(address operator, address from, address to, uint256 units) external view returns (uint256);

    /// @notice Units an account held at the end of a record date that has closed. Zero address: all units.
    function unitsAt(address account, uint24 recordDateId) external view returns (uint256);

    /// @notice `unitsAt` for many accounts in one call, with the number of each account in this note, which counts from 1 in
    /// order of first receipt and is 0 for an account that never held any.
    /// @return holdings One word per account: units << 32 | number.
    function holdingsAt(
        address[] calldata accounts,
        uint24 recordDateId
    ) external view returns (uint256[] memory holdings);

    /// @notice Number of record dates scheduled so far, and the last second of one of them.
    function recordDateCount() external view returns (uint24);
    function recordDateClosesAt(uint24 recordDateId) external view returns (uint40);

    function deal() external view returns (DealId);
    function classIndex() external view returns (uint8);
    function isin() external view returns (bytes12);
    function unitFaceMinor() external view returns (uint64);
}
