// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../types/Ids.sol";
import {INote} from "./INote.sol";
import {IStoppable} from "./IStoppable.sol";

/// @notice What an order asks for: to freeze units, to move them without their holder, to move those of a lost account to
/// another account of the same holder, or to pause a class.
enum OrderKind {
    None,
    Freeze,
    Force,
    Recover,
    Pause
}

/// @notice How far an order has come. Only a freeze stays in force; a movement is done at once.
enum OrderState {
    None,
    Filed,
    InForce,
    Done
}

/// @notice Orders of authorities, and what is done under them. Each is a record before it has an effect (R-O1). Freezing,
/// releasing and moving take three parties; regulator and registrar file orders, and alone move nothing (R-O2, R-O3).
interface IOrders is IStoppable {
    /// @notice An order as it was filed.
    /// @param account Whose units it concerns; zero for a pause.
    /// @param destination Who receives, a court's account for instance; zero unless units move. It must be eligible like any
    /// receiver.
    /// @param units How many; 2^64 - 1 freezes all that the account has or ever will have. Zero for a pause.
    /// @param releases Freeze of the same account whose units a forced movement may take; zero where it takes free ones only.
    /// @param authority Who ordered it: hash of the authority's name as the registry keeps it.
    /// @param jurisdiction Of the authority: two capital letters, ISO 3166-1.
    /// @param basisHash SHA-256 of the order and its legal basis, kept off the ledger.
    /// @param receivedAt When the registry received it.
    /// @param expiresAt Last second in which anything new may be done under it. What was frozen stays frozen.
    /// @param reviewAt When it is to be reviewed; a reminder that nothing follows from by itself.
    struct Order {
        OrderKind kind;
        INote note;
        address account;
        address destination;
        uint64 units;
        bytes32 releases;
        bytes32 authority;
        bytes2 jurisdiction;
        bytes32 basisHash;
        uint40 receivedAt;
        uint40 expiresAt;
        uint40 reviewAt;
    }

    event OrderFiled(bytes32 indexed orderId, PartyId indexed by, bytes32 ref, Order order);
    /// @param frozenUnits Units of the account that are frozen now, by all orders together.
    event UnitsFrozen(
        bytes32 indexed orderId,
        INote indexed note,
        address indexed account,
        uint64 units,
        uint64 frozenUnits
    );
    /// @notice A freeze ended, or a forced movement took units from under it.
    /// @param units Units it froze until now that are free, or were taken.
    /// @param frozenUnits As in `UnitsFrozen`.
    /// @param groundHash The grounds of the release, or the order under which the units were taken.
    event UnitsReleased(
        bytes32 indexed orderId,
        INote indexed note,
        address indexed account,
        uint64 units,
        uint64 frozenUnits,
        bytes32 groundHash
    );
    event UnitsForced(bytes32 indexed orderId, INote indexed note, address indexed from, address to, uint64 units);
    event UnitsRecovered(bytes32 indexed orderId, INote indexed note, address indexed from, address to, uint64 units);
    /// @param until Last second of the pause.
    event ClassPaused(INote indexed note, PartyId indexed by, bytes32 indexed orderId, uint40 until);
    event ClassPauseLifted(INote indexed note, bytes32 indexed orderId);

    /// @notice Thrown when a field of an order makes no sense for its kind.
    error Orders_Malformed(string field);
    /// @notice Thrown when this party used this reference for an order before.
    error Orders_DuplicateOrder(bytes32 orderId);
    /// @notice Thrown when no order has this id.
    error Orders_UnknownOrder(bytes32 orderId);
    /// @notice Thrown when an order concerns what is no note of a class.
    error Orders_UnknownNote(INote note);
    /// @notice Thrown when an account of an order is not registered.
    error Orders_UnknownAccount(address account);
    /// @notice Thrown when an order asks for something else than what is to be done under it.
    error Orders_OtherKind(bytes32 orderId, OrderKind kind);
    /// @notice Thrown when an order is not in the state that the act needs: done before, or not in force.
    error Orders_OtherState(bytes32 orderId, OrderState state);
    /// @notice Thrown when an order has expired.
    error Orders_Expired(bytes32 orderId, uint40 expiresAt);
    /// @notice Thrown when units would be moved from an account to itself.
    error Orders_SameAccount(address account);
    /// @notice Thrown when units would be recovered to an account of somebody else.
    error Orders_OtherHolder(address account, address destination);
    /// @notice Thrown when units would be recovered from an account that is stopped.
    error Orders_AccountStopped(address account, uint40 stoppedUntil);
    /// @notice Thrown when a release names no grounds.
    error Orders_GroundsMissing();

    /// @notice Files an order. Nothing happens to units or classes by that.
    /// @param ref The party's reference. The order's id is `keccak256(abi.encode(party, ref))`.
    /// @custom:access REGISTRAR or REGULATOR
    function file(bytes32 ref, Order calldata order) external returns (bytes32 orderId);

    /// @notice Freezes the units that an order names. May be more than the account has: what it receives later is then frozen
    /// too. Several freezes of one account add up.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function freeze(bytes32 orderId) external;

    /// @notice Ends a freeze, expired or not. What other orders froze stays frozen.
    /// @param groundHash SHA-256 of the grounds, kept off the ledger.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function unfreeze(bytes32 orderId, bytes32 groundHash) external;

    /// @notice Moves units to the destination that an order names, whoever holds or keeps them. Units under the freeze that it
    /// releases are taken first, others only as far as they are free.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function force(bytes32 orderId) external;

    /// @notice Moves units of a lost account to another account of the same holder: one that was joined with it, or that the
    /// same custodian registered for the same holder. Never units that are frozen, nor from an account that is stopped.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function recover(bytes32 orderId) external;

    /// @notice Pauses a class at once until a time, by one key and for 72 hours at most: no units are issued or transferred.
    /// Reading, record dates, payments and movements by order go on (R-O4).
    /// @param until Last second of the pause, not after the order expires.
    /// @custom:access REGISTRAR or REGULATOR
    function pause(bytes32 orderId, uint40 until) external;

    /// @notice Keeps a class paused until a later time than it is, under a new order. Needs three parties.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function keepPaused(bytes32 orderId, uint40 until) external;

    /// @notice Lifts the pause of a class. Needs three parties.
    /// @param orderId Order of the pause that stands.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function liftPause(bytes32 orderId) external;

    /// @notice An order as filed, how far it has come, and the units it freezes now.
    /// @dev Reverts with `Orders_UnknownOrder`.
    function orderOf(bytes32 orderId) external view returns (Order memory order, OrderState state, uint64 frozenUnits);

    /// @notice Units of an account that are frozen in a note: the sum over all freezes in force, 2^64 - 1 at most.
    function frozenUnitsOf(INote note, address account) external view returns (uint64);

    /// @notice Last second of a class's pause; 0 when it was never paused or its pause was lifted.
    function pausedUntilOf(INote note) external view returns (uint40);
}
