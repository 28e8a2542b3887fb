// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RuleTerms} from "../types/DealTerms.sol";
import {DealId} from "../types/Ids.sol";
import {IERC1404} from "./IERC1404.sol";
import {IERC7943Fungible} from "./IERC7943.sol";
import {FilingState} from "./IFilingRegistry.sol";

/// @notice The note of one tokenised class: a register of units of face, moved only between eligible accounts.
/// @dev ERC-20 with 0 decimals, ERC-7943, ERC-1404 and ERC-165; docs/standards.md says where it differs on purpose. Units
/// stay constant; principal is repaid by factor. All seconds are of block time and below 2^32.
interface INote is IERC20, IERC7943Fungible, IERC1404 {
    /// @notice What the deal's terms say of the class.
    /// @param unitFaceMinor Face amount of one unit, in minor units.
    /// @param admittedCategories Bit k set: investor category k may receive.
    /// @param rules Periods, minimum, most holders and residences of the class (R-T3, R-T4).
    struct ClassFacts {
        string label;
        bytes12 isin;
        uint64 unitFaceMinor;
        uint16 admittedCategories;
        RuleTerms rules;
    }

    /// @notice How the class stands, apart from who holds it.
    /// @param suspendedUntil Last second of a suspension of the filing.
    /// @param pausedUntil Last second of a pause by order.
    /// @param lockedUntil Last second of the lock-up; 0 when there is none or nothing was issued.
    /// @param complianceUntil Last second of the distribution-compliance period; 2^32 - 1 when it is not set.
    /// @param maxHolders Most holders; 0 for no limit.
    /// @param holders Holders that hold units now, each counted once however many accounts it has.
    struct Standing {
        FilingState filingState;
        uint32 suspendedUntil;
        uint32 pausedUntil;
        uint32 lockedUntil;
        uint32 complianceUntil;
        uint32 minimumUnits;
        uint32 maxHolders;
        uint32 holders;
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

    /// @notice Says by whom and under which reference the units of the `Transfer` right before it were moved.
    event Moved(bytes32 indexed operationRef, address indexed operator);
    /// @param closesAt Last second of the record date; transfers in that second still count.
    event RecordDateScheduled(uint24 indexed recordDateId, uint32 indexed recordDate, uint40 closesAt);
    /// @notice A record date that lay in the past when it was declared, as in a replayed deal, and closed in this block.
    event RecordDateClosedLate(uint24 indexed recordDateId, uint32 indexed recordDate, uint40 closedAt);
    event FilingStateFollowed(FilingState state, uint40 suspendedUntil);
    /// @param until Last second of the pause; 0 when it was lifted.
    event PauseFollowed(uint40 until);
    /// @notice The class has new rules, or its periods have begun with the first issuance.
    event RulesFollowed(uint32 lockedUntil, uint32 complianceUntil);

    /// @notice Thrown when rules forbid a movement. When units alone are short it is `ERC20InsufficientBalance` instead, and
    /// `ERC7943InsufficientUnfrozenBalance` when the account has them but too few are free.
    /// @param reasons Every failing rule, as a set of bits numbered by `Restrictions`.
    /// @param leg Index of the failing leg; 0 outside a batch.
    error Note_Restricted(uint256 reasons, uint256 leg);
    /// @notice Thrown for an empty batch or one above `MAX_BATCH`.
    error Note_BatchSize(uint256 size, uint256 limit);
    /// @notice Thrown when an allowance is given by an account that is not self-kept, or to an unregistered spender.
    error Note_AllowanceRefused(address owner, address spender);
    /// @notice Thrown when a register is asked for at a record date that has not closed.
    error Note_RecordDateOpen(uint24 recordDateId);
    /// @notice Thrown when all units of the class together, or the frozen ones of an account, would not fit into 64 bits.
    error Note_UnitsOutOfRange(uint256 units);
    /// @notice Thrown when a second does not fit into 32 bits.
    error Note_SecondOutOfRange(uint256 second);
    /// @notice Thrown when units are to be frozen for the zero address, under which the register keeps the supply.
    error Note_NoAccount();
    /// @notice Thrown when the caller is not the deal registry.
    error Note_NotDealRegistry(address caller);
    /// @notice Thrown when the caller is not the holder registry.
    error Note_NotHolderRegistry(address caller);
    /// @notice Thrown when the caller is not the registry of class rules.
    error Note_NotClassRules(address caller);
    /// @notice Thrown when the caller is not the registry of orders.
    error Note_NotOrders(address caller);

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

    /// @notice Cancels all units of each account, once the class is redeemed. Accounts without units are passed over.
    /// @custom:access the deal registry
    function cancel(address[] calldata accounts) external;

    /// @notice Schedules a record date that closes at the end of a second, or closes it now when that second has passed.
    /// @custom:access the deal registry
    function scheduleRecordDate(uint32 recordDate, uint40 closesAt) external returns (uint24 recordDateId);

    /// @notice Follows a change of the rules of the class (R-T4).
    /// @custom:access the registry of class rules
    function followRules(RuleTerms calldata rules) external;

    /// @notice Pauses the class until the end of a second; 0 lifts the pause. No units are issued or transferred meanwhile;
    /// movements by order and payments go on.
    /// @custom:access the registry of orders
    function pause(uint40 until) external;

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

    /// @notice Number of the last record date that has closed; 0 when none has.
    function lastClosedRecordDate() external view returns (uint24);

    /// @notice How the class stands.
    function standing() external view returns (Standing memory);

    function deal() external view returns (DealId);
    function classIndex() external view returns (uint8);
    function isin() external view returns (bytes12);
    function unitFaceMinor() external view returns (uint64);
}
