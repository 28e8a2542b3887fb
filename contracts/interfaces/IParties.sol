// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DealId, PartyId} from "../types/Ids.sol";

/// @notice Who is who: every signing key belongs to one party, and roles belong to parties, so that every conflict of
/// duties is judged by party and not by key (R-G1).
/// @dev Roles are kept in OpenZeppelin's AccessControl under the party's number read as an address. Nobody holds the
/// admin role, so AccessControl's own `grantRole` and `revokeRole` refuse everyone; the doors are the functions here.
interface IParties {
    /// @notice A party that exists from the first block.
    /// @param ref Opaque reference; names and identities stay off the ledger (R-D1).
    /// @param keys Signing keys of the party.
    /// @param roles Platform-wide roles of the party.
    struct PartyGenesis {
        bytes32 ref;
        address[] keys;
        bytes32[] roles;
    }

    event PartyRegistered(PartyId indexed party, bytes32 indexed ref);
    event KeyAdded(PartyId indexed party, address indexed key);
    event KeyRemoved(PartyId indexed party, address indexed key, PartyId indexed by);
    event RoleHeld(PartyId indexed party, bytes32 indexed role);
    event RoleEnded(PartyId indexed party, bytes32 indexed role);

    /// @notice Thrown when a key belongs to no party.
    error Parties_UnknownKey(address key);
    /// @notice Thrown when a party number was never given out.
    error Parties_UnknownParty(PartyId party);
    /// @notice Thrown when a party lacks the role that a function asks for.
    error Parties_RoleMissing(PartyId party, bytes32 role);
    /// @notice Thrown when a key already belongs to a party; keys never change hands.
    error Parties_KeyTaken(address key, PartyId party);
    /// @notice Thrown for the zero address as a key.
    error Parties_KeyZero();
    /// @notice Thrown when a party reference is zero or in use.
    error Parties_RefTaken(bytes32 ref);
    /// @notice Thrown when a role is not one of the named roles.
    error Parties_UnknownRole(bytes32 role);
    /// @notice Thrown at construction when grants would rest longer than `MAX_GRANT_DELAY_SECONDS`.
    error Parties_DelayTooLong(uint32 delaySeconds);
    /// @notice Thrown when a party would hold a role of control and one that it controls (R-G1).
    error Parties_RolesConflict(PartyId party, bytes32 role, bytes32 held);
    /// @notice Thrown when somebody other than the deal registry assigns the roles of a deal.
    error Parties_NotDealRegistry(address caller);

    /// @notice Registers a party with its keys and roles. Takes effect when one maker and two approvers of three parties
    /// made the same call and the grant delay has passed (R-G1).
    /// @param operationRef Makes this proposal distinct from an earlier equal one.
    function register(PartyGenesis calldata genesis, bytes32 operationRef) external;

    /// @notice Adds a key to a party, under the same rule as `register`.
    function addKey(PartyId party, address key, bytes32 operationRef) external;

    /// @notice Gives a party a platform-wide role, under the same rule as `register`.
    function grant(PartyId party, bytes32 role, bytes32 operationRef) external;

    /// @notice Takes a role from a party, under the same rule as `register` but without a delay.
    function end(PartyId party, bytes32 role, bytes32 operationRef) external;

    /// @notice Removes a key for good. The party itself does it alone and at once; for others it needs one maker and two
    /// approvers, without a delay.
    function removeKey(address key, bytes32 operationRef) external;

    /// @notice Gives a party a role in one deal, which it must hold platform-wide. Called by the deal registry when the deal
    /// is created.
    function assignDealRole(DealId deal, bytes32 role, PartyId party) external;

    /// @notice The party of a key, or nobody.
    function partyOf(address key) external view returns (PartyId);

    /// @notice Whether a party holds a platform-wide role.
    function holds(PartyId party, bytes32 role) external view returns (bool);

    /// @notice The party of a key that must hold a platform-wide role.
    /// @dev Reverts with `Parties_UnknownKey` or `Parties_RoleMissing`.
    function requireRole(address key, bytes32 role) external view returns (PartyId);

    /// @notice The party of a key that must hold the first or the second role.
    /// @dev Reverts with `Parties_UnknownKey`, or `Parties_RoleMissing` naming the first role.
    function requireEitherRole(address key, bytes32 first, bytes32 second) external view returns (PartyId);

    /// @notice The party of a key that must hold a role platform-wide and in a deal; ending either ends it.
    /// @dev Reverts with `Parties_UnknownKey` or `Parties_RoleMissing`.
    function requireDealRole(address key, DealId deal, bytes32 role) external view returns (PartyId);

    /// @notice As `requireDealRole`, for a key of whichever of two parties that have the first and the second role in a deal.
    /// @dev Reverts with `Parties_UnknownKey`, or `Parties_RoleMissing` naming the first role.
    function requireEitherDealRole(
        address key,
        DealId deal,
        bytes32 first,
        bytes32 second
    ) external view returns (PartyId);

    /// @notice The number of the last registered party.
    function partyCount() external view returns (uint16);
}
