// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../types/Ids.sol";

/// @notice The one place for "several distinct parties, then a delay". A module calls `endorse` for each party that makes
/// one of its guarded calls; the call takes effect when enough distinct parties made it with equal content.
/// @dev Every party sends the whole call, so each signs what it approves and nothing executes foreign call data.
interface IApprovals {
    /// @notice How many distinct parties a matter needs, and how long it then rests before it takes effect.
    struct Quorum {
        uint8 parties;
        uint32 delaySeconds;
    }

    /// @param module The singleton whose guarded call is endorsed.
    /// @param subject What is decided; unique within the module.
    /// @param payloadHash Content of the decision; equal for every endorsement.
    /// @param count Endorsements so far, this one included.
    event Endorsed(
        address indexed module,
        bytes32 indexed subject,
        PartyId indexed party,
        bytes32 payloadHash,
        uint8 count
    );
    event Effective(address indexed module, bytes32 indexed subject, bytes32 payloadHash);

    event Withdrawn(address indexed module, bytes32 indexed subject, PartyId indexed party);

    /// @notice Thrown when a second party's content differs from the first one's.
    error Approvals_PayloadDiffers(bytes32 subject, bytes32 expected, bytes32 given);
    /// @notice Thrown when a party endorses twice, with whichever of its keys.
    error Approvals_SameParty(bytes32 subject, PartyId party);
    /// @notice Thrown when a matter is complete and still rests.
    error Approvals_Resting(bytes32 subject, uint40 readyAt);
    /// @notice Thrown when a matter has taken effect before.
    error Approvals_Spent(bytes32 subject);
    /// @notice Thrown when a party that did not endorse a matter would make it effective or withdraw it.
    error Approvals_NotEndorser(bytes32 subject, PartyId party);
    /// @notice Thrown when the caller is not one of the singletons.
    error Approvals_NotModule(address caller);

    /// @notice Adds a party's endorsement to a matter of the calling module. A matter that waited longer than
    /// `LIFETIME_SECONDS` for its next step is forgotten, and the endorsement opens it anew.
    /// @return effective True exactly once: when enough parties endorsed and the delay has passed. With a delay, any
    /// endorsing party repeats its call after the delay to make it effective.
    function endorse(
        bytes32 subject,
        bytes32 payloadHash,
        PartyId party,
        Quorum calldata quorum
    ) external returns (bool effective);

    /// @notice The rule for lifting, keeping stopped, revoking and granting: a maker who is registrar or regulator, then
    /// two approvers; three parties in all (R-G1, R-O2). Otherwise as `endorse`.
    /// @param subject Hash of the whole call, so that equal content is the same matter.
    /// @param key The key that called the module.
    /// @dev Reverts with `Parties_RoleMissing` or `Parties_UnknownKey` when the key's party lacks the role of its turn, or when
    /// an earlier party has lost it before the matter takes effect.
    function decide(bytes32 subject, address key, uint32 delaySeconds) external returns (bool effective);

    /// @notice Clears a matter that has not taken effect, so that it can be opened anew: the way out when the first
    /// endorsement was wrong.
    /// @custom:access a party that endorsed it
    function withdraw(address module, bytes32 subject) external;

    /// @notice The parties that endorsed an open matter of a module, in order; nobody where none has yet.
    function endorsementsOf(
        address module,
        bytes32 subject
    )
        external
        view
        returns (bytes32 payloadHash, PartyId[3] memory parties, uint40 openedAt, uint40 completedAt, bool spent);
}
